"""A hub in the middle of a campaign: filings opened, reports sent and accepted, through the services alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.catalog.catalog import Catalog
from hub.demonstration.authority import issue, make_root
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Label
from hub.domain.report_definition import ReportDefinition, Section
from hub.readers.certificates import roots_of
from hub.readers.signed_pdf import judge_pdf
from hub.readers.signed_xml import judge_xml
from hub.services import aggregation, filings, intake, opening, publication, review, signing

EDITION = "THU-01/2025-07-01"
PERIOD = "2026-M09"
NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


def make_document(unit: str, *, period: str = PERIOD, men: int = 4, women: int = 6, **changes: object) -> bytes:
    """A right report of a unit: r02 men and r03 women of whom one each is new, 2.50 million spent for each person."""
    rows = {"r02": men, "r03": women, "r01": men + women}
    cells = {}
    for row, people in rows.items():
        new = 2 if row == "r01" else 1
        cells[f"{row}.c02"] = new
        cells[f"{row}.c03"] = people - new
        cells[f"{row}.c04"] = f"{people * 2}.50" if row != "r01" else f"{(men + women) * 2 + 1}.00"
    cells.update(changes.pop("cells", {}))  # type: ignore[call-overload]
    body = {
        "regime": "THU-01",
        "unit": unit,
        "period": period,
        "forms": {"F1": {"cells": cells}},
        "outline": {"s1": "Tình hình ổn định."},
    }
    return json.dumps(body | changes, ensure_ascii=False).encode()


@pytest.fixture
def small_catalog(small_catalog: Catalog) -> Catalog:
    """The small catalog with one national report, ``thu``: the grid for the nation, then unit by unit."""
    sections = (Section("nation", "F1"), Section("units", "F1", columns=("c01",)))
    report = ReportDefinition("thu", Label("Báo cáo thử", "A test report"), "regime", "THU-01", sections)
    orgs, calendar = small_catalog.orgs, small_catalog.calendar
    catalog = replace(small_catalog, reports={"thu": report})
    catalog.__dict__.update(orgs=orgs, calendar=calendar)
    return catalog


@pytest.fixture
def published(opened, submit, accept, document):
    """(core, publication) of September 2026 with the figures of commune X11 and ministry G01."""
    for unit, men in (("X11", 4), ("G01", 10)):
        submit(unit, content=document(unit, men=men))
        accept(unit)
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    central = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
    return opened, publication.issue(opened, central, "thu", PERIOD, NOW)


@pytest.fixture
def document():
    """``document(unit, men=…, women=…, cells={…}) -> bytes``: a right JSON report, with changes."""
    return make_document


@pytest.fixture
def opened(core):
    """The filings of September 2026 opened."""
    opening.open_due(core, NOW, since=datetime(2026, 9, 1, tzinfo=UTC).date())
    return core


@pytest.fixture
def filing_of(opened):
    """``filing_of(unit_id) -> FilingRow`` of September 2026, as the system sees it."""

    def find(unit_id: str, period: str = PERIOD):
        page = filings.search(opened, SYSTEM, FilingQuery(unit_id=unit_id, period=period), NOW)
        assert page.total == 1
        return page.rows[0]

    return find


@pytest.fixture
def submit(opened, make_actor):
    """``submit(unit, actor=None, content=None, intent="send", …) -> Receipt`` through the JSON door."""

    def send(unit: str, actor=None, content: bytes | None = None, *, now=NOW, intent="send", **envelope):
        actor = actor or make_actor("approver", unit)
        body = content if content is not None else make_document(unit)
        fields = {"door": "json", "media_type": "application/json", "intent": intent}
        return intake.receive(opened, actor, Envelope(body, **(fields | envelope)), now)

    return send


@pytest.fixture
def accept(opened, filing_of, make_actor):
    """``accept(unit) -> FilingRow``: its receiver accepts what it sent."""

    def do(unit: str, now=NOW):
        row = filing_of(unit)
        return review.accept(opened, make_actor("officer", row.receiver_id), row.id, revision=row.revision, now=now)

    return do


@pytest.fixture
def signing_root():
    """A root that a hub can be made to trust."""
    return make_root(NOW - timedelta(days=400), "Gốc tin cậy của phép thử", "")


@pytest.fixture
def trusting(core, signing_root, tmp_path, monkeypatch):
    """The hub trusts that root; files are judged in this process, which is quicker than in a child."""
    folder = tmp_path / "roots"
    folder.mkdir()
    (folder / "root.pem").write_bytes(signing_root.pem)

    def judge(kind, content, document, roots, *, made_at, now, limits):
        judge_kind = judge_pdf if kind == "pdf" else judge_xml
        return judge_kind(content, document, roots_of(roots), made_at=made_at, now=now)

    monkeypatch.setattr(signing, "judge", judge)
    object.__setattr__(core, "config", replace(core.config, trust_roots=(folder,)))
    return core


@pytest.fixture
def holder(signing_root):
    """A signer's good certificate."""
    return issue(
        signing_root, "Nguyễn Văn Ký", valid_from=NOW - timedelta(days=10), valid_to=NOW + timedelta(days=90), unit="",
        organisation="Ủy ban nhân dân Xã X11",
    )  # fmt: skip
