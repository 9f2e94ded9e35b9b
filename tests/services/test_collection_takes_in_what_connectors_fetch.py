"""Collection: every thing fetched ends delivered or visibly refused; a stop anywhere is harmless (P24)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from connectors.base import ConnectorFault, Fetched, idempotency_key
from connectors.folder import FolderConnector
from hub.domain.envelope import Envelope
from hub.errors import Unavailable
from hub.services import collection, opening
from hub.services.collection import FAILING_AFTER, collect

NOW = datetime(2027, 1, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def hub(core):
    """The small hub with the filings of January opened."""
    opening.open_due(core, NOW, since=datetime(2027, 1, 1, tzinfo=UTC).date())
    return core


def report(unit, count=5):
    total = {"c01": count, "c02": 2, "c03": count - 2, "c04": "10.50"}
    none = {"c01": 0, "c02": 0, "c03": 0, "c04": 0}
    cells = {
        f"{row}.{column}": value
        for row, values in (("r01", total), ("r02", total), ("r03", none))
        for column, value in values.items()
    }
    return {"regime": "THU-01", "unit": unit, "period": "2027-M01", "forms": {"F1": {"cells": cells}}}


class Listed:
    """A connector over a list of contents: goes on where the cursor says, and can fail at will."""

    def __init__(self, *contents, fail_at=None, name="listed"):
        self.contents = [json.dumps(content).encode() for content in contents]
        self.fail_at, self.name = fail_at, name
        self.settled, self.visits = [], 0

    def fetch(self, cursor, limits, visit):
        self.visits += 1
        for index in range(cursor.get("done", 0), len(self.contents)):
            if index == self.fail_at:
                raise ConnectorFault("Nguồn không trả lời.", "The source does not answer.")
            content = self.contents[index]
            key = idempotency_key(self.name, str(index), content)
            envelope = Envelope(content, "json", idempotency_key=key, intent="send", via=self.name)
            yield Fetched(envelope, {"done": index + 1}, str(index))

    def settle(self, fetched, outcome):
        self.settled.append((fetched.key, outcome.accepted, json.loads(outcome.receipt)))


def submissions(core):
    with core.database.read() as connection:
        return connection.execute(text("SELECT count(*) FROM submission")).scalar_one()


def test_what_is_fetched_is_sent_by_the_service_account_of_the_connector(hub):
    connector = Listed(report("X11"), report("X12"))
    done = collect(hub, connector, NOW)
    assert (done.items, done.accepted, done.refused, done.failing) == (2, 2, 0, False)
    with hub.database.read() as connection:
        rows = connection.execute(text("SELECT account_id, via, intent FROM submission")).all()
    assert set(rows) == {("connector:listed", "listed", "send")}
    assert [receipt["receipts"][0]["state"] for _, _, receipt in connector.settled] == ["submitted"] * 2


def test_the_next_visit_goes_on_where_the_last_one_stopped(hub):
    collect(hub, Listed(report("X11")), NOW)
    done = collect(hub, Listed(report("X11"), report("X12")), NOW)
    assert (done.resumed_from, done.items) == ({"done": 1}, 1)


def test_a_visit_that_breaks_off_keeps_what_it_had_and_goes_on_from_there(hub):
    done = collect(hub, Listed(report("X11"), report("X12"), fail_at=1), NOW)
    assert (done.items, done.accepted, done.failing) == (1, 1, True)
    assert done.fault_vi == "Nguồn không trả lời."
    done = collect(hub, Listed(report("X11"), report("X12")), NOW)
    assert (done.resumed_from, done.items, done.accepted, done.failing) == ({"done": 1}, 1, 1, False)


def test_a_stop_after_taking_in_and_before_keeping_the_cursor_takes_nothing_in_twice(hub, monkeypatch):
    def stopped(self, cursor):
        raise KeyboardInterrupt

    monkeypatch.setattr(collection._Progress, "keep", stopped)
    with pytest.raises(KeyboardInterrupt):
        collect(hub, Listed(report("X11")), NOW)
    monkeypatch.undo()
    before = submissions(hub)
    connector = Listed(report("X11"))
    assert collect(hub, connector, NOW + timedelta(hours=1)).accepted == 1
    assert submissions(hub) == before == 1
    assert connector.settled[0][2]["receipts"][0]["received_at"] == NOW.isoformat()


def test_a_refused_report_does_not_stop_those_after_it_and_its_receipt_says_why(hub):
    connector = Listed({"regime": "NO-SUCH"}, report("X11"))
    done = collect(hub, connector, NOW)
    assert (done.items, done.accepted, done.refused) == (2, 1, 1)
    key, accepted, receipt = connector.settled[0]
    assert (key, accepted, receipt["receipts"][0]["verdict"]) == ("0", False, "refused")
    assert receipt["receipts"][0]["findings"][0]["message"]["vi"]


def test_a_thing_larger_than_the_hub_takes_is_refused_and_the_rest_goes_on(hub):
    small = replace(hub, config=replace(hub.config, max_upload_bytes=2000))
    big = report("X11") | {"outline": {"s1": "x" * 3000}}
    connector = Listed(big, report("X12"))
    done = collect(small, connector, NOW)
    assert (done.accepted, done.refused) == (1, 1)
    assert connector.settled[0][2]["code"] == "too_large"


def test_trouble_of_the_hub_itself_refuses_nothing_and_the_thing_comes_again(hub, monkeypatch):
    def away(*arguments):
        raise Unavailable

    monkeypatch.setattr(collection.intake, "receive_many", away)
    connector = Listed(report("X11"))
    done = collect(hub, connector, NOW)
    assert done.failing
    assert connector.settled == []
    monkeypatch.undo()
    assert collect(hub, Listed(report("X11")), NOW).accepted == 1


def test_after_five_failed_visits_a_connector_is_failing_and_rests_longer_each_time(hub):
    connector = Listed(report("X11"), fail_at=0)
    for _ in range(FAILING_AFTER):
        assert collect(hub, connector, NOW).failing
    resting = collect(hub, connector, NOW + timedelta(minutes=9))
    assert connector.visits == FAILING_AFTER
    assert resting.resting_until == NOW + timedelta(minutes=10)
    assert "failing" in resting.describe()
    later = NOW + timedelta(minutes=10)
    collect(hub, connector, later)
    assert connector.visits == FAILING_AFTER + 1
    assert collect(hub, connector, later + timedelta(minutes=19)).resting_until == later + timedelta(minutes=20)
    [state] = collection.states(hub)
    assert (state.failures, state.last_error) == (6, "The source does not answer.")


def test_the_rest_of_a_failing_connector_has_an_end(hub):
    connector = Listed(report("X11"), fail_at=0)
    for _ in range(60):
        collect(hub, connector, NOW, force=True)
    assert collect(hub, connector, NOW).resting_until == NOW + timedelta(hours=6)


def test_one_good_visit_ends_failing(hub):
    for _ in range(FAILING_AFTER):
        collect(hub, Listed(report("X11"), fail_at=0), NOW)
    assert collect(hub, Listed(report("X11")), NOW, force=True).accepted == 1
    [state] = collection.states(hub)
    assert (state.failures, state.last_error) == (0, None)


def test_a_failing_connector_leaves_the_others_alone(hub):
    for _ in range(FAILING_AFTER):
        collect(hub, Listed(report("X11"), fail_at=0), NOW)
    assert collect(hub, Listed(report("X12"), name="other"), NOW).accepted == 1


def test_a_folder_with_one_and_many_units_in_a_file_ends_in_done_and_refused(hub, tmp_path):
    folder = tmp_path / "watched"
    folder.mkdir()
    (folder / "1-one.json").write_text(json.dumps(report("X11")))
    (folder / "2-many.json").write_text(json.dumps({"reports": [report("X12"), report("X13")]}))
    (folder / "3-page.xlsx").write_text("<html>Đăng nhập</html>")
    (folder / "4-mixed.json").write_text(json.dumps({"reports": [report("X21"), {"regime": "NO-SUCH"}]}))
    (folder / "5-link.json").symlink_to("/etc/passwd")
    done = collect(hub, FolderConnector(folder, sleep=lambda seconds: None), NOW)
    assert (done.items, done.accepted, done.refused) == (4, 4, 3)
    assert sorted(path.name for path in (folder / "done").iterdir() if "receipt" not in path.name) == [
        "1-one.json", "2-many.json",
    ]  # fmt: skip
    assert sorted(path.name for path in (folder / "refused").iterdir() if "receipt" not in path.name) == [
        "3-page.xlsx", "4-mixed.json", "5-link.json",
    ]  # fmt: skip
    receipts = json.loads((folder / "refused" / "4-mixed.json.receipt.json").read_text())["receipts"]
    assert [receipt["verdict"] for receipt in receipts] == ["accepted", "refused"]
    assert len(done.left_out) == 1


def test_the_same_file_dropped_again_unchanged_makes_no_second_version(hub, tmp_path):
    folder = tmp_path / "watched"
    folder.mkdir()
    connector = FolderConnector(folder, sleep=lambda seconds: None)
    for _ in range(2):
        (folder / "a.json").write_text(json.dumps(report("X11")))
        assert collect(hub, connector, NOW).accepted == 1
    with hub.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM version")).scalar_one() == 1
    assert {path.name for path in (folder / "done").iterdir()} >= {"a.json", "a-2.json"}
