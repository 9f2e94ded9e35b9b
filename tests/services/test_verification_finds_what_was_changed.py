"""``hub verify`` sees every change made behind the hub's back, and a rebuild gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.services import aggregation, intake, opening, review, verify

NOW = datetime(2027, 1, 20, 3, 0, tzinfo=UTC)


def report(unit, count):
    total = {"c01": count, "c02": 2, "c03": count - 2, "c04": "10.50"}
    none = {"c01": 0, "c02": 0, "c03": 0, "c04": 0}
    cells = {
        f"{row}.{column}": value
        for row, values in (("r01", total), ("r02", total), ("r03", none))
        for column, value in values.items()
    }
    return {"regime": "THU-01", "unit": unit, "period": "2027-M01", "forms": {"F1": {"cells": cells}}}


@pytest.fixture
def hub(core, make_actor, small_edition):
    """The small hub with three accepted reports, rolled up."""
    opening.open_due(core, NOW, since=datetime(2027, 1, 1, tzinfo=UTC).date())
    content = json.dumps({"reports": [report("X11", 5), report("X12", 7), report("X21", 9)]}).encode()
    sender = make_actor("approver", "VN")
    received = intake.receive_many(core, sender, Envelope(content, "json", intent="send"), NOW)
    assert {receipt.state for receipt in received} == {"submitted"}
    officers = {"X1": make_actor("officer", "P1"), "X2": make_actor("officer", "P2")}
    for unit, receipt in zip(("X11", "X12", "X21"), received, strict=True):
        accepted = review.accept_many(core, officers[unit[:2]], [receipt.filing_id], NOW + timedelta(minutes=1))
        assert list(accepted) == [receipt.filing_id]
    aggregation.run(core, SYSTEM, small_edition.key, "2027-M01", NOW + timedelta(minutes=2))
    return core


def change(core, statement, **values):
    """As somebody with the database in their hands would."""
    with core.database.write() as connection:
        if core.database.kind == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement), values)
            return
        triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement), values)
        for _, sql in triggers:
            connection.exec_driver_sql(sql)


def test_what_the_hub_stored_itself_holds(hub):
    verified = verify.everything(hub)
    assert verified.problems == []
    assert verified.looked_at["versions"] == verified.looked_at["reports in force"] == 3
    assert verified.looked_at["contents"] == 1
    assert verified.looked_at["audit chain"] == 1


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE submission_content SET content = :bytes", "received content"),
        ("UPDATE version SET document = :bytes", "the document is not the one that was hashed"),
        ("UPDATE version SET figures = :bytes", "the packed figures are not those of the document"),
        ("UPDATE version SET presence = :bytes", "the packed figures are not those of the document"),
        ("UPDATE version SET filing_id = filing_id, sha256 = :hash", "the document is not the one that was hashed"),
        ("UPDATE standing SET figures = :bytes", "its figures are not those of the version"),
        ("UPDATE standing SET version = 99", "its figures are not those of the version"),
        ("UPDATE filing SET excluded = true WHERE accepted_version = 1", "the filing says otherwise"),
        ("UPDATE filing SET accepted_version = NULL", "the filing says otherwise"),
        ("DELETE FROM standing", "not in the roll-up's input"),
        ("UPDATE event SET result = 'fine'", "its content is not what was hashed"),
        ("DELETE FROM event WHERE number = 1", "missing"),
        ("UPDATE edition SET sha256 = :hash", "changed after it came into use"),
    ],
)
def test_a_change_behind_the_hubs_back_is_found_and_named(hub, statement, said):
    given = {"bytes": b"changed", "hash": "f" * 64}
    change(hub, statement, **{name: value for name, value in given.items() if f":{name}" in statement})
    verified = verify.everything(hub)
    assert not verified.holds
    assert any(said in problem for problem in verified.problems), verified.problems


def test_versions_exchanged_between_two_filings_are_found(hub):
    with hub.database.read() as connection:
        row = connection.execute(text("SELECT * FROM version ORDER BY filing_id LIMIT 1")).one()._mapping
    change(
        hub,
        "UPDATE version SET sha256 = :sha256, document = :document, figures = :figures, presence = :presence",
        **{name: row[name] for name in ("sha256", "document", "figures", "presence")},
    )
    problems = verify.everything(hub).problems
    assert sum("belongs to another filing" in problem for problem in problems) == 2


def test_an_edition_that_left_the_catalogue_is_named(hub):
    without = replace(hub, catalog=replace(hub.catalog, regimes={}))
    without.catalog.__dict__.update(orgs=hub.orgs, calendar=hub.calendar)
    assert any("not in the catalogue" in problem for problem in verify.everything(without).problems)


def test_very_many_problems_are_counted_and_not_all_told():
    verified = verify.Verified()
    verified.note("versions", [f"problem {number}" for number in range(verify.MOST_PROBLEMS + 50)])
    assert (len(verified.problems), verified.more) == (verify.MOST_PROBLEMS, 50)


def test_a_rebuild_from_unchanged_versions_gives_the_same_bytes(hub, small_edition):
    done = verify.rebuild(hub, NOW + timedelta(hours=1))
    assert done == verify.Rebuilt(((small_edition.key, "2027-M01"),), (), ())


def test_a_rebuild_repairs_and_names_aggregates_that_were_changed(hub, small_edition):
    with hub.database.read() as connection:
        figures = connection.execute(text("SELECT figures FROM aggregate WHERE unit_id = 'VN'")).scalar_one()
    wrong = bytes([bytes(figures)[0] + 1]) + bytes(figures)[1:]
    change(hub, "UPDATE aggregate SET figures = :bytes WHERE unit_id = 'VN'", bytes=wrong)
    assert verify.rebuild(hub, NOW + timedelta(hours=1)).differed == ((small_edition.key, "2027-M01"),)
    with hub.database.read() as connection:
        repaired = connection.execute(text("SELECT figures FROM aggregate WHERE unit_id = 'VN'")).scalar_one()
    assert bytes(repaired) == bytes(figures)
    assert verify.rebuild(hub, NOW + timedelta(hours=2)).differed == ()
