"""One workbook for many units: given out with the units, a row a unit; refused rows come back in the same layout."""

from __future__ import annotations

import io

import openpyxl
import pytest

from hub.errors import NotFound
from hub.services import filings, many_units, refused_reports, uploads
from hub.services.receipts import receipt_from_json

EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
CELLS = {"r02.c02": 1, "r02.c03": 3, "r02.c04": 4.5, "r03.c02": 1, "r03.c03": 5, "r03.c04": "6,50"} | {
    "r01.c02": 2, "r01.c03": 8, "r01.c04": 11,
}  # fmt: skip


@pytest.fixture
def now(filing_of):
    return filing_of("X11").opened_at


@pytest.fixture
def sender(make_actor):
    return make_actor("approver", "VN")


@pytest.fixture
def template(opened, sender, now):
    return many_units.template(opened, sender, EDITION, PERIOD, now)[1]


def filled(template: bytes, values: dict[str, dict[str, object]], *, records=(), outline=True) -> bytes:
    """The workbook with the cells of the named units; the rows of others are taken away."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book["F1"]
    codes = {sheet.cell(4, column).value.strip("()"): column for column in range(1, sheet.max_column + 1)
             if sheet.cell(4, column).value}  # fmt: skip
    for name in ("F1", "Đề cương"):
        for row in range(book[name].max_row, 4, -1):
            if book[name].cell(row, 1).value not in values:
                book[name].delete_rows(row)
    for row in range(5, sheet.max_row + 1):
        for code, value in values[sheet.cell(row, 1).value].items():
            sheet.cell(row, codes[code]).value = value
    if outline:
        for row in range(5, book["Đề cương"].max_row + 1):
            book["Đề cương"].cell(row, 4).value = "Ổn định."
    for at, record in enumerate(records, 5):
        for column, value in enumerate(record, 1):
            book["F2"].cell(at, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def upload(opened, sender, now):
    def do(content, intent="draft"):
        key = f"{hash(content)}"
        upload_id = uploads.keep(
            opened, sender, content, filename="nhieu.xlsx", media_type="", intent=intent, key=key, now=now,
            secrecy="none",
        )  # fmt: skip
        assert uploads.work(opened, upload_id, now)
        return uploads.open_one(opened, sender, upload_id)

    return do


def test_the_workbook_names_the_units_one_may_enter_for(opened, template, make_actor, now):
    sheet = openpyxl.load_workbook(io.BytesIO(template))["F1"]
    units = {sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)}
    assert {"X11", "X12", "X13", "X21", "X22"} <= units
    assert "P1" not in units, "a province rolls up; its own figures are not asked for here"
    own = many_units.template(opened, make_actor("reporter", "X11"), EDITION, PERIOD, now)[1]
    sheet = openpyxl.load_workbook(io.BytesIO(own))["F1"]
    assert [sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)] == ["X11"]


@pytest.mark.parametrize("campaign", [("KHONG-CO/1", PERIOD), (EDITION, "x"), (EDITION, "2030-M01")])
def test_what_is_not_open_has_no_workbook(opened, sender, now, campaign):
    with pytest.raises(NotFound):
        many_units.template(opened, sender, *campaign, now)


def test_each_unit_of_the_workbook_is_one_report(template, upload, filing_of):
    done = upload(filled(template, dict.fromkeys(("X11", "X12", "X21"), CELLS)))
    assert (done.reports, done.taken, done.refused) == (3, 3, 0)
    assert all(filing_of(unit).version == 1 for unit in ("X11", "X12", "X21"))


def test_it_may_be_sent_at_once(template, upload, filing_of):
    upload(filled(template, {"X11": CELLS}), intent="send")
    assert filing_of("X11").state == "submitted"


def test_records_of_a_list_stand_in_rows_of_their_own(opened, sender, template, upload, filing_of, now):
    records = [
        ("X11", "", PERIOD, "", "Thửa một", "1", None, 1.5), ("X12", "", PERIOD, "", "Thửa hai", "2", None, 2.5),
        ("X11", "", PERIOD, "", "Thửa ba", "1", None, "3,25"),
    ]  # fmt: skip
    done = upload(filled(template, {"X11": CELLS, "X12": CELLS}, records=records))
    assert (done.taken, done.refused) == (2, 0), [
        receipt_from_json(each.receipt).findings for each in uploads.reports_of(opened, sender, done.id, "refused", 10)
    ]
    records = filings.open_one(opened, sender, filing_of("X11").id, now).values.forms["F2"].records
    assert [record["c01"] for record in records] == ["Thửa một", "Thửa ba"]


def test_a_wrong_cell_is_named_by_its_sheet_and_cell(opened, sender, template, upload):
    wrong = CELLS | {"r02.c02": "mười"}
    done = upload(filled(template, {"X11": CELLS, "X12": wrong}))
    (report,) = uploads.reports_of(opened, sender, done.id, "refused", 10)
    finding = receipt_from_json(report.receipt).findings[0]
    assert finding.place.sheet == "F1"
    assert finding.place.cell is not None
    assert finding.place.cell.endswith("6")


def test_refused_rows_come_back_in_the_same_layout_and_corrected_all_is_taken(opened, sender, template, upload, now):
    wrong = CELLS | {"r02.c02": "mười"}
    done = upload(filled(template, {"X11": wrong, "X12": CELLS, "X21": wrong}))
    assert (done.taken, done.refused) == (1, 2)
    name, _, file = refused_reports.refused_file(opened, sender, done.id, now)
    assert name == "nhieu_bi-tu-choi.xlsx"
    with file:
        content = file.read()
    sheet = openpyxl.load_workbook(io.BytesIO(content))["F1"]
    assert [sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)] == ["X11", "X21"]
    labels = [sheet.cell(3, column).value for column in range(1, sheet.max_column + 1)]
    assert "Không đọc được số" in sheet.cell(5, labels.index("Lý do") + 1).value
    again = upload(content)
    assert (again.taken, again.refused) == (0, 2)
    third = upload(filled(content, {"X11": CELLS, "X21": CELLS}, outline=False))
    assert (third.taken, third.refused) == (2, 0)


def test_a_unit_whose_rows_were_left_empty_is_not_in_the_file(opened, sender, template, upload, filing_of, now):
    upload(filled(template, {"X12": CELLS}))
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book["F1"]
    codes = {str(sheet.cell(4, column).value).strip("()"): column for column in range(1, sheet.max_column + 1)}
    row = next(row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 1).value == "X11")
    for code, value in CELLS.items():
        sheet.cell(row, codes[code]).value = value
    out = io.BytesIO()
    book.save(out)
    done = upload(out.getvalue())
    assert (done.reports, done.taken, done.refused) == (1, 1, 0)
    assert (filing_of("X11").version, filing_of("X12").version, filing_of("X13").version) == (1, 1, None)


def test_a_workbook_that_nobody_filled_in_is_said_to_hold_no_report(template, upload):
    done = upload(template)
    assert (done.reports, done.taken, done.refused) == (1, 0, 1)


@pytest.mark.parametrize("change", ["no unit", "unknown unit", "unknown column", "formula"])
def test_what_is_odd_is_a_finding_and_never_an_error(template, upload, change):
    book = openpyxl.load_workbook(io.BytesIO(filled(template, {"X11": CELLS, "X12": CELLS})))
    sheet = book["F1"]
    if change == "no unit":
        sheet.cell(5, 1).value = None
    elif change == "unknown unit":
        sheet.cell(5, 1).value = "XYZ"
    elif change == "unknown column":
        sheet.cell(4, 5).value = "(r99.c99)"
        sheet.cell(5, 5).value = 7
    else:
        sheet.cell(5, 5).value = "=1+1"
    out = io.BytesIO()
    book.save(out)
    done = upload(out.getvalue())
    assert done.state == "done"
    assert done.refused >= 1
