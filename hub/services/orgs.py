"""Questions about the organisation tree on a day, answered as plain data for the command line and the API."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from hub.domain.org import NATION, OrgRegister, OrgUnit


def count(register: OrgRegister, day: date) -> dict[str, Any]:
    """How many units are valid on a day: ``{"day", "levels": {level: n}, "types": {level: {type: n}}}``.

    Holders of a level-1 code that are no ministry stand under level ``other``. Communes are known from 2025-07-01 only.
    """
    levels = register.level_counts(day)
    return {
        "day": day.isoformat(),
        "levels": dict(levels),
        "types": {level: dict(Counter(unit.type for unit in register.on(day, level))) for level in levels},
    }


def tree(register: OrgRegister, day: date) -> dict[str, Any]:
    """The nation with everything below it on a day, each node with its ``children``, by code."""
    return _node(register, register.get(NATION), day)


def _node(register: OrgRegister, unit: OrgUnit, day: date) -> dict[str, Any]:
    return {
        "id": unit.id,
        "code": unit.code,
        "identifier": unit.identifier,
        "name": {"vi": unit.name.vi, "en": unit.name.en},
        "level": unit.level,
        "type": unit.type,
        "children": [_node(register, child, day) for child in register.children(unit.id, day)],
    }
