"""Every real regime's empty workbook is small enough to be read in this process, and reads back as nothing."""

from __future__ import annotations

import pytest

from hub.catalog.load import load_catalog
from hub.readers import book
from hub.readers.limits import Limits
from hub.readers.xlsx import read
from hub.writers.workbook import write_workbook

PERIODS = {
    "monthly": "2027-M01", "quarterly": "2027-Q1", "half_yearly": "2027-H1", "nine_month": "2027-9M",
    "yearly": "2027-Y", "weekly": "2027-W07", "ten_month": "2027-10M", "school_term": "2026-S2",
    "school_year": "2026-SY", "three_yearly": "2027-3Y", "five_yearly": "2030-5Y", "thematic": "2027-T-1",
    "ad_hoc": "2027-X-1",
}  # fmt: skip


def every_edition():
    return list(load_catalog().editions.values())


@pytest.mark.parametrize("edition", every_edition(), ids=lambda edition: edition.key)
def test_an_empty_workbook_of_each_frequency_reads_back_as_nothing(edition, monkeypatch):
    def no_child(*_):
        raise AssertionError("an empty workbook went to the child process")

    monkeypatch.setattr(book, "run_limited", no_child)
    for frequency in edition.frequencies:
        content = write_workbook(edition, "P01", "Tỉnh Thử", PERIODS[frequency], "own", frequency=frequency)
        (reading,) = read(content, lambda identity: edition, None, Limits())
        assert [problem.code for problem in reading.problems] == []
        assert list(reading.forms) == [form.code for form in edition.forms_for(frequency)]
        assert not any(form.cells or form.records or form.nil for form in reading.forms.values())


def test_there_are_real_regimes_to_try():
    assert len({edition.regime for edition in every_edition()}) >= 8
