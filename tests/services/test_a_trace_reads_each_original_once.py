"""One file may bring many reports; tracing a figure through them reads that file once and finds each report's cell."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.services import aggregation, intake, originals, publication, tracing

EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def reads(monkeypatch):
    """The door of each original that was read."""
    doors: list[str] = []
    given = originals.read

    def counted(door, *rest):
        doors.append(door)
        return given(door, *rest)

    monkeypatch.setattr(originals, "read", counted)
    return doors


@pytest.fixture
def traced(opened, accept, make_actor):
    """``traced(cell)``: the trace of a figure of the report made of what both communes sent."""

    def trace(cell: str):
        for unit in ("X11", "X12"):
            accept(unit)
        aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
        centre = make_actor("central", "VN")
        issued = publication.issue(opened, centre, "thu", PERIOD, NOW)
        return tracing.trace(opened, centre, issued.id, cell, NOW)

    return trace


def test_a_file_of_two_reports_is_read_once_and_gives_each_its_own_cell(opened, make_actor, document, reads, traced):
    both = make_actor("approver", "X11")
    both = replace(both, grants=both.grants + make_actor("approver", "X12").grants)
    reports = [json.loads(document("X11", men=4)), json.loads(document("X12", men=5))]
    intake.receive_many(opened, both, Envelope(json.dumps({"reports": reports}).encode(), "json", intent="send"), NOW)
    found = traced("F1.r02.c02")
    assert [(part.unit_id, part.place.pointer, part.computed) for part in found.parts] == [
        ("X11", "/reports/0/forms/F1/cells/r02.c02", False),
        ("X12", "/reports/1/forms/F1/cells/r02.c02", False),
    ]
    assert reads == ["json"]


def test_two_pages_filled_alike_are_the_same_bytes_and_both_are_found(filing_of, document, submit, reads, traced):
    cells = json.loads(document("X11"))["forms"]["F1"]["cells"]
    page = "&".join([*(f"cell.F1.{at}={str(value).replace('.', ',')}" for at, value in cells.items()), "outline.s1=x"])
    for unit in ("X11", "X12"):
        submit(unit, content=page.encode(), door="form", media_type="application/x-www-form-urlencoded",
               filing_id=filing_of(unit).id, seen_version=0)  # fmt: skip
    found = traced("F1.r02.c02")
    assert [(part.unit_id, part.place.field) for part in found.parts] == [
        ("X11", "cell.F1.r02.c02"), ("X12", "cell.F1.r02.c02"),
    ]  # fmt: skip
    assert reads == ["form", "form"], "the bytes do not say whose they are"
