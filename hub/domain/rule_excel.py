"""Writes bound rules as Excel formulas, from the same trees the server checks with: totals, and live checks.

Every part of a tree becomes a pair: its value, and a formula that is TRUE where the server would have a value. So what
is missing behaves as on the server: it counts as nothing in a sum that has something, and everything else with it is
missing too. Truths come as two formulas, *holds* and *fails*; where neither is TRUE the server would not decide.

Formulas are written without the leading ``=`` and in English function names, as the file format stores them. Excel
computes in binary: differences are rounded to the decimals their figures have before they are judged.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hub.domain.form import RECORD_COUNT, Column
from hub.domain.interchange import NOT_APPLICABLE_TEXT
from hub.domain.number_text import read_date
from hub.domain.regime import Edition
from hub.domain.rule_grammar import Call, Comparison, Logic, Name, Node, Not, Number, Product, Sum, Text, renamed, walk
from hub.domain.rule_kinds import THIS, decimals_of
from hub.domain.rule_settling import ABSENT, GIVEN, MISSING, compared_as, settled_kind
from hub.domain.rule_totals import Formula
from hub.domain.sheet_places import Places
from hub.domain.totals import computed

MAX_FORMULA = 8000
"""Excel's own limit is 8,192; a longer formula is not written."""
_MAX_ARGUMENTS = 250
_FLOAT_DECIMALS = 6
"""What is compared after a division is rounded to this many decimals."""

ALWAYS, NEVER = "TRUE", "FALSE"
_NA = f'"{NOT_APPLICABLE_TEXT}"'


class TooLong(ValueError):
    """The formula is longer, or takes more arguments, than Excel allows."""


def computed_cells(edition: Edition, form: str) -> dict[tuple[str, str], Node]:
    """The formula of each computed cell of a form, its names bound to concrete addresses.

    In a list the row is ``@``, in the key as in the names of the same record. RuleSyntaxError if a rule does not fit.
    """
    return {
        (cell.target[1], cell.target[2]): _chained(cell.formulas, cell.target[1])
        for cell in computed(edition)
        if cell.target[0] == form
    }


def _chained(formulas: list[Formula], row: str) -> Node:
    """Several formulas of one cell as ``if(condition, formula, next)``."""
    *others, last = formulas
    tree = _guarded(last, MISSING)
    for formula in reversed(others):
        tree = _guarded(formula, tree)
    return at_row(tree, row)


def _guarded(formula: Formula, otherwise: Node) -> Node:
    return formula.tree if formula.condition is None else Call("if", (formula.condition, formula.tree, otherwise))


def at_row(node: Node, row: str) -> Node:
    """A bound tree as it reads at one row: ``F1.@.c03`` becomes ``F1.<row>.c03``."""

    def rename(name: Name) -> Name:
        form, at, column = name.parts
        return Name((form, row, column), name.position) if at == THIS else name

    return renamed(node, rename)


def total_to_excel(edition: Edition, node: Node, places: Places) -> str | None:
    """The formula of a computed cell: blank where the server would leave it missing, N/A where that divides by 0.

    None if Excel cannot have it.
    """
    writer = Writer(edition, places)
    try:
        value, known = writer.number(node)
        otherwise = _not_applicable(writer, node)
    except TooLong:
        return None
    if known == NEVER:
        return None
    formula = f'IFERROR({value},"")' if known == ALWAYS else f'IF({known},IFERROR({value},""),{otherwise})'
    return formula if len(formula) <= MAX_FORMULA else None


def _not_applicable(writer: Writer, node: Node) -> str:
    """What stands where a total has no value: a share of nothing does not apply, anything else is missing."""
    if any(isinstance(part, Call) and part.function == "if" for part in walk(node)):
        return '""'
    zeros = []
    for part in walk(node):
        for sign, factor in part.factors if isinstance(part, Product) else ():
            if sign == "/" and not isinstance(factor, Number):
                value, known = writer.number(factor)
                zeros.append(f"{value}=0" if known == ALWAYS else f"IF({known},{value}=0,FALSE)")
    return f'IF({writer.any_of(zeros)},{_NA},"")' if zeros else '""'


class Writer:
    """Writes the trees of one rule for one place.

    ``by_element``: names of the record at hand are ranges over all records, and every part works element by element, as
    array formulas do. ``nil_forms``: forms that may be nil where the rule is asked; their figures are then 0.
    """

    def __init__(
        self,
        edition: Edition,
        places: Places,
        tolerance: Decimal = Decimal(0),
        *,
        by_element: bool = False,
        nil_forms: frozenset[str] = frozenset(),
    ) -> None:
        self.edition, self.places, self.tolerance = edition, places, tolerance
        self.by_element, self.nil_forms = by_element, nil_forms

    # --- conditions

    def all_of(self, conditions: list[str]) -> str:
        """TRUE where all are; short where one of them is always or never so."""
        kept = list(dict.fromkeys(one for one in conditions if one != ALWAYS))
        if NEVER in kept:
            return NEVER
        if len(kept) < 2:
            return kept[0] if kept else ALWAYS
        if self.by_element:
            return "(" + "*".join(f"({one})" for one in kept) + ")"
        return f"AND({','.join(_arguments(kept))})"

    def any_of(self, conditions: list[str]) -> str:
        kept = list(dict.fromkeys(one for one in conditions if one != NEVER))
        if ALWAYS in kept:
            return ALWAYS
        if len(kept) < 2:
            return kept[0] if kept else NEVER
        if self.by_element:
            return "((" + "+".join(f"({one})" for one in kept) + ")>0)"
        return f"OR({','.join(_arguments(kept))})"

    # --- numbers

    def number(self, node: Node) -> tuple[str, str]:
        """(value, known) of a node that gives a number."""
        match node:
            case Number(value):
                text = format(value, "f")
                return (f"({text})" if value < 0 else text), ALWAYS
            case Name():
                return self._cell(node)
            case Sum(terms):
                return self._sum(terms)
            case Product(factors):
                return self._product(factors)
            case Call():
                return self._call(node)
            case _:
                raise TypeError(f"{node!r} is no number")

    def _is_there(self, name: Name) -> bool:
        return self.places.has(name.parts[0]) and (name.parts[1] == THIS or not self.places.is_blocked(name))

    def _cell(self, name: Name) -> tuple[str, str]:
        if not self._is_there(name):
            return "0", NEVER
        at, form = self.places.cell(name), name.parts[0]
        if form not in self.nil_forms:
            return at, f"ISNUMBER({at})"
        value = f"IF(ISNUMBER({at}),{at},0)" if self.by_element else f"N({at})"
        return value, self.any_of([self.places.nil(form), f"ISNUMBER({at})"])

    def _or_nil(self, form: str, known: str) -> str:
        return self.any_of([self.places.nil(form), known]) if form in self.nil_forms else known

    def _sum(self, terms: tuple[tuple[int, Node], ...]) -> tuple[str, str]:
        """SUM, not ``+``, where it may be: it takes blanks and N/A as nothing."""
        added: list[str] = []
        taken: list[str] = []
        plain: list[str] = []
        conditions: list[str] = []
        for sign, term in terms:
            value, known = self.number(term)
            if self._is_plain_cell(term) and not self.by_element:
                plain.append(value)
            elif not isinstance(term, Number):
                conditions.append(known)
            if known != NEVER:
                (added if sign > 0 else taken).append(self._or_zero(term, value, known))
        if plain:
            one = len(plain) == 1
            conditions.insert(0, f"ISNUMBER({plain[0]})" if one else f"COUNT({','.join(_arguments(plain))})>0")
        only_constants = all(isinstance(term, Number) for _, term in terms)
        return self._added(added, taken), ALWAYS if only_constants else self.any_of(conditions)

    def _or_zero(self, term: Node, value: str, known: str) -> str:
        if isinstance(term, Name) and not self.by_element:
            return value
        return value if known == ALWAYS else f"IF({known},{value},0)"

    def _added(self, added: list[str], taken: list[str]) -> str:
        if self.by_element:
            text = "+".join(added) + "".join(f"-{one}" for one in taken)
            return f"({text or '0'})"
        plus = f"SUM({','.join(_arguments(added))})" if added else ""
        minus = f"SUM({','.join(_arguments(taken))})" if taken else ""
        return plus if plus and not minus else f"({plus}-{minus})" if minus else "0"

    def _product(self, factors: tuple[tuple[str, Node], ...]) -> tuple[str, str]:
        """Everything above first, then what divides it: whole numbers stay exact for as long as they can."""
        pairs = [self.number(factor) for _, factor in factors]
        known = self._all_known([factor for _, factor in factors], [known for _, known in pairs])
        signed = list(zip(factors, pairs, strict=True))
        above = [value for (sign, _), (value, _) in signed if sign == "*"]
        below = [(factor, value) for (sign, factor), (value, _) in signed if sign == "/"]
        divisors = [f"{value}<>0" for factor, value in below if not isinstance(factor, Number)]
        if divisors and known != NEVER:
            nonzero = self.all_of(divisors)
            known = nonzero if known == ALWAYS else f"IF({known},{nonzero},FALSE)"
        return f"({'*'.join(above)}{''.join(f'/{value}' for _, value in below)})", known

    def _all_known(self, nodes: list[Node], conditions: list[str]) -> str:
        """All are there; cells side by side are counted at once."""
        names = [node for node in nodes if self._is_plain_cell(node)]
        if self.by_element or len(names) < 2:
            return self.all_of(conditions)
        cells = list(dict.fromkeys(self.number(name)[0] for name in names))
        others = [known for node, known in zip(nodes, conditions, strict=True) if not self._is_plain_cell(node)]
        counted = f"COUNT({','.join(_arguments(cells))})={len(cells)}" if len(cells) > 1 else f"ISNUMBER({cells[0]})"
        return self.all_of([counted, *others])

    def _is_plain_cell(self, node: Node) -> bool:
        return isinstance(node, Name) and self._is_there(node) and node.parts[0] not in self.nil_forms

    def _call(self, call: Call) -> tuple[str, str]:
        match call:
            case Call("missing", _, _):
                return "0", NEVER
            case Call("given", (inner,), _):
                return self.number(inner)[0], ALWAYS
            case Call("sum" | "count" | "min" | "max" as function, (Name() as whole,), _):
                return self._whole(function, whole)
            case Call("round", (argument, Number(places)), _):
                value, known = self.number(argument)
                return f"ROUND({value},{int(places)})", known
            case Call("abs", (argument,), _):
                value, known = self.number(argument)
                return f"ABS({value})", known
            case Call("min" | "max" as function, arguments, _):
                return self._extreme(function.upper(), arguments)
            case Call("if", (condition, then, otherwise), _):
                return self._choice(condition, self.number(then), self.number(otherwise))
            case _:
                raise TypeError(f"{call!r} is no number")

    def _extreme(self, function: str, arguments: tuple[Node, ...]) -> tuple[str, str]:
        """The least or greatest of those that are there."""
        pairs = [pair for pair in map(self.number, arguments) if pair[1] != NEVER]
        if not pairs:
            return "0", NEVER
        if not self.by_element:
            if all(self._is_plain_cell(one) for one in arguments):
                cells = ",".join(_arguments([value for value, _ in pairs]))
                return f"{function}({cells})", f"COUNT({cells})>0"
            if all(known == ALWAYS for _, known in pairs):
                return f"{function}({','.join(_arguments([value for value, _ in pairs]))})", ALWAYS
        sign = "<" if function == "MIN" else ">"
        value, known = pairs[0]
        for other, other_known in pairs[1:]:
            better = f"IF({value}{sign}{other},{value},{other})"
            value = f"IF({known},IF({other_known},{better},{value}),{other})"
            known = self.any_of([known, other_known])
            _check(value)
        return value, known

    def _choice(self, condition: Node, then: tuple[str, str], otherwise: tuple[str, str]) -> tuple[str, str]:
        holds, fails = self.holds(condition), self.fails(condition)
        known = self.any_of([self.all_of([holds, then[1]]), self.all_of([fails, otherwise[1]])])
        return f"IF({holds},{then[0]},{otherwise[0]})", known

    def _whole(self, function: str, name: Name) -> tuple[str, str]:
        form = name.parts[0]
        if not self.places.has(form):
            return "0", NEVER
        ranges = self.places.whole(name)
        if function == "count":
            return self._count(name, ranges), self._or_nil(form, f"{self.places.said(form)}>0")
        if not ranges:
            return "0", NEVER
        text = ",".join(_arguments(ranges))
        return f"{function.upper()}({text})", self._or_nil(form, f"COUNT({text})>0")

    def _count(self, name: Name, ranges: list[str]) -> str:
        if name.parts[2] == RECORD_COUNT:
            return f'SUMPRODUCT(--(({"&".join(ranges)})<>""))'
        if name.parts[1] != "*" or self.places.column(name).numeric:
            return f"COUNT({','.join(_arguments(ranges))})" if ranges else "0"
        filled = "+".join(f'SUMPRODUCT(--({one}<>""))' for one in ranges)
        not_said = "".join(f"-COUNTIF({one},{_NA})" for one in ranges)
        return f"({filled}{not_said})" if self.places.column(name).type != "text" else f"({filled})"

    # --- truths

    def holds(self, node: Node) -> str:
        """A formula that is TRUE where the server finds it true."""
        return self._truth(node, True)

    def fails(self, node: Node) -> str:
        """A formula that is TRUE where the server finds it false."""
        return self._truth(node, False)

    def _truth(self, node: Node, wanted: bool) -> str:
        match node:
            case Comparison():
                known, compared = self.comparison(node, wanted)
                return compared if known == ALWAYS else NEVER if known == NEVER else f"IF({known},{compared},FALSE)"
            case Logic(operator, operands):
                parts = [self._truth(part, wanted) for part in operands]
                return self.all_of(parts) if (operator == "and") == wanted else self.any_of(parts)
            case Not(operand):
                return self._truth(operand, not wanted)
            case Call("empty", (Name() as cell,), _):
                return self._empty(cell, wanted)
            case Call("if", (condition, then, otherwise), _):
                first = self.all_of([self.holds(condition), self._truth(then, wanted)])
                return self.any_of([first, self.all_of([self.fails(condition), self._truth(otherwise, wanted)])])
            case Call("given", (inner,), _):
                return ALWAYS if (inner == Comparison("=", Number(Decimal(1)), Number(Decimal(1)))) == wanted else NEVER
            case Call("missing", _, _):
                return NEVER
            case _:
                raise TypeError(f"{node!r} is neither true nor false")

    def _empty(self, name: Name, wanted: bool) -> str:
        if not self._is_there(name):
            return ALWAYS if wanted else NEVER
        at, form = self.places.cell(name), name.parts[0]
        column = self.places.column(name)
        blank = [f'{at}=""'] if column.type == "text" else [f'{at}=""', f"{at}={_NA}"]
        empty = self.any_of(blank)
        if column.numeric and form in self.nil_forms:
            empty = f"IF({self.places.nil(form)},FALSE,{empty})"
        return empty if wanted else f"({empty})=FALSE" if not self.by_element else f"(1-({empty}))>0"

    def comparison(self, node: Comparison, wanted: bool = True) -> tuple[str, str]:
        """(known, compared): where both sides are there, and whether it holds, or fails, between them."""
        kind = compared_as(self.edition, node)
        if kind == "number":
            return self._numbers(node, wanted)
        sides = [self._text(side, days=kind == "date") for side in (node.left, node.right)]
        if Text("") in (node.left, node.right):
            sides = [(value if known == ALWAYS else '""' if known == NEVER else f'IF({known},{value},"")', ALWAYS)
                     for value, known in sides]  # fmt: skip
        signs = {"=": "<>", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
        sign = node.operator if wanted else signs[node.operator]
        compared = f"{sides[0][0]}{'<>' if sign == '!=' else sign}{sides[1][0]}"
        return self.all_of([known for _, known in sides]), compared

    def _numbers(self, node: Comparison, wanted: bool) -> tuple[str, str]:
        (left, left_known), (right, right_known) = self.number(node.left), self.number(node.right)
        if right.startswith("-") or ("-" in right and isinstance(node.right, Sum) and not right.startswith("(")):
            right = f"({right})"
        off = f"ROUND({left}-{right},{self._fineness(node)})"
        slack = format(self.tolerance, "f")
        below = f"-{slack}" if self.tolerance else slack
        holds = {
            "=": (f"ABS({off})<={slack}", f"ABS({off})>{slack}"),
            "!=": (f"ABS({off})>{slack}", f"ABS({off})<={slack}"),
            "<": (f"{off}<{slack}", f"{off}>={slack}"),
            "<=": (f"{off}<={slack}", f"{off}>{slack}"),
            ">": (f"{off}>{below}", f"{off}<={below}"),
            ">=": (f"{off}>={below}", f"{off}<{below}"),
        }[node.operator]
        known = self._all_known([node.left, node.right], [left_known, right_known])
        return known, holds[0 if wanted else 1]

    def _fineness(self, node: Comparison) -> int:
        """Decimals that a difference of both sides can have."""
        found = [decimals_of(self.edition, side) for side in (node.left, node.right) if not _has_missing(side)]
        if len(found) < 2 or None in found:
            return max(_FLOAT_DECIMALS, max(0, -int(self.tolerance.as_tuple().exponent)))
        return min(10, max([*(one for one in found if one is not None), -int(self.tolerance.as_tuple().exponent), 0]))

    # --- texts and days

    def _text(self, node: Node, *, days: bool) -> tuple[str, str]:
        match node:
            case Text(text):
                day = read_date(text) if days else None
                return (f"DATE({day.year},{day.month},{day.day})" if isinstance(day, date) else _quoted(text)), ALWAYS
            case Name():
                return self._text_cell(node)
            case Call("given", (inner,), _):
                return self._text(inner, days=days)
            case Call("if", (condition, then, otherwise), _):
                return self._choice(condition, self._text(then, days=days), self._text(otherwise, days=days))
            case _:
                return '""', NEVER

    def _text_cell(self, name: Name) -> tuple[str, str]:
        if not self._is_there(name):
            return '""', NEVER
        at, column = self.places.cell(name), self.places.column(name)
        if column.type == "date":
            return at, f"ISNUMBER({at})"
        if column.type == "choice":
            return f'LEFT({at},FIND(" - ",{at}&" - ")-1)', self.all_of([f'{at}<>""', f"{at}<>{_NA}"])
        return f"TRIM({at})", f'{at}<>""'


def _quoted(text: str) -> str:
    if len(text) > 255:
        raise TooLong("a text in a formula has at most 255 characters")
    return '"' + text.replace('"', '""') + '"'


def _has_missing(node: Node) -> bool:
    return any(isinstance(part, Call) and part.function == ABSENT for part in walk(node))


def _arguments(parts: list[str]) -> list[str]:
    if len(parts) > _MAX_ARGUMENTS:
        raise TooLong(f"a function takes at most {_MAX_ARGUMENTS} arguments")
    return parts


def _check(formula: str) -> None:
    if len(formula) > MAX_FORMULA:
        raise TooLong(f"longer than {MAX_FORMULA} characters")


def is_text(edition: Edition, node: Node) -> bool:
    """True for what is compared but not computed with."""
    return settled_kind(edition, node) in ("text", "date")


def unreadable(column: Column, at: str, choices: str | None = None) -> str:
    """1 where a cell holds something that the hub would refuse, element by element; 0 where it is fine or blank."""
    said = f'({at}<>"")*({at}<>{_NA})'
    if column.numeric:
        return f"IF(ISNUMBER({at}),{out_of_bounds(column, at, decimals=True)},{said})"
    if column.type == "date":
        return f"ISTEXT({at})*{said}"
    if column.type == "choice":
        return "0" if choices is None else f'{said}*ISNA(MATCH({at},{choices},0))*ISNA(MATCH({at}&" - *",{choices},0))'
    return f"(LEN({at})>{column.max_length})*1"


def out_of_bounds(column: Column, at: str, *, decimals: bool) -> str:
    """1 or more where a figure is too small, too large or too fine. Totals that Excel computes are never too fine."""
    parts = []
    if column.minimum is not None:
        parts.append(f"({at}<{column.minimum:f})")
    if column.maximum is not None:
        parts.append(f"({at}>{column.maximum:f})")
    if decimals:
        parts.append(f"(ROUND({at},{column.decimals})<>{at})")
    return "+".join(parts) or "0"


__all__ = [
    "ALWAYS", "GIVEN", "MAX_FORMULA", "NEVER", "TooLong", "Writer", "at_row", "computed_cells", "is_text",
    "out_of_bounds", "total_to_excel", "unreadable",
]  # fmt: skip
