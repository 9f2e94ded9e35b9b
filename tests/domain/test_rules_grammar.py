"""The grammar of rules: what parses, to which tree, and that nothing but RuleSyntaxError ever comes out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.domain.rule_grammar import Call, Comparison, Logic, Name, Number, Product, Sum, Text
from hub.domain.rules import RuleSyntaxError, names, parse

SHAPES = [
    "c17 <= c16",
    "c03 = c04 + c05",
    "c06 = c08 + c09 + c10 + c11",
    "r22 <= r21",
    "c08 = c07 / c01 * 100",
    "c12 = 100 * c09 / c08",
    "c02 + c03 <= c01",
    "c06 >= 0",
    "c04 = c01 + c02 - c03",
    "r01 = r02 + r03 + r04 + r05",
    "c26 = c23 - c24",
    "c06 = c01 - c04 - c05",
    "c03 <= c01 + c02",
    "c15 = c01 - (c03 + c05 + c07) + (c09 + c11 + c13)",
    "c08 = c07 + c01 - c05 - c06",
    "c03 > 0",
    "c10 <= c04 * c09 * 15",
    "c05 = (c03 + c04) / c02 * 100",
    "c28 != 'đạt' or (c05 >= 90 and c07 >= 80)",
    "c29 = 'chưa đạt' or (c10 >= 90 and c16 >= 70)",
    "c02 + c03 + c04 <= c01",
    "c01 = c02 + c03 + c04 + c05 + c06 + c07 + c08 + c09 + c10 + c11 + c12 + c13",
    "c15 = c06 - (c08 + c09)",
    "c16 = 100 * (c08 + c09) / c07",
    "c09 = 100 * c02 / (c02 + c03)",
    "c02 = 0 or c02 >= 150",
    "c06 <= c04 * 1.2",
    "c11 = 0 or c13 != ''",
    "c25 + c26 <= c05 + c06",
    "c13 = 100 * (c11 - c12) / c11",
    "F1.r01.c03 = sum(F2.c04)",
    "r01.c03 = sum(c03) - r01.c03",
    "count(F2) <= F1.r01.c01",
    "c06 = prev(c11)",
    "c01 <= same_period_last_year(c01) * 2",
    "c01 = ytd(c02)",
    "if(c01 > 0, c02, c03) <= 10",
    "not empty(c05) or c01 <> 0",
    "round(c01 / 3, 1) = c02",
    "abs(c01 - c02) <= max(c03, c04, 1)",
    "min(F1.c03) >= -5",
    "c03 = 'it''s'",
    "c04 = convert(sum(F2.c07), 'triệu đồng')",
    "c01 = other('ABC-01', F1.r01.c03) + other('ABC-01', F2.*.c03) - other('ABC-01', F2.*.#)",
]


@pytest.mark.parametrize("expression", SHAPES)
def test_every_shape_that_forms_print_parses(expression: str) -> None:
    assert names(parse(expression))


def test_products_bind_before_sums_and_sums_before_comparisons() -> None:
    tree = parse("c01 = c02 + 2 * c03")
    c01, c02, c03 = (Name((code,), at) for code, at in (("c01", 0), ("c02", 6), ("c03", 16)))
    assert tree == Comparison("=", c01, Sum(((1, c02), (1, Product((("*", Number(Decimal(2))), ("*", c03)))))))


def test_not_binds_before_and_and_and_before_or() -> None:
    tree = parse("empty(c01) or c02 = 1 and not c03 = 2")
    assert isinstance(tree, Logic)
    assert tree.operator == "or"
    assert isinstance(tree.operands[0], Call)
    assert isinstance(tree.operands[1], Logic)


def test_a_quote_inside_a_text_is_written_twice() -> None:
    tree = parse("c01 = 'it''s'")
    assert isinstance(tree, Comparison)
    assert tree.right == Text("it's")


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("", 0),
        ("c01 =", 5),
        ("c01 = c02 c03", 10),
        ("c01 = (c02", 10),
        ("c01 < c02 < c03", 10),
        ("c01 = 'open", 6),
        ("c01 = c02 ** 2", 11),
        ("c01 = exec('x')", 6),
        ("sum() = 1", 4),
        ("round(c01, 1, 2) = 1", 0),
        ("a.b.c.d = 1", 0),
        ("c01. = 1", 5),
        ("c01 = 1_000", 7),
        ("c01 == 1", 5),
        ("__import__('os')", 0),
        ("c01 = ２", 6),
        ("c01 = 1; c02 = 2", 7),
    ],
)
def test_a_mistake_is_told_with_its_position(expression: str, position: int) -> None:
    with pytest.raises(RuleSyntaxError) as error:
        parse(expression)
    assert error.value.position == position
    assert str(position + 1) in str(error.value)


@pytest.mark.parametrize(
    "expression", ["(" * 5000 + "1", "not " * 500 + "c01 = 1", "-" * 1000 + "c01 = 1", "abs(" * 100 + "c01", "1" * 3000]
)
def test_depth_and_length_are_bounded(expression: str) -> None:
    with pytest.raises(RuleSyntaxError):
        parse(expression)


def test_a_long_flat_sum_is_no_deep_tree() -> None:
    expression = "c01 = " + " + ".join(["c02"] * 280)
    assert len(names(parse(expression))) == 281


PIECES = ["c01", "r01", "F1", ".", "sum", "if", "(", ")", ",", "+", "-", "*", "/", "=", "<=", "<>", "and", "or", "not",
          "'x'", "'", "12", "1.5", " ", "\n", "é", "\x00", "prev", "empty"]  # fmt: skip


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
@example("\ud800")
def test_any_text_either_parses_or_raises_a_syntax_error(text: str) -> None:
    try:
        outcome = names(parse(text))
    except RuleSyntaxError as error:
        outcome = error.position
    assert outcome in range(len(text) + 1) or isinstance(outcome, tuple)
