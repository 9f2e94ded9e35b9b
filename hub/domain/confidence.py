"""How far a figure may be trusted: final or provisional, and how much of it is missing (R27, R28, R30).

A figure is final when every obliged unit's report is accepted, the campaign's last deadline is over and no accepted
report is empty. A form said to have nothing to report (nil) is an answer and adds zero; a report that says nothing at
all is none, so it never makes a figure complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from hub.domain.form import RECORD_COUNT, Form
from hub.domain.observation import Standing
from hub.domain.per_edition import per_edition
from hub.domain.rebasing import Rolled, beside
from hub.domain.regime import Edition
from hub.domain.rollup import Coverage

NOTHING_MISSING = Decimal("0.0000")
_PLACES = 10_000


def all_coverage(parts: Sequence[Coverage]) -> Coverage:
    """Who is in several units' figures taken together."""
    if len(parts) == 1:
        return parts[0]
    return Coverage(
        sum(each.obliged for each in parts), sum(each.accepted for each in parts), sum(each.waiting for each in parts),
        tuple(unit for each in parts for unit in each.missing), tuple(unit for each in parts for unit in each.excluded),
    )  # fmt: skip


def standing_of(value: Decimal | None, coverage: Coverage, *, applies: bool, closed: bool, answered: bool) -> Standing:
    """``applies``: the figure is asked for and rolled up here; ``closed``: the last deadline is over; see above."""
    if not applies or not (coverage.obliged or coverage.accepted):
        return "not_applicable"
    if value is None:
        return "missing"
    return "final" if closed and answered and coverage.accepted == coverage.obliged else "provisional"


def applies(slot: int, rolled: Rolled) -> bool:
    """True if the period has a place for the figure: its form is asked for then and, beyond single units, rolled up."""
    edition = rolled.edition
    figure = edition.figures[slot]
    if slot in rolled.not_applicable or (figure.rollup.kind == "none" and not rolled.own):
        return False
    if rolled.brought_together:
        return figure.rollup.over_time != "none"
    return edition.form(figure.address.form).applies_to(rolled.period.frequency)


def every_report_answers(rolled: Rolled) -> bool:
    """True if it is certain that none of the accepted reports is empty where figures are required.

    That is so where they all answer one and the same question. An answer is a figure or that there is nothing to
    report. Periods made of others are asked where parts are counted; where no figure is required, nothing is empty.
    """
    slots = _required(rolled.edition)["" if rolled.brought_together else rolled.period.frequency]
    return not slots or int(rolled.vector.contributors[slots].max()) >= rolled.coverage.accepted


@per_edition
def _required(edition: Edition) -> dict[str, list[int]]:
    """The slots that must be filled in by frequency; of longer periods (no frequency) those that count every part."""
    required = [
        (slot, form)
        for slot, figure in enumerate(edition.figures)
        if (form := edition.form(figure.address.form)).required and _is_required(form, figure.address.column)
    ]
    found = {each: [slot for slot, form in required if form.applies_to(each)] for each in edition.frequencies}
    counted = [slot for slot, _ in required if edition.figures[slot].rollup.over_time in {"sum", "max"}]
    return found | {"": counted}


def _is_required(form: Form, column: str) -> bool:
    return column == RECORD_COUNT or form.column(column).required


def weighing_slot(edition: Edition, slot: int) -> int | None:
    """What a unit weighs by in a figure: the figure itself where it adds up, a ratio's denominator, a mean's weight."""
    rollup = edition.figures[slot].rollup
    match rollup.kind:
        case "sum" | "last":
            return slot
        case "ratio":
            return beside(edition, slot, rollup.denominator)
        case "weighted":
            return beside(edition, slot, rollup.weight)
    return None


def weighing_parts(edition: Edition, slot: int, parts: int) -> range | None:
    """Which parts of a longer period a figure is made of, from the first: all that are summed, or the first or last.

    A ratio that is made again from sums goes by its denominator. None where no part has a share of its own in it: the
    largest of several, other totals that are made again, and where figure and weight go through time differently.
    """
    weigher, over = weighing_slot(edition, slot), edition.figures[slot].rollup.over_time
    if weigher is None:
        return None
    by_weight = edition.figures[weigher].rollup.over_time
    if over == "recompute" and edition.figures[slot].rollup.kind == "ratio":
        over = by_weight
    whole: dict[str, range] = {"sum": range(parts), "first": range(1), "last": range(parts - 1, parts)}
    return whole.get(over) if over == by_weight else None


def missing_weight(total: int | None, held: Iterable[int | Fraction]) -> Decimal | None:
    """The share of last period's total that the missing units held, exact, rounded half up to four places.

    None where it cannot be told: no total to share, none of them was in it, or figures below zero among them.
    """
    parts = list(held)
    if not total or total < 0 or not parts or min(parts) < 0 or sum(parts) > total:
        return None
    share = Fraction(sum(parts)) / total
    scaled = (2 * share.numerator * _PLACES + share.denominator) // (2 * share.denominator)
    return Decimal(scaled).scaleb(-4)
