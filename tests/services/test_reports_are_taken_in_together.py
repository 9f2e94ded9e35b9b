"""Many reports of one file are committed at one time and come out as if each had come by itself."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hub.domain.envelope import Envelope
from hub.errors import Conflict
from hub.services import intake, review, unsaved, verify
from hub.services.unsaved import Change
from hub.store import tables

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
UNITS = ("X11", "X12", "X13", "X21", "X22")


@pytest.fixture
def sender(make_actor):
    return make_actor("approver", "VN")


@pytest.fixture
def push(opened, sender):
    """``push(reports, key=…) -> receipts`` through the JSON door."""

    def do(reports, *, key="k", intent="send", now=NOW, actor=None):
        body = json.dumps({"reports": reports}, ensure_ascii=False).encode()
        envelope = Envelope(body, "json", idempotency_key=key, intent=intent, via="api")
        return intake.receive_many(opened, actor or sender, envelope, now)

    return do


@pytest.fixture
def report(document):
    def make(unit, **changes):
        return json.loads(document(unit, **changes))

    return make


def mixed(report):
    """Sound ones, one with a figure that is none, one that nobody owes, one that breaks a rule, one to be explained."""
    wrong = {"r02.c01": 1}
    return [
        report("X11"), report("X12", cells={"r02.c02": "mười"}), report("X99"), report("X13", men=8),
        report("X21", cells=wrong), report("X22", cells={"r02.c04": "9000.00", "r01.c04": "9012.50"}),
    ]  # fmt: skip


def stored(core) -> dict[str, list]:
    """All that intake writes, without the ids and receipts that are made of chance."""
    left_out = {"id", "submission_id", "receipt", "number", "previous", "hash", "mail_id"}
    found = {}
    with core.database.read() as connection:
        for table in (
            tables.filing, tables.submission_content, tables.submission, tables.version, tables.decision,
            tables.explanation, tables.notification, tables.event,
        ):  # fmt: skip
            kept = [each for each in table.columns if each.name not in left_out or table is tables.filing]
            rows = [tuple(row) for row in connection.execute(select(*kept))]
            found[table.name] = sorted(map(repr, rows))
    found["event"] = [text for text in found["event"] if "submission" not in text]
    return found


def told(receipt):
    return (
        receipt.verdict, receipt.filing_id, receipt.version, receipt.version_sha256, receipt.state, receipt.on_time,
        tuple((each.code, each.key, each.message_vi) for each in receipt.findings),
    )  # fmt: skip


@pytest.fixture(scope="module")
def kept():
    """What each way of taking in gave, by database."""
    return {}


@pytest.mark.parametrize("together", [1, 64])
def test_a_mixed_file_gives_the_same_verdicts_and_rows_as_its_reports_one_by_one(
    together, opened, push, report, sender, monkeypatch, kept
):
    monkeypatch.setattr(intake, "TOGETHER", together)
    reports = mixed(report)
    receipts = push(reports)
    assert [each.verdict for each in receipts] == ["accepted", "refused", "refused", "accepted", "refused", "accepted"]
    assert [each.state for each in receipts[:4:3]] == ["submitted", "submitted"]
    again = [report("X11", men=9), report("X13", men=8), report("X22", men=3)]
    receipts += push(again, key="l", intent="draft", now=NOW + timedelta(minutes=1))
    rows = {name: [row.replace(sender.account_id, "sender") for row in each] for name, each in stored(opened).items()}
    now = rows, [told(each) for each in receipts]
    assert kept.setdefault(opened.database.kind, now) == now
    assert verify.everything(opened).problems == []


def test_a_repeated_push_gets_the_same_receipts_and_stores_nothing_more(opened, push, report):
    first = push(mixed(report))
    before = stored(opened)
    second = push(mixed(report), now=NOW + timedelta(minutes=5))
    assert [each.submission_id for each in second] == [each.submission_id for each in first]
    assert all(each.repeat_of for each in second)
    assert stored(opened) == before


def test_what_was_taken_before_a_push_broke_off_is_not_taken_twice(opened, push, report, monkeypatch):
    units = [report(unit) for unit in UNITS]
    monkeypatch.setattr(intake, "TOGETHER", 2)
    real, groups = intake._record_together, []

    def dying(*arguments):
        groups.append(1)
        if len(groups) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "_record_together", dying)
        with pytest.raises(KeyboardInterrupt):
            push(units)
    assert len(stored(opened)["version"]) == 2
    receipts = push(units, now=NOW + timedelta(minutes=1))
    assert [bool(each.repeat_of) for each in receipts] == [True, True, False, False, False]
    assert len(stored(opened)["version"]) == len(stored(opened)["submission"]) == 5


def test_a_unit_that_stands_twice_in_a_file_gets_two_versions_in_order(push, report):
    receipts = push([report("X11", men=4), report("X12"), report("X11", men=9)], intent="draft")
    assert [each.version for each in receipts] == [1, 1, 2]


def test_a_used_key_with_another_body_is_told_and_leaves_the_rest_as_it_was(opened, push, report):
    push([report("X11"), report("X12")])
    before = stored(opened)
    with pytest.raises(Conflict):
        push([report("X13"), report("X12", men=7)])
    assert stored(opened) == before


def test_one_report_in_the_way_does_not_stop_the_others(opened, push, report, make_actor, filing_of):
    """X12 was accepted meanwhile: it is refused, its neighbours in the group are sent."""
    push([report("X12")], key="first")
    row = filing_of("X12")
    review.accept(opened, make_actor("officer", "P1"), row.id, revision=row.revision, now=NOW)
    receipts = push([report("X11"), report("X12", men=9), report("X13")], key="second")
    assert [each.verdict for each in receipts] == ["accepted", "refused", "accepted"]


def test_what_somebody_typed_meanwhile_is_laid_aside_not_lost(opened, push, report, make_actor, filing_of):
    reporter, row = make_actor("reporter", "X12"), filing_of("X12")
    unsaved.note(opened, reporter, row.id, version=0, seen=0, changes={"cell.F1.r02.c03": Change("77")}, now=NOW)
    push([report("X11"), report("X12")], intent="draft")
    assert "77" in str(unsaved.everything(opened, reporter, row.id, NOW))


def test_pushes_of_the_same_units_in_other_orders_at_once_store_each_report_whole(opened, report, push, filing_of):
    failures: list[BaseException] = []

    def one(number: int) -> None:
        units = UNITS if number % 2 else UNITS[::-1]
        try:
            push([report(unit, men=4 + number) for unit in units], key=f"p{number}", intent="draft")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert [filing_of(unit).version for unit in UNITS] == [4] * 5
    assert verify.everything(opened).problems == []
