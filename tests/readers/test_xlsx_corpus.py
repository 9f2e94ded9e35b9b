"""Every hostile, broken or odd workbook of the corpus gets exactly the outcome written beside it (P16, P17)."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hub.domain.checks import Context, check
from hub.domain.envelope import Reading
from hub.domain.form import Address
from hub.readers.limits import MIB, Limits
from hub.readers.xlsx import read


def _load_corpus():
    spec = importlib.util.spec_from_file_location("corpus_xlsx", Path(__file__).with_name("corpus_xlsx.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["corpus_xlsx"] = module
    spec.loader.exec_module(module)
    return module


corpus = _load_corpus()
CASES = corpus.cases()


_READ: dict[str, Reading] = {}


def read_case(case, edition) -> Reading:
    """The Reading of a case, made once: nothing in these tests changes it."""
    if case.name not in _READ:
        _READ[case.name] = _read_case(case, edition)
    return _READ[case.name]


def _read_case(case, edition) -> Reading:
    def lookup(identity):
        return edition if identity.regime == edition.regime else None

    readings = list(read(case.build(edition), lookup, None, Limits()))
    assert len(readings) == 1
    return readings[0]


def raw_at(reading: Reading, said: str):
    """The raw value at an address, None where nothing was read."""
    address = corpus.address_of(said)
    if address.row == "nil" or address.column == "nil":
        return reading.forms[address.form].nil
    form = reading.forms[address.form]
    if address.row.isdigit():
        return form.records[int(address.row) - 1].get(address.column)
    return form.cells.get((address.row, address.column))


def expected_values(case) -> dict:
    return corpus.BASE | {key: value for key, value in case.values.items() if not key.endswith(".nil")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_gets_its_outcome(case, small_edition):
    reading = read_case(case, small_edition)
    errors = {problem.code for problem in reading.problems if problem.severity == "error"}
    others = {problem.code for problem in reading.problems if problem.severity != "error"}
    if case.outcome == "refused":
        assert errors == {case.code}
    elif case.outcome == "warned":
        assert (errors, others) == (set(), {case.code})
    else:
        assert (errors, others) == (set(), set())
    if case.place:
        found = [problem.place.describe() for problem in reading.problems if problem.code == case.code]
        assert case.place in found
    for problem in reading.problems:
        assert problem.message_vi
        assert problem.message_en
        assert problem.stage in {"file", "identity", "structure"}


@pytest.mark.parametrize("case", [case for case in CASES if case.outcome != "refused"], ids=lambda case: case.name)
def test_what_is_accepted_has_the_stated_values_and_no_others(case, small_edition):
    reading = read_case(case, small_edition)
    for said, value in expected_values(case).items():
        found = raw_at(reading, said)
        assert (type(found), found) == (type(value), value), said
    assert len(reading.forms["F1"].cells) == sum(
        1 for said, value in expected_values(case).items() if said.startswith("F1.") and value is not None
    )
    nil = any(key.endswith(".nil") and value for key, value in case.values.items())
    assert reading.forms["F2"].nil is nil
    assert reading.outline == {"s1": "Nhìn chung tốt"}


def test_the_corpus_is_large_and_names_each_case_once():
    names = [case.name for case in CASES]
    assert len(names) >= 110
    assert len(set(names)) == len(names)


HEAVY = ("600 MB", "million tiny rows", "1048576", "one long text", "billion laughs", "16,384", "declares")


def peak_while(work) -> int:
    """Bytes by which this process's memory rose at its highest while working (Linux resets the mark on request)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError as error:
        pytest.skip(f"this kernel does not reset the peak of memory: {error}")
    before = _memory("VmRSS")
    work()
    return _memory("VmHWM") - before


def _memory(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize(
    "case", [case for case in CASES if any(word in case.name for word in HEAVY)], ids=lambda case: case.name
)
def test_a_bomb_needs_little_memory_in_this_process(case, small_edition):
    content = case.build(small_edition)
    limits = Limits()
    assert peak_while(lambda: list(read(content, lambda identity: small_edition, None, limits))) < 150 * MIB


def test_the_measure_of_memory_sees_memory():
    assert peak_while(lambda: bytearray(200 * MIB)) > 150 * MIB


def checked(reading: Reading, edition):
    return check(edition, reading, Context(period="2027-M01", frequency="monthly"))


def test_what_was_read_is_what_the_checks_take_over(small_edition):
    case = next(case for case in CASES if case.name == "untouched")
    result = checked(read_case(case, small_edition), small_edition)
    assert [finding for finding in result.findings if finding.severity == "error"] == []
    for said, value in corpus.BASE.items():
        assert result.values.get(corpus.address_of(said)) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number typed as the text '1.234,5'", "too_many_decimals"),
        ("number typed as the text '1.234'", Decimal(1234)),
        ("number typed as the text '１２'", "number_unreadable"),
        ("number typed as the text '123456789012345678'", Decimal("123456789012345678")),
        ("number 0.30000000000000004", "too_many_decimals"),
        ("total without a value", Decimal(5)),
    ],
)
def test_typed_numbers_have_one_exact_reading_or_one_finding(name, value, small_edition):
    case = next(case for case in CASES if case.name == name)
    result = checked(read_case(case, small_edition), small_edition)
    address = Address("F1", "r01", "c02")
    if isinstance(value, Decimal):
        assert result.values.get(address) == value
    else:
        assert [f.code for f in result.findings if f.address == address and f.stage == "value"] == [value]
        assert result.values.get(address) is None


def test_a_total_that_was_not_calculated_is_computed_by_its_rule(small_edition):
    case = next(case for case in CASES if case.name == "total never calculated")
    result = checked(read_case(case, small_edition), small_edition)
    assert result.values.get(Address("F1", "r01", "c01")) == Decimal(12)


def test_an_old_font_is_refused_with_advice(small_edition):
    case = next(case for case in CASES if case.name == "text typed for an old font")
    result = checked(read_case(case, small_edition), small_edition)
    assert any(f.severity == "error" and f.address == Address("F1", "r01", "c06") for f in result.findings)


@pytest.mark.parametrize("name", ["text with a bell", "text with a raw bell", "text with a delete sign"])
def test_control_characters_are_refused_with_the_cell(name, small_edition):
    case = next(case for case in CASES if case.name == name)
    result = checked(read_case(case, small_edition), small_edition)
    found = [f for f in result.findings if f.severity == "error" and f.address == Address("F1", "r01", "c06")]
    assert [f.place.describe() for f in found] == ["F1!H12"]


def test_decomposed_text_becomes_the_composed_one(small_edition):
    case = next(case for case in CASES if case.name == "text decomposed")
    result = checked(read_case(case, small_edition), small_edition)
    assert result.values.get(Address("F1", "r01", "c06")) == "Đà Nẵng"


def test_a_day_typed_as_text_is_the_day(small_edition):
    case = next(case for case in CASES if case.name == "day typed as text")
    result = checked(read_case(case, small_edition), small_edition)
    assert result.values.get(Address("F2", "1", "c03")) == date(2027, 1, 5)
