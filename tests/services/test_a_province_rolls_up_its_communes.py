"""R25-R29: communes send to their province, which accepts, rolls up, adds its own and sends on."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery, FilingRow
from hub.domain.form import Address, Label
from hub.domain.org import OrgRegister, OrgUnit, Succession
from hub.domain.regime import Reporter
from hub.domain.values import from_canonical
from hub.errors import Conflict, Forbidden, HubError, NotFound, Refused
from hub.services import aggregation, filings, intake, review, rollup_filing, rollup_view, verify
from hub.store import rollup_sources, versions

EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
PEOPLE = {"X11": (4, 6), "X12": (10, 20), "X13": (7, 9)}
NEW_MEN = Address("F1", "r02", "c02")
LATE = "Ba xã vùng lũ chưa gửi kịp."


@pytest.fixture
def at() -> Callable[[], datetime]:
    """A clock that goes on by a second whenever it is looked at."""
    seconds = count(1)
    return lambda: NOW + timedelta(seconds=next(seconds))


@pytest.fixture
def sent(submit, document):
    """Every commune of P1 has sent."""
    for unit, (men, women) in PEOPLE.items():
        submit(unit, content=document(unit, men=men, women=women))


@pytest.fixture
def province(make_actor):
    return make_actor("approver", "P1")


@pytest.fixture
def build(opened, filing_of, province, at):
    """``build(revision=None, actor=None) -> FilingRow``: the province rolls up what it accepted."""

    def do(revision: int | None = None, actor: Any = None) -> FilingRow:
        row = filing_of("P1")
        seen = row.revision if revision is None else revision
        return rollup_filing.build(opened, actor or province, row.id, revision=seen, now=at())

    return do


@pytest.fixture
def send(opened, filing_of, province, at):
    """``send() -> FilingRow``: the province explains every warning, checks and sends its roll-up."""

    def do() -> FilingRow:
        row = filing_of("P1")
        findings = filings.open_one(opened, province, row.id, at()).findings
        warnings = {each.key: LATE for each in findings if each.severity == "warning"}
        filings.explain(opened, province, row.id, warnings, at())
        checked = filings.check(opened, province, row.id, revision=row.revision, now=at())
        return filings.send(opened, province, row.id, revision=checked.revision, now=at())

    return do


@pytest.fixture
def give_back(opened, filing_of, make_actor, at):
    """``give_back(unit) -> FilingRow``: its receiver returns the report."""

    def do(unit: str) -> FilingRow:
        row = filing_of(unit)
        officer = make_actor("officer", row.receiver_id)
        return review.send_back(opened, officer, row.id, revision=row.revision, reason="Sai số", now=at())

    return do


@pytest.fixture
def figures(opened):
    """``figures(row) -> values`` of the latest version."""

    def read(row: FilingRow):
        with opened.database.read() as connection:
            stored = versions.get(connection, row.id, row.version or 0)
        return from_canonical(opened.catalog.edition(EDITION), stored.document)

    return read


def all_of(opened, row: FilingRow) -> set[str]:
    with opened.database.read() as connection:
        source = rollup_sources.latest(connection, row.id, row.version)
    assert source is not None
    return {part.unit_id for part in source.lineage.parts}


def edited(submit, province, figures, row: FilingRow, **cells: object):
    """The province saves its roll-up with some cells changed, through the JSON door."""
    values = figures(row)
    present = {f"{r}.{c}": str(value) for (r, c), value in values.forms["F1"].cells.items()}
    body = {"regime": "THU-01", "unit": "P1", "period": PERIOD, "scope": "rollup"}
    forms = {"F1": {"cells": present | {name.replace("_", "."): value for name, value in cells.items()}}}
    content = json.dumps(body | {"forms": forms, "outline": {"s1": "Đánh giá của tỉnh."}}, ensure_ascii=False).encode()
    return submit("P1", province, content, intent="draft")


# --- Exactness -------------------------------------------------------------------------------------------------------


def test_every_figure_is_the_sum_of_the_accepted_communes_worked_out_by_other_means(
    sent, accept, build, figures, document
):
    for unit in PEOPLE:
        accept(unit)
    values = figures(build())
    sums: dict[tuple[str, str], Fraction] = {}
    for unit, (men, women) in PEOPLE.items():
        for place, value in json.loads(document(unit, men=men, women=women))["forms"]["F1"]["cells"].items():
            row, column = place.split(".")
            sums[row, column] = sums.get((row, column), Fraction(0)) + Fraction(str(value))
    cells = values.forms["F1"].cells
    assert {place: Fraction(cells[place]) for place in sums} == sums
    for row in ("r01", "r02", "r03"):  # what no commune typed: the total and the share, from the sums
        people = sums[row, "c02"] + sums[row, "c03"]
        assert Fraction(cells[row, "c01"]) == people
        share = Decimal(int(sums[row, "c02"] * 100)) / Decimal(int(people))
        assert cells[row, "c05"] == share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def test_only_accepted_reports_are_rolled_up_and_the_others_are_listed(
    opened, sent, accept, build, filing_of, province, at
):
    accept("X11")
    accept("X12")
    row = build()
    view = rollup_view.overview(opened, province, row.id, at())
    assert [line.unit_id for line in view.included] == ["X11", "X12"]
    assert [(line.unit_id, line.state) for line in view.missing] == [("X13", "submitted")]
    assert (view.built_included, view.built_obliged) == (2, 3)
    assert filing_of("X11").state == "aggregated"
    assert filing_of("X13").state == "submitted"


def test_an_excluded_commune_is_named_and_leaves_the_denominator(
    opened, sent, accept, build, filing_of, make_actor, province, at
):
    accept("X11")
    for unit in ("X12", "X13"):
        row = filing_of(unit)
        review.exclude(
            opened, make_actor("officer", "P1"), row.id, revision=row.revision, reason="Đã sáp nhập", now=at()
        )
    row = build()
    view = rollup_view.overview(opened, province, row.id, at())
    assert view.obliged == 1
    assert [(line.unit_id, line.why) for line in view.excluded] == [("X12", "Đã sáp nhập"), ("X13", "Đã sáp nhập")]
    assert "parts_missing" not in {each.code for each in filings.open_one(opened, province, row.id, at()).findings}


def test_nothing_is_built_before_a_report_is_accepted(sent, build):
    with pytest.raises(Refused):
        build()


def test_lists_of_the_communes_stand_one_after_the_other_in_the_order_of_the_tree(
    submit, accept, build, figures, document
):
    for unit, area in (("X12", "2.50"), ("X11", "1.25")):
        body = json.loads(document(unit))
        body["forms"]["F2"] = {"records": [{"c01": unit, "c02": "1", "c04": area}]}
        submit(unit, content=json.dumps(body).encode())
        accept(unit)
    records = figures(build()).forms["F2"].records
    assert [(each["c01"], each["c04"]) for each in records] == [("X11", Decimal("1.25")), ("X12", Decimal("2.50"))]


# --- What the province adds ------------------------------------------------------------------------------------------


def test_what_the_province_changes_is_told_with_the_difference_and_must_be_explained(
    opened, sent, accept, build, submit, figures, province, filing_of, at
):
    for unit in PEOPLE:
        accept(unit)
    row = build()
    assert filings.open_one(opened, province, row.id, at()).findings == []
    edited(submit, province, figures, row, r02_c02=8, r02_c01=None, r01_c02=11, r01_c01=None, r02_c05=30.8, r01_c05=18)
    found = {each.key: each for each in filings.open_one(opened, province, row.id, at()).findings}
    assert set(found) == {"differs_from_parts@F1.r02.c02", "differs_from_parts@F1.r01.c02"}
    told = found["differs_from_parts@F1.r02.c02"]
    assert (told.found, told.expected, told.difference) == ("8", "3", "5")
    row = filing_of("P1")
    with pytest.raises(Refused):
        filings.check(opened, province, row.id, revision=row.revision, now=at())
    filings.explain(opened, province, row.id, dict.fromkeys(found, "Phần của cơ quan tỉnh"), at())
    checked = filings.check(opened, province, row.id, revision=row.revision, now=at())
    assert checked.state == "checked"


def test_the_own_part_of_the_province_stays_on_top_when_it_is_built_again(
    opened, sent, accept, build, submit, figures, province
):
    accept("X11")
    accept("X12")
    own = {"r02_c02": 7, "r01_c02": 9, "r02_c01": None, "r01_c01": None, "r02_c06": "Ghi chú của tỉnh"}
    edited(submit, province, figures, build(), **own)
    accept("X13")
    values = figures(build())
    cells = values.forms["F1"].cells
    assert cells["r02", "c02"] == 3 + 5  # three communes with one each, and five of the province's own
    assert cells["r01", "c02"] == 6 + 5
    assert cells["r02", "c01"] == cells["r02", "c02"] + cells["r02", "c03"]
    assert cells["r02", "c05"] == (cells["r02", "c02"] * 100 / cells["r02", "c01"]).quantize(Decimal("0.1"))
    assert cells["r02", "c06"] == "Ghi chú của tỉnh"
    assert values.outline == {"s1": "Đánh giá của tỉnh."}


def test_each_unit_s_share_of_a_figure_can_be_seen(
    opened, sent, accept, build, submit, figures, province, make_actor, at
):
    for unit in PEOPLE:
        accept(unit)
    row = build()
    edited(submit, province, figures, row, r02_c02=4, r01_c02=7, r02_c01=None, r01_c01=None, r02_c05=None, r01_c05=None)
    seen = rollup_view.figure_parts(opened, province, row.id, NEW_MEN, at())
    assert [(part.unit_id, part.value) for part in seen.parts] == [("X11", 1), ("X12", 1), ("X13", 1)]
    assert (seen.together, seen.own, seen.value, seen.hidden) == (3, 1, 4, 0)


def test_the_receiver_of_a_roll_up_sees_who_is_in_it_and_not_what_each_reported(
    opened, sent, accept, build, send, make_actor, at
):
    accept("X11")
    build()
    row = send()
    officer = make_actor("officer", row.receiver_id)
    view = rollup_view.overview(opened, officer, row.id, at())
    assert [(line.unit_id, line.open) for line in view.included] == [("X11", False)]
    seen = rollup_view.figure_parts(opened, officer, row.id, NEW_MEN, at())
    assert (seen.parts, seen.hidden, seen.together) == ((), 1, 1)


# --- Returning -------------------------------------------------------------------------------------------------------


def test_a_returned_report_falls_out_and_the_roll_up_is_not_sent_until_it_is_built_again(
    opened, sent, accept, build, send, give_back, province, filing_of, figures, at
):
    for unit in PEOPLE:
        accept(unit)
    row = build()
    give_back("X12")
    view = rollup_view.overview(opened, province, row.id, at())
    assert [(line.unit_id, line.change) for line in view.changed] == [("X12", "dropped")]
    assert view.fallen == 1
    with pytest.raises(Refused, match="X12"):
        filings.check(opened, province, row.id, revision=filing_of("P1").revision, now=at())
    assert all_of(opened, build()) == {"X11", "X13"}
    assert figures(filing_of("P1")).forms["F1"].cells["r02", "c02"] == 2
    assert send().state == "submitted"


def test_a_report_accepted_again_with_other_figures_is_in_the_next_version(
    opened, sent, accept, build, give_back, submit, document, filing_of, figures, province, at
):
    accept("X11")
    accept("X12")
    build()
    give_back("X12")
    submit("X12", content=document("X12", men=11, women=20))
    accept("X12")
    view = rollup_view.overview(opened, province, filing_of("P1").id, at())
    assert [(line.unit_id, line.change) for line in view.changed] == [("X12", "replaced")]
    row = build()
    assert figures(row).forms["F1"].cells["r02", "c01"] == 4 + 11
    assert rollup_view.overview(opened, province, row.id, at()).changed == ()


def test_what_is_in_a_sent_roll_up_is_not_returned_before_the_roll_up_is(
    opened, sent, accept, build, send, give_back, filing_of
):
    accept("X11")
    accept("X12")
    build()
    send()
    with pytest.raises(Refused, match="P1"):
        give_back("X11")
    assert filing_of("X11").state == "aggregated"
    give_back("P1")
    assert give_back("X11").state == "returned"


def test_what_is_in_a_withdrawn_roll_up_may_be_returned(opened, sent, accept, build, send, give_back, province, at):
    accept("X11")
    build()
    row = send()
    filings.withdraw(opened, province, row.id, revision=row.revision, reason="Nhầm", now=at())
    assert give_back("X11").state == "returned"


def test_a_report_accepted_after_the_roll_up_was_sent_is_in_nobody_s_way(sent, accept, build, send, give_back):
    accept("X11")
    build()
    send()
    accept("X12")
    assert give_back("X12").state == "returned"


def test_a_report_that_arrives_to_be_sent_at_once_is_refused_while_a_part_has_fallen_out(
    opened, sent, accept, build, give_back, submit, province, figures, filing_of
):
    accept("X11")
    accept("X12")
    row = build()
    give_back("X12")
    cells = {f"{r}.{c}": str(value) for (r, c), value in figures(row).forms["F1"].cells.items()}
    body = {"regime": "THU-01", "unit": "P1", "period": PERIOD, "scope": "rollup", "forms": {"F1": {"cells": cells}}}
    receipt = submit("P1", province, json.dumps(body).encode())
    assert (receipt.verdict, receipt.findings[-1].code) == ("refused", "parts_fallen")
    assert filing_of("P1").sent_version is None


# --- Twice and at once -----------------------------------------------------------------------------------------------


def test_a_second_click_on_roll_up_changes_nothing(sent, accept, build, filing_of):
    accept("X11")
    seen = filing_of("P1").revision
    first = build(revision=seen)
    assert build(revision=seen) == first
    assert filing_of("P1").version == 1


def test_two_people_who_roll_up_at_once_make_one_version(opened, sent, accept, filing_of, make_actor, at):
    for unit in PEOPLE:
        accept(unit)
    row = filing_of("P1")
    people = [make_actor("approver", "P1") for _ in range(6)]

    def click(actor: Any) -> int | None:
        return rollup_filing.build(opened, actor, row.id, revision=row.revision, now=NOW).version

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(click, people)) == {1}
    assert filing_of("P1").version == 1
    assert all_of(opened, filing_of("P1")) == set(PEOPLE)


def test_a_return_and_a_sending_at_once_never_end_with_a_sent_roll_up_of_a_returned_report(
    opened, sent, accept, build, send, give_back, filing_of, province, make_actor, at
):
    accept("X11")
    accept("X12")
    for _ in range(5):
        build()
        row, child = filing_of("P1"), filing_of("X12")
        findings = filings.open_one(opened, province, row.id, at()).findings
        filings.explain(opened, province, row.id, {each.key: LATE for each in findings}, at())
        row = filings.check(opened, province, row.id, revision=row.revision, now=at())
        officer, now = make_actor("officer", "P1"), at()
        deeds: list[Callable[[], object]] = [
            lambda row=row, now=now: filings.send(opened, province, row.id, revision=row.revision, now=now),
            lambda child=child, now=now, officer=officer: review.send_back(
                opened, officer, child.id, revision=child.revision, reason="Sai", now=now
            ),
        ]
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(_outcome, deeds))
        assert sorted(outcomes) == ["done", "refused"]
        assert (filing_of("P1").state == "submitted") != (filing_of("X12").state == "returned")
        if filing_of("P1").state == "submitted":
            give_back("P1")
            give_back("X12")
        _resend(opened, filing_of, make_actor, at, "X12")
        accept("X12")


def _outcome(deed: Callable[[], object]) -> str:
    try:
        deed()
    except Refused:
        return "refused"
    return "done"


def _resend(opened, filing_of, make_actor, at, unit: str) -> None:
    """What was returned goes out again as it was."""
    actor, row = make_actor("approver", unit), filing_of(unit)
    with opened.database.read() as connection:
        values = from_canonical(opened.catalog.edition(EDITION), versions.get(connection, row.id, row.version).document)
    cells = {f"{r}.{c}": str(value) for (r, c), value in values.forms["F1"].cells.items()}
    note = {"s1": f"Gửi lại lúc {at().isoformat()}"}
    body = {"regime": "THU-01", "unit": unit, "period": PERIOD, "forms": {"F1": {"cells": cells}}, "outline": note}
    receipt = intake.receive(opened, actor, Envelope(json.dumps(body).encode(), "json", intent="send"), at())
    assert receipt.state == "submitted", receipt.findings


def test_a_change_by_somebody_else_is_not_built_over(opened, sent, accept, build, submit, figures, province, filing_of):
    accept("X11")
    row = build()
    edited(submit, province, figures, row, r02_c06="Ghi chú")
    accept("X12")
    with pytest.raises(Conflict):
        build(revision=row.revision)


# --- Who and what ----------------------------------------------------------------------------------------------------


def test_a_roll_up_that_is_sent_is_not_built_again(sent, accept, build, send):
    accept("X11")
    build()
    send()
    accept("X12")
    with pytest.raises(Refused):
        build()


@pytest.mark.parametrize(
    ("role", "unit", "error"),
    [
        ("officer", "P1", Forbidden),
        ("reporter", "X11", NotFound),
        ("approver", "P2", NotFound),
        ("officer", "G12", NotFound),
    ],
)
def test_only_the_unit_itself_rolls_up(sent, accept, build, make_actor, role, unit, error):
    accept("X11")
    with pytest.raises(error):
        build(actor=make_actor(role, unit))


def test_a_first_hand_report_is_not_rolled_up(opened, sent, filing_of, make_actor, at):
    row = filing_of("X11")
    with pytest.raises(NotFound):
        rollup_filing.build(opened, make_actor("approver", "X11"), row.id, revision=row.revision, now=at())


def test_missing_units_may_be_sent_without_once_it_is_said_why(
    opened, sent, accept, build, send, province, filing_of, at
):
    accept("X11")
    row = build()
    told = filings.open_one(opened, province, row.id, at()).findings
    assert [(each.code, each.found, each.expected) for each in told] == [("parts_missing", "1", "3")]
    with pytest.raises(HubError):
        filings.check(opened, province, row.id, revision=filing_of("P1").revision, now=at())
    assert send().state == "submitted"


# --- The nation ------------------------------------------------------------------------------------------------------


def test_the_national_figures_are_the_same_with_and_without_the_roll_up(opened, sent, accept, build, send, filing_of):
    for unit in PEOPLE:
        accept(unit)

    def nation() -> tuple[dict[Address, Decimal], dict[Address, int]]:
        aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
        view = aggregation.view(opened, SYSTEM, EDITION, PERIOD, NOW)
        return view.figures, view.contributors

    before = nation()
    build()
    send()
    accept("P1")
    assert filing_of("P1").state == "accepted"
    assert nation() == before
    assert before[0][Address("F1", "r02", "c01")] == 4 + 10 + 7


def test_the_roll_up_and_the_nation_s_figures_of_the_province_agree(opened, sent, accept, build, figures):
    for unit in PEOPLE:
        accept(unit)
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    province = aggregation.view(opened, SYSTEM, EDITION, PERIOD, NOW, "P1").figures
    mine = figures(build())
    assert {address: mine.get(address) for address in province if address.form == "F1"} == {
        address: value for address, value in province.items() if address.form == "F1"
    }


# --- Verification ----------------------------------------------------------------------------------------------------


def test_verification_builds_every_roll_up_again_and_finds_the_same(opened, sent, accept, build, send):
    accept("X11")
    build()
    accept("X12")
    build()
    send()
    verified = verify.everything(opened)
    assert verified.problems == []
    assert verified.looked_at["roll-ups"] == 2


def test_verification_finds_a_roll_up_whose_parts_were_changed(opened, sent, accept, build, filing_of):
    accept("X11")
    accept("X12")
    row = build()
    with opened.database.read() as connection:
        source = rollup_sources.latest(connection, row.id, row.version)
    forged = source.lineage.vector.figures.copy()
    forged[0] += 1
    lineage = replace(source.lineage, vector=replace(source.lineage.vector, figures=forged))
    with opened.database.write() as connection:
        connection.execute(
            text("UPDATE rollup_source SET lineage = :lineage WHERE filing_id = :id"),
            {"lineage": lineage.packed(), "id": row.id},
        )
    assert verify.everything(opened).problems == [
        f"roll-up {row.id} version 1: its parts make other figures than those kept"
    ]


# --- Renames ---------------------------------------------------------------------------------------------------------


def _unit(unit_id: str, level: str, parent: str | None, **changes: Any) -> OrgUnit:
    fields: dict[str, Any] = {
        "id": unit_id, "code": unit_id, "identifier": "" if level == "commune" else unit_id,
        "name": Label(unit_id, unit_id), "level": level, "type": level, "valid_from": date(2008, 8, 1),
        "valid_to": None, "parent_code": parent, "verified": True,
    }  # fmt: skip
    return OrgUnit(**(fields | changes))


class TestARenamedProvince:
    """P1 is called P1B from 20 September on, after the window of September (R17)."""

    @pytest.fixture
    def small_orgs(self) -> OrgRegister:
        day = date(2026, 9, 20)
        units = [_unit("VN", "nation", None), _unit("G12", "ministry", "VN"), _unit("G01", "ministry", "VN")]
        units += [
            _unit("P1", "province", "VN", valid_to=date(2026, 9, 19)),
            _unit("P1B", "province", "VN", code="P1", identifier="P1", valid_from=day),
        ]
        units += [_unit(code, "commune", "P1") for code in PEOPLE]
        return OrgRegister(units, [Succession("P1", "P1B", day, "rename")])

    def test_it_still_rolls_up_what_its_communes_owed_before(
        self, opened, sent, accept, filing_of, make_actor, figures
    ):
        for unit in PEOPLE:
            accept(unit)
        row = filing_of("P1")
        later = datetime(2026, 9, 24, 3, 0, tzinfo=UTC)
        built = rollup_filing.build(opened, make_actor("approver", "P1B"), row.id, revision=row.revision, now=later)
        assert all_of(opened, built) == set(PEOPLE)
        assert figures(built).forms["F1"].cells["r02", "c01"] == 21


class TestAProvinceThatAlsoReportsItself:
    """The edition asks the province for its own figures beside the roll-up: both are first hand, one is a part."""

    @pytest.fixture
    def small_edition(self, make_small_edition):
        return make_small_edition(
            reporters=(
                Reporter("commune", "own", "province"),
                Reporter("province", "own", "owner"),
                Reporter("province", "rollup", "owner"),
            )
        )

    @pytest.fixture
    def of(self, opened):
        def find(unit: str, scope: str) -> FilingRow:
            query = FilingQuery(unit_id=unit, period=PERIOD, scope=scope)
            return filings.search(opened, SYSTEM, query, NOW).rows[0]

        return find

    def test_its_own_report_is_a_part_of_the_roll_up_and_held_by_it(
        self, opened, submit, document, make_actor, of, figures, at
    ):
        reports = {"X11": (4, 6), "P1": (20, 30)}
        for unit, (men, women) in reports.items():
            submit(unit, content=document(unit, men=men, women=women, scope="own"))
            row = of(unit, "own")
            officer = make_actor("officer", row.receiver_id)
            review.accept(opened, officer, row.id, revision=row.revision, now=at())
        row, province = of("P1", "rollup"), make_actor("approver", "P1")
        built = rollup_filing.build(opened, province, row.id, revision=row.revision, now=at())
        assert all_of(opened, built) == {"P1", "X11"}
        assert figures(built).forms["F1"].cells["r02", "c01"] == 24
        warnings = filings.open_one(opened, province, row.id, at()).findings
        filings.explain(opened, province, row.id, {each.key: LATE for each in warnings}, at())
        checked = filings.check(opened, province, row.id, revision=built.revision, now=at())
        filings.send(opened, province, row.id, revision=checked.revision, now=at())
        own = of("P1", "own")
        with pytest.raises(Refused):
            review.send_back(
                opened, make_actor("officer", "G12"), own.id, revision=own.revision, reason="Sai", now=at()
            )
        aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
        nation = aggregation.view(opened, SYSTEM, EDITION, PERIOD, NOW).figures
        assert nation[Address("F1", "r02", "c01")] == 24, "each of the two is counted once"
