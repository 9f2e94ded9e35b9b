"""Which versions of a report its receiver may see (R44), from the report's steps alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.filing import DecisionRow, FilingRow, SubmissionRow, VersionRow
from hub.domain.org import OrgRegister
from hub.domain.sight import EVERYTHING, as_sent, bringers, sent_versions, sight_of_receiver
from hub.domain.visibility import visible

DAY = date(2026, 9, 15)
BEGUN = datetime(2026, 9, 15, 3, tzinfo=UTC)


def at(minute: int) -> datetime:
    return BEGUN + timedelta(minutes=minute)


def filing(**changes: object) -> FilingRow:
    row = FilingRow(
        "f", "THU-01/2025-07-01", "THU-01", "X11", "VN/P1/X11", "commune", "2026-M09", "monthly", "own", "P1", DAY, DAY,
        at(0), None, "draft", 1, 1, None, None, None, None, None, None, False, None, at(0), at(0),
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


def steps(*made: tuple[str, int]) -> list[DecisionRow]:
    return [
        DecisionRow(str(n), "f", version, event, "", "", "a", "A", None, None, at(n))
        for n, (event, version) in enumerate(made)
    ]


def arrival(key: str, version: int | None, **changes: object) -> SubmissionRow:
    row = SubmissionRow(key, "f", "json", "", "draft", "a", "X11", at(0), "", "", 1, "0" * 64, "accepted", version)
    return replace(row, **changes)  # type: ignore[arg-type]


def made(*keys: str) -> list[VersionRow]:
    return [VersionRow("f", number, "0" * 64, key, "a", at(number)) for number, key in enumerate(keys, 1)]


@pytest.mark.parametrize(
    ("told", "sent"),
    [
        ([], set()),
        ([("check", 1)], set()),
        ([("check", 2), ("send", 2)], {2}),
        ([("send", 1), ("send_back", 1), ("check", 3)], {1}),
        ([("send", 1), ("send_back", 1), ("send", 3)], {1, 3}),
        ([("send", 1), ("accept", 1), ("finalise", 1), ("amend", 1)], {1}),
        ([("send", 1), ("withdraw", 1)], set()),
        ([("send", 1), ("withdraw", 1), ("send", 1)], {1}),
        ([("send", 1), ("send_back", 1), ("send", 2), ("withdraw", 2)], {1}),
        ([("send", 1), ("finalise", 1), ("amend", 1), ("send", 1), ("withdraw", 1)], {1}),
    ],
)
def test_sent_is_what_was_sent_more_often_than_it_was_taken_back(told: list[tuple[str, int]], sent: set[int]) -> None:
    assert sent_versions(filing(), steps(*told)) == sent


def test_what_is_in_force_counts_as_sent_whatever_the_steps_say() -> None:
    assert sent_versions(filing(accepted_version=4, sent_version=5), []) == {4, 5}


def test_its_own_side_sees_every_version_and_a_receiver_those_that_were_sent() -> None:
    seen = sight_of_receiver(filing(state="draft", version=3, sent_version=2), steps(("send", 2), ("send_back", 2)))
    assert [number for number in (1, 2, 3) if seen.holds(number)] == [2]
    assert all(EVERYTHING.holds(number) for number in (1, 2, 3))
    assert not EVERYTHING.holds(None)


def test_a_report_is_shown_to_its_receiver_as_it_was_sent_last() -> None:
    assert as_sent(filing(version=3, sent_version=2)).version == 2
    assert as_sent(filing(version=3)).version is None
    same = filing(version=2, sent_version=2)
    assert as_sent(same) is same


def test_what_was_added_after_the_last_sending_waits_for_the_next_one() -> None:
    row = filing(state="returned", version=1, sent_version=1, last_sent_at=at(5))
    seen = sight_of_receiver(row, steps(("send", 1)))
    assert seen.reaches(at(5))
    assert not seen.reaches(at(6))
    assert sight_of_receiver(replace(row, state="submitted"), steps(("send", 1))).reaches(at(6)), "it holds the report"
    assert not sight_of_receiver(filing(), []).reaches(at(0)), "nothing was sent"
    assert EVERYTHING.reaches(at(99))


def test_a_receiver_reads_the_steps_of_what_was_sent_and_every_reason() -> None:
    told = steps(("check", 1), ("send", 1), ("withdraw", 1), ("check", 2), ("sign", 2), ("send", 2), ("check", 3))
    seen = sight_of_receiver(filing(state="checked", version=3, sent_version=2), told)
    assert [(each.event, each.version) for each in told if seen.shows(each)] == [
        ("send", 1), ("withdraw", 1), ("check", 2), ("sign", 2), ("send", 2),
    ]  # fmt: skip


def test_a_receiver_opens_what_brought_or_sent_a_version_and_no_other_arrival() -> None:
    arrivals = [
        arrival("draft", 1), arrival("refused", None, verdict="refused"), arrival("brought", 2),
        arrival("sent", 2, intent="send", received_at=at(4)), arrival("later", 2, received_at=at(9)),
        arrival("sent-later", 2, intent="send", received_at=at(9)), arrival("next", 3, intent="send"),
    ]  # fmt: skip
    row = filing(state="returned", version=3, sent_version=2, last_sent_at=at(4))
    seen = sight_of_receiver(row, steps(("send", 2)))
    brought = bringers(made("draft", "brought", "next"), arrivals, seen)
    assert [each.id for each in arrivals if seen.opens(each, brought)] == ["brought", "sent"]
    assert all(EVERYTHING.opens(each, ()) for each in arrivals)


def test_words_in_a_file_of_their_own_lead_to_the_file_that_their_figures_came_in() -> None:
    arrivals = [arrival("old", 1), arrival("book", 2), arrival("words", 3, door="docx")]
    seen = sight_of_receiver(filing(version=3, sent_version=3, state="submitted"), steps(("send", 3)))
    assert bringers(made("old", "book", "words"), arrivals, seen) == {"book", "words"}


def actor(*grants: tuple[str, str]) -> Actor:
    return Actor("a", "A", grants[0][1], tuple(Grant(role, unit) for role, unit in grants))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["reporter", "checker", "signer", "approver"])
def test_who_makes_reports_sees_the_unsent_ones_of_the_unit_and_below(role: str, small_orgs: OrgRegister) -> None:
    sight = visible(actor((role, "P1")), small_orgs, DAY)
    assert sight.is_own_side("VN/P1")
    assert sight.is_own_side("VN/P1/X11")
    assert not sight.is_own_side("VN/P2/X21")
    assert not visible(actor((role, "X11")), small_orgs, DAY).is_own_side("VN/P1")


def test_an_officer_sees_unsent_what_their_own_unit_makes_and_not_what_they_receive(small_orgs: OrgRegister) -> None:
    sight = visible(actor(("officer", "P1")), small_orgs, DAY)
    assert sight.is_own_side("VN/P1")
    assert not sight.is_own_side("VN/P1/X11")


def test_who_has_both_sides_sees_all_and_the_nation_sees_what_was_sent(small_orgs: OrgRegister) -> None:
    assert visible(actor(("officer", "P1"), ("checker", "P1")), small_orgs, DAY).is_own_side("VN/P1/X11")
    assert not visible(actor(("central", "VN")), small_orgs, DAY).is_own_side("VN/P1/X11")
    assert visible(SYSTEM, small_orgs, DAY).is_own_side("VN/P1/X11")


@pytest.mark.parametrize("state", ["draft", "checked", "signed"])
def test_what_was_sent_stays_with_its_receiver_while_its_unit_works_on_it(state: str, small_orgs: OrgRegister) -> None:
    sight = visible(actor(("central", "VN")), small_orgs, DAY)
    assert sight.may_see_filing(filing(state=state, version=2, sent_version=1))
    assert not sight.may_see_filing(filing(state=state, version=2))
