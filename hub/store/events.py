"""The audit chain: append-only events, each holding the hash of the one before (R40, P21).

An event is appended in the transaction of the change it tells of. On PostgreSQL appending takes one lock for the whole
chain until the commit, so append last, after every other row is locked and written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from hub.domain.plain_text import is_storable
from hub.store import at_once, tables
from hub.store.in_bulk import insert_rows
from hub.store.instants import to_text

GENESIS = "0" * 64
"""What stands as ``previous`` in the first event."""
MOST_PROBLEMS = 100
"""``verify`` stops after so many: the first one already says that the chain is broken."""

_DOMAIN = b"national-reporting-hub event 1\n"
_CHAIN_LOCK = 0x6875625F6C6F67  # "hub_log"
_TAKE_CHAIN = select(func.pg_advisory_xact_lock(_CHAIN_LOCK))
_ADD = insert(tables.event)
_HEAD = select(tables.event.c.number, tables.event.c.hash).order_by(tables.event.c.number.desc()).limit(1)
_FIELDS = (
    "number", "at", "account_id", "unit_id", "ip", "action", "object_type", "object_id", "result", "detail", "previous",
)  # fmt: skip


_STORED = (*_FIELDS, "hash")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What happened, before it has its place in the chain. ``detail`` holds no secret and no free binary."""

    at: datetime
    account_id: str
    unit_id: str
    ip: str
    action: str
    object_type: str
    object_id: str
    result: str = "ok"
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the chain as stored; ``at`` and ``detail`` are the very texts that are hashed."""

    number: int
    at: str
    account_id: str
    unit_id: str
    ip: str
    action: str
    object_type: str
    object_id: str
    result: str
    detail: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last event's number and hash; ``Head(0, GENESIS)`` for an empty chain."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """One place where the chain does not hold, in English and in Vietnamese; ``number`` is the event's."""

    number: int
    what: str
    what_vi: str


def append(
    connection: Connection,
    *,
    at: datetime,
    account_id: str,
    unit_id: str,
    ip: str,
    action: str,
    object_type: str,
    object_id: str,
    result: str = "ok",
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """The event is the new head of the chain once the open transaction commits. ValueError for unstorable text."""
    new = NewEvent(at, account_id, unit_id, ip, action, object_type, object_id, result, detail or {})
    return append_many(connection, [new])[0]


def note(connection: Connection, new: NewEvent) -> None:
    """The event stands at the end of the chain now, or with those of the other filings of its transaction."""
    together = at_once.of(connection)
    if together is None:
        append_many(connection, [new])
    else:
        together.events.append(new)


def append_many(connection: Connection, news: Sequence[NewEvent]) -> list[Event]:
    """All of them, in this order, at the end of the chain, in one statement."""
    if not news:
        return []
    prepared = [_prepared(new) for new in news]
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_CHAIN)
    last = head(connection)
    events = []
    for values in prepared:
        values |= {"number": last.number + 1, "previous": last.hash}
        event = Event(**values, hash=_hash_of(values))
        events.append(event)
        last = Head(event.number, event.hash)
    insert_rows(connection, _ADD, [{name: getattr(event, name) for name in _STORED} for event in events])
    return events


def head(connection: Connection) -> Head:
    """The end of the chain as this transaction sees it."""
    row = connection.execute(_HEAD).first()
    return Head(row.number, row.hash) if row else Head(0, GENESIS)


def of_object(connection: Connection, object_type: str, object_id: str) -> list[Event]:
    """What happened to one thing, oldest first."""
    return [
        Event(**row._mapping)
        for row in connection.execute(
            select(tables.event)
            .where(tables.event.c.object_type == object_type, tables.event.c.object_id == object_id)
            .order_by(tables.event.c.number)
        )
    ]


def count(
    connection: Connection,
    object_type: str,
    object_id: str,
    *,
    action: str,
    result: str,
    ip: str,
    since: datetime | None = None,
) -> int:
    """How often this was done to that thing with that result from that address."""
    event = tables.event.c
    query = select(func.count()).where(
        event.object_type == object_type,
        event.object_id == object_id,
        event.action == action,
        event.result == result,
        event.ip == ip,
    )
    if since is not None:
        query = query.where(event.at >= to_text(since))
    return connection.execute(query).scalar_one()


def stream(connection: Connection) -> Iterator[Event]:
    """Every event in order, a thousand at a time in memory."""
    query = select(tables.event).order_by(tables.event.c.number).execution_options(yield_per=1000)
    for row in connection.execute(query):
        yield Event(**row._mapping)


def verify(connection: Connection, checkpoints: Sequence[Head] = ()) -> list[ChainProblem]:
    """Empty when every event follows from the one before and every checkpoint stands in the chain.

    A cut tail, a rebuilt chain and an old copy are seen only against ``checkpoints`` kept outside the database.
    """
    expected = {point.number: point.hash for point in checkpoints if point.number}
    problems = [
        ChainProblem(point.number, "two checkpoints of this event differ", "hai mốc đối chiếu của dòng này khác nhau")
        for point in checkpoints
        if point.number and expected[point.number] != point.hash
    ]
    last = Head(0, GENESIS)
    query = select(*(tables.event.c[name] for name in (*_FIELDS, "hash"))).order_by(tables.event.c.number)
    for row in connection.execute(query.execution_options(yield_per=1000)):
        problems += _problems_of(row, last, expected.pop(row.number, None))
        last = Head(row.number, row.hash)
        if len(problems) >= MOST_PROBLEMS:
            return problems[:MOST_PROBLEMS]
    problems += [ChainProblem(number, *_MISSING) for number in sorted(expected)]
    return problems


_MISSING = ("an event that a checkpoint names is missing", "thiếu dòng mà mốc đối chiếu đã ghi")


def _problems_of(row: Row[Any], last: Head, checkpoint: str | None) -> list[ChainProblem]:
    whats = []
    if row.number != last.number + 1:
        first, end = last.number + 1, row.number - 1
        whats.append((f"events {first} to {end} are missing", f"thiếu các dòng từ {first} đến {end}"))
    if row.previous != last.hash:
        whats.append(("it does not follow from the event before", "không nối tiếp dòng trước"))
    if row.hash != _hash_of(dict(zip(_FIELDS, row, strict=False))):
        whats.append(("its content is not what was hashed", "nội dung khác với lúc được ghi"))
    if checkpoint is not None and row.hash != checkpoint:
        whats.append(("it is not the event that a checkpoint names", "không phải dòng mà mốc đối chiếu đã ghi"))
    return [ChainProblem(row.number, *what) for what in whats]


def _prepared(new: NewEvent) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(new, name) for name in NewEvent.__slots__}
    values["at"] = to_text(new.at)
    values["detail"] = _canonical(new.detail)
    if not is_storable("".join(values.values())) or ("\\u0000" in values["detail"] and not _storable(new.detail)):
        raise ValueError("an event may not hold NUL or lone surrogates")
    return values


def _storable(detail: Mapping[str, Any]) -> bool:
    """False where a text of the detail holds a NUL, which JSON writes with an escape."""
    return all(is_storable(text) for text in _texts(detail))


def _texts(value: object) -> Iterator[str]:
    """Every text inside a detail, keys too: JSON would escape a NUL and so hide it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _hash_of(values: Mapping[str, Any]) -> str:
    """Over canonical JSON of named fields, so no two different events share their bytes."""
    return hashlib.sha256(_DOMAIN + _canonical({name: values[name] for name in _FIELDS}).encode()).hexdigest()


def _canonical(value: Mapping[str, Any]) -> str:
    return _WRITER.encode(value)


_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
