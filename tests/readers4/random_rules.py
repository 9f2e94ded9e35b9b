"""Random rules over a small edition that has every kind of form and column, and random reports as people type them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hub.domain.checks import Context
from hub.domain.form import Choice, Column, Form, Label, Row
from hub.domain.regime import Edition, Rule
from hub.domain.rule_moment import OtherReport
from hub.domain.rules import rule_problems
from hub.domain.values import FormValues, Value, Values

OTHER = "KHAC-01"
"""Another regime that rules look into."""


def _label(text: str) -> Label:
    return Label(text, text)


CHOICES = (Choice("dat", Label("Đạt", "Passed")), Choice("khong", Label("Không đạt", "Failed")))
GRID = Form(
    "F1", _label("Lưới"), "grid",
    (
        Column("c01", _label("Một"), "integer"),
        Column("c02", _label("Hai"), "integer"),
        Column("c03", _label("Ba"), "decimal", 2, required=False, minimum=None),
        Column("c04", _label("Bốn"), "percent", 1, required=False, maximum=Decimal(100)),
        Column("c05", _label("Năm"), "text", required=False),
        Column("c06", _label("Sáu"), "date", required=False),
        Column("c07", _label("Bảy"), "choice", required=False, choices=CHOICES),
    ),
    tuple(Row(f"r0{n}", _label(f"Dòng {n}")) for n in (1, 2, 3)),
    blocked=frozenset({("r03", "c02")}),
)  # fmt: skip
LIST = Form(
    "F2", _label("Danh sách"), "list",
    (
        Column("c01", _label("Tên"), "text"),
        Column("c02", _label("Số"), "integer"),
        Column("c03", _label("Tiền"), "money", 3, required=False),
        Column("c04", _label("Loại"), "choice", required=False, choices=CHOICES),
        Column("c08", _label("Ngày"), "date", required=False),
    ),
    max_records=50, required=False,
)  # fmt: skip
SMALL = Form(
    "F3", _label("Nhỏ"), "grid",
    (Column("c01", _label("Một"), "integer", required=False), Column("c02", _label("Hai"), "decimal", 1)),
    tuple(Row(f"r0{n}", _label(f"Dòng {n}")) for n in (1, 2)), required=False,
)  # fmt: skip
ELSEWHERE = Form("K1", _label("Khác"), "grid", (Column("c01", _label("x"), "integer"),), (Row("r01", _label("x")),))


@dataclass(frozen=True)
class Asked:
    """One report: what was typed by form, as the page and the JSON door have it, and what lies around it."""

    typed: dict[str, Any]
    context: Context


class Maker:
    """Makes the same rules and reports for the same seed."""

    def __init__(self, base: Edition, seed: int) -> None:
        self.rng = random.Random(seed)
        self.base = replace(base, forms=(GRID, LIST, SMALL), outline=(), rules=(), frequencies=("monthly",))
        self.other = replace(base, regime=OTHER, forms=(ELSEWHERE,), outline=(), rules=())

    # --- rules

    def edition(self, count: int) -> Edition:
        """The edition with that many random rules that fit it, and a computed total in a grid and in a list."""
        rules = [
            Rule("T1", "F1", "c01 = c02 + c03", "error", "text", _label("t"), computes="c01", when="c04 > 50"),
            Rule("T2", "F2", "c03 = c02 / 3", "error", "text", _label("t"), computes="c03"),
        ]
        while len(rules) < count + 2:
            rule = self._rule(len(rules))
            if not rule_problems(replace(self.base, rules=(rule,)), lambda code: self.other):
                rules.append(rule)
        return replace(self.base, rules=tuple(rules))

    def _rule(self, number: int) -> Rule:
        form = self.rng.choice(["F1", "F1", "F1", "F2", "F2", "F3"])
        rows = form != "F2" and self.rng.random() < 0.15
        names = _Names(form, self.rng, rows)
        when = names.truth(1) if self.rng.random() < 0.3 else None
        tolerance = self.rng.choice(["0", "0", "0", "0.5", "1"])
        message = _label(self.rng.choice(["Sai", "Sai ở {row}", "{found} khác {expected}", "Lệch {difference}."]))
        return Rule(
            f"R{number:03d}", form, names.truth(2), "error", "text", message, when=when, tolerance=Decimal(tolerance)
        )

    # --- reports

    def report(self) -> Asked:
        typed: dict[str, Any] = {}
        for form in (GRID, SMALL):
            if (said := self.rng.random()) < 0.08:
                typed[form.code] = {"nil": True, "cells": {}, "records": []}
            elif said < 0.92:
                cells = {f"{row.code}.{column.code}": self._text(column) for row, column in form.cells()}
                typed[form.code] = {"nil": False, "cells": cells, "records": []}
        records = [{column.code: self._text(column) for column in LIST.columns} for _ in range(self.rng.randint(0, 4))]
        nil = not records and self.rng.random() < 0.5
        typed["F2"] = {"nil": nil, "cells": {}, "records": [[n, one] for n, one in enumerate(records, 1)]}
        return Asked(typed, self._context())

    def _text(self, column: Column) -> str:
        odd = self.rng.random()
        if odd < 0.1 + (0 if column.required else 0.25):
            return ""
        if odd > 0.96:
            return self.rng.choice(["N/A", "n/a"])
        if column.numeric:
            if odd > 0.945:
                return "một"
            low = -3 if odd > 0.9 else 0
            whole = self.rng.choice([self.rng.randint(low, 6), self.rng.randint(0, 6), self.rng.randint(0, 2000)])
            part = f",{self.rng.randint(0, 10**column.decimals - 1):0{column.decimals}d}" if column.decimals else ""
            return f"{whole}{part}"
        if column.type == "date":
            return f"{date(2026, 12, 20) + timedelta(self.rng.randint(0, 30)):%d/%m/%Y}"
        if column.type == "choice":
            return self.rng.choice(["dat", "khong"])
        return self.rng.choice(["a", "B", "Hà  Nội", "hà nội", "x"])

    def _context(self) -> Context:
        def known() -> Values | None:
            return self._values() if self.rng.random() < 0.8 else None

        so_far = [self._values() for _ in range(2)] if self.rng.random() < 0.8 else None
        cells: dict[tuple[str, str], Value] = {("r01", "c01"): Decimal(self.rng.randint(0, 9))}
        others = {OTHER: OtherReport(self.other, Values({"K1": FormValues(dict(cells))}))}
        return Context("2027-M03", "monthly", known(), known(), so_far, others if self.rng.random() < 0.7 else {})

    def _values(self) -> Values:
        cells: dict[tuple[str, str], Value] = {
            (row.code, column.code): Decimal(self.rng.randint(0, 60)).scaleb(-column.decimals)
            for row, column in GRID.cells()
            if column.numeric and self.rng.random() < 0.85
        }
        return Values({"F1": FormValues(dict(cells))})


class _Names:
    """Writes expressions in which bare names are columns (or, ``rows``, rows) of one form."""

    def __init__(self, form: str, rng: random.Random, rows: bool) -> None:
        self.form, self.rng, self.rows = form, rng, rows

    def truth(self, depth: int) -> str:
        roll = self.rng.random()
        if depth and roll < 0.25:
            sign = self.rng.choice(["and", "or"])
            return f"({self.truth(depth - 1)} {sign} {self.truth(depth - 1)})"
        if depth and roll < 0.32:
            return f"not {self.truth(depth - 1)}"
        if roll < 0.4 and not self.rows:
            return f"empty({self.cell('any')})"
        if roll < 0.5 and not self.rows:
            return self._words()
        sign = self.rng.choice(["=", "=", "<=", "<", ">=", ">", "!="])
        return f"{self.number(depth)} {sign} {self.number(depth)}"

    def _words(self) -> str:
        if self.form == "F3":
            return "F1.r01.c07 = 'Đạt'"
        choice, day, text = {"F1": ("c07", "c06", "c05"), "F2": ("c04", "c08", "c01")}[self.form]
        return self.rng.choice([
            f"{choice} = 'Đạt'", f"{choice} != 'khong'", f"{text} = 'hà nội'", f"{text} != ''", f"{choice} = ''",
            f"{day} >= '2027-01-03'", f"{day} < '2027-01-01'",
        ])  # fmt: skip

    def cell(self, kind: str = "number") -> str:
        numbers = {"F1": ["c01", "c02", "c03", "c04"], "F2": ["c02", "c03"], "F3": ["c01", "c02"]}[self.form]
        others = {"F1": ["c05", "c06", "c07"], "F2": ["c01", "c04", "c08"], "F3": []}[self.form]
        if self.rows:
            return self.rng.choice(["r01", "r02"])
        return self.rng.choice(numbers if kind == "number" else numbers + others)

    def number(self, depth: int) -> str:
        roll = self.rng.random()
        if not depth or roll < 0.35:
            return self.rng.choice([self.cell(), self.cell(), self.cell(), str(self.rng.randint(0, 5)), "2.5"])
        inner = [self.number(depth - 1) for _ in range(2)]
        return self.rng.choice(list(self._made(*inner)))

    def _made(self, one: str, other: str) -> Iterator[str]:
        yield from (f"({one} + {other})", f"({one} - {other})", f"{one} * {other}", f"{one} / {other}")
        yield from (f"min({one}, {other})", f"max({one}, {other})", f"abs({one} - {other})", f"round({one}, 1)")
        yield f"if({self.truth(0)}, {one}, {other})"
        yield from ("sum(F2.c02)", "count(F2)", "count(F2.c04)", "max(F2.c03)", "F3.r01.c02", "min(F1.c02)")
        if self.form == "F1":
            yield from ("sum(c02)", "count(c07)", "prev(c01)", "ytd(c02)", "same_period_last_year(c03)")
            yield from ("prev(sum(c02))", "other('KHAC-01', K1.r01.c01)", "sum(r01)", "ytd(sum(c01))")
