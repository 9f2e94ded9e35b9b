"""Which cells the rules define (``Rule.computes``), and in which order to compute them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from hub.domain.form import ALL_RECORDS
from hub.domain.number_text import scale_of
from hub.domain.rule_binding import THIS, BoundRule
from hub.domain.rule_compilation import Closure, Compiler
from hub.domain.rule_grammar import Name, Node, RuleSyntaxError, names_now
from hub.domain.rule_moment import Layout

Target = tuple[str, str, str]
"""(form, row, column) of a computed cell; the row is ``@`` for a list, where every record has one."""


@dataclass(frozen=True)
class Formula:
    """One way to compute a cell: closures over its form's vector, and the bound tree they come from."""

    tree: Node
    condition: Node | None
    value: Closure
    when: Closure | None
    denominators: tuple[Closure, ...]
    needed: tuple[Name, ...]


@dataclass(frozen=True)
class ComputedCell:
    """A cell that rules define. The first formula whose condition holds and that has a value counts."""

    target: Target
    index: int
    base: int
    quantum: Decimal
    formulas: list[Formula] = field(default_factory=list)


def computed_cells_of(forms: dict[str, Layout], bound: Iterable[BoundRule]) -> tuple[ComputedCell, ...]:
    """The computed cells in the order in which to compute them. RuleSyntaxError if totals depend on each other."""
    cells: dict[Target, ComputedCell] = {}
    for one in bound:
        if one.total is not None and one.formula is not None:
            formula = _formula(forms, one)
            for target in _targets(forms, one.total):
                cell = cells.get(target)
                if cell is None:
                    cell = cells[target] = _computed_cell(forms, target)
                cell.formulas.append(formula)
    return tuple(_ordered(cells))


def _formula(forms: dict[str, Layout], bound: BoundRule) -> Formula:
    assert bound.formula is not None
    compiler = Compiler(forms, bound.form)
    return Formula(
        bound.formula,
        bound.when,
        compiler.number(bound.formula),
        compiler.truth(bound.when) if bound.when is not None else None,
        tuple(compiler.denominators(bound.formula)),
        names_now(bound.formula) + (names_now(bound.when) if bound.when is not None else ()),
    )


def _targets(forms: dict[str, Layout], total: Name) -> Iterator[Target]:
    """The open cells that a total's bound name stands for."""
    form, row, column = total.parts
    layout = forms[form]
    if row != THIS or layout.form.kind == "list":
        rows: Iterable[str] = (row,)
    else:
        rows = layout.row_offset
    for code in rows:
        if (code, column) not in layout.form.blocked:
            yield form, code, column


def _computed_cell(forms: dict[str, Layout], target: Target) -> ComputedCell:
    form, row, column = target
    layout = forms[form]
    base = 0 if row == THIS else layout.row_offset[row]
    decimals = layout.form.column(column).decimals
    return ComputedCell(target, base + layout.column_offset[column], base, scale_of(decimals).quantum)


def _ordered(cells: dict[Target, ComputedCell]) -> Iterator[ComputedCell]:
    """Every cell after the computed cells it needs."""
    done: set[Target] = set()
    for first in cells:
        path: list[Target] = []
        stack: list[tuple[Target, Iterator[Target]]] = []
        _enter(first, cells, done, path, stack)
        while stack:
            target, needed = stack[-1]
            following = next((one for one in needed if one not in done), None)
            if following is None:
                stack.pop()
                path.pop()
                done.add(target)
                yield cells[target]
            elif following in path:
                raise RuleSyntaxError(f"{'.'.join(following)} is computed from itself", 0)
            else:
                _enter(following, cells, done, path, stack)


def _enter(
    target: Target,
    cells: dict[Target, ComputedCell],
    done: set[Target],
    path: list[Target],
    stack: list[tuple[Target, Iterator[Target]]],
) -> None:
    if target not in done:
        path.append(target)
        stack.append((target, _needs(cells, target)))


def _needs(cells: dict[Target, ComputedCell], target: Target) -> Iterator[Target]:
    for formula in cells[target].formulas:
        for name in formula.needed:
            yield from _computed_under(cells, name, target)


def _computed_under(cells: dict[Target, ComputedCell], name: Name, at: Target) -> Iterator[Target]:
    """The computed cells that a bound name covers when it is asked at a cell."""
    form, row, column = name.parts
    if row != ALL_RECORDS and column != ALL_RECORDS:
        key = (form, at[1] if row == THIS else row, column)
        if key in cells:
            yield key
        return
    for key in cells:
        if key[0] == form and row in (ALL_RECORDS, key[1]) and column in (ALL_RECORDS, key[2]):
            yield key
