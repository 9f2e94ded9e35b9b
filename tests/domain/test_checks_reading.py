"""Checking a Reading: structure, values and presence, one finding a mistake, all at once and in a fixed order."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal

import pytest

from hub.domain.checks import MAX_FINDINGS, Checked, Context, check
from hub.domain.envelope import NOT_APPLICABLE, RawForm, Reading
from hub.domain.findings import Finding, Place, stops_sending, stops_version
from hub.domain.form import Address, Choice, Column, Form, Label, Row
from hub.domain.regime import OutlineSection
from hub.domain.values import FormValues, canonical_document

MONTH = Context("2026-M01", "monthly")


def told(checked: Checked) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.address)) for finding in checked.findings]


def one(checked: Checked) -> Finding:
    assert len(checked.findings) == 1, told(checked)
    return checked.findings[0]


def test_a_report_without_mistakes_has_values_and_no_findings(small_edition, make_reading, full_grid) -> None:
    record = {"c01": "Hồ Tây", "c02": "Hai", "c03": "1/2/2026", "c04": "3.5"}
    checked = check(small_edition, make_reading(F1=full_grid, F2=[record], outline={"s1": " Tốt "}), MONTH)
    assert checked.findings == []
    assert checked.values.forms["F1"].cells["r01", "c04"] == Decimal("300.00")
    expected = {"c01": "Hồ Tây", "c02": "2", "c03": date(2026, 2, 1), "c04": Decimal("3.50")}
    assert checked.values.forms["F2"].records == [expected]
    assert checked.values.outline == {"s1": "Tốt"}


def test_the_same_figures_typed_or_written_in_either_notation_give_the_same_bytes(
    small_edition, make_reading, full_grid
) -> None:
    typed = make_reading(F1=full_grid)
    canonical = make_reading(F1={key: str(value) for key, value in full_grid.items()})
    vietnamese = make_reading(F1={key: f"{value},00" for key, value in full_grid.items()}, notation="vi")
    documents = {
        canonical_document(small_edition, "H01", "2026-M01", "own", check(small_edition, reading, MONTH).values)
        for reading in (typed, canonical, vietnamese)
    }
    assert len(documents) == 1


# --- structure


def test_addresses_the_edition_does_not_have_are_each_one_finding(small_edition, make_reading, full_grid) -> None:
    reading = make_reading(
        F1=full_grid | {"r09.c01": 1, "r01.c99": 1},
        F2=[{"c01": "A", "c02": "1", "c04": 1, "c77": "x"}],
        F9={"r01.c01": 1},
    )
    reading.outline = {"s9": "chữ"}
    assert sorted(told(check(small_edition, reading, MONTH))) == [
        ("unknown_column", "F1.r01.c99"),
        ("unknown_column", "F2[1].c77"),
        ("unknown_form", "F9.*.*"),
        ("unknown_row", "F1.r09.c01"),
        ("unknown_section", "outline.*.s9"),
    ]


def test_a_value_in_a_blocked_cell_is_an_error_and_a_blank_one_is_not(
    make_small_edition, make_grid, make_reading
) -> None:
    edition = make_small_edition(forms=(make_grid(2, 2, blocked=frozenset({("r01", "c02")})),), rules=(), outline=())
    assert told(check(edition, make_reading(F1={"r01.c01": 1, "r01.c02": 5}), MONTH)) == [
        ("blocked_cell", "F1.r01.c02")
    ]
    assert check(edition, make_reading(F1={"r01.c01": 1, "r01.c02": " "}), MONTH).findings == []


def test_records_given_to_a_grid_and_cells_given_to_a_list_are_refused(small_edition, make_reading) -> None:
    checked = check(small_edition, make_reading(F1=[{"c01": 1}], F2={"r01.c01": 1}), MONTH)
    assert told(checked) == [("wrong_form_kind", "F1.*.*"), ("wrong_form_kind", "F2.*.*")]
    assert checked.values.forms == {}


def test_a_form_that_the_period_does_not_ask_for_is_refused(make_small_edition, make_grid, make_reading) -> None:
    edition = make_small_edition(forms=(make_grid(1, 1, frequencies=("yearly",)),), rules=(), outline=())
    assert told(check(edition, make_reading(F1={"r01.c01": 1}), MONTH)) == [("form_not_asked", "F1.*.*")]
    assert check(edition, make_reading(), MONTH).findings == []
    assert told(check(edition, make_reading(), Context("2026-Y", "yearly"))) == [("form_missing", "F1.*.*")]


def test_a_nil_form_with_values_contradicts_itself(small_edition, make_reading, full_grid) -> None:
    reading = make_reading(F1=full_grid)
    reading.forms["F1"].nil = True
    assert told(check(small_edition, reading, MONTH)) == [("nil_with_values", "F1.*.*")]


def test_too_many_records_are_one_finding(make_small_edition, make_reading) -> None:
    form = Form("F2", Label("L", "L"), "list", (Column("c01", Label("T", "T"), "text"),), max_records=3)
    edition = make_small_edition(forms=(form,), rules=(), outline=())
    checked = check(edition, make_reading(F2=[{"c01": str(n)} for n in range(9)]), MONTH)
    assert told(checked) == [("too_many_records", "F2.*.*")]
    assert len(checked.values.forms["F2"].records) == 3


# --- values


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("mười", "number_unreadable"), (Decimal("12.7"), "too_many_decimals"), ("１２", "number_unreadable"),
        (True, "number_unreadable"), (date(2026, 1, 1), "number_unreadable"), (Decimal(-1), "below_minimum"),
        (Decimal("1E+40"), "number_too_large"), ("1,234", "number_ambiguous"),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_read_is_one_finding_and_no_value(
    small_edition, make_reading, full_grid, raw: object, code: str
) -> None:
    reading = make_reading(F1=full_grid)
    reading.forms["F1"].cells["r02", "c02"] = raw  # type: ignore[assignment]
    checked = check(small_edition, reading, MONTH)
    assert one(checked).code == code
    assert one(checked).place == Place(field="F1.r02.c02")
    assert ("r02", "c02") not in checked.values.forms["F1"].cells
    assert stops_version(checked.findings)


def test_a_finding_says_what_was_found_and_what_is_allowed_in_both_languages(
    small_edition, make_reading, full_grid
) -> None:
    finding = one(check(small_edition, make_reading(F1=full_grid | {"r03.c04": "1.555"}), MONTH))
    assert (finding.found, finding.expected) == ("1.555", "2")
    assert "2 chữ số thập phân" in finding.message_vi
    assert "2 decimal places" in finding.message_en


def test_what_is_shown_as_found_can_always_be_stored(small_edition, make_reading, full_grid) -> None:
    reading = make_reading(F1=full_grid)
    reading.forms["F1"].cells["r02", "c02"] = "\ud800\x00" + "9" * 100_000
    finding = one(check(small_edition, reading, MONTH))
    assert finding.found is not None
    assert len(finding.found) < 200
    assert finding.found.encode()


def test_bounds_are_checked_inclusively(make_small_edition, make_reading) -> None:
    column = Column("c01", Label("Tỷ lệ", "Share"), "percent", 1, maximum=Decimal(100))
    form = Form("F1", Label("L", "L"), "grid", (column,), tuple(Row(f"r0{n}", Label("r", "r")) for n in (1, 2, 3)))
    edition = make_small_edition(forms=(form,), rules=(), outline=())
    checked = check(edition, make_reading(F1={"r01.c01": 100, "r02.c01": "100.1", "r03.c01": 0}), MONTH)
    assert told(checked) == [("above_maximum", "F1.r02.c01")]
    assert one(checked).expected == "≤ 100"


@pytest.mark.parametrize("raw", ["1", "MỘT", " một ", unicodedata.normalize("NFD", "Một"), Decimal(1)])
def test_a_choice_is_known_by_its_code_or_its_label(small_edition, make_reading, full_grid, raw: object) -> None:
    reading = make_reading(F1=full_grid, F2=[{"c01": "A", "c04": 1}])
    reading.forms["F2"].records[0]["c02"] = raw  # type: ignore[assignment]
    checked = check(small_edition, reading, MONTH)
    assert checked.findings == []
    assert checked.values.forms["F2"].records[0]["c02"] == "1"


def test_a_choice_out_of_the_list_is_told_with_the_list(small_edition, make_reading, full_grid) -> None:
    finding = one(check(small_edition, make_reading(F1=full_grid, F2=[{"c01": "A", "c02": "Ba", "c04": 1}]), MONTH))
    assert finding.code == "choice_unknown"
    assert "1 (Một); 2 (Hai)" in finding.message_vi


def test_a_code_is_never_taken_for_another_choices_label(make_small_edition, make_reading) -> None:
    choices = (Choice("1", Label("2", "two")), Choice("2", Label("3", "three")))
    form = Form("F2", Label("L", "L"), "list", (Column("c01", Label("T", "T"), "choice", choices=choices),))
    edition = make_small_edition(forms=(form,), rules=(), outline=())
    checked = check(edition, make_reading(F2=[{"c01": "2"}, {"c01": "3"}]), MONTH)
    assert [record["c01"] for record in checked.values.forms["F2"].records] == ["2", "2"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("31/12/2026", date(2026, 12, 31)), (date(2026, 12, 31), date(2026, 12, 31)),
        (datetime.fromisoformat("2026-12-31"), date(2026, 12, 31)), ("2026-12-31T00:00:00", date(2026, 12, 31)),
        ("n/a", NOT_APPLICABLE), (datetime.fromisoformat("2026-12-31T07:30"), None), (Decimal(46000), None),
        ("31/02/2026", None),
    ],
)  # fmt: skip
def test_a_day_is_read_from_text_or_from_a_typed_date(small_edition, make_reading, full_grid, raw, expected) -> None:
    reading = make_reading(F1=full_grid, F2=[{"c01": "A", "c02": "1", "c04": 1}])
    reading.forms["F2"].records[0]["c03"] = raw
    checked = check(small_edition, reading, MONTH)
    assert checked.values.forms["F2"].records[0].get("c03") == expected
    assert len(checked.findings) == (expected is None)


def test_numbers_typed_into_text_cells_become_plain_text(small_edition, make_reading, full_grid) -> None:
    checked = check(small_edition, make_reading(F1=full_grid | {"r01.c06": 12, "r02.c06": Decimal("12.50")}), MONTH)
    cells = checked.values.forms["F1"].cells
    assert (cells["r01", "c06"], cells["r02", "c06"]) == ("12", "12.5")


def test_not_applicable_is_read_everywhere_but_in_text(small_edition, make_reading, full_grid) -> None:
    checked = check(
        small_edition, make_reading(F1=full_grid | {"r01.c04": 180, "r02.c04": " n/a ", "r02.c06": "N/A"}), MONTH
    )
    assert checked.findings == []
    cells = checked.values.forms["F1"].cells
    assert (cells["r02", "c04"], cells["r02", "c06"]) == (NOT_APPLICABLE, "N/A")


def test_text_of_an_old_font_is_refused_in_cells_and_in_the_narrative(small_edition, make_reading, full_grid) -> None:
    reading = make_reading(F1=full_grid | {"r01.c06": "B¸o c¸o"}, outline={"s1": "Coäng hoøa xaõ hoäi"})
    assert told(check(small_edition, reading, MONTH)) == [
        ("text_legacy_font", "F1.r01.c06"),
        ("text_legacy_font", "outline.*.s1"),
    ]


def test_a_column_total_that_cannot_be_packed_is_a_finding(small_edition, make_reading, full_grid) -> None:
    record = {"c01": "A", "c02": "1", "c04": "9000000000000000"}
    finding = one(check(small_edition, make_reading(F1=full_grid, F2=[record] * 11), MONTH))
    assert (finding.code, str(finding.address), finding.stage) == ("number_too_large", "F2.*.c04", "value")


# --- presence


def test_an_empty_required_form_is_one_finding_that_offers_to_declare_nil(small_edition, make_reading) -> None:
    finding = one(check(small_edition, make_reading(F1={}), MONTH))
    assert (finding.code, finding.stage) == ("form_missing", "presence")
    assert "Không phát sinh" in finding.message_vi
    assert not stops_version([finding])
    assert stops_sending([finding])
    assert check(small_edition, make_reading(F1=None), MONTH).findings == []


def test_blank_cells_alone_do_not_make_a_form_filled(small_edition, make_reading) -> None:
    checked = check(small_edition, make_reading(F1={"r01.c01": " ", "r02.c02": ""}), MONTH)
    assert one(checked).code == "form_missing"
    assert checked.values.forms == {}


def test_each_missing_required_cell_is_named_with_its_label(small_edition, make_reading, full_grid) -> None:
    del full_grid["r02.c02"]
    del full_grid["r03.c04"]
    checked = check(small_edition, make_reading(F1=full_grid), MONTH)
    assert told(checked) == [("cell_missing", "F1.r02.c02"), ("cell_missing", "F1.r03.c04")]
    assert "Trong đó: mới" in checked.findings[0].message_vi


def test_a_missing_cell_silences_the_rules_that_need_it(small_edition, make_reading, full_grid) -> None:
    del full_grid["r02.c03"]
    assert told(check(small_edition, make_reading(F1=full_grid), MONTH)) == [("cell_missing", "F1.r02.c03")]


def test_a_required_narrative_section_is_missed(make_small_edition, make_reading, full_grid) -> None:
    edition = make_small_edition(outline=(OutlineSection("s1", Label("Đánh giá", "Assessment"), required=True),))
    assert told(check(edition, make_reading(F1=full_grid), MONTH)) == [("section_missing", "outline.*.s1")]
    assert check(edition, make_reading(F1=full_grid, outline={"s1": "Tốt"}), MONTH).findings == []


def test_blank_records_are_ignored_and_not_numbered(small_edition, make_reading, full_grid) -> None:
    records = [{"c01": " "}, {"c01": "A", "c02": "1", "c04": 1}, {}, {"c01": "B", "c02": "1"}]
    finding = one(check(small_edition, make_reading(F1=full_grid, F2=records), MONTH))
    assert str(finding.address) == "F2[2].c04"
    assert finding.place == Place(field="F2[4].c04"), "the place is where the record really stands"


# --- what the reader found already


def test_a_file_that_could_not_be_read_gets_no_further_findings(small_edition) -> None:
    problem = Finding("file_broken", "error", "file", "Tệp hỏng.", "The file is broken.")
    assert check(small_edition, Reading("xlsx", "vi", problems=[problem]), MONTH).findings == [problem]


def test_a_cell_the_reader_complained_of_is_not_called_missing(small_edition, make_reading, full_grid) -> None:
    del full_grid["r02.c02"]
    reading = make_reading(F1=full_grid)
    problem = Finding("cell_error", "error", "structure", "Ô lỗi.", "Error cell.", Address("F1", "r02", "c02"))
    reading.problems.append(problem)
    assert check(small_edition, reading, MONTH).findings == [problem]


def test_findings_come_in_the_order_of_the_form_whatever_the_order_of_the_file(
    small_edition, make_reading, full_grid
) -> None:
    wrong = {"r03.c01": "x", "r01.c04": "x", "r02.c02": "x", "r01.c02": "x"}
    readings = [make_reading(F1=full_grid | wrong), make_reading(F1=dict(reversed((full_grid | wrong).items())))]
    first, second = (check(small_edition, reading, MONTH) for reading in readings)
    assert first.findings == second.findings
    assert [str(f.address) for f in first.findings] == ["F1.r01.c02", "F1.r01.c04", "F1.r02.c02", "F1.r03.c01"]


def test_places_are_asked_for_only_where_there_is_a_finding(small_edition, make_reading, full_grid) -> None:
    asked: list[Address] = []

    def place(address: Address) -> Place:
        asked.append(address)
        return Place()

    reading = make_reading(F1=full_grid | {"r02.c02": "x"})
    reading.place = place
    check(small_edition, reading, MONTH)
    assert asked == [Address("F1", "r02", "c02")]


def test_countless_findings_end_in_one_that_counts_the_rest(make_small_edition, make_reading) -> None:
    form = Form("F2", Label("L", "L"), "list", (Column("c01", Label("S", "S"), "integer"),))
    edition = make_small_edition(forms=(form,), rules=(), outline=())
    checked = check(edition, make_reading(F2=[{"c01": "x"}] * (MAX_FINDINGS + 7)), MONTH)
    assert len(checked.findings) == MAX_FINDINGS + 1
    assert checked.findings[-1].code == "more_findings"
    assert "7" in checked.findings[-1].message_vi
    assert stops_version(checked.findings[-1:])


def test_checking_changes_neither_the_reading_nor_the_edition(small_edition, make_reading, full_grid) -> None:
    reading = make_reading(F1=full_grid)
    before = RawForm(dict(reading.forms["F1"].cells))
    first = check(small_edition, reading, MONTH)
    assert reading.forms["F1"] == before
    assert check(small_edition, reading, MONTH) == first
    assert isinstance(first.values.forms["F1"], FormValues)
