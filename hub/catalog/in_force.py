"""Editions by regime: one ends where the next begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from hub.domain.regime import Edition, Regime


def regimes_of(editions: Iterable[Edition]) -> dict[str, Regime]:
    """Editions by regime, oldest first. An edition that names no last day ends the day before the next one begins."""
    by_code: dict[str, list[Edition]] = {}
    for edition in editions:
        by_code.setdefault(edition.regime, []).append(edition)
    return {code: Regime(code, _closed(sorted(found, key=_first_day))) for code, found in by_code.items()}


def _first_day(edition: Edition) -> str:
    return edition.valid_from.isoformat()


def _closed(editions: list[Edition]) -> tuple[Edition, ...]:
    following = [*editions[1:], None]
    return tuple(
        replace(edition, valid_to=after.valid_from - timedelta(days=1))
        if after is not None and edition.valid_to is None
        else edition
        for edition, after in zip(editions, following, strict=True)
    )
