"""The board of the regimes: which arrive as data, which are being drafted, which are planned, and what blocks each.

The Government counted 69 integrated regimes of 179 in August 2022; the official list of the 179 was never made public.
The board therefore counts against the hub's own catalogue of core regimes, and says so wherever a number stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TypeVar

from hub.catalog.catalog import Catalog
from hub.catalog.catalogue import Blocker, CatalogueEntry, CatalogueScope, Status, blockers_of, status_of
from hub.domain.access import Actor
from hub.domain.form import Label
from hub.domain.org import UnitLevel
from hub.domain.period import local_day
from hub.domain.regime import Edition
from hub.domain.visibility import allowed_nationally
from hub.errors import Forbidden
from hub.services.core import Core
from hub.services.expected import filings_of_edition, filings_of_entry

Kind = TypeVar("Kind", bound=str)
Bodies = Mapping[UnitLevel, int]
"""How many units of each level stand on the day."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One regime. ``owner``: who stands for its owner today, by code, empty where the register has none.

    ``filings``: reports a year, None where they cannot be counted; ``estimated``: counted from the catalogue's words,
    not from an edition in force. ``fidelity``: how near the known form is to the official one, empty if none was read.
    """

    code: str
    title: Label
    owner: str
    owner_name: Label
    scope: CatalogueScope
    status: Status
    blockers: tuple[Blocker, ...]
    fidelity: str
    verified: str
    legal_basis: str
    superseded: str
    frequencies: tuple[str, ...]
    filings: Fraction | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many regimes stand where, and how many reports a year the integrated and all of them bring."""

    integrated: int = 0
    drafted: int = 0
    planned: int = 0
    arriving: Fraction = Fraction(0)
    expected: Fraction = Fraction(0)

    @property
    def total(self) -> int:
        return self.integrated + self.drafted + self.planned

    @property
    def share(self) -> Fraction | None:
        """The part of a year's reports that arrive as data; None where none are expected."""
        return self.arriving / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class OwnerLine:
    owner: str
    name: Label
    tally: Tally


@dataclass(frozen=True, slots=True)
class Board:
    """``rows`` and ``owners`` are what was asked for; the rest always speaks of all core regimes.

    ``others``: integrated regimes outside the core. ``estimated`` and ``uncounted``: core regimes whose yearly reports
    were estimated, and those that could not even be estimated and so count for nothing. ``by_blocker`` counts the core
    regimes that are not integrated; one may be blocked by several things.
    """

    day: date
    rows: tuple[BoardRow, ...]
    owners: tuple[OwnerLine, ...]
    total: Tally
    others: int
    by_fidelity: tuple[tuple[str, int], ...]
    by_blocker: tuple[tuple[Blocker, int], ...]
    estimated: int
    uncounted: int


def view(core: Core, actor: Actor, now: datetime, *, owner: str = "", status: str = "", scope: str = "core") -> Board:
    """The board as of today, for the centre, those who run the hub and those who receive reports; else Forbidden."""
    if not allowed_nationally(actor, "read_board"):
        raise Forbidden()
    return board(core.catalog, local_day(now), owner=owner, status=status, scope=scope)


def board(catalog: Catalog, day: date, *, owner: str = "", status: str = "", scope: str = "core") -> Board:
    """The board of a catalogue on a day; empty filters mean all."""
    rows = sorted(_rows(catalog, day), key=lambda row: row.code)
    main = [row for row in rows if row.scope == "core"]
    owners = [line for line in _owners(main) if not owner or line.owner == owner]
    wanted = {"owner": owner, "status": status, "scope": scope}
    return Board(
        day=day,
        rows=tuple(row for row in rows if all(not want or getattr(row, name) == want for name, want in wanted.items())),
        owners=tuple(owners),
        total=_tally(main),
        others=sum(row.status == "integrated" for row in rows) - sum(row.status == "integrated" for row in main),
        by_fidelity=_counted(row.fidelity for row in rows if row.status == "integrated"),
        by_blocker=_counted(blocker for row in main for blocker in row.blockers),
        estimated=sum(row.estimated and row.filings is not None for row in main),
        uncounted=sum(row.filings is None for row in main),
    )


def _rows(catalog: Catalog, day: date) -> Iterator[BoardRow]:
    drafted = {key.partition("/")[0] for key in catalog.drafts}
    bodies = catalog.orgs.level_counts(day)
    for entry in catalog.catalogue.values():
        status = status_of(entry.code, catalog.regimes.keys(), drafted)
        yield _row(catalog, entry, status, day, bodies)
    for code in catalog.regimes.keys() - catalog.catalogue.keys():
        yield _uncatalogued(catalog, _edition(catalog, code, day), day, bodies)


def _row(catalog: Catalog, entry: CatalogueEntry, status: Status, day: date, bodies: Bodies) -> BoardRow:
    edition = _edition(catalog, entry.code, day) if status == "integrated" else None
    counted = filings_of_edition(edition, catalog.orgs, bodies, day) if edition else None
    return BoardRow(
        code=entry.code,
        title=entry.title,
        owner=entry.owner_today,
        owner_name=_owner_name(catalog, entry.owner_today, day) or Label(entry.owner_then, entry.owner_then),
        scope=entry.scope,
        status=status,
        blockers=blockers_of(entry, status),
        fidelity=edition.fidelity if edition else entry.fidelity,
        verified=entry.verified,
        legal_basis=entry.legal_basis,
        superseded=entry.superseded,
        frequencies=edition.frequencies if edition else entry.frequencies,
        filings=counted if edition else filings_of_entry(entry, bodies),
        estimated=edition is None,
    )


def _uncatalogued(catalog: Catalog, edition: Edition, day: date, bodies: Bodies) -> BoardRow:
    """A regime that somebody added without listing it: shown, but counted outside the core."""
    unit = catalog.orgs.find(edition.owner, edition.valid_from)
    after = catalog.orgs.today(unit.id, day) if unit else ()
    owner = after[0].identifier if after else edition.owner
    return BoardRow(
        code=edition.regime,
        title=edition.title,
        owner=owner,
        owner_name=_owner_name(catalog, owner, day) or Label(owner, owner),
        scope="other",
        status="integrated",
        blockers=(),
        fidelity=edition.fidelity,
        verified="unmarked",
        legal_basis=edition.legal_basis.text,
        superseded=edition.legal_basis.superseded_by,
        frequencies=edition.frequencies,
        filings=filings_of_edition(edition, catalog.orgs, bodies, day),
        estimated=False,
    )


def _edition(catalog: Catalog, code: str, day: date) -> Edition:
    """The edition in force on the day, or else the newest."""
    regime = catalog.regimes[code]
    return regime.edition_on(day) or regime.editions[-1]


def _owner_name(catalog: Catalog, code: str, day: date) -> Label | None:
    unit = catalog.orgs.find(code, day) if code else None
    return unit.name if unit else None


def _owners(rows: Iterable[BoardRow]) -> list[OwnerLine]:
    """One line an owner, most regimes first."""
    by_owner: dict[str, list[BoardRow]] = {}
    for row in rows:
        by_owner.setdefault(row.owner, []).append(row)
    lines = [OwnerLine(owner, found[0].owner_name, _tally(found)) for owner, found in by_owner.items()]
    return sorted(lines, key=lambda line: (-line.tally.total, line.owner))


def _tally(rows: Iterable[BoardRow]) -> Tally:
    found = list(rows)
    counts = Counter(row.status for row in found)
    return Tally(
        counts["integrated"],
        counts["drafted"],
        counts["planned"],
        sum((row.filings or Fraction(0) for row in found if row.status == "integrated"), Fraction(0)),
        sum((row.filings or Fraction(0) for row in found), Fraction(0)),
    )


def _counted(items: Iterable[Kind]) -> tuple[tuple[Kind, int], ...]:
    return tuple(sorted(Counter(items).items(), key=lambda pair: (-pair[1], pair[0])))
