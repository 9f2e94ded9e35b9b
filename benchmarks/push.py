"""Bulk push: the reports of many communes in one body of the API, to durable versions with receipts, against rivals.

The hub's side is the whole of ``POST /api/v1/submissions``: token, reading, every check, content, version, packed
figures, decisions, submission, receipt and audit line of each report, committed and on disk.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from benchmarks import push_rivals
from benchmarks.campaign import NOW, PERIOD, SENDER, communes, make_edition, make_figures, open_hub
from benchmarks.measuring import Line, at_least
from benchmarks.postgres import beside
from hub.app import create_app
from hub.domain.interchange import ReportDocument
from hub.domain.regime import Edition
from hub.services import access
from hub.services.core import Core
from hub.store import tables
from hub.store.instants import to_text
from hub.writers.json import write_json_many
from hub.writers.xml import write_xml_many

SHAPES = ((10, 10), (60, 15))
"""Rows and columns: 100 cells without rules, 900 with twenty."""
WRITERS = {"application/json": write_json_many, "application/xml": write_xml_many}
BODY = 1_900_000
"""Bytes of one body at most: larger ones are first tried in a child process, and so read twice."""


def in_bulk(name: str, url: str, count: int) -> list[Line]:
    """Values a second of ``count`` reports of 100 cells and as many of 900, in JSON and XML, and of the rivals."""
    lines = []
    for number, (rows, columns) in enumerate(SHAPES):
        edition = make_edition(rows, columns)
        cells = rows * columns
        some = count if cells < 500 else count // 3
        rates = {
            kind: _pushed(_again(url, f"{number}{part}"), edition, some, kind) for part, kind in enumerate(WRITERS)
        }
        reached = rates["application/json"]
        for kind, rate in rates.items():
            lines.append(
                Line(f"{some:,} reports of {cells} cells pushed as {kind[12:]}", name, f"{rate:,.0f} values/s")
            )
        rivals = push_rivals.rates(_again(url, f"{number}r"), min(40_000, some * cells))
        for rival, (rate, target) in rivals.items():
            lines.append(Line(f"   rival: {rival}", name, f"{rate:,.0f} values/s"))
            lines.append(at_least("   times faster", name, reached / rate, " ×", target))
    return lines


def _again(url: str, suffix: str) -> str:
    """Another database beside the one that the measurement was given."""
    return beside(url, suffix) if url.startswith("postgresql") else url.replace(".db", f"{suffix}.db")


def _pushed(url: str, edition: Edition, count: int, kind: str) -> float:
    core = open_hub(url, edition)
    client, headers = _signed_in(core)
    units = [unit.id for unit in communes(core)[:count]]
    bodies = _bodies(edition, units, kind)
    began = time.perf_counter()
    for number, body in enumerate(bodies):
        answer = client.post(
            "/api/v1/submissions?intent=send", data=body, content_type=kind,
            headers=headers | {"Idempotency-Key": f"push-{number}"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    seconds = time.perf_counter() - began
    with core.database.read() as connection:
        stored = connection.scalar(select(func.count()).select_from(tables.version))
    assert stored == count, (stored, count)
    core.database.dispose()
    return count * len(edition.figures) / seconds


def _bodies(edition: Edition, units: Sequence[str], kind: str) -> list[bytes]:
    """The reports of these units in as few bodies as the limits allow."""
    figures = [make_figures(edition, seed) for seed in range(12)]
    documents = [
        ReportDocument(edition, unit, PERIOD.code, "own", figures[number % len(figures)])
        for number, unit in enumerate(units)
    ]
    write = WRITERS[kind]
    share = max(1, len(documents) * len(write(documents[:10])) // min(10, len(documents)) // BODY + 1)
    size = -(-len(documents) // share)
    return [write(documents[at : at + size]) for at in range(0, len(documents), size)]


def _signed_in(core: Core) -> tuple[FlaskClient, dict[str, str]]:
    """A client of the hub's application and the headers of a machine that may send for every commune."""
    with core.database.write() as connection:
        connection.execute(insert(tables.account), _account())
        connection.execute(
            insert(tables.role_grant),
            [{"account_id": SENDER.account_id, "role": each.role, "unit_id": each.unit_id} for each in SENDER.grants],
        )
    token = access.issue_token(
        core, SENDER, account_id=SENDER.account_id, name="push", scopes={"read", "submit", "send"}, now=NOW
    )
    app = create_app(core, lambda: NOW)
    return app.test_client(), {"Authorization": f"Bearer {token}"}


def _account() -> dict[str, object]:
    return {
        "id": SENDER.account_id, "username": "push", "name": SENDER.name, "unit_id": SENDER.unit_id,
        "password_hash": "-", "must_change_password": False, "active": True, "failures": 0,
        "created_at": to_text(NOW),
    }  # fmt: skip
