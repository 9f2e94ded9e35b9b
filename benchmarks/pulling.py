"""``python -m benchmarks --only pull``: an issued national report pulled over HTTP, against computing it on request.

3,321 communes × 100 figures rolled up and issued. The hub runs as ``hub serve`` does, in a process of its own; requests
come at a fixed rate whatever the answers do (open loop), from this process on the same cores. A time counts from when
its request was due. The rival makes the same answer from the accepted versions each time, without any network.
"""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from flask import g, render_template
from markupsafe import Markup

from benchmarks.campaign import NOW, PERIOD, make_edition, open_hub
from benchmarks.measuring import Line, at_least, at_most, median, repeat
from benchmarks.rollup import COLUMNS, ROWS, put_in_force
from hub.app import create_app
from hub.domain.access import SYSTEM, Grant
from hub.domain.form import Label
from hub.domain.regime import Edition
from hub.domain.report import Issue, build_document
from hub.domain.report_definition import ReportDefinition, Section
from hub.domain.tables import Document
from hub.services import access, aggregation, publication
from hub.services.core import Core
from hub.store.database import Database
from hub.store.publications import PublicationRow
from hub.web.rendering import read_templates
from hub.web.serving import make_server, settle
from hub.writers.tables_json import write_tables_json
from hub.writers.tables_xlsx import write_tables_xlsx

RATE, LINES = 200, 32
PASSWORD = "một câu đủ dài để đo"
LATER = datetime(2026, 9, 15, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pulled:
    """Milliseconds of each answer, in the order of the requests, and how many bytes one had."""

    times: list[float]
    size: int

    @property
    def p99(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.99)]


def an_issued_report(name: str, url: str, seconds: int) -> list[Line]:
    """JSON, 304, XLSX and page, each at its rate for so many seconds."""
    edition = make_edition(ROWS, COLUMNS)
    core = _issuing(open_hub(url, edition), edition)
    put_in_force(core, edition)
    aggregation.run(core, SYSTEM, edition.key, PERIOD.code, NOW)
    row = publication.issue(core, SYSTEM, "bench", PERIOD.code, LATER)
    token, session = _reader(core)
    made = _on_request(core, edition, row) | {"page": _page_on_request(core, edition, row)}
    core.database.dispose()
    settle()  # what was needed to set up is no part of who asks
    bearer, cookie = f"Authorization: Bearer {token}", f"Cookie: hub_session={session}"
    files = f"/api/v1/publications/{row.id}/files/{publication.publications.json_name(row).removesuffix('.json')}"
    with _serving(core) as (port, pid):
        ask = functools.partial(_pull, port, seconds)
        tag = _tag(port, f"{files}.json", bearer)
        moments = [_processor(pid)]
        json = ask(f"{files}.json", RATE, bearer)
        moments.append(_processor(pid))
        known = ask(f"{files}.json", RATE, bearer, f"If-None-Match: {tag}")
        moments.append(_processor(pid))
        xlsx, page = ask(f"{files}.xlsx", RATE, bearer), ask(f"/reports/{row.id}", 5, cookie)
    json_cost, known_cost = ((after - before) / (RATE * seconds + LINES) for before, after in pairwise(moments))
    note = f" (median {median(json.times):.2f}, {json.size / 1000:.0f} kB compressed)"
    return [
        at_most(f"issued report as JSON at {RATE}/s: p99", name, json.p99, 20, note),
        at_most(f"   nothing new (304) at {RATE}/s: median", name, median(known.times), 3, f" (p99 {known.p99:.2f})"),
        at_most("   processor time of the hub for one JSON", name, json_cost),
        at_most("   processor time of the hub for one 304", name, known_cost),
        at_most(f"   as XLSX at {RATE}/s: p99", name, xlsx.p99, None, f" (median {median(xlsx.times):.2f})"),
        at_most("   its page at 5/s: p99", name, page.p99, None, f" (median {median(page.times):.2f})"),
        *(at_most(f"   rival: computed on request, {kind}", name, each) for kind, each in made.items()),
        at_least("   JSON: times faster than this rival", name, made["JSON"] / median(json.times), "×", 1),
        at_least("   XLSX: times faster than this rival", name, made["XLSX"] / median(xlsx.times), "×", 1),
        at_least("   page: times faster than this rival", name, made["page"] / median(page.times), "×", 1),
    ]  # fmt: skip


def _issuing(core: Core, edition: Edition) -> Core:
    sections = (Section("nation", "F1"), Section("units", "F1"))
    title = Label("Báo cáo để đo", "A report to measure")
    report = ReportDefinition("bench", title, "regime", edition.regime, sections)
    config = replace(core.config, rate_read=1_000_000, scheduler=False)
    return Core(config, replace(core.catalog, reports={"bench": report}), core.database)


def _reader(core: Core) -> tuple[str, str]:
    """A token and a session of somebody in the national centre."""
    account = access.create_account(
        core, SYSTEM, username="bench", name="Bench", unit_id="VN", password=PASSWORD,
        grants=[Grant("central", "VN")], now=NOW,
    )  # fmt: skip
    token = access.issue_token(core, SYSTEM, account_id=account, name="bench", scopes=["read"], now=LATER)
    with core.database.write() as connection:
        connection.exec_driver_sql("UPDATE account SET must_change_password = false")
    return token, access.sign_in(core, "bench", PASSWORD, "127.0.0.1", datetime.now(UTC)).token


# --- the rival ------------------------------------------------------------


def _on_request(core: Core, edition: Edition, row: PublicationRow) -> dict[str, float]:
    """Median milliseconds of making each file from the accepted versions."""

    def made(write: Callable[..., object]) -> None:
        write(_document(core, edition, row))

    return {
        kind: median(repeat(lambda write=write: made(write), 5))  # type: ignore[misc]
        for kind, write in (("JSON", write_tables_json), ("XLSX", write_tables_xlsx))
    }


def _page_on_request(core: Core, edition: Edition, row: PublicationRow) -> float:
    """The same for its page: the very page of the hub, over tables that were computed for this request."""
    app = create_app(core)
    view = publication.view(core, SYSTEM, row.id, LATER)

    def made() -> None:
        document = _document(core, edition, row)
        with app.test_request_context():
            g.actor, g.csrf = SYSTEM, "x"
            page = "partials/published_tables.html"
            tables = Markup(render_template(page, publication_id=row.id, document=document))
            render_template("pages/report.html", view=view, document=document, tables=tables)

    return median(repeat(made, 5))


def _document(core: Core, edition: Edition, row: PublicationRow) -> Document:
    """The tables of the edition, rolled up anew."""
    facts = Issue(PERIOD, row.number, row.issued_at, False, row.manifest_sha256)
    with core.database.read() as connection:
        rolled = aggregation.roll_up(core, connection, edition, PERIOD, "x", NOW)
        days = publication.window_of(core, connection, edition, PERIOD)
    figures = {edition.regime: publication._figures(core, edition, PERIOD, days.end, rolled)}
    return build_document(core.catalog.reports["bench"], figures, facts)


# --- the hub over HTTP ------------------------------------------------------------


@contextmanager
def _serving(core: Core) -> Iterator[tuple[int, int]]:
    """The port and the process id of a hub in a process of its own."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(core, sending), daemon=True)
    process.start()
    try:
        yield receiving.recv(), process.pid or 0
    finally:
        process.terminate()
        process.join()


def _serve(core: Core, sending: Pipe) -> None:
    began = time.monotonic()
    own = Core(core.config, core.catalog, Database(core.database.url))
    app = create_app(own, clock=lambda: LATER + timedelta(seconds=time.monotonic() - began))
    read_templates(app)
    settle()
    server = make_server(app, "127.0.0.1", 0)
    sending.send(server.effective_port)
    server.run()


def _tag(port: int, path: str, *headers: str) -> str:
    """The tag that the hub gives this answer."""

    async def once() -> str:
        head, _ = await _exchange(await asyncio.open_connection("127.0.0.1", port), _request(path, headers))
        return next(line.partition(b": ")[2].decode() for line in head if line.lower().startswith(b"etag:"))

    return asyncio.run(once())


def _request(path: str, headers: tuple[str, ...]) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: hub", "Accept-Encoding: gzip", *headers, "", "")
    return "\r\n".join(lines).encode()


_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _exchange(line: _Line, request: bytes) -> tuple[list[bytes], int]:
    """The head of an answer and how many bytes its body had. AssertionError for anything but 200 and 304."""
    reader, writer = line
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    assert head[0].split()[1] in {b"200", b"304"}, head[0]
    size = next((int(each[15:]) for each in head if each.lower().startswith(b"content-length:")), 0)
    if head[0].split()[1] == b"200":
        await reader.readexactly(size)
    return head, size


def _pull(port: int, seconds: int, path: str, rate: int, *headers: str) -> Pulled:
    """The answers to so many requests a second, each sent when it is due if any of the lines is free."""
    return asyncio.run(_pulled(port, seconds * rate, rate, _request(path, headers)))


async def _pulled(port: int, count: int, rate: int, request: bytes) -> Pulled:
    free: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(LINES):
        line = await asyncio.open_connection("127.0.0.1", port)
        await _exchange(line, request)
        free.put_nowait(line)
    times, sizes = [0.0] * count, [0]
    began = time.perf_counter() + 0.05

    async def one(number: int) -> None:
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        line = await free.get()
        _, sizes[0] = await _exchange(line, request)
        times[number] = (time.perf_counter() - due) * 1e3
        free.put_nowait(line)

    await asyncio.gather(*(one(number) for number in range(count)))
    return Pulled(times, sizes[0])


def _processor(pid: int) -> float:
    """Milliseconds of processor time that the hub's process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") * 1e3
