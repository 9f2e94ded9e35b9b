"""Organisation units with dates: who they belong to on a day, what they were, and who stands for them today.

A code is not a key: a merged province took the General Statistics Office (GSO) code of its administrative centre and
the identifier of its name, which before the merger belonged to two different units. The key is the unit id, or a code
*and* a day.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeVar

from hub.domain.form import Label

UnitLevel = Literal["nation", "ministry", "province", "commune", "other"]
SuccessionKind = Literal["merge", "rename", "unchanged", "absorb", "function_transfer"]

K = TypeVar("K")
V = TypeVar("V")

NATION = "VN"
_LEVELS: tuple[UnitLevel, ...] = ("nation", "ministry", "province", "commune", "other")
_BELOW: Mapping[str, tuple[UnitLevel, ...]] = {"nation": ("ministry", "province", "other"), "province": ("commune",)}
_SAME_BODY: frozenset[str] = frozenset({"rename", "unchanged"})
_PREFIXES: Mapping[str, UnitLevel] = {"P": "province", "X": "commune"}
_PREFIXED_CODE = re.compile(r"([PX]):(\d{2,5})", re.ASCII)
_OLD_FORM = re.compile(r"000\.00\.00\.([A-Z]\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class OrgUnit:
    """One body in one form of it, valid from its first to its last day, both inclusive.

    ``code`` is the GSO code of a province or commune, and equals ``identifier`` for a ministry. ``identifier`` is the
    code of Decision 20/2020/QĐ-TTg, empty where none is published (communes). ``level`` *ministry* covers ministries,
    ministry-level and Government-attached agencies, ``type`` telling which; *other* are further holders of a level-1
    code, which are none of these. ``parent_code`` is the province's code for a commune, None for the nation, ``VN`` for
    all others.
    """

    id: str
    code: str
    identifier: str
    name: Label
    level: UnitLevel
    type: str
    valid_from: date
    valid_to: date | None
    parent_code: str | None
    verified: bool

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def nearest_day(self, day: date) -> date:
        """The day of this unit's life that is nearest to ``day``."""
        if self.valid_to is not None and day > self.valid_to:
            return self.valid_to
        return max(day, self.valid_from)


@dataclass(frozen=True, slots=True)
class Succession:
    """On ``effective`` the successor takes over from the predecessor.

    A ``function_transfer`` moves a task, and with it an indicator, but no unit: it never makes a successor.
    """

    predecessor_id: str
    successor_id: str
    effective: date
    kind: SuccessionKind


class OrgRegister:
    """All units that ever were and who followed whom. Immutable; every question is about a day.

    Built from consistent data (``hub.catalog.orgunits`` checks it). Lookups by id, identifier or code and day take
    constant time. Nothing is known before 2008-08-01, nor of communes before 2025-07-01.
    """

    def __init__(self, units: Iterable[OrgUnit], successions: Iterable[Succession]) -> None:
        ordered = sorted(units, key=lambda unit: (unit.code, unit.valid_from))
        self.units: Mapping[str, OrgUnit] = MappingProxyType({unit.id: unit for unit in ordered})
        self.successions: tuple[Succession, ...] = tuple(successions)
        self._by_level = _grouped((unit.level, unit) for unit in ordered)
        self._by_code = _grouped(((unit.level, unit.code), unit) for unit in ordered)
        self._by_identifier = _grouped((unit.identifier, unit) for unit in ordered if unit.identifier)
        self._by_parent = _grouped(((unit.level, unit.parent_code), unit) for unit in ordered)
        moves = [move for move in self.successions if move.kind != "function_transfer"]
        moves = [move for move in moves if move.predecessor_id != move.successor_id]
        self._after = _grouped((move.predecessor_id, move) for move in moves)
        self._before = _grouped((move.successor_id, move) for move in moves)
        self._bodies: dict[str, frozenset[str]] = {}

    def get(self, unit_id: str) -> OrgUnit:
        """The unit of that id; KeyError if there is none."""
        return self.units[unit_id]

    def on(self, day: date, level: UnitLevel | None = None) -> tuple[OrgUnit, ...]:
        """The units valid on a day, by code; of all levels in the order of ``level_counts``, or of one."""
        levels = _LEVELS if level is None else (level,)
        return tuple(unit for name in levels for unit in self._by_level.get(name, ()) if unit.valid_on(day))

    def level_counts(self, day: date) -> dict[UnitLevel, int]:
        """How many units of each level are valid on a day."""
        counts = Counter(unit.level for unit in self.on(day))
        return {level: counts[level] for level in _LEVELS}

    def parent(self, unit_id: str, day: date) -> OrgUnit | None:
        """The unit it belongs to on a day: a commune's province as it was then, else the nation; None for the nation.

        A day outside the unit's life is read as the nearest day of its life, so the past keeps its place. KeyError for
        an unknown id.
        """
        unit = self.units[unit_id]
        if unit.parent_code is None:
            return None
        if unit.level != "commune":
            return self.units[unit.parent_code]
        return self._coded("province", unit.parent_code, unit.nearest_day(day))

    def path(self, unit_id: str, day: date) -> str:
        """The ids from the nation down, as :meth:`parent` sees the day: ``VN/P01-20080801/X00004-20250701``."""
        steps = [unit_id]
        parent = self.parent(unit_id, day)
        while parent is not None:
            steps.append(parent.id)
            parent = self.parent(parent.id, day)
        return "/".join(reversed(steps))

    def children(self, unit_id: str, day: date) -> tuple[OrgUnit, ...]:
        """The units directly below it and valid on that day, by code; none if the unit itself is not valid then."""
        unit = self.units[unit_id]
        if not unit.valid_on(day):
            return ()
        found = (child for level in _BELOW.get(unit.level, ()) for child in self._by_parent.get((level, unit.code), ()))
        return tuple(child for child in found if child.valid_on(day))

    def find(self, text: str, day: date) -> OrgUnit | None:
        """The unit that a document means: by unit id whatever the day, else by a code as it was used on that day.

        Codes are the identifier (``H26``, ``G12``), its older form (``000.00.00.H26``), or a GSO code that names its
        level (``P:01``, ``X:00004``). A bare GSO code is never enough: it names no level, and its owner changed.
        """
        text = text.strip().upper()
        if text in self.units:
            return self.units[text]
        if prefixed := _PREFIXED_CODE.fullmatch(text):
            return self._coded(_PREFIXES[prefixed[1]], prefixed[2], day)
        old_form = _OLD_FORM.fullmatch(text)
        return _valid(self._by_identifier.get(old_form[1] if old_form else text, ()), day)

    def successors(self, unit_id: str) -> tuple[OrgUnit, ...]:
        """The units that took over from it directly; none while it goes on. KeyError for an unknown id."""
        moves = sorted(self._after.get(self.units[unit_id].id, ()), key=lambda move: move.effective)
        return tuple(self.units[move.successor_id] for move in moves)

    def predecessors(self, unit_id: str) -> tuple[OrgUnit, ...]:
        """The units it took over from directly, by date and id. KeyError for an unknown id."""
        known = self._before.get(self.units[unit_id].id)
        if known is None:
            return ()
        moves = sorted(known, key=lambda move: (move.effective, move.predecessor_id))
        return tuple(self.units[move.predecessor_id] for move in moves)

    def today(self, unit_id: str, day: date) -> tuple[OrgUnit, ...]:
        """Who stands for the unit on ``day``: itself while valid, else whoever followed, through all that happened.

        Exactly one for every province and ministry of the past (R17); none for a unit that has not begun by ``day``.
        """
        found: dict[str, OrgUnit] = {}
        waiting, seen = [unit_id], set[str]()
        while waiting:
            unit = self.units[waiting.pop()]
            if unit.id in seen:
                continue
            seen.add(unit.id)
            if unit.valid_on(day):
                found[unit.id] = unit
            else:
                waiting += [move.successor_id for move in self._after.get(unit.id, ()) if move.effective <= day]
        return tuple(sorted(found.values(), key=lambda unit: unit.code))

    def same_body(self, unit_id: str) -> frozenset[str]:
        """The ids of this very body under every name and type it had (renamed, never merged), itself among them."""
        known = self._bodies.get(unit_id)
        if known is None:
            known = self._bodies[unit_id] = self._body_of(unit_id)
        return known

    def _body_of(self, unit_id: str) -> frozenset[str]:
        waiting, body = [self.units[unit_id].id], set[str]()
        while waiting:
            current = waiting.pop()
            if current in body:
                continue
            body.add(current)
            waiting += [move.successor_id for move in self._after.get(current, ()) if move.kind in _SAME_BODY]
            waiting += [move.predecessor_id for move in self._before.get(current, ()) if move.kind in _SAME_BODY]
        return frozenset(body)

    def taken_over(self, unit_id: str, day: date) -> frozenset[str]:
        """The ids whose affairs a body carries on by a day: its own names, and those of bodies that went whole into it.

        What they owed and received stays in their name (R17). A body that was split went whole into nobody.
        """
        found, waiting = self.same_body(unit_id), [*self.same_body(unit_id)]
        while waiting:
            for move in self._before.get(waiting.pop(), ()):
                body = self.same_body(move.predecessor_id)
                if move.effective <= day and not body <= found and self._heir_of(body) is not None:
                    found |= body
                    waiting += body
        return found

    def carried_on_by(self, unit_id: str) -> frozenset[str]:
        """The ids of the bodies that carry on a body's affairs: itself, and whoever took it over whole since."""
        body = found = self.same_body(unit_id)
        while (heir := self._heir_of(body)) is not None and heir not in found:
            body = self.same_body(heir)
            found |= body
        return found

    def _heir_of(self, body: frozenset[str]) -> str | None:
        """The one unit that a body went into; None while it goes on, and if it was split."""
        after = {move.successor_id for name in body for move in self._after.get(name, ())} - body
        return next(iter(after)) if len(after) == 1 else None

    def _coded(self, level: UnitLevel, code: str, day: date) -> OrgUnit | None:
        return _valid(self._by_code.get((level, code), ()), day)


def _valid(units: Iterable[OrgUnit], day: date) -> OrgUnit | None:
    return next((unit for unit in units if unit.valid_on(day)), None)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
