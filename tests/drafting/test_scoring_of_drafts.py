"""The scorer itself: what it forgives and what it does not."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from scoring import NOTHING, Draft, Tally, added, read_draft, read_expected, score, table, unit, words

FORMS = sorted((Path(__file__).parent / "forms").glob("*.expected.yaml"))

EXPECTED: dict[str, Any] = {
    "frequencies": ["yearly"],
    "forms": [
        {
            "title": "TÌNH HÌNH TRANG TRẠI",
            "kind": "grid",
            "columns": [
                {"n": 1, "label": "Tổng số", "group": ["Số hộ"], "type": "integer", "unit": "hộ"},
                {"n": 2, "label": "Nam", "group": ["Số hộ", "Chia ra"], "type": "integer", "unit": "hộ"},
                {"n": 3, "label": "Nữ", "group": ["Số hộ", "Chia ra"], "type": "integer", "unit": "hộ"},
                {"n": 4, "label": "Giá trị", "group": [], "type": ["money", "decimal"], "unit": ["triệu đồng", None]},
            ],
            "rows": [
                {"n": 1, "label": "Tổng số", "parent": None, "unit": None},
                {"n": 2, "label": "Chuyên ngành", "parent": 1, "unit": None, "heading": True},
                {"n": 3, "label": "Trồng trọt", "parent": 2, "unit": None},
                {"n": 4, "label": "Chăn nuôi", "parent": 2, "unit": None},
            ],
            "blocked": ["3.4"],
            "rules": [
                {"kind": "equality", "scope": "column", "total": 1, "parts": [2, 3]},
                {"kind": "equality", "scope": "row", "total": 1, "parts": [3, 4]},
                {"kind": "part", "scope": "column", "total": 1, "parts": [4], "optional": True},
            ],
        }
    ],
}


def perfect(expected: dict[str, Any]) -> Draft:
    """The draft that says exactly what is expected, in the language of editions."""
    forms, rules = [], []
    for n, form in enumerate(expected["forms"], 1):
        code = f"F{n}"
        unit_rows = [row["label"] for row in form["rows"]] == ["*"]
        forms.append(
            {
                "code": code,
                "title": {"vi": form["title"]},
                "kind": form["kind"],
                "columns": [_column(column) for column in form["columns"]],
                "rows": [{"code": "r01", "vi": "Đơn vị báo cáo"}] if unit_rows else [_row(row) for row in form["rows"]],
                "blocked": ["r{:0>2}.c{:0>2}".format(*cell.split(".")) for cell in form["blocked"]],
            }
        )
        rules += [{"form": code, "expr": text} for rule in form["rules"] for text in _expressions(rule)]
    return Draft(tuple(expected["frequencies"]), tuple(forms), tuple(rules))


def _column(column: dict[str, Any]) -> dict[str, Any]:
    kind, measured = column["type"], column["unit"]
    return {
        "code": f"c{column['n']:02}",
        "vi": column["label"],
        "group": [{"vi": text} for text in column["group"]],
        "type": kind[0] if isinstance(kind, list) else kind,
        "unit": measured[0] if isinstance(measured, list) else measured,
        "choices": [{"vi": text} for text in column.get("choices", ())],
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    of = f"r{row['parent']:02}" if row["parent"] else None
    return {"code": f"r{row['n']:02}", "vi": row["label"], "of": of, "unit": row["unit"]}


def _expressions(rule: dict[str, Any]) -> list[str]:
    letter = rule["scope"][0]
    total, parts = f"{letter}{rule['total']:02}", [f"{letter}{abs(part):02}" for part in rule["parts"]]
    if rule["kind"] == "part":
        return [f"{part} <= {total}" for part in parts]
    if rule["kind"] == "ratio":
        under = " + ".join(f"{letter}{part:02}" for part in rule["of"])
        return [f"{total} = round(100 * ({' + '.join(parts)}) / ({under}), 2)"]
    signed = [f"{'-' if sign < 0 else '+'} {part}" for sign, part in zip(rule["parts"], parts, strict=True)]
    return [f"{total} = {' '.join(signed).removeprefix('+ ')}"]


@pytest.fixture
def draft() -> Draft:
    return copy.deepcopy(perfect(EXPECTED))


def form_of(draft: Draft) -> dict[str, Any]:
    return draft.forms[0]  # type: ignore[return-value]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name.removesuffix(".expected.yaml"))
def test_a_draft_that_says_what_is_expected_misses_nothing_and_adds_nothing(path: Path) -> None:
    expected = read_expected(path)
    for measure, tally in score(expected, perfect(expected)).items():
        assert tally.precision == tally.recall == 1.0, measure


def test_no_draft_at_all_finds_nothing() -> None:
    found = score(EXPECTED, NOTHING)
    assert found["columns"] == Tally(0, 0, 4)
    assert found["rules"] == Tally(0, 0, 2)
    assert found["kinds"].recall == 0


def test_a_missing_column_lowers_recall_and_takes_its_rules_with_it(draft: Draft) -> None:
    del form_of(draft)["columns"][2]
    found = score(EXPECTED, draft)
    assert found["columns"] == Tally(3, 3, 4)
    assert found["rules"] == Tally(1, 2, 2)


def test_a_stub_taken_for_a_column_lowers_precision(draft: Draft) -> None:
    form_of(draft)["columns"].insert(0, {"code": "c00", "vi": "STT", "type": "integer"})
    found = score(EXPECTED, draft)
    assert found["columns"] == Tally(4, 5, 4)
    assert found["types"] == Tally(4, 5, 4)


def test_a_column_without_the_headings_above_it_is_another_column(draft: Draft) -> None:
    form_of(draft)["columns"][1]["group"] = []
    assert score(EXPECTED, draft)["columns"] == Tally(3, 4, 4)


def test_a_slip_in_a_label_is_found_but_its_path_is_not_right(draft: Draft) -> None:
    form_of(draft)["columns"][0]["vi"] = "Tổng sô"
    found = score(EXPECTED, draft)
    assert found["columns"].right == 4
    assert found["paths"].right == 3


def test_columns_that_changed_places_are_found_once(draft: Draft) -> None:
    columns = form_of(draft)["columns"]
    columns[1], columns[2] = columns[2], columns[1]
    assert score(EXPECTED, draft)["columns"].right == 3


def test_a_column_named_with_its_headings_in_one_text_is_the_same_column(draft: Draft) -> None:
    form_of(draft)["columns"][1] |= {"group": [], "vi": "Số hộ: Nam"}
    assert score(EXPECTED, draft)["paths"].right == 4


def test_a_wrong_unit_is_wrong_and_another_fair_answer_is_right(draft: Draft) -> None:
    form_of(draft)["columns"][0]["unit"] = "người"
    form_of(draft)["columns"][3]["unit"] = None
    assert score(EXPECTED, draft)["units"] == Tally(2, 3, 3)


def test_one_unit_written_in_two_ways_is_one_unit() -> None:
    assert unit("1.000 đồng") == unit("Nghìn  đồng") == "nghìn đồng"
    assert unit(None) is unit("") is None


def test_a_wrong_type_is_counted(draft: Draft) -> None:
    form_of(draft)["columns"][0]["type"] = "text"
    assert score(EXPECTED, draft)["types"] == Tally(3, 4, 4)


def test_a_heading_may_be_left_out_and_its_parts_go_to_the_row_above(draft: Draft) -> None:
    rows = form_of(draft)["rows"]
    del rows[1]
    for part in rows[1:]:
        part["of"] = "r01"
    found = score(EXPECTED, draft)
    assert found["rows"] == Tally(3, 3, 3)
    assert found["parents"] == Tally(2, 2, 2)


def test_a_part_under_a_wrong_row_is_wrong(draft: Draft) -> None:
    form_of(draft)["rows"][3]["of"] = "r03"
    found = score(EXPECTED, draft)["parents"]
    assert found == Tally(1, 2, 2)


def test_a_row_may_be_named_with_the_row_above_it(draft: Draft) -> None:
    form_of(draft)["rows"][3]["vi"] = "Chuyên ngành: Chăn nuôi"
    assert score(EXPECTED, draft)["rows"] == Tally(4, 4, 4)


def test_rows_of_units_are_one_row_whatever_its_name(draft: Draft) -> None:
    expected = copy.deepcopy(EXPECTED)
    expected["forms"][0] |= {"rows": [{"n": 1, "label": "*", "parent": None, "unit": None}], "blocked": []}
    assert score(expected, draft)["rows"] == Tally(0, 4, 1)
    form_of(draft)["rows"] = [{"code": "r01", "vi": "Cơ quan"}]
    assert score(expected, draft)["rows"] == Tally(1, 1, 1)


def test_a_blocked_cell_that_is_open_on_paper_is_wrong(draft: Draft) -> None:
    form_of(draft)["blocked"] += ["r04.c04", "r02.c01"]
    assert score(EXPECTED, draft)["blocked"] == Tally(1, 2, 1)


@pytest.mark.parametrize(
    "text",
    ["c01 = c02 + c03", "c02 + c03 = c01", "c01 = sum(c02, c03)", "c03 = c01 - c02", "c01 - c02 - c03 = 0 * c04"],
)
def test_one_equality_written_in_many_ways_is_one(draft: Draft, text: str) -> None:
    draft = Draft(draft.frequencies, draft.forms, ({"form": "F1", "expr": text},))
    assert score(EXPECTED, draft)["rules"] == Tally(1, 1, 2)


@pytest.mark.parametrize("text", ["c01 = c02 - c03", "c01 = c02", "c01 = c02 + c09", "c01 >= 0", "c01 = = c02"])
def test_a_relation_that_nobody_printed_is_wrong(draft: Draft, text: str) -> None:
    draft = Draft(draft.frequencies, draft.forms, (*draft.rules, {"form": "F1", "expr": text}))
    assert score(EXPECTED, draft)["rules"] == Tally(2, 3, 2)


@pytest.mark.parametrize("text", ["c04 <= c01", "c02 <= c01", "c01 = c03 + c02"])
def test_what_may_be_said_or_follows_or_is_said_twice_costs_nothing(draft: Draft, text: str) -> None:
    draft = Draft(draft.frequencies, draft.forms, (*draft.rules, {"form": "F1", "expr": text}))
    assert score(EXPECTED, draft)["rules"] == Tally(2, 2, 2)


def test_a_part_does_not_stand_for_the_equality(draft: Draft) -> None:
    draft = Draft(draft.frequencies, draft.forms, ({"form": "F1", "expr": "c01 >= c02"},))
    assert score(EXPECTED, draft)["rules"] == Tally(0, 0, 2)


def test_a_form_that_is_not_on_the_sheet_lowers_precision(draft: Draft) -> None:
    more = {"code": "F2", "title": {"vi": "Ghi chú"}, "kind": "list", "columns": [{"code": "c01", "vi": "Họ tên"}]}
    found = score(EXPECTED, Draft(draft.frequencies, (*draft.forms, more), draft.rules))
    assert found["forms"] == Tally(1, 2, 1)
    assert found["columns"] == Tally(4, 5, 4)


def test_frequencies_count_only_where_the_form_prints_them(draft: Draft) -> None:
    assert score(EXPECTED, Draft(("monthly", "yearly"), draft.forms, draft.rules))["frequencies"] == Tally(1, 2, 1)
    assert score(EXPECTED | {"frequencies": []}, draft)["frequencies"] == Tally()


def test_a_label_is_its_words() -> None:
    assert words("1.1. Trong đó:\u00a0Số HỘ nghèo (hộ)") == "số hộ nghèo"
    assert words("I. Cơ quan") == "cơ quan"


def test_an_edition_is_read_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "regime.yaml").write_text("forms: [F2, F1]\nfrequencies: [yearly]\n")
    (tmp_path / "forms" / "F1.yaml").write_text("code: F1\ncolumns: [{code: c01, vi: 01, of: null}]\n")
    (tmp_path / "forms" / "F2.yaml").write_text("code: F2\n")
    (tmp_path / "rules.yaml").write_text("rules: [{form: F1, expr: c01 = c02}]\n")
    draft = read_draft(tmp_path)
    assert [form["code"] for form in draft.forms] == ["F2", "F1"]
    assert draft.forms[1]["columns"] == [{"code": "c01", "vi": "01", "of": None}]
    assert draft.rules == ({"form": "F1", "expr": "c01 = c02"},)


def test_the_table_has_a_line_for_each_file_and_one_for_all(draft: Draft) -> None:
    one = score(EXPECTED, draft)
    lines = table({"a": one, "b": score(EXPECTED, NOTHING)}).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["a", "b", "TOTAL"]
    assert added([one, score(EXPECTED, NOTHING)])["columns"] == Tally(4, 4, 8)
