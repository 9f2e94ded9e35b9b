"""Filings: opened once, found by what an actor may see, changed by compare-and-set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Update,
    and_,
    bindparam,
    case,
    column,
    false,
    func,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.dml import ReturningUpdate

from hub.domain.filing import SEEN_BY_RECEIVER, STANDING, FilingPage, FilingQuery, FilingRow
from hub.domain.period import is_year
from hub.domain.visibility import Visibility
from hub.errors import Conflict
from hub.store import at_once
from hub.store.database import one_of
from hub.store.instants import from_text, to_text
from hub.store.tables import filing as table

OWED = ("draft", "checked", "signed", "returned")
BATCH = 500
MOST_PARTS = 100
"""Parts of one statement; SQLite takes 500."""

# Statements of every arrival are built once: building one costs more than SQLite needs to answer it.
_BY_ID = select(table).where(table.c.id == bindparam("wanted"))
_BY_ID_LOCKED = _BY_ID.with_for_update()


@lru_cache(maxsize=64)
def _change_of(names: tuple[str, ...]) -> Update:
    """The compare-and-set that gives these columns new values."""
    return (
        update(table)
        .where(table.c.id == bindparam("wanted"), table.c.revision == bindparam("seen"))
        .values({"revision": bindparam("next")} | {name: bindparam(f"new_{name}") for name in names})
    )


@lru_cache(maxsize=64)
def _change_of_many(names: tuple[str, ...]) -> Update:
    """The same of many filings in one statement, its parameters arrays (PostgreSQL)."""
    kinds = {"wanted": table.c.id, "seen": table.c.revision, "next": table.c.revision}
    kinds |= {f"new_{name}": table.c[name] for name in names}
    arrays = [bindparam(name, type_=postgresql.ARRAY(kind.type)) for name, kind in kinds.items()]
    columns = [column(name, kind.type) for name, kind in kinds.items()]
    given = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return (
        update(table)
        .where(table.c.id == given.c.wanted, table.c.revision == given.c.seen)
        .values({"revision": given.c.next} | {name: given.c[f"new_{name}"] for name in names})
    )


@lru_cache(maxsize=64)
def _answered_change_of(names: tuple[str, ...]) -> ReturningUpdate[Any]:
    """The same, answered with the new row."""
    return _change_of(names).returning(*table.c)


def _row(row: Row[Any]) -> FilingRow:
    values = dict(row._mapping)
    for name in ("window_start", "window_end"):
        values[name] = date.fromisoformat(values[name])
    for name in ("due_at", "opened_at", "changed_at"):
        values[name] = from_text(values[name])
    for name in ("closes_at", "first_sent_at", "last_sent_at", "resend_due"):
        values[name] = from_text(values[name]) if values[name] is not None else None
    return FilingRow(**values)


def _stored(row: FilingRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in row.__slots__}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    return value.isoformat() if isinstance(value, date) else value


def open_many(connection: Connection, rows: Iterable[FilingRow]) -> int:
    """Insert the filings that are not there yet; how many were new (R14: opening again adds none)."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing()
    pending = [_stored(row) for row in rows]
    campaigns = {(row["edition"], row["period"]) for row in pending}
    before = sum(count_campaign(connection, *campaign) for campaign in campaigns)
    for start in range(0, len(pending), BATCH):
        connection.execute(statement, pending[start : start + BATCH])
    return sum(count_campaign(connection, *campaign) for campaign in campaigns) - before


def count_campaign(connection: Connection, edition: str, period: str) -> int:
    """How many filings of a campaign there are."""
    counted = select(func.count()).select_from(table).where(table.c.edition == edition, table.c.period == period)
    return int(connection.execute(counted).scalar_one())


def get(connection: Connection, filing_id: str) -> FilingRow | None:
    """The filing as it stands, with what this transaction has yet to write; None if there is none."""
    if (known := _known(connection, filing_id)) is not None:
        return known
    if at_once.has_none(connection, "filing", filing_id):
        return None
    found = connection.execute(_BY_ID, {"wanted": filing_id}).one_or_none()
    return _row(found) if found is not None else None


def many(connection: Connection, filing_ids: Collection[str], *, hold: bool) -> dict[str, FilingRow]:
    """Those of the filings that there are, by id; with ``hold`` against other writers, in the order of their ids."""
    query = select(table).where(one_of(connection, table.c.id, filing_ids)).order_by(table.c.id)
    return {row.id: _row(row) for row in connection.execute(query.with_for_update() if hold else query)}


def _known(connection: Connection, filing_id: str) -> FilingRow | None:
    together = at_once.of(connection)
    return together.rows.get(filing_id) if together is not None else None


def lock(connection: Connection, filing_id: str) -> FilingRow | None:
    """The filing, held against other writers until the transaction ends."""
    if (known := _known(connection, filing_id)) is not None:
        return known
    found = connection.execute(_BY_ID_LOCKED, {"wanted": filing_id}).one_or_none()
    return _row(found) if found is not None else None


def change(connection: Connection, filing_id: str, revision: int, **values: Any) -> FilingRow:
    """Change a filing if nobody did since ``revision`` was seen; the new row. Conflict otherwise."""
    given = {f"new_{name}": _plain(value) for name, value in values.items()}
    given |= {"wanted": filing_id, "seen": revision, "next": revision + 1}
    if (held := _known(connection, filing_id)) is not None:
        return _change_held(connection, held, revision, values, given)
    changed = connection.execute(_answered_change_of(tuple(values)), given).one_or_none()
    if changed is None:
        raise Conflict
    return _row(changed)


def _change_held(
    connection: Connection, held: FilingRow, revision: int, values: Mapping[str, Any], given: Mapping[str, Any]
) -> FilingRow:
    """The same for one of many filings that this transaction holds: nobody can have changed it since it was read."""
    if held.revision != revision:
        raise Conflict
    at_once.write(connection, _change_of(tuple(values)), given, _change_of_many(tuple(values)))
    changed = replace(held, **values, revision=revision + 1)
    together = at_once.of(connection)
    assert together is not None
    together.rows[held.id] = changed
    return changed


def visible_to(visibility: Visibility) -> ColumnElement[bool]:
    """The rows an actor may see (R44): its own subtrees; what was sent to it; for central staff, all that was sent.

    What was sent stays seen while its unit works on it again: ``domain.sight`` says which versions of it are.
    """
    received = table.c.state.in_(sorted(SEEN_BY_RECEIVER)) | table.c.sent_version.is_not(None)
    conditions: list[ColumnElement[bool]] = _under_any(sorted(visibility.unit_paths))
    if visibility.receives_for:
        conditions.append(table.c.receiver_id.in_(sorted(visibility.receives_for)) & received)
    if visibility.national:
        conditions.append(received)
    return or_(false(), *conditions)


def _under(path: str, column: ColumnElement[str] = table.c.unit_path) -> ColumnElement[bool]:
    """At or below a path. A range, not LIKE: the index serves it and no character is special."""
    return or_(column == path, and_(column > path + "/", column < path + "0"))


_AT_ONCE = 12
"""Of more ranges joined by OR than some twenty SQLite thinks that reading the whole table is cheaper."""


def _under_any(paths: Sequence[str]) -> list[ColumnElement[bool]]:
    """At or below any of these, as conditions that an index serves however many there are."""
    if len(paths) <= _AT_ONCE:
        return [_under(path) for path in paths]
    those = table.alias("those")
    batches = [paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE)]
    found = [select(those.c.id).where(or_(*(_under(path, those.c.unit_path) for path in some))) for some in batches]
    return [table.c.id.in_(union_all(*found))]


def search(
    connection: Connection, visibility: Visibility, query: FilingQuery, unit_ids: Sequence[str] | None,
    regimes: Sequence[str] | None, now: datetime,
) -> FilingPage:  # fmt: skip
    """One page of what is visible and asked for. ``unit_ids``/``regimes`` hold the text matches.

    The latest deadline first; what is owed: the next deadline first, then what is overdue, the latest first.
    """
    where = and_(visible_to(visibility), _asked(query, now), _matching(unit_ids, regimes))
    total = connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
    rows = connection.execute(
        select(table)
        .where(where)
        .order_by(
            *(_next_first(now) if query.owed else ()),
            table.c.due_at.desc(),
            table.c.regime,
            table.c.unit_path,
            table.c.scope,
        )
        .limit(query.size)
        .offset((query.page - 1) * query.size)
    )
    return FilingPage(tuple(_row(row) for row in rows), total, query.page, query.size)


def _next_first(now: datetime) -> tuple[ColumnElement[Any], ...]:
    passed = table.c.due_at <= to_text(now)
    return case((passed, 1), else_=0), case((passed, null()), else_=table.c.due_at)


def _asked(query: FilingQuery, now: datetime) -> ColumnElement[bool]:
    conditions = [
        getattr(table.c, name) == value
        for name in ("regime", "edition", "state", "unit_id", "receiver_id", "scope", "level")
        if (value := getattr(query, name)) is not None
    ]
    if query.period is not None:
        conditions.append(_in_period(query.period))
    if query.owed:
        conditions.append(table.c.state.in_(OWED) & table.c.excluded.is_(False))
    if query.overdue:
        never_sent = table.c.first_sent_at.is_(None) & table.c.excluded.is_(False)
        conditions.append(never_sent & (table.c.due_at <= to_text(now)))
    if query.paths:
        conditions.append(or_(*map(_under, query.paths)))
    if query.due_after is not None:
        conditions.append(table.c.due_at > to_text(query.due_after))
    if query.due_until is not None:
        conditions.append(table.c.due_at <= to_text(query.due_until))
    return and_(true(), *conditions)


def _in_period(period: str) -> ColumnElement[bool]:
    """A period, or all of a year: the codes of a year's periods begin with it and a hyphen."""
    if is_year(period):
        return and_(table.c.period > f"{period}-", table.c.period < f"{period}.")
    return table.c.period == period


def _matching(unit_ids: Sequence[str] | None, regimes: Sequence[str] | None) -> ColumnElement[bool]:
    if unit_ids is None or regimes is None:
        return true()
    return or_(table.c.unit_id.in_(unit_ids), table.c.regime.in_(regimes))


def of_units(connection: Connection, paths: Sequence[str], due_from: datetime) -> list[FilingRow]:
    """The filings of exactly these units (by path) that are still to do, or were due at that moment or later."""
    rows = connection.execute(
        select(table)
        .where(table.c.unit_path.in_(paths), table.c.state.in_(OWED) | (table.c.due_at >= to_text(due_from)))
        .order_by(table.c.due_at, table.c.regime, table.c.period, table.c.unit_path, table.c.scope)
    )
    return [_row(row) for row in rows]


def due_between(connection: Connection, paths: Sequence[str], first: datetime, last: datetime) -> list[FilingRow]:
    """The filings of exactly these units whose deadline lies between two moments, the last one included."""
    c = table.c
    due = and_(c.due_at > to_text(first), c.due_at <= to_text(last))
    rows = connection.execute(
        select(table).where(c.unit_path.in_(paths), due).order_by(c.due_at, c.regime, c.period, c.unit_path, c.scope)
    )
    return [_row(row) for row in rows]


def periods_of(
    connection: Connection, paths: Sequence[str], ended_from: date
) -> list[tuple[str, str, str, str, str, date]]:
    """(id, unit, regime, frequency, scope, last day) of these units' filings whose window ended then or later."""
    c = table.c
    rows = connection.execute(
        select(c.id, c.unit_id, c.regime, c.frequency, c.scope, c.window_end)
        .where(c.unit_path.in_(paths), c.window_end >= ended_from.isoformat())
        .order_by(c.window_end, c.regime, c.scope, c.id)
    )
    return [(key, unit, *what, date.fromisoformat(end)) for key, unit, *what, end in rows]


def states(connection: Connection, edition: str) -> list[tuple[str, str, int]]:
    """How many filings of an edition stand in each (period, state), in order."""
    found = connection.execute(
        select(table.c.period, table.c.state, func.count())
        .where(table.c.edition == edition)
        .group_by(table.c.period, table.c.state)
        .order_by(table.c.period, table.c.state)
    )
    return [(period, state, number) for period, state, number in found]


def campaign(
    connection: Connection, edition: str, period: str, receivers: Sequence[str] | None = None
) -> list[FilingRow]:
    """The filings of a campaign, all or those owed to some receivers, in the order of the unit tree."""
    asked = [table.c.edition == edition, table.c.period == period]
    if receivers is not None:
        asked.append(table.c.receiver_id.in_(receivers))
    rows = connection.execute(select(table).where(*asked).order_by(table.c.unit_path, table.c.scope))
    return [_row(row) for row in rows]


def unsettled(connection: Connection, edition: str, period: str, scope: str) -> list[tuple[str, str, bool]]:
    """(unit path, state, excluded) of a campaign's filings that are not accepted, in tree order.

    With the versions in force they make up all that is owed: the denominator of coverage. One that is being amended
    is in both. (What is accepted is never excluded: see ``review``.)
    """
    wanted = {"its_edition": edition, "its_period": period, "its_scope": scope}
    rows = connection.execute(_UNSETTLED, wanted).all()
    return [(path, state, bool(excluded)) for path, state, excluded in rows]


_UNSETTLED = (
    select(table.c.unit_path, table.c.state, table.c.excluded)
    .where(
        table.c.edition == bindparam("its_edition"),
        table.c.period == bindparam("its_period"),
        table.c.scope == bindparam("its_scope"),
        *(table.c.state != state for state in sorted(STANDING)),
    )
    .order_by(table.c.unit_path)
)


def mark_aggregated(connection: Connection, included: Sequence[tuple[str, int, str]], at: datetime) -> int:
    """Move the accepted filings whose very versions were rolled up to aggregated (R25); how many moved.

    ``included`` are (filing id, version, hash). A filing that was returned or replaced meanwhile does not move.
    """
    moved = 0
    versions = {filing_id: number for filing_id, number, _ in included}
    ids = sorted(versions)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        same = case({key: versions[key] for key in batch}, value=table.c.id)
        done = connection.execute(
            update(table)
            .where(table.c.id.in_(batch), table.c.state == "accepted", table.c.accepted_version == same)
            .values(state="aggregated", revision=table.c.revision + 1)
        )
        moved += int(done.rowcount)
    return moved


def counts(connection: Connection, visibility: Visibility, now: datetime) -> list[tuple[str, str, str, bool, int, int]]:
    """(edition, period, state, excluded, filings, of which sent late or overdue) over what is visible.

    Receivers and central staff count also what has not come in yet.
    """
    c, instant = table.c, to_text(now)
    late = or_(c.first_sent_at >= c.due_at, and_(c.first_sent_at.is_(None), c.due_at <= instant))
    group = (c.edition, c.period, c.state, c.excluded)
    parts = [
        select(*group, func.count(), func.sum(late.cast(Integer))).where(part).group_by(*group)
        for part in _countable(visibility)
    ]
    found: dict[tuple[str, str, str, bool], tuple[int, int]] = {}
    for start in range(0, len(parts), MOST_PARTS):
        rows = connection.execute(union_all(*parts[start : start + MOST_PARTS]))
        for edition, period, state, excluded, number, late_ones in rows:
            key = (edition, period, state, bool(excluded))
            before = found.get(key, (0, 0))
            found[key] = before[0] + int(number), before[1] + int(late_ones or 0)
    return [(*key, *numbers) for key, numbers in found.items()]


def _countable(visibility: Visibility) -> list[ColumnElement[bool]]:
    """What may be counted, in parts that share no filing: each is one range of an index, an OR of them reads all."""
    if visibility.national:
        return [true()]
    receivers = sorted(visibility.receives_for)
    if not receivers:
        return [_under(path) for path in visibility.unit_paths]
    received = table.c.receiver_id.in_(receivers)
    return [received, *(and_(_under(path), table.c.receiver_id.not_in(receivers)) for path in visibility.unit_paths)]
