"""Who sent on time, late or not at all, counted where the filings lie (R31, R33); few statements, whatever is counted.

``top`` is the unit right below the nation that a filing's unit is, or belongs to: a commune counts for its province.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, and_, func, or_, select, tuple_

from hub.domain.filing import STANDING
from hub.domain.period import UNSENT_STATES
from hub.domain.punctuality import COUNTED, Counts
from hub.store.filings import _under
from hub.store.instants import from_text, to_text
from hub.store.tables import event, filing

Campaign = tuple[str, str]
"""Edition key and period code."""
BATCH = 400
_ROLLED_UP = "aggregate"
"""The deed that changes no count: what is accepted stays accepted."""
_ELSEWHERE = frozenset(
    {
        "account", "edition", "export", "job", "kpi_set", "mail", "publication", "quarantine", "report", "subscription",
        "token", "unit",
    }
)  # fmt: skip
"""What audit lines tell of that is no filing and no campaign. A line of any other kind may mean anything."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The reports of a campaign that the units of one level below one top unit owe by one deadline.

    ``unsent`` were never sent and are owed; whether they are late depends on the moment they are looked at.
    """

    top: str
    level: str
    due_at: datetime
    unsent: int
    on_time: int
    late: int
    correcting: int
    waiting: int
    accepted: int
    excluded: int

    def at(self, now: datetime) -> Counts:
        """The counts at a moment (R31)."""
        overdue, pending = (self.unsent, 0) if self.due_at <= now else (0, self.unsent)
        return Counts(
            self.on_time, self.late, overdue, pending, self.correcting, self.waiting, self.accepted, self.excluded
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the audit chain: its number and hash, and the filing or campaign that it tells of, if any.

    ``anything``: it is of a kind that is not known here.
    """

    number: int
    hash: str
    filing_id: str | None = None
    campaign: Campaign | None = None
    anything: bool = False


def _kinds() -> dict[str, ColumnElement[bool]]:
    c = filing.c
    owed = c.excluded.is_(False)
    return {
        "unsent": owed & c.first_sent_at.is_(None),
        "on_time": owed & (c.first_sent_at < c.due_at),
        "late": owed & (c.first_sent_at >= c.due_at),
        "correcting": owed & c.first_sent_at.is_not(None) & c.state.in_(sorted(UNSENT_STATES)),
        "waiting": owed & (c.state == "submitted"),
        "accepted": owed & c.state.in_(sorted(STANDING)),
        "excluded": c.excluded.is_(True),
    }


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(condition.cast(Integer))


def top_of(connection: Connection) -> ColumnElement[str]:
    """The id of the unit right below the nation, out of a filing's path ``VN/…/…``."""
    path = filing.c.unit_path
    if connection.dialect.name == "postgresql":
        return func.split_part(path, "/", 2)
    below = func.substr(path, 4)
    return func.substr(below, 1, func.instr(below.concat("/"), "/") - 1)


def cells_since(connection: Connection, year: int) -> dict[Campaign, tuple[Cell, ...]]:
    """Every campaign whose period's code begins with that year or a later one."""
    return _cells(connection, filing.c.period >= f"{year:04}")


def cells_of(connection: Connection, campaigns: Collection[Campaign]) -> dict[Campaign, tuple[Cell, ...]]:
    """These campaigns; what no longer has a filing is absent."""
    found: dict[Campaign, tuple[Cell, ...]] = {}
    for batch in _batches(sorted(campaigns)):
        found |= _cells(connection, tuple_(filing.c.edition, filing.c.period).in_(batch))
    return found


def _cells(connection: Connection, asked: ColumnElement[bool]) -> dict[Campaign, tuple[Cell, ...]]:
    c, top = filing.c, top_of(connection).label("top")
    counted = [_sum(kind) for kind in _kinds().values()]
    rows = connection.execute(
        select(c.edition, c.period, top, c.level, c.due_at, *counted)
        .where(asked)
        .group_by(c.edition, c.period, top, c.level, c.due_at)
    )
    found: dict[Campaign, list[Cell]] = {}
    for edition, period, unit, level, due_at, *numbers in rows:
        cell = Cell(unit, level, from_text(due_at), *(int(number or 0) for number in numbers))
        found.setdefault((edition, period), []).append(cell)
    return {campaign: tuple(cells) for campaign, cells in found.items()}


def changes_from(connection: Connection, number: int, most: int) -> list[Change]:
    """The audit chain from that line on, in order, at most so many lines."""
    rows = connection.execute(
        select(event.c.number, event.c.hash, event.c.action, event.c.object_type, event.c.object_id)
        .where(event.c.number >= number)
        .order_by(event.c.number)
        .limit(most)
    )
    return [_change(*row) for row in rows]


def last_change(connection: Connection) -> Change:
    """The end of the audit chain; number 0 where nothing has happened."""
    row = connection.execute(
        select(event.c.number, event.c.hash).order_by(event.c.number.desc()).limit(1)
    ).one_or_none()
    return Change(*row) if row is not None else Change(0, "")


def _change(number: int, hash_: str, action: str, kind: str, name: str) -> Change:
    edition, _, period = name.rpartition(" ")
    return Change(
        number, hash_, name if kind == "filing" else None,
        (edition, period) if kind == "campaign" and action != _ROLLED_UP else None,
        kind not in {"filing", "campaign", *_ELSEWHERE},
    )  # fmt: skip


def campaigns_of(connection: Connection, filing_ids: Collection[str]) -> set[Campaign]:
    """The campaigns that some filings belong to."""
    found: set[Campaign] = set()
    for batch in _batches(sorted(filing_ids)):
        query = select(filing.c.edition, filing.c.period).where(filing.c.id.in_(batch)).distinct()
        found.update((edition, period) for edition, period in connection.execute(query))
    return found


def by_regime(
    connection: Connection, paths: Sequence[str], days: tuple[datetime, datetime], now: datetime,
    regimes: Collection[str] | None, *, below: bool,
) -> dict[str, Counts]:  # fmt: skip
    """Regime → counts of what one body owes: due after the first of ``days`` up to the last.

    ``paths``: the places of the body; ``below``: the units under it together instead of itself; ``regimes`` None: all.
    """
    return _grouped(connection, filing.c.regime, paths, days, now, regimes, below=below)


def by_unit(
    connection: Connection, paths: Sequence[str], days: tuple[datetime, datetime], now: datetime,
    regimes: Collection[str] | None,
) -> dict[str, Counts]:  # fmt: skip
    """Unit → its counts, of every unit under one body; as :func:`by_regime` otherwise."""
    return _grouped(connection, filing.c.unit_id, paths, days, now, regimes, below=True)


def _grouped(
    connection: Connection, group: ColumnElement[str], paths: Sequence[str], days: tuple[datetime, datetime],
    now: datetime, regimes: Collection[str] | None, *, below: bool,
) -> dict[str, Counts]:  # fmt: skip
    c, kinds = filing.c, _kinds()
    where = or_(*(_under(path) & (c.unit_path != path) for path in paths)) if below else c.unit_path.in_(paths)
    if regimes is not None:
        where = and_(where, c.regime.in_(sorted(regimes)))
    passed = c.due_at <= to_text(now)
    numbers = kinds | {"not_sent": kinds["unsent"] & passed, "pending": kinds["unsent"] & ~passed}
    rows = connection.execute(
        select(group, *(_sum(numbers[name]) for name in COUNTED))
        .where(and_(where, c.due_at > to_text(days[0]), c.due_at <= to_text(days[1])))
        .group_by(group)
    )
    return {name: Counts(*(int(number or 0) for number in counted)) for name, *counted in rows}


def _batches(items: Sequence[str] | Sequence[Campaign]) -> Iterator[list[object]]:
    for start in range(0, len(items), BATCH):
        yield list(items[start : start + BATCH])


def ids_of(changes: Iterable[Change]) -> set[str]:
    """The filings that lines of the chain tell of."""
    return {change.filing_id for change in changes if change.filing_id is not None}
