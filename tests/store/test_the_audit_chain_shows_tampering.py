"""The audit chain on both databases: appended with the change, canonical, and broken by any tampering (R40, P21)."""

from __future__ import annotations

import random
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from hub.store import events
from hub.store.database import Database
from hub.store.events import GENESIS, Head, NewEvent
from hub.store.instants import from_text, to_text

NOW = datetime(2026, 11, 22, 3, 4, 5, 6, tzinfo=UTC)


def _new(number: int, **changes: object) -> NewEvent:
    fields = {"object_id": f"filing-{number}", "detail": {"n": number, "reason": 'số liệu\n"lạ"'}}
    return NewEvent(NOW, "a1", "P1", "10.0.0.1", "send", "filing", **(fields | changes))  # type: ignore[arg-type]


def _fill(database: Database, count: int) -> Head:
    with database.write() as connection:
        events.append_many(connection, [_new(number) for number in range(count)])
        return events.head(connection)


def _problems(database: Database, *checkpoints: Head) -> list[str]:
    with database.read() as connection:
        return [problem.what for problem in events.verify(connection, checkpoints)]


def test_an_empty_chain_holds(database: Database) -> None:
    assert _problems(database) == []
    with database.read() as connection:
        assert events.head(connection) == Head(0, GENESIS)


def test_each_event_follows_from_the_one_before(database: Database) -> None:
    with database.write() as connection:
        first = events.append(
            connection, at=NOW, account_id="a", unit_id="P1", ip="", action="send", object_type="filing", object_id="1"
        )
        second, third = events.append_many(connection, [_new(2), _new(3)])
    assert (first.number, second.number, third.number) == (1, 2, 3)
    assert (first.previous, second.previous, third.previous) == (GENESIS, first.hash, second.hash)
    assert _problems(database, Head(2, second.hash)) == []
    with database.read() as connection:
        assert list(events.stream(connection)) == [first, second, third]
        assert events.of_object(connection, "filing", "filing-2") == [second]


def test_an_event_is_rolled_back_with_its_change(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            events.append_many(connection, [_new(1)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert events.head(connection).number == 0


def test_many_writers_at_once_make_one_chain_without_gaps(database: Database) -> None:
    def write() -> None:
        for number in range(15):
            with database.write() as connection:
                events.append_many(connection, [_new(number)])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _problems(database) == []
    with database.read() as connection:
        assert events.head(connection).number == 60


@pytest.mark.parametrize("unstorable", ["a\x00b", "a\ud800b"])
def test_text_that_a_database_cannot_hold_is_refused_before_it_reaches_one(database: Database, unstorable: str) -> None:
    for changes in ({"object_id": unstorable}, {"detail": {"reason": unstorable}}):
        with pytest.raises(ValueError), database.write() as connection:
            events.append_many(connection, [_new(1, **changes)])
    assert _problems(database) == []


def test_a_line_break_in_a_detail_makes_no_second_line(database: Database) -> None:
    with database.write() as connection:
        event = events.append_many(connection, [_new(1, detail={"reason": "x\n2026 admin granted\r"})])[0]
    assert "\n" not in event.detail
    assert "\r" not in event.detail


# Tampering: someone with full rights on the database, its triggers out of the way.

_TABLE = "number, at, account_id, unit_id, ip, action, object_type, object_id, result, detail, previous, hash"


@contextmanager
def _as_tamperer(database: Database):
    """A transaction in which the triggers do not fire; undone at the end, so that every tampering starts fresh."""
    with database._writer.connect() as connection, connection.begin() as transaction:
        if database.kind == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for event in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER event_refuses_{event}"))
        yield connection
        transaction.rollback()


def _edit(connection, chance: random.Random, size: int) -> None:
    column = chance.choice(["at", "account_id", "unit_id", "ip", "action", "object_id", "result", "detail", "hash"])
    number = chance.randint(1, size)
    connection.execute(text(f"UPDATE event SET {column} = 'x' || substr({column}, 2) WHERE number = {number}"))


def _delete(connection, chance: random.Random, size: int) -> None:
    connection.execute(text(f"DELETE FROM event WHERE number = {chance.randint(1, size)}"))


def _insert(connection, chance: random.Random, size: int) -> None:
    place = chance.randint(1, size)
    _move(connection, place, size, 1)
    copied = _TABLE.replace("number", str(place), 1).replace(", hash", ", 'x' || substr(hash, 2)")
    connection.execute(text(f"INSERT INTO event ({_TABLE}) SELECT {copied} FROM event WHERE number = {place + 1}"))


def _swap(connection, chance: random.Random, size: int) -> None:
    one, other = chance.sample(range(1, size + 1), 2)
    for source, target in ((one, -1), (other, one), (-1, other)):
        connection.execute(text(f"UPDATE event SET number = {target} WHERE number = {source}"))


def _cut_tail(connection, chance: random.Random, size: int) -> None:
    connection.execute(text(f"DELETE FROM event WHERE number > {chance.randint(0, size - 1)}"))


def _rebuild(connection, chance: random.Random, size: int) -> None:
    """One event altered and every hash after it made anew, as only someone who knows the code can."""
    altered = chance.randint(1, size)
    kept = list(events.stream(connection))
    connection.execute(text("DELETE FROM event"))
    for event in kept:
        who = "somebody-else" if event.number == altered else event.account_id
        detail = {} if event.number == altered else {"n": event.number - 1, "reason": 'số liệu\n"lạ"'}
        new = NewEvent(
            NOW, who, event.unit_id, event.ip, event.action, event.object_type, event.object_id, "ok", detail
        )
        events.append_many(connection, [new])


def _restore_old_copy(connection, chance: random.Random, size: int) -> None:
    """The table as it was, then other events where the lost ones stood."""
    kept = chance.randint(0, size - 1)
    connection.execute(text(f"DELETE FROM event WHERE number > {kept}"))
    events.append_many(connection, [_new(number, object_id="later") for number in range(kept, size)])


def _move(connection, first: int, last: int, step: int) -> None:
    for number in range(last, first - 1, -1):
        connection.execute(text(f"UPDATE event SET number = {number + step} WHERE number = {number}"))


TAMPERINGS = (_edit, _delete, _insert, _swap, _cut_tail, _rebuild, _restore_old_copy)


def test_every_one_of_two_hundred_tamperings_is_found_against_a_checkpoint(database: Database) -> None:
    size = 24
    chance = random.Random(20261122)
    checkpoint = _fill(database, size)
    found = 0
    for number in range(200):
        with _as_tamperer(database) as connection:
            TAMPERINGS[number % len(TAMPERINGS)](connection, chance, size)
            found += bool(events.verify(connection, [checkpoint]))
    assert found == 200
    assert _problems(database, checkpoint) == []


def test_a_cut_tail_is_found_only_against_a_checkpoint(database: Database) -> None:
    checkpoint = _fill(database, 5)
    with _as_tamperer(database) as connection:
        connection.execute(text("DELETE FROM event WHERE number > 3"))
        assert events.verify(connection) == []
        assert [problem.number for problem in events.verify(connection, [checkpoint])] == [5]


def test_two_checkpoints_that_disagree_are_a_problem(database: Database) -> None:
    checkpoint = _fill(database, 3)
    assert _problems(database, checkpoint, Head(3, "0" * 64))


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_instants_as_text_keep_their_order_and_come_back_exactly(one: datetime, other: datetime) -> None:
    try:
        texts = to_text(one), to_text(other)
    except OverflowError:  # the first or last hours of the calendar, in another zone
        return
    assert from_text(texts[0]) == one.astimezone(UTC)  # a local hour that was skipped or repeated equals no instant
    assert (texts[0] < texts[1]) == (one.astimezone(UTC) < other.astimezone(UTC))
    assert {len(each) for each in texts} == {32}


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        to_text(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError):
        from_text("2026-01-01T00:00:00.000000")
