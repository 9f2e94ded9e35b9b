"""The same figures as each door wants them: what a person types, a workbook, and what other systems send."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.demonstration.plan import chance
from hub.domain.envelope import Door, Envelope, Intent
from hub.domain.filing import FilingRow
from hub.domain.interchange import ReportDocument
from hub.domain.regime import Edition
from hub.domain.values import Values
from hub.services.core import Core
from hub.writers.csv import write_csv, write_csv_many
from hub.writers.form import write_form
from hub.writers.json import write_json, write_json_many
from hub.writers.workbook import write_workbook
from hub.writers.xml import write_xml, write_xml_many

MEDIA: Mapping[Door, str] = {
    "form": "application/x-www-form-urlencoded",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "json": "application/json",
    "csv": "text/csv",
}
_TURNS: tuple[Door, ...] = ("form", "json", "csv", "xml", "form", "json", "csv", "xml", "form", "xlsx", "json", "form",
                            "csv", "form", "xml", "json")  # fmt: skip
PAGE = 20
TOKEN = "demonstration-source"  # noqa: S105 - opens only the source that the demonstration itself serves


@dataclass(frozen=True, slots=True)
class Report:
    """One unit's figures for one filing, before any door."""

    row: FilingRow
    edition: Edition
    values: Values
    explanations: Mapping[str, str] | None = None

    @property
    def document(self) -> ReportDocument:
        row = self.row
        return ReportDocument(self.edition, row.unit_id, row.period, row.scope, self.values, self.explanations or {})


def door_for(row: FilingRow) -> Door:
    """The door this unit uses in this campaign."""
    return _TURNS[chance(row.edition, row.period, row.unit_id) % len(_TURNS)]


def envelope(core: Core, report: Report, door: Door, name: str, intent: Intent = "send") -> Envelope:
    """The report's bytes for a door under an idempotency key that is the same in every demonstration."""
    row = report.row
    people = door in {"form", "xlsx"}
    return Envelope(
        content=content(core, report, door),
        door=door,
        filename="" if door == "form" else f"{row.regime}_{row.unit_id}_{row.period}.{door}",
        media_type=MEDIA[door],
        idempotency_key=key_of(row, name),
        intent=intent,
        filing_id=row.id if people else None,
        via="web" if people else "api",
    )


def key_of(row: FilingRow, name: str) -> str:
    return f"demonstration:{row.id}:{name}"


def content(core: Core, report: Report, door: Door) -> bytes:
    """The bytes alone."""
    row, edition, values = report.row, report.edition, report.values
    if door == "form":
        return write_form(edition, values, report.explanations)
    if door == "xlsx":
        return write_workbook(
            edition, row.unit_id, core.orgs.get(row.unit_id).name.vi, row.period, row.scope,
            frequency=row.frequency, values=values, demonstration=True, explanations=report.explanations,
        )  # fmt: skip
    if door == "csv":
        return write_csv(edition, row.unit_id, row.period, row.scope, values)
    write = write_xml if door == "xml" else write_json
    return write(edition, row.unit_id, row.period, row.scope, values, report.explanations)


# --- the two connectors' other sides ---------------------------------------------------------------------------------


def drop_files(folder: Path, name: str, reports: Sequence[Report], kind: int) -> Path:
    """One file of many units in the watched folder, written beside it and then renamed, as a sender should."""
    write, ending = ((write_csv_many, "csv"), (write_json_many, "json"), (write_xml_many, "xml"))[kind % 3]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.{ending}"
    waiting = folder / f"{path.name}.part"
    waiting.write_bytes(write([report.document for report in reports]))
    return waiting.rename(path)


@contextmanager
def served(reports: Sequence[Report]) -> Iterator[str]:
    """The address of an outside system that offers the reports page by page, while the block runs."""
    pages = [[_as_json(report) for report in reports[at : at + PAGE]] for at in range(0, len(reports), PAGE)]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/reports/1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _as_json(report: Report) -> Any:
    row = report.row
    written = write_json(report.edition, row.unit_id, row.period, row.scope, report.values, report.explanations)
    return json.loads(written)


def _handler(pages: list[list[Any]]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = self.path.rpartition("/")[2]
            known = number.isdigit() and 1 <= int(number) <= len(pages)
            if self.headers.get("Authorization") != f"Bearer {TOKEN}" or not known:
                self.send_error(404 if known else 410)
                return
            following = f"/reports/{int(number) + 1}" if int(number) < len(pages) else None
            body = json.dumps({"items": pages[int(number) - 1], "next": following}, ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the hub's own record says what was taken in."""

    return Handler
