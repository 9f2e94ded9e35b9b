"""No page of the demonstration weighs more than 300 kB over the wire, its scripts and styles with it."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from hub.app import create_app
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.services import accounts, filings, publication
from hub.store import sessions
from hub.store.sessions import Session
from hub.web.assets import assets

MOST_BYTES = 300_000
AFTERWARDS = datetime(2027, 6, 1, tzinfo=UTC)
LOOKING = frozenset({"trung.uong", "quan.tri", "bo.nhan", "tinh01.gui", "tinh01.nhan"})
"""One person of each kind: the centre, an administrator, a ministry, a province that sends and one that receives."""


@pytest.fixture(scope="module")
def weights(shown):
    """(bytes, person, path) of every page these people open: lists, national reports, and each edition once."""
    core, _, _ = shown
    now = max(row.issued_at for row in publication.listing(core, SYSTEM, AFTERWARDS)) + timedelta(minutes=1)
    app = create_app(core, clock=lambda: now)
    small = {name: len(gzip.compress(content, 9)) for name, content in assets().items()}
    found = []
    for account in [each for each, _ in accounts.listing(core, SYSTEM, now) if each.username in LOOKING]:
        client = _signed_in(app, core, account.id, now)
        for path in [*_plain_paths(app), *_paths_of(core, now)]:
            answer = client.get(path, headers={"Accept-Encoding": "gzip"})
            if answer.mimetype != "text/html":
                answer.close()
                continue
            packed = answer.headers.get("Content-Encoding") == "gzip"
            html = (gzip.decompress(answer.data) if packed else answer.data).decode()
            loaded = sum(small[name] for name in set(re.findall(r"/static/([\w.]+)\?", html)))
            found.append((len(answer.data) + loaded, account.username, path))
    return found


def _signed_in(app, core, account_id, now):
    with core.database.write() as connection:
        sessions.start(
            connection,
            Session(sha256(account_id.encode()).hexdigest(), account_id, "x", now, now, now + timedelta(hours=1), ""),
        )
    client = app.test_client()
    client.set_cookie("hub_session", account_id)
    return client


def _plain_paths(app):
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.arguments and not rule.rule.startswith("/api/")
    ]


def _paths_of(core, now):
    """One report of each edition, one national report of each kind, each edition's own pages."""
    for key, edition in core.catalog.editions.items():
        rows = filings.search(core, SYSTEM, FilingQuery(edition=key), now).rows
        yield from (f"/filings/{row.id}" for row in rows[:1])
        yield f"/regimes/{edition.regime}/{edition.code}/preview"
    for row in {row.report: row for row in publication.listing(core, SYSTEM, now)}.values():
        yield f"/reports/{row.id}"


def test_no_page_of_the_demonstration_is_heavier_than_300_kilobytes(weights):
    assert len({path for _, _, path in weights}) > 30
    assert [line for line in sorted(weights, reverse=True) if line[0] > MOST_BYTES] == []
