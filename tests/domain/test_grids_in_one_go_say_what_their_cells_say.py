"""A grid read, packed, written and compared in one go gives what its cells give one by one, or is left to them."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.cell_reading import reader_of
from hub.domain.context import Context
from hub.domain.form import Column, Form, Label, Row
from hub.domain.packing import pack
from hub.domain.plain_figures import PlainFigures
from hub.domain.regime import Rule
from hub.domain.rules import Tainted, compile_rules
from hub.domain.values import FormValues, Values, canonical_document, figure_text

NAME = Label("-", "-")
COLUMNS = (
    Column("c01", NAME, "integer"),
    Column("c02", NAME, "decimal", decimals=2, minimum=None),
    Column("c03", NAME, "percent", decimals=1, maximum=Decimal(100)),
    Column("c04", NAME, "money", minimum=Decimal(5), required=False),
)
FORM = Form("F1", NAME, "grid", COLUMNS, (Row("r01", NAME), Row("r02", NAME)), blocked=frozenset({("r02", "c04")}))
KEYS = [(row.code, column.code) for row, column in FORM.cells()]
PLAIN = PlainFigures(FORM)

digits = st.text("0123456789", min_size=1, max_size=6)
odd = st.sampled_from(["", "7 ", "-3", "1.5", "1e3", "²", "٣", "N/A", "9" * 17, "9" * 19, Decimal("4.50"), True])


def cells_of(texts: st.SearchStrategy) -> st.SearchStrategy:
    return st.dictionaries(st.sampled_from(KEYS), texts, min_size=1)


def exactly(value: object) -> object:
    return value.as_tuple() if isinstance(value, Decimal) else value


@given(cells_of(st.one_of(digits, digits, digits, odd)))
def test_what_is_read_in_one_go_is_what_each_cells_reader_reads(cells) -> None:
    read = PLAIN.read(cells)
    if read is not None:
        readers = {column.code: reader_of(column, "canonical") for column in COLUMNS}
        assert {key: exactly(value) for key, value in read.items()} == {
            key: exactly(readers[key[1]](raw)) for key, raw in cells.items()
        }


@pytest.mark.parametrize(
    "cells",
    [
        {("r01", "c03"): "101"},
        {("r01", "c04"): "4"},
        {("r01", "c01"): "1", ("r02", "c04"): "9"},
        {("r01", "c01"): ""},
        {("r01", "c01"): "٣"},
        {("r01", "c01"): "9" * 19},
    ],
)
def test_what_is_not_plain_or_out_of_bounds_is_left_to_its_own_reader(cells) -> None:
    assert PLAIN.read(cells) is None


def test_a_whole_plain_grid_is_read_in_the_forms_order() -> None:
    cells = dict.fromkeys(reversed(KEYS), "012")
    read = PLAIN.read(cells)
    assert read is not None
    assert list(read) == KEYS
    assert [str(value) for value in read.values()][:4] == ["12", "12.00", "12.0", "12"]


figures = st.integers(-(10**12), 10**12)


@given(st.dictionaries(st.sampled_from(KEYS), figures), st.booleans())
def test_a_grid_is_packed_and_written_as_its_figures_are(make_small_edition, numbers, whole) -> None:
    form = FORM if not whole else replace(FORM, columns=tuple(replace(each, decimals=0) for each in COLUMNS))
    edition = make_small_edition(forms=(form,), rules=(), outline=())
    places = {column.code: column.decimals for column in form.columns}
    cells = {key: Decimal(number).scaleb(-places[key[1]]) for key, number in numbers.items()}
    values = Values({"F1": FormValues(cells)})
    packed = pack(edition, values)
    assert list(struct.unpack(f"<{len(KEYS)}q", packed.figures)) == [numbers.get(key, 0) for key in KEYS]
    assert list(packed.presence) == [int(key in numbers) for key in KEYS]
    document = json.loads(canonical_document(edition, "X11", "2026-M09", "own", values))
    written = {f"{row}.{column}": figure_text(value, places[column]) for (row, column), value in cells.items()}
    assert document["forms"] == ({"F1": {"cells": written}} if cells else {})


EXPRESSIONS = ("c01 = c02 + c03", "c02 <= c01", "r01 >= r02 + r03", "c03 >= 0", "c01 != c04", "c04 < c01 + c02")
OPEN = tuple(Column(f"c0{n}", NAME, "integer", required=False, minimum=None) for n in range(1, 5))
GRID = Form("F1", NAME, "grid", OPEN, tuple(Row(f"r0{n}", NAME) for n in range(1, 4)))
RULES = tuple(Rule(f"R{n}", "F1", expr, "error", "text", NAME) for n, expr in enumerate(EXPRESSIONS))


@pytest.fixture(scope="module")
def ruled(make_small_edition):
    return make_small_edition(forms=(GRID,), rules=RULES, outline=())


@given(cells=st.lists(st.one_of(st.integers(-2, 3), st.integers(0, 2), st.none()), min_size=12, max_size=12))
def test_rules_asked_in_one_go_fail_where_each_of_them_fails(ruled, cells) -> None:
    rules = compile_rules(ruled)
    assert {number for sweep in rules.sweeps for number in sweep.rules} == set(range(len(rules.rules)))
    keys = [(row.code, column.code) for row, column in GRID.cells()]
    known = {key: Decimal(value) for key, value in zip(keys, cells, strict=True) if value is not None}
    moment = Context("2027-M01", "monthly").moment(ruled, Values({"F1": FormValues(known)}))
    one_by_one = replace(rules, sweeps=()).failures(moment, Tainted())
    assert rules.failures(moment, Tainted()) == one_by_one


def test_rules_that_hold_everywhere_are_not_asked_one_by_one(make_small_edition, make_grid, make_rule, monkeypatch):
    rule = make_rule("c01 = c02 + c03")
    edition = make_small_edition(forms=(make_grid(3, 4),), rules=(rule,), outline=())
    rules = compile_rules(edition)
    keys = [(row.code, column.code) for row, column in edition.forms[0].cells()]
    moment = Context("2027-M01", "monthly").moment(edition, Values({"F1": FormValues(dict.fromkeys(keys, Decimal(0)))}))
    monkeypatch.setattr(type(rules.rules[0]), "failures", None)
    assert rules.failures(moment, Tainted()) == []
