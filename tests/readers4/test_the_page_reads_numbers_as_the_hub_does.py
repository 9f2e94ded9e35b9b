"""What people type in a field means the same on the page as on the server: the same value, or the same mistake."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from hub.domain.cell_reading import reader_of
from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Choice, Column, Form, Label
from hub.domain.number_text import Problem
from hub.domain.rule_browser import program
from hub.domain.rules import exact_text

pytestmark = pytest.mark.browser

WHOLES = ("0", "7", "12", "123", "1234", "0012", "12345678901234567", "999999999999999999", "9223372036854775807")
MARKED = (
    "1.234", "1,234", "12.345", "123.456", "1234.567", "0.123", "0,123", "1.234.567", "1,234,567", "1.234,5",
    "1,234.5", "1.234.567,89", "1,234,567.89", "1 234", "1 234 567", "1\u00a0234,5", "1\u202f234.5", "1 234\u00a0567",
    "12 34", "1.23.456", "1.2345", "1,5", "1.5", "0,5", ",5", "5,", "1..5", "1.,5", "1.234.56", "01.234", "1.000",
    "100.000", "1.000.000", "0.100", "0,100", "1,0", "1,00", "1,000", "2,50", "2,500", "2,5000", "3,1415926535897",
)  # fmt: skip
ODD = (
    "", " ", "n/a", "N/A", " n/A ", "N / A", "abc", "12abc", "1e5", "1E5", "1.5e+3", "+5", "--5", "5-", "(5)", "5%",
    "5 %", "٣", "1２3", "²", "½", "1_000", "0x10", "NaN", "Infinity", "１２３", "12\n", "\t12", "\u300012", "\ufeff12",
    "\x1f12", "\x8512", "\u200712", "\u200b12", "1'000", "1\u2009234", "-", "−5", "9" * 19, "9" * 20,
    "9" * 30, "1" * 81,
    "1000000000000000000", "10000000000000000000", "9223372036854775808", "123456789012345678,5", "0" * 25 + "7",
    "9999999999999999999,5", "0,0000000000000000001", "12,000000000000000000000", "đồng", "12 đồng", "1.234 đ",
)  # fmt: skip
TEXTS = tuple(dict.fromkeys([
    *ODD, *(sign + text for sign, text in product(("", "-", " ", "- "), (*WHOLES, *MARKED))),
    *(f"{text} " for text in MARKED), *(f"{whole},{part}" for whole, part in product(WHOLES, ("0", "5", "25", "125"))),
]))  # fmt: skip
DAYS = (
    "2026-01-31", "31/01/2026", "1/2/2026", "29/02/2024", "29/02/2026", "31/04/2026", "2026-13-01", "0/1/2026", "x", "",
    "n/a", "2026-01-31T00:00", "2026-01-31T00:00:00.000", "2026-01-31T12:00", "01/01/1899", "01/01/1900", "31/12/2200",
    "01/01/2201", "2026-1-31", "31-01-2026", " 31/01/2026 ", "32/01/2026", "01/01/0000", "٣1/01/2026", "29/02/1900",
)  # fmt: skip
WORDS = (
    "", " ", "Đạt", "đạt", "ĐẠT", "dat", "DAT", "Không  đạt", "khong", "n/a", "N/A", "khác", "Đa\u0323t", "dat\u00a0",
    "a\x00b", "x" * 31, "👍" * 30, "👍" * 31, "a\r\nb", " lề ", "Straße", "ten\u2028",
)  # fmt: skip


def columns() -> list[Column]:
    label = Label("x", "x")
    numbers = [Column(f"d{n}", label, "decimal", n, minimum=None) for n in (0, 1, 2, 3, 6)]
    bounded = Column("b1", label, "percent", 1, maximum=Decimal(100))
    choices = (Choice("dat", Label("Đạt", "Passed")), Choice("khong", Label("Không đạt", "Failed")))
    return [*numbers, bounded, Column("day", label, "date"), Column("words", label, "text", max_length=30),
            Column("pick", label, "choice", choices=choices)]  # fmt: skip


def texts_of(column: Column) -> tuple[str, ...]:
    return TEXTS if column.numeric else DAYS if column.type == "date" else WORDS


def on_the_server(column: Column, text: str) -> dict[str, str]:
    value = reader_of(column, "vi")(text)
    if isinstance(value, Problem):
        return {"code": value.code}
    if value is None:
        return {}
    return {"value": "N/A" if value is NOT_APPLICABLE else exact_text(value) if column.numeric else str(value)}


def test_every_text_means_the_same_on_the_page(in_page, make_small_edition) -> None:
    form = Form("F1", Label("x", "x"), "list", tuple(columns()))
    made = program(make_small_edition(forms=(form,), rules=(), outline=()), "monthly")
    asked = [(column.code, text) for column in columns() for text in texts_of(column)]
    said = in_page(
        "({program, asked}) => asked.map(([code, text]) => "
        "HubRules.readText(text, program.forms.F1.columns[code], program.texts))",
        {"program": made, "asked": asked},
    )
    known = {column.code: column for column in columns()}
    differences = []
    for (code, text), page in zip(asked, said, strict=True):
        server = on_the_server(known[code], text)
        if server != {key: page[key] for key in ("code", "value") if key in page}:
            differences.append((code, text, server, page))
    assert len(asked) > 500
    assert differences == []


def test_what_is_wrong_is_said_in_the_hubs_own_words(in_page, make_small_edition) -> None:
    form = Form("F1", Label("x", "x"), "list", tuple(columns()))
    made = program(make_small_edition(forms=(form,), rules=(), outline=()), "monthly")
    asked = [("d0", "5%"), ("d0", "(5)"), ("d0", "1e5"), ("d0", "１２"), ("d0", "mười"), ("d0", "1,234"), ("d0", "1,5"),
             ("d2", "1,555"), ("b1", "101"), ("b1", "-1"), ("day", "x"), ("day", "31/02/2026"), ("day", "1/1/1800"),
             ("words", "x" * 31), ("pick", "khác"), ("d0", "9" * 20)]  # fmt: skip
    said = in_page(
        "({program, asked}) => asked.map(([code, text]) => "
        "HubRules.readText(text, program.forms.F1.columns[code], program.texts).message)",
        {"program": made, "asked": asked},
    )
    known = {column.code: column for column in columns()}
    wanted = [getattr(reader_of(known[code], "vi")(text), "vi", None) for code, text in asked]
    assert said == wanted
