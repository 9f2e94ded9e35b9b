"""Series on today's units: who stands for a unit of the past in a regime, and what their figures make together.

The 63 provinces went whole into the 34 (R17), so sums re-base exactly and ratios are made again from their numerators
and denominators. Where a body was split, or gave away a function and it cannot be told whether the regime is about it,
nothing is divided by guess: the series stays on the unit of the time and is marked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import numpy as np

from hub.domain.form import Address
from hub.domain.observation import Exactness
from hub.domain.org import NATION, OrgRegister, Succession
from hub.domain.packing import NIL, NOT_APPLICABLE_MARK, PRESENT, Packed
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.rollup import Coverage, Vector, rounded, scaled_quotient
from hub.domain.series_mapping import chain_of, sources


@dataclass(frozen=True, slots=True)
class Rolled:
    """A unit's figures of one campaign as they were rolled up, under the edition of the time.

    ``own``: they are those of the unit's own report; ``not_applicable``: the slots it said do not apply to it.
    """

    edition: Edition
    period: Period
    unit_id: str
    vector: Vector
    coverage: Coverage
    at: datetime | None
    own: bool = False
    not_applicable: frozenset[int] = frozenset()

    @property
    def brought_together(self) -> bool:
        """True for a longer period made of shorter ones: the edition has no such report of its own."""
        return self.period.frequency not in self.edition.frequencies


def own_figures(
    edition: Edition,
    period: Period,
    unit_id: str,
    packed: Packed | None,
    coverage: Coverage,
    at: datetime | None = None,
) -> Rolled:
    """A unit's own report as a row of figures; a form with nothing to report gives zeros. None: it has no report."""
    marks = np.frombuffer(packed.presence, np.uint8) if packed is not None else np.zeros(len(edition.figures), np.uint8)
    figures = np.frombuffer(packed.figures, "<i8") if packed is not None else np.zeros(len(edition.figures), np.int64)
    said = (marks == PRESENT) | (marks == NIL)
    vector = Vector(figures, said.astype(np.uint8), said.astype(np.int32))
    without = frozenset(np.flatnonzero(marks == NOT_APPLICABLE_MARK).tolist())
    return Rolled(edition, period, unit_id, vector, coverage, at, True, without)


# --- whose figures they are ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Home:
    """The unit that a past unit's figures stand under; not ``exact``: it could not be told, so it is the unit itself"""

    unit_id: str
    exact: bool = True


class Homes:
    """Who stands for whom on a day in the reports of one regime.

    ``owner``: the unit that owns the regime on that day. It tells to whom a body's figures go that gave functions
    away: to the owner, if the owner was given one; to the body's own successor, if that is the owner; else that
    cannot be told.
    """

    def __init__(self, orgs: OrgRegister, day: date, owner: str = "") -> None:
        self._orgs, self._day, self._owner = orgs, day, owner
        self._heirs: dict[str, str | None] = {}
        self._given: dict[str, list[Succession]] = {}
        for move in orgs.successions:
            if move.kind == "function_transfer" and move.effective <= day:
                self._given.setdefault(move.predecessor_id, []).append(move)

    def of(self, unit_id: str, period: Period) -> Home:
        """Where a unit's figures of a period belong."""
        unit = self._orgs.units.get(unit_id)
        if unit is None:
            return Home(unit_id, exact=False)
        if unit_id == NATION:
            return Home(NATION)
        if unit.level == "commune" and period.start < unit.valid_from and not self._orgs.predecessors(unit_id):
            return Home(unit_id, exact=False)  # who were there before is not known commune by commune
        heir = self._heir(unit_id)
        given = [move for move in self._given.get(unit_id, ()) if period.start < move.effective]
        if heir is None or not given or self._owner == heir:
            return Home(heir or unit_id, exact=heir is not None)
        takers = {self._heir(move.successor_id) for move in given}
        return Home(self._owner) if self._owner in takers else Home(unit_id, exact=False)

    def _heir(self, unit_id: str) -> str | None:
        """The one unit that stands for it on the day; None if there is none or several."""
        if unit_id not in self._heirs:
            found = self._orgs.today(unit_id, self._day)
            self._heirs[unit_id] = found[0].id if len(found) == 1 else None
        return self._heirs[unit_id]


def exactness_of(orgs: OrgRegister, home: str, from_units: tuple[str, ...], *, exact: bool) -> Exactness:
    """How a series came to its unit. A body that was only renamed, or changed its type, is the same body."""
    if not exact:
        return "inexact"
    if from_units == (home,):
        return "as_reported"
    same = home not in orgs.units or orgs.same_body(home) >= {unit for unit in from_units if unit != home}
    return "as_reported" if same else "rebased"


def stands_on(orgs: OrgRegister, unit_id: str, day: date) -> str:
    """Under whom a unit's figures go into a longer period that ends on a day: its one heir then, else itself."""
    heirs = orgs.today(unit_id, day)
    return heirs[0].id if len(heirs) == 1 else unit_id


def there_throughout(orgs: OrgRegister, unit_id: str, period: Period) -> bool:
    """True if it is known who reported for a unit in all of a period: itself, or bodies that it took over from."""
    unit = orgs.units.get(unit_id)
    if unit is None:
        return False
    begun = unit.valid_from <= period.start or bool(orgs.predecessors(unit_id))
    return begun and (unit.valid_to is None or unit.valid_to >= period.end)


def forerunners(orgs: OrgRegister, unit_id: str) -> frozenset[str]:
    """The unit and all whom it took over from, directly or not. Empty for an unknown unit."""
    if unit_id in orgs.units and not orgs.predecessors(unit_id):
        return frozenset({unit_id})  # as most communes
    waiting, found = [unit_id], set[str]()
    while waiting:
        current = waiting.pop()
        if current in orgs.units and current not in found:
            found.add(current)
            waiting += [before.id for before in orgs.predecessors(current)]
    return frozenset(found)


def givers(orgs: OrgRegister, unit_ids: Collection[str]) -> frozenset[str]:
    """The bodies that gave functions to these units or to whom they took over from, with those before them.

    Their figures may stand under one of these units today, where its regime is about such a function.
    """
    given: dict[str, set[str]] = {}
    for move in orgs.successions:
        if move.kind == "function_transfer":
            given.setdefault(move.successor_id, set()).add(move.predecessor_id)
    takers = {before for unit in unit_ids for before in forerunners(orgs, unit)}
    direct = {giver for taker in takers for giver in given.get(taker, ())}
    return frozenset(before for giver in direct for before in forerunners(orgs, giver))


def units_in(orgs: OrgRegister, rolled: Rolled) -> tuple[str, ...]:
    """The units whose figures are in a row: itself; in a longer period also those it took over from during it."""
    if not rolled.brought_together:
        return (rolled.unit_id,)
    known = [orgs.get(unit) for unit in forerunners(orgs, rolled.unit_id)]
    during = [unit.id for unit in known if unit.valid_to is None or unit.valid_to >= rolled.period.start]
    return tuple(sorted(during)) or (rolled.unit_id,)


# --- what they make --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a series stands in an older edition's vector, and what is multiplied to stand in the newer one."""

    slot: int
    factor: Fraction


def places_of(
    latest: Edition, edition: Edition, regime_editions: Sequence[Edition], addresses: Sequence[Address]
) -> Mapping[Address, Place]:
    """Where each address of the latest edition stands in an older one; absent where its series began later."""
    chain = chain_of(regime_editions, edition, latest)
    its = sources(latest, chain) if chain else {}
    found = {}
    for address in addresses:
        source = its.get(address)
        slot = edition.slot.get(source.address) if source is not None else None
        if source is not None and slot is not None:
            shift = latest.figures[latest.slot[address]].decimals - edition.figures[slot].decimals
            found[address] = Place(slot, source.factor * Fraction(10) ** shift)
    return found


def as_latest(place: Place, scaled: int) -> int:
    """A scaled figure of the older edition as the newer one scales it, rounded half away from zero where it must be."""
    return scaled if place.factor == 1 else rounded(scaled * place.factor.numerator, place.factor.denominator)


def additive(edition: Edition, slot: int, *, longer: bool) -> bool:
    """True if the figure of a whole follows exactly from those of its units (R29).

    Of a longer period that was made of shorter ones, ratios do only where they are made again from its sums.
    """
    rollup = edition.figures[slot].rollup
    if rollup.kind == "ratio":
        return not longer or rollup.over_time == "recompute"
    return rollup.kind != "none" and not (longer and rollup.kind == "weighted")


def together(edition: Edition, slot: int, vectors: Sequence[Vector]) -> int | None:
    """The scaled figure of several units as that of one, as a roll-up makes it; None where nothing makes it.

    A weighted mean is the mean of the units' means by their weights. No bound of 64 bits: nothing is stored.
    """
    if len(vectors) == 1:
        return int(vectors[0].figures[slot]) if vectors[0].presence[slot] else None
    rollup = edition.figures[slot].rollup
    match rollup.kind:
        case "sum" | "last":
            return summed(vectors, slot)
        case "max":
            return max((int(each.figures[slot]) for each in vectors if each.presence[slot]), default=None)
        case "ratio":
            return _ratio(edition, slot, vectors)
        case "weighted":
            return _weighted_mean(edition, slot, vectors)
    return None


def summed(vectors: Sequence[Vector], slot: int) -> int | None:
    """The exact sum of a slot over the vectors that have it; None if none has."""
    known = [int(each.figures[slot]) for each in vectors if each.presence[slot]]
    return sum(known) if known else None


def beside(edition: Edition, slot: int, column: str | None) -> int | None:
    """The slot of another column in the same row."""
    address = edition.figures[slot].address
    return edition.slot.get(Address(address.form, address.row, column or ""))


def _ratio(edition: Edition, slot: int, vectors: Sequence[Vector]) -> int | None:
    figure = edition.figures[slot]
    top, bottom = beside(edition, slot, figure.rollup.numerator), beside(edition, slot, figure.rollup.denominator)
    if top is None or bottom is None:
        return None
    numerator, denominator = summed(vectors, top), summed(vectors, bottom)
    if numerator is None or not denominator:
        return None
    return scaled_quotient(
        numerator, edition.figures[top].decimals, denominator, edition.figures[bottom].decimals,
        figure.rollup.scale, figure.decimals,
    )  # fmt: skip


def _weighted_mean(edition: Edition, slot: int, vectors: Sequence[Vector]) -> int | None:
    weight = beside(edition, slot, edition.figures[slot].rollup.weight)
    if weight is None:
        return None
    both = [each for each in vectors if each.presence[slot] == PRESENT and each.presence[weight] == PRESENT]
    total = sum(int(each.figures[weight]) for each in both)
    if not total:
        return None
    return rounded(sum(int(each.figures[slot]) * int(each.figures[weight]) for each in both), total)
