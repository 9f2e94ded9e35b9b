"""What changed between two editions and why: the units' own changes add up to each figure's change exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.errors import BadRequest, NotFound
from hub.services import aggregation, publication, publication_diff, review
from hub.store import publications

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
OWNER = Actor("owner", "Vụ chủ quản", "G12", (Grant("officer", "G12"),))


@pytest.fixture
def issued(opened, submit, accept, filing_of, make_actor, document):
    """(core, first, second): X11 amends, X12 is added, X21 is gone because it was sent back, G01 stays."""
    for unit, men in (("X11", 4), ("X21", 9), ("G01", 10)):
        submit(unit, content=document(unit, men=men), now=NOW - timedelta(hours=2))
        accept(unit, NOW - timedelta(hours=1))
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    first = publication.issue(opened, CENTRAL, "thu", PERIOD, NOW)
    for unit, reason in (("X11", "Đếm thiếu một thôn"), ("X21", "Nhầm kỳ")):
        row = filing_of(unit)
        officer = make_actor("officer", row.receiver_id)
        review.send_back(opened, officer, row.id, revision=row.revision, reason=reason, now=NOW + timedelta(hours=1))
    for unit, men in (("X11", 7), ("X12", 5)):
        submit(unit, content=document(unit, men=men), now=NOW + timedelta(hours=2))
        accept(unit, NOW + timedelta(hours=3))
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, LATER)
    return opened, first, publication.issue(opened, CENTRAL, "thu", PERIOD, LATER, "Bổ sung và sửa theo đề nghị")


def line(found, ref):
    return next(each for each in found.figures if str(each.change.ref) == ref)


def test_each_report_that_counts_differently_is_named_with_who_when_and_why(issued):
    core, first, second = issued
    found = publication_diff.changes(core, CENTRAL, second.id, first.id, LATER)
    told = {each.unit_id: each for each in found.reports}
    assert {unit: (each.kind, each.old_version, each.new_version) for unit, each in told.items()} == {
        "X11": ("amended", 1, 2),
        "X12": ("added", None, 1),
        "X21": ("gone", 1, None),
    }
    assert [step.event for step in told["X11"].steps] == ["send_back", "send", "accept"]
    assert (told["X11"].why.reason, told["X11"].why.at) == ("Đếm thiếu một thôn", NOW + timedelta(hours=1))
    assert told["X11"].why.account_name == "officer P1"
    assert (told["X21"].why.reason, told["X12"].why) == ("Nhầm kỳ", None)
    assert found.counts == {"amended": 1, "added": 1, "gone": 1}
    assert found.hidden == 0


def test_the_units_differences_are_exactly_the_figures_difference(issued):
    core, first, second = issued
    found = publication_diff.changes(core, CENTRAL, first.id, second.id, LATER)
    men = line(found, "THU-01@VN:F1.r02.c01")
    assert (men.change.old, men.change.new) == (4 + 9 + 10, 7 + 5 + 10)
    assert {part.unit_id: part.moved for part in men.parts} == {"X11": 3, "X12": 5, "X21": -9}
    assert (men.exact, [part.unit_id for part in men.parts]) == (True, ["X21", "X12", "X11"])
    summed = [each for each in found.figures if each.rollup in {"sum", "last"}]
    assert len(summed) > 10
    for each in summed:
        assert each.exact, each.change
        assert sum(part.moved for part in each.parts) == each.change.difference, each.change


def test_a_province_s_figure_is_moved_by_its_own_communes_alone(issued):
    core, first, second = issued
    found = publication_diff.changes(core, CENTRAL, first.id, second.id, LATER)
    province = line(found, "THU-01@P1:F1.r02.c01")
    assert (province.change.difference, {part.unit_id for part in province.parts}) == (8, {"X11", "X12"})
    assert line(found, "THU-01@P2:F1.r02.c01").change.new is None


def test_a_ratio_claims_no_shares_and_names_what_it_is_computed_from(issued):
    core, first, second = issued
    found = publication_diff.changes(core, CENTRAL, first.id, second.id, LATER)
    ratio = line(found, "THU-01@VN:F1.r02.c05")
    assert not ratio.exact
    assert ratio.made_of == ("THU-01@VN:F1.r02.c02", "THU-01@VN:F1.r02.c01")
    amended = next(part for part in ratio.parts if part.unit_id == "X11")
    assert (amended.old, amended.new, amended.moved) == (Decimal("25.0"), Decimal("14.3"), None)


def test_coverage_says_whose_numbers_moved(issued):
    core, first, second = issued
    found = publication_diff.changes(core, CENTRAL, first.id, second.id, LATER)
    moved = {each.unit_id: (each.old[0], each.new[0]) for each in found.coverage["THU-01"]}
    assert moved == {"P1": (1, 2), "P2": (1, 0)}
    assert found.sources == ()


def test_who_may_not_open_a_commune_s_report_sees_the_change_of_its_province_only(issued):
    core, first, second = issued
    found = publication_diff.changes(core, OWNER, first.id, second.id, LATER)
    men = line(found, "THU-01@VN:F1.r02.c01")
    assert {(part.unit_id, part.filing_id, part.moved) for part in men.parts} == {("P1", None, 8), ("P2", None, -9)}
    assert (found.reports, found.hidden, men.exact) == ((), 3, True)


def test_who_may_not_read_the_report_learns_nothing_of_its_changes(issued, make_actor):
    core, first, second = issued
    with pytest.raises(NotFound):
        publication_diff.changes(core, make_actor("officer", "P1"), first.id, second.id, LATER)


def test_editions_of_different_periods_are_not_compared(issued):
    core, first, _ = issued
    with core.database.write() as connection:
        row = publications.get(connection, first.id)[0]
        other = type(row)("khac", row.report, "2026-M08", 1, row.issued_at, row.account_id, None, "0" * 64)
        publications.add(connection, other, {"regimes": {}}, [publication.PublicationFile("x", "text/x", "0", b"")])
    with pytest.raises(BadRequest):
        publication_diff.changes(core, CENTRAL, first.id, "khac", LATER)


def test_figures_may_be_asked_for_a_page_at_a_time(issued):
    core, first, second = issued
    whole = publication_diff.changes(core, CENTRAL, first.id, second.id, LATER)
    some = publication_diff.changes(core, CENTRAL, first.id, second.id, LATER, skip=3, most=4)
    assert (some.figures, some.total) == (whole.figures[3:7], len(whole.figures))
    one = publication_diff.changes(core, CENTRAL, first.id, second.id, LATER, figure="THU-01@VN:F1.r02.c05")
    assert [each.label.en for each in one.figures] == ["Nữ: Tỷ lệ mới".replace("Nữ", "Nam")]
