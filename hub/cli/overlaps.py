"""``hub regime overlaps``: figures that two regimes probably both ask for, with the reasons for each score."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next
from hub.domain.overlap import Asked, Overlap, OverlapGroup
from hub.domain.period import local_day
from hub.services.overlaps import likely_duplicates

SHOWN = 3
"""Pairs of a group that are printed; --json gives them all."""


def _score(_context: click.Context, _option: click.Parameter, text: str) -> Decimal:
    try:
        score = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise click.BadParameter("0.3 – 1") from None
    if not Decimal("0.3") <= score <= 1:
        raise click.BadParameter("0.3 – 1")
    return score


@click.command("overlaps")
@click.option("--min-score", "minimum", default="0.6", show_default=True, callback=_score, help="from 0.3 to 1")
@click.option("--drafts", is_flag=True, help="look at regimes not yet in force too")
@click.option("--limit", default=40, show_default=True, type=click.IntRange(1), help="groups printed")
@json_option
def regime_overlaps(minimum: Decimal, drafts: bool, limit: int, as_json: bool) -> None:
    """Số liệu có thể bị hỏi hai lần / Figures that are probably asked for twice."""
    groups = likely_duplicates(opened.catalog(), local_day(opened.now()), minimum, drafts=drafts)
    if as_json:
        say_json([_facts(group) for group in groups])
        return
    for group in groups[:limit]:
        _say_group(group)
    pairs = sum(len(group.overlaps) for group in groups)
    certain = sum(overlap.certain for group in groups for overlap in group.overlaps)
    say(
        f"{len(groups)} cặp biểu, {pairs} cặp số liệu, trong đó {certain} chắc chắn.",
        f"{len(groups)} pairs of forms, {pairs} pairs of figures, {certain} of them certain.",
    )
    if len(groups) > limit:
        say_next(f"hub regime overlaps --limit {len(groups)}, or --json for all")
    else:
        say_next("bind both figures of a duplicate to one indicator of indicators.yaml, in a new edition")


def _say_group(group: OverlapGroup) -> None:
    say(f"{_decimal(group.score)}  {_name(group.one)} ↔ {_name(group.other)}: {len(group.overlaps)} figures")
    for overlap in group.overlaps[:SHOWN]:
        say(f"  {_decimal(overlap.score)}  {overlap.one.address} “{overlap.one.label.vi}”")
        say(f"        {overlap.other.address} “{overlap.other.label.vi}”")
        say(f"        {'; '.join(f'{part.reason.vi} ({_decimal(part.factor)})' for part in overlap.parts)}")
    if len(group.overlaps) > SHOWN:
        say(f"  … {len(group.overlaps) - SHOWN}")


def _decimal(score: Decimal) -> str:
    return str(score).replace(".", ",")


def _name(form: tuple[str, str]) -> str:
    return f"{form[0]} {form[1]}"


def _facts(group: OverlapGroup) -> dict[str, Any]:
    return {
        "one": _name(group.one),
        "other": _name(group.other),
        "score": str(group.score),
        "figures": [_pair(overlap) for overlap in group.overlaps],
    }


def _pair(overlap: Overlap) -> dict[str, Any]:
    return {
        "score": str(overlap.score),
        "certain": overlap.certain,
        "one": _figure(overlap.one),
        "other": _figure(overlap.other),
        "parts": [
            {"what": part.circumstance, "factor": str(part.factor), "vi": part.reason.vi, "en": part.reason.en}
            for part in overlap.parts
        ],
    }


def _figure(asked: Asked) -> dict[str, Any]:
    return {
        "edition": asked.edition,
        "address": str(asked.address),
        "vi": asked.label.vi,
        "en": asked.label.en,
        "unit": asked.unit,
        "indicator": asked.indicator,
        "breakdown": dict(asked.breakdown),
    }
