"""What the rules of a form say about how its columns, or its rows, belong together: totals, parts and shares.

Only relations between whole columns or whole rows are read here (``c01 = c02 + c03``, ``r07 <= r06``), and a rate's
numerator and denominator. Figures that satisfy them can be drawn from the top down without trial and error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from hub.domain.form import ALL_RECORDS, Form
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.rule_binding import THIS, BoundRule, adds_up
from hub.domain.rule_grammar import Call, Comparison, Name, Node, Number, Product, Sum
from hub.domain.rules import compile_rules

Axis = Literal["columns", "rows"]
Terms = dict[str, int]


@dataclass(frozen=True, slots=True)
class Split:
    """``total`` is exactly the sum of ``parts``, or with ``exact`` false at least their sum (times ``factor``)."""

    total: str
    parts: tuple[str, ...]
    exact: bool
    factor: Fraction = Fraction(1)


@dataclass(frozen=True)
class Step:
    """One draw: ``code`` is free, or bounded by the splits it is a part of; (split, index of the part in it)."""

    code: str
    bounds: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Relations:
    """The splits along one axis of a form, and the order in which to draw: every total before its parts."""

    splits: tuple[Split, ...]
    steps: tuple[Step, ...]
    totals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class FormPlan:
    """How one form's figures are drawn.

    ``decimals``: of each drawn column, the fewest among the columns it is related to, so that they add up exactly.
    ``computed``: columns left to the form's own rules, such as rates. ``rate_bases``: denominators of rates per
    thousand, with all they are a part of.
    """

    form: Form
    columns: Relations
    rows: Relations
    decimals: Mapping[str, int]
    computed: frozenset[str]
    rate_bases: frozenset[str]


@per_edition
def plans(edition: Edition) -> dict[str, FormPlan]:
    """The plan of every form of an edition, made once."""
    bound = compile_rules(edition).bound
    return {form.code: _plan(form, [one for one in bound if one.form == form.code]) for form in edition.forms}


def _plan(form: Form, bound: list[BoundRule]) -> FormPlan:
    column_splits = list(_unique(split for one in bound if (split := _split(one, "columns")) is not None))
    row_splits = list(_unique(split for one in bound if (split := _split(one, "rows")) is not None))
    given = {split.total for split in column_splits if split.exact}
    computed = {one.total.parts[2] for one in bound if one.total is not None and one.scope != "once"} - given
    drawn = [column.code for column in form.columns if column.numeric and column.code not in computed]
    column_splits += _of(column_splits, {column.code: column.of for column in form.columns if column.code in drawn})
    column_splits += _rates(form, drawn)
    row_splits += _of(row_splits, {row.code: row.of for row in form.rows}, exact=not row_splits)
    known_rows = [row.code for row in form.rows]
    adding = [column.code for column in form.columns if adds_up(column)]
    column_splits = [split for split in column_splits if {split.total, *split.parts} <= set(drawn)]
    return FormPlan(
        form,
        _relations(drawn, column_splits),
        _relations(known_rows, row_splits if adding else []),
        _decimals({column.code: column.decimals for column in form.columns if column.code in drawn}, column_splits),
        frozenset(computed),
        _rate_bases(column_splits),
    )


def _rate_bases(splits: list[Split]) -> frozenset[str]:
    found = {split.total for split in splits if split.factor < 1}
    while more := {split.total for split in splits if set(split.parts) & found and split.factor == 1} - found:
        found |= more
    return frozenset(found)


def _decimals(decimals: dict[str, int], splits: list[Split]) -> dict[str, int]:
    for _ in range(len(decimals)):
        before = dict(decimals)
        for split in splits:
            group = (split.total, *split.parts)
            decimals.update(dict.fromkeys(group, min(decimals[code] for code in group)))
        if decimals == before:
            break
    return decimals


def _unique(splits: Iterable[Split]) -> Iterator[Split]:
    seen = set()
    for split in splits:
        key = split.total, frozenset(split.parts)
        if key not in seen:
            seen.add(key)
            yield split


def _split(one: BoundRule, axis: Axis) -> Split | None:
    """The rule as a total and its parts along an axis; None if it is something else."""
    if not isinstance(one.test, Comparison) or one.test.operator == "!=":
        return None
    left, right = _terms(one.test.left, axis), _terms(one.test.right, axis)
    if left is None or right is None:
        return None
    whole = {code: left.get(code, 0) - right.get(code, 0) for code in {**left, **right}}
    above = [code for code, sign in whole.items() if sign == 1]
    below = [code for code, sign in whole.items() if sign == -1]
    if len(above) + len(below) != len([sign for sign in whole.values() if sign]):
        return None
    if one.test.operator in {"<", "<="} or (one.test.operator == "=" and len(above) != 1):
        above, below = below, above
    if len(above) != 1 or not below:
        return None
    return Split(above[0], tuple(below), one.test.operator == "=")


def _terms(node: Node, axis: Axis) -> Terms | None:
    """The node as signed columns or rows; None if it is anything but their sum."""
    match node:
        case Name((_, row, column)):
            if ALL_RECORDS in (row, column) or (row == THIS) != (axis == "columns"):
                return None
            return {column if axis == "columns" else row: 1}
        case Sum(terms):
            return _added([(sign, _terms(term, axis)) for sign, term in terms])
        case Product(((_, only),)) | Call("round", (only, Number())):
            return _terms(only, axis)
        case _:
            return None


def _added(terms: list[tuple[int, Terms | None]]) -> Terms | None:
    total: Terms = {}
    for sign, found in terms:
        if found is None:
            return None
        for code, count in found.items():
            total[code] = total.get(code, 0) + sign * count
    return total


def _of(known: list[Split], of: Mapping[str, str | None], *, exact: bool = False) -> list[Split]:
    """What is declared as part of something else, where no rule says more of it."""
    ruled = {part for split in known if split.exact for part in split.parts}
    said = {(split.total, part) for split in known for part in split.parts}
    groups: dict[str, list[str]] = {}
    for code, total in of.items():
        if total in of and total is not None and code not in ruled and (total, code) not in said:
            groups.setdefault(total, []).append(code)
    return [Split(total, tuple(parts), exact and len(parts) > 1) for total, parts in groups.items()]


def _rates(form: Form, drawn: list[str]) -> Iterator[Split]:
    """A rate's numerator is at most its denominator; of a rate per thousand, a few thousandths."""
    for column in form.columns:
        rollup = column.rollup
        if rollup.kind == "ratio" and rollup.numerator in drawn and rollup.denominator in drawn:
            assert rollup.numerator is not None
            assert rollup.denominator is not None
            factor = Fraction(1) if rollup.scale <= 100 else Fraction(8) / Fraction(rollup.scale)
            yield Split(rollup.denominator, (rollup.numerator,), False, factor)


def _relations(codes: list[str], splits: list[Split]) -> Relations:
    bounds: dict[str, list[tuple[int, int]]] = {code: [] for code in codes}
    for number, split in enumerate(splits):
        for index, part in enumerate(split.parts):
            bounds[part].append((number, index))
    totals: dict[str, list[int]] = {}
    for number, split in enumerate(splits):
        totals.setdefault(split.total, []).append(number)
    steps = [Step(code, tuple(bounds[code])) for code in _order(codes, splits, bounds)]
    return Relations(tuple(splits), tuple(steps), {code: tuple(found) for code, found in totals.items()})


def _order(codes: list[str], splits: list[Split], bounds: dict[str, list[tuple[int, int]]]) -> Iterator[str]:
    """Totals before parts; of the parts that could be drawn next, those with the most bounds first."""
    above = {code: {splits[number].total for number, _ in bounds[code]} for code in codes}
    waiting = sorted(codes, key=lambda code: -len(bounds[code]))
    done: set[str] = set()
    while waiting:
        ready = next((code for code in waiting if above[code] <= done), waiting[0])
        waiting.remove(ready)
        done.add(ready)
        yield ready
