"""P16: a CSV file of any size is read line by line within limits of its own, so that no child has to try it first."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from hub.domain.form import Address
from hub.readers import dispatch
from hub.readers.limits import DEFAULT_LIMITS

SMALL = replace(DEFAULT_LIMITS, direct_bytes=1000)
HEADER = "regime,unit,period,scope,form,row,column,value\n"
WHO = "THU-01,X11,2026-M09,own"


@pytest.fixture
def read_one(small_edition, monkeypatch):
    """Reads one report without a child, in lines of at most 1,000 characters."""
    monkeypatch.setattr(dispatch, "run_limited", None)

    def read_one(lines: list[str]):
        (reading,) = dispatch.read("csv", (HEADER + "\n".join(lines)).encode(), lambda _: small_edition, None, SMALL)
        return reading

    return read_one


def test_a_long_list_is_read_whole_with_the_line_of_each_value(read_one):
    reading = read_one([f"{WHO},F2,{n},{column},{n}" for n in range(1, 301) for column in ("c01", "c04")])
    assert reading.problems == []
    assert reading.forms["F2"].records[299] == {"c01": "300", "c04": "300"}
    assert reading.place(Address("F2", "300", "c04")).as_json() == {"line": 601, "field": "value"}


def test_values_of_a_record_that_stand_apart_come_together_in_the_order_of_the_numbers(read_one):
    reading = read_one([f"{WHO},F2,7,c01,b", f"{WHO},F2,3,c01,a", f"{WHO},F2,7,c04,2", f"{WHO},F2,3,c04,1"])
    assert reading.forms["F2"].records == [{"c01": "a", "c04": "1"}, {"c01": "b", "c04": "2"}]
    assert [reading.place(Address("F2", n, "c04")).line for n in ("1", "2")] == [5, 4]


def test_a_value_met_twice_among_long_records_is_found_at_its_line(read_one):
    reading = read_one([f"{WHO},F2,1,c01,a", f"{WHO},F2,1,c04,1", f"{WHO},F2,2,c01,b", f"{WHO},F2,1,c01,c"])
    (finding,) = reading.problems
    assert (finding.code, str(finding.address), finding.place.line) == ("duplicate_cell", "F2[1].c01", 5)
    assert reading.forms["F2"].records == [{"c04": "1"}, {"c01": "b"}]


@pytest.mark.parametrize("rest", ["," * 2000, '"' + "a\n" * 600 + '"'])
def test_a_line_without_end_is_refused_however_it_is_broken(read_one, rest):
    reading = read_one([f"{WHO},F2,1,c01,a", f"{WHO},F2,1,c04,{rest}"])
    assert [(finding.code, finding.place.line) for finding in reading.problems] == [("csv_malformed", 3)]
    assert not reading.forms


def test_what_stands_last_in_a_file_can_still_refuse_all_of_it(read_one):
    reading = read_one([f"{WHO},F2,{n},c01,a" for n in range(1, 50)] + [f'{WHO},F2,50,c01,"a'])
    assert [finding.code for finding in reading.problems] == ["csv_malformed"]
    assert not reading.forms


def test_a_field_is_held_to_its_length_whatever_another_library_allowed(small_edition):
    before = csv.field_size_limit(1 << 30)
    try:
        content = (HEADER + f"{WHO},F2,1,c01," + "a" * 200_000).encode()
        (reading,) = dispatch.read("csv", content, lambda _: small_edition, None, DEFAULT_LIMITS)
    finally:
        csv.field_size_limit(before)
    assert [(finding.code, finding.place.line) for finding in reading.problems] == [("csv_malformed", 2)]
