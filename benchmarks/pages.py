"""``python -m benchmarks --only pages``: what the pages of the demonstration hub cost the server and the wire.

For every role each page that its menu leads to, and pages of its reports. Each is asked for in a process of its own:
its first view there (templates are read, as ``hub serve`` does, and the lists that name the pages were answered), then
five warm ones; processor time, not the clock's.
"""

from __future__ import annotations

import cProfile
import gzip
import hashlib
import multiprocessing
import os
import pstats
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Template
from rich.console import Console
from sqlalchemy import LargeBinary, func, select

from benchmarks.measuring import Line, at_most, median
from hub.app import create_app
from hub.boot import open_core
from hub.config import load_config
from hub.demonstration import accounts as people
from hub.demonstration.plan import DAY, Size, instant
from hub.demonstration.show import run
from hub.domain.access import Actor
from hub.services.core import Core
from hub.services.seeing import visibility_of
from hub.store import accounts, sessions
from hub.store.filings import visible_to
from hub.store.sessions import Session
from hub.store.tables import filing, version
from hub.web.rendering import read_templates

TARGET_MS, TARGET_BYTES = 100.0, 300_000
FOLDER = "HUB_BENCH_DEMO"
"""Names a folder with a demonstration that is there already; without it one is made, which takes minutes."""
WARM = 5
NOW = instant(DAY, 3)
GZIP = {"Accept-Encoding": "gzip"}
SMALL = Size(whole=0, communes=1, provinces=2, ministries=2, few=(1, 1, 1))


@dataclass(frozen=True, slots=True)
class View:
    """What one page cost: milliseconds of processor time, statements, and bytes compressed.

    ``whole``: with every script, style and picture it loads, for a browser that has none of them yet.
    """

    first: float
    warm: float
    database: float
    statements: int
    templates: float
    size: int
    whole: int
    status: int


def of_the_demonstration(quick: bool) -> list[Line]:
    """Every page of every role, the slowest and the heaviest by name."""
    with _demonstration(quick) as folder:
        core = open_core(replace(load_config({}, var=folder, inbox=folder / "inbox"), demonstration=True))
        app = create_app(core, clock=lambda: NOW)
        read_templates(app)
        roles = list(_roles(core))
        tokens = {role: _signed_in(core, actor) for role, actor in roles}
        asked = [
            (role, name, path) for role, actor in roles
            for name, path in _pages(core, app, actor, tokens[role])
        ]  # fmt: skip
        core.database.dispose()
        views = [(f"{role}: {name}", _apart(app, tokens[role], path)) for role, name, path in asked]
    return [*_lines(views), *_totals(views)]


# --- the demonstration and its people -----------------------------------------------------------------------------


@contextmanager
def _demonstration(quick: bool) -> Iterator[Path]:
    given = os.environ.get(FOLDER)
    if given:
        yield Path(given)
        return
    with tempfile.TemporaryDirectory(prefix="hub-bench-", dir=".") as name, open(os.devnull, "w") as nowhere:
        core = open_core(replace(load_config({}, var=Path(name), inbox=Path(name) / "inbox"), demonstration=True))
        run(core, Console(file=nowhere), SMALL if quick else None, summary=False)
        core.database.dispose()
        yield Path(name)


def _roles(core: Core) -> Iterator[tuple[str, Actor]]:
    with core.database.read() as connection:
        known = {account.username: account for account in accounts.listing(connection)}
        first = min(name for name in known if name.startswith("tinh")).partition(".")[0]
        for role, username in {
            "commune": people.COMMUNE, "province": f"{first}.gui", "provincial officer": f"{first}.nhan",
            "ministry": people.MINISTRIES_SEND, "ministry officer": people.MINISTRIES_RECEIVE,
            "central": people.CENTRAL, "administrator": people.ADMINISTRATOR,
        }.items():  # fmt: skip
            account = known[username]
            yield role, Actor(account.id, account.name, account.unit_id, accounts.grants_of(connection, account.id))


def _signed_in(core: Core, actor: Actor) -> str:
    token = secrets.token_urlsafe(32)
    digest, begun, ends = hashlib.sha256(token.encode()).hexdigest(), NOW, NOW + timedelta(hours=8)
    session = Session(digest, actor.account_id, secrets.token_urlsafe(32), begun, begun, ends, "127.0.0.1")
    with core.database.write() as connection:
        sessions.start(connection, session)
    return token


# --- which pages ---------------------------------------------------------------------------------------------------


def _pages(core: Core, app: Flask, actor: Actor, token: str) -> Iterator[tuple[str, str]]:
    client = _client(app, token)
    first = client.get("/").get_data(as_text=True)
    menu = re.search(r'<nav class="menu.*?</nav>', first, re.DOTALL)
    assert menu is not None
    yield from ((path, _settled(client, unescape(path))) for path in re.findall(r'href="([^"]+)"', menu[0]))
    yield from ((path, path) for path in ("/notifications", "/profile"))
    inbox = client.get("/inbox").get_data(as_text=True)
    if found := re.search(r'href="(/inbox/campaign\?[^"]+)"', inbox):
        yield "one campaign", unescape(found[1])
    if found := re.search(r'href="(/regimes/[^/"]+/\d[^/"]+)"', client.get("/regimes").get_data(as_text=True)):
        yield "one regime", found[1]
    if found := re.search(r'href="(/reports/[^/"]+)"', client.get("/reports").get_data(as_text=True)):
        yield "one national report", found[1]
    yield from _national(client)
    yield from _filings(core, actor)


FIRST_OF = (
    ("regime, national", "/national", "/national/regimes/"),
    ("figure, national", "/national", "/national/figures/"),
    ("trace of a figure", "/national", "/national/trace?"),
    ("unit, national", "/national/punctuality", "/national/units/"),
    ("cell of punctuality", "/national/punctuality", "/national/punctuality/"),
    ("set of indicators", "/kpi", "/kpi/"),
    ("changes of an edition", "/reports", '/reports/[^/"]+/changes'),
)
"""What each is, the page that leads to it, and how its address begins."""


def _national(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """The national picture as far as it is open to them: its pages, and the first of each kind that they lead to."""
    for path in ("/national/punctuality", "/national/compare"):
        if client.get(path).status_code == 200:
            yield path, path
    found = {name: address for name, page, begins in FIRST_OF if (address := _first(client, page, begins))}
    yield from found.items()
    if address := found.get("set of indicators"):
        indicator = _first(client, address, f"{re.escape(address.partition('?')[0])}/indicators/")
        if indicator:
            yield "steering indicator", indicator
    if (address := found.get("figure, national")) and (taken := _first(client, address, "/data?")):
        yield "figures to take away", taken.partition("#")[0]


def _settled(client: FlaskClient, path: str) -> str:
    """Where the address leads: who sees no national figures is led to their own unit's."""
    answer = client.get(path)
    return answer.location if answer.location and answer.status_code == 302 else path


def _first(client: FlaskClient, page: str, begins: str) -> str | None:
    answer = client.get(page, follow_redirects=True)
    found = re.search(rf'href="({begins.replace("?", "[?]")}[^"]*)"', answer.get_data(as_text=True))
    return unescape(found[1]) if found else None


def _filings(core: Core, actor: Actor) -> Iterator[tuple[str, str]]:
    """The report of a grid, of a list, with the longest document of each, one not begun, and the largest form."""
    c, visible = filing.c, visible_to(visibility_of(core, actor, NOW))
    length = func.length(version.c.document, type_=LargeBinary)
    begun = (
        select(c.id, c.edition).join(version, (version.c.filing_id == c.id) & (version.c.number == c.version))
        .where(visible).order_by(length.desc(), c.id)
    )  # fmt: skip
    with core.database.read() as connection:
        rows = connection.execute(begun.limit(3000)).all()
        empty = connection.execute(select(c.id, c.edition).where(visible, c.version.is_(None)).limit(6000)).all()
    kinds = {key: _kind(core, key) for key in {key for _, key in (*rows, *empty)}}
    for name, among in (("grid", rows), ("list", rows)):
        if found := next((each for each, key in among if kinds[key][0] == name), None):
            yield f"report, {name}", f"/filings/{found}"
    if empty:
        found = max(empty, key=lambda each: kinds[each[1]][1])
        yield f"report not begun, {kinds[found[1]][1]} cells", f"/filings/{found[0]}"
    if rows:
        found = max(rows, key=lambda each: kinds[each[1]][1])
        yield f"report, {kinds[found[1]][1]} cells", f"/filings/{found[0]}"


def _kind(core: Core, edition: str) -> tuple[str, int]:
    forms = core.catalog.edition(edition).forms
    listed = any(form.kind == "list" for form in forms)
    cells = sum(len(form.rows) * len(form.columns) for form in forms)
    return ("list" if listed else "grid"), cells


# --- one page ------------------------------------------------------------------------------------------------------


def _client(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("hub_session", token)
    return client


def _apart(app: Flask, token: str, path: str) -> View:
    """The page in a process of its own, so that none finds another's templates and caches."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sending.send(_view(_client(app, token), path)))
    process.start()
    sending.close()
    try:
        return receiving.recv()  # type: ignore[no-any-return]
    except EOFError:
        raise SystemExit(f"the page {path} could not be measured") from None
    finally:
        process.join()


def _view(client: FlaskClient, path: str) -> View:
    def get() -> tuple[bytes, int]:
        answer = client.get(path, headers=GZIP)
        return answer.get_data(), answer.status_code

    first = _processor(get)
    warm = median([_processor(get) for _ in range(WARM)])
    with _rendering() as rendered:
        get()
    with cProfile.Profile(time.process_time) as profile:
        content, status = get()
    loaded = sum(len(client.get(file, headers=GZIP).get_data()) for file in _files_of(gzip.decompress(content)))
    return View(first, warm, *_in_database(profile), sum(rendered), len(content), len(content) + loaded, status)


def _files_of(page: bytes) -> set[str]:
    """The scripts, styles and pictures that the page names."""
    return set(re.findall(r"/static/[^\s\"'?]+\?v=\w+", page.decode()))


@contextmanager
def _rendering() -> Iterator[list[float]]:
    """The processor time of each template rendered meanwhile, with what it asks for itself."""
    spent: list[float] = []
    original = Template.render

    def timed(self: Template, *arguments: object, **named: object) -> str:
        page: list[str] = []
        spent.append(_processor(lambda: page.append(original(self, *arguments, **named))))
        return page[0]

    Template.render = timed  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        Template.render = original  # type: ignore[method-assign]


def _processor(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e3


def _in_database(profile: cProfile.Profile) -> tuple[float, int]:
    """Milliseconds inside the database's own code, to which a profile adds next to nothing, and statements."""
    spent, statements = 0.0, 0
    for (_, _, name), (_, calls, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if "Cursor" in name or "pysqlite" in name:
            spent += own * 1e3
            statements += calls if "'execute'" in name else 0
    return spent, statements


# --- what is told --------------------------------------------------------------------------------------------------


def _lines(views: Sequence[tuple[str, View]]) -> Iterator[Line]:
    for name, view in views:
        assert view.status == 200, f"{name}: {view.status}"
        shares = f" ({_share(view.database, view)} database, {_share(view.templates, view)} templates)"
        cost = f"{view.statements} statements, {view.size / 1000:.0f} kB, {view.whole / 1000:.0f} kB with all it loads"
        yield at_most(
            f"page: {name}", "SQLite", view.warm, TARGET_MS, f"{shares}, first {view.first:.0f} ms, {cost}"
        )  # fmt: skip


def _share(part: float, view: View) -> str:
    return f"{min(1.0, part / view.warm):.0%}"


def _totals(views: Sequence[tuple[str, View]]) -> Iterator[Line]:
    for what, name in (("warm", "warm"), ("first view", "first")):
        ordered = sorted((getattr(view, name), page) for page, view in views)
        yield at_most(f"pages: {what}, median of {len(views)}", "SQLite", median([ms for ms, _ in ordered]), TARGET_MS)
        yield at_most(f"pages: {what}, slowest: {ordered[-1][1]}", "SQLite", ordered[-1][0], TARGET_MS)
    size, page = max((view.whole, page) for page, view in views)
    shown, most = f"{size / 1000:.0f} kB", f"< {TARGET_BYTES // 1000} kB"
    name = f"pages: heaviest, with all it loads: {page}"
    yield Line(name, "SQLite", shown, most, f"{size / TARGET_BYTES:.2f}", size < TARGET_BYTES)
