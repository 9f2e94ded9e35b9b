"""Plans made once per edition: what only depends on the edition is worked out at its first use and kept with it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from hub.domain.regime import Edition

Plan = TypeVar("Plan")


def per_edition(build: Callable[[Edition], Plan]) -> Callable[[Edition], Plan]:
    """Keep the result of ``build`` for as long as the edition object lives.

    Editions hold mappings, so they cannot be dictionary keys; the object itself is the key, and an equal edition
    loaded twice is simply planned twice.
    """
    plans: dict[int, tuple[weakref.ref[Edition], Plan]] = {}

    @wraps(build)
    def plan_of(edition: Edition) -> Plan:
        key = id(edition)
        known = plans.get(key)
        if known is not None and known[0]() is edition:
            return known[1]
        plan = build(edition)
        plans[key] = (weakref.ref(edition, lambda _: plans.pop(key, None)), plan)
        return plan

    return plan_of
