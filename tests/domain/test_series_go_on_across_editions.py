"""Series across editions: what goes on from where, values and roll-ups in the newer edition's own addresses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Address, Choice, Column, Form, Label, Rollup, Row
from hub.domain.packing import FigureOverflow
from hub.domain.rollup import Vector
from hub.domain.series import carried, carried_through, series_problems, values_as, vector_as
from hub.domain.units import Conversion
from hub.domain.values import FormValues, Values

MONEY = {
    "triệu đồng": Conversion("money", Decimal(1_000_000)),
    "tỷ đồng": Conversion("money", Decimal(1_000_000_000)),
    "ha": Conversion("area", Decimal(10_000)),
}


def label(text: str) -> Label:
    return Label(text, text)


def figure(code: str, decimals: int = 0, unit: str | None = None, **fields: object) -> Column:
    kind = "decimal" if decimals else "integer"
    return Column(code, label(code), kind, decimals, unit=unit, rollup=Rollup("sum", "sum"), **fields)  # type: ignore[arg-type]


def grid(code: str, rows: str, *columns: Column, blocked: tuple[tuple[str, str], ...] = ()) -> Form:
    made = tuple(Row(row, label(row)) for row in rows.split())
    return Form(code, label(code), "grid", columns, made, blocked=frozenset(blocked))


def records(code: str, *columns: Column) -> Form:
    return Form(code, label(code), "list", columns)


@pytest.fixture
def edition_of(make_small_edition):
    """``edition_of(year, *forms, **continues)``: in force from that year; in keys ``_`` stands for a dot."""

    def make(year: int, *forms: Form, **continues: str | None):
        named = {key.replace("_", "."): value for key, value in continues.items()}
        return make_small_edition(
            code=f"{year}-01-01", valid_from=date(year, 1, 1), forms=forms, rules=(), outline=(), continues=named,
            conversions=MONEY,
        )  # fmt: skip

    return make


def written(mapping: dict[Address, Address]) -> dict[str, str]:
    return {str(new): str(old) for new, old in mapping.items()}


def cells(**given: object) -> FormValues:
    exact = {key: Decimal(value) if isinstance(value, int | str) else value for key, value in given.items()}
    return FormValues(cells={tuple(key.split("_")): value for key, value in exact.items()})  # type: ignore[misc]


# --- what goes on from where


def test_what_stays_at_its_address_with_its_type_and_unit_goes_on(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01 r02", figure("c01"), figure("c02", 0, "ha"), figure("c03")))
    new = edition_of(2025, grid("F1", "r01 r03", figure("c01"), figure("c02", 0, "người"), figure("c03", 2)))
    assert written(carried(old, new)) == {"F1.r01.c01": "F1.r01.c01"}


def test_a_moved_column_row_and_cell_go_on_where_the_edition_says(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01 r02", figure("c01"), figure("c02")))
    new = edition_of(
        2025, grid("F1", "r01 r04", figure("c01"), figure("c05")),
        F1_c05="F1.c02", F1_r04="F1.r02", F1_r01_c05="F1.r02.c01",
    )  # fmt: skip
    assert written(carried(old, new)) == {
        "F1.r01.c01": "F1.r01.c01",
        "F1.r01.c05": "F1.r02.c01",
        "F1.r04.c01": "F1.r02.c01",
        "F1.r04.c05": "F1.r02.c02",
    }


def test_a_column_pushed_aside_by_a_new_one_is_not_also_continued_by_the_new_one(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01", figure("c01"), figure("c02")))
    new = edition_of(2025, grid("F1", "r01", figure("c01"), figure("c02"), figure("c03")), F1_c03="F1.c02")
    assert written(carried(old, new)) == {"F1.r01.c01": "F1.r01.c01", "F1.r01.c03": "F1.r01.c02"}


def test_a_series_may_be_told_to_begin_anew(edition_of) -> None:
    form = grid("F1", "r01 r02", figure("c01"), figure("c02"))
    new = edition_of(2025, form, F1_c02=None, F1_r02_c01=None)
    assert written(carried(edition_of(2024, form), new)) == {"F1.r01.c01": "F1.r01.c01"}


def test_a_form_that_became_another_goes_on_whole_but_for_what_is_named(edition_of) -> None:
    old = edition_of(2024, grid("F2", "r01", figure("c01"), figure("c02")))
    new = edition_of(
        2025, grid("F3", "r01", figure("c01"), figure("c02"), figure("c03")), grid("F2", "r01", figure("c01")),
        F3="F2", F3_c02=None, F3_c03="F2.c02",
    )  # fmt: skip
    assert written(carried(old, new)) == {"F3.r01.c01": "F2.r01.c01", "F3.r01.c03": "F2.r01.c02"}


def test_a_list_goes_on_with_its_columns_and_its_count(edition_of) -> None:
    old = edition_of(2024, records("F2", Column("c01", label("Tên"), "text"), figure("c02")))
    new = edition_of(2025, records("F2", Column("c01", label("Tên"), "text"), figure("c09")), F2_c09="F2.c02")
    assert written(carried(old, new)) == {"F2.*.c01": "F2.*.c01", "F2.*.c09": "F2.*.c02", "F2.*.#": "F2.*.#"}


def test_blocked_cells_are_no_series(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01 r02", figure("c01"), blocked=(("r01", "c01"),)))
    new = edition_of(2025, grid("F1", "r01 r02", figure("c01"), blocked=(("r02", "c01"),)))
    assert carried(old, new) == {}


def test_a_series_goes_on_through_every_edition_between(edition_of) -> None:
    first = edition_of(2023, grid("F1", "r01", figure("c01"), figure("c02")))
    second = edition_of(2024, grid("F1", "r01", figure("c05"), figure("c02")), F1_c05="F1.c01")
    third = edition_of(2025, grid("F1", "r01", figure("c09"), figure("c02")), F1_c09="F1.c05", F1_c02=None)
    assert written(carried_through((first, second, third), first, third)) == {"F1.r01.c09": "F1.r01.c01"}
    assert written(carried_through((third, second, first), second, third)) == {"F1.r01.c09": "F1.r01.c05"}
    assert carried_through((first, second, third), third, first) == {}
    assert len(carried_through((first, second, third), third, third)) == 2


# --- values


def test_earlier_values_stand_where_the_new_edition_has_them(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01", figure("c01"), figure("c02", 1)))
    new = edition_of(2025, grid("F1", "r01", figure("c01"), figure("c07", 1)), F1_c07="F1.c02")
    values = Values({"F1": FormValues({("r01", "c01"): NOT_APPLICABLE, ("r01", "c02"): Decimal("2.5")})})
    assert values_as(new, old, values).forms == {
        "F1": FormValues({("r01", "c01"): NOT_APPLICABLE, ("r01", "c07"): Decimal("2.5")})
    }
    assert values_as(old, old, values) is values


def test_earlier_values_of_a_later_edition_are_none(edition_of) -> None:
    form = grid("F1", "r01", figure("c01"))
    old, new = edition_of(2024, form), edition_of(2025, form)
    assert values_as(old, new, Values({"F1": cells(r01_c01=1)})) == Values()


def test_a_change_of_unit_or_type_that_is_named_converts_exactly(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01", figure("c01", 0, "triệu đồng"), figure("c02")))
    new = edition_of(
        2025, grid("F1", "r01", figure("c01", 2, "tỷ đồng"), figure("c02", 1)), F1_c01="F1.c01", F1_c02="F1.c02"
    )
    found = values_as(new, old, Values({"F1": cells(r01_c01=12_345, r01_c02=7)}))
    assert found.forms["F1"].cells == {("r01", "c01"): Decimal("12.35"), ("r01", "c02"): Decimal("7.0")}
    back = edition_of(2026, grid("F1", "r01", figure("c01", 0, "triệu đồng")), F1_c01="F1.c01")
    given = Values({"F1": cells(r01_c01="12.34")})
    assert values_as(back, new, given).forms["F1"].cells == {("r01", "c01"): Decimal(12_340)}


def test_records_keep_their_order_and_lose_only_what_is_gone(edition_of) -> None:
    choices = (Choice("1", label("Một")), Choice("2", label("Hai")))
    kind = Column("c02", label("Loại"), "choice", choices=choices)
    old = edition_of(2024, records("F2", Column("c01", label("Tên"), "text"), kind, figure("c03")))
    fewer = Column("c02", label("Loại"), "choice", choices=choices[:1])
    new = edition_of(2025, records("F2", Column("c01", label("Tên"), "text"), fewer))
    given = [{"c01": "A", "c02": "1", "c03": Decimal(1)}, {"c01": "B", "c02": "2"}]
    found = values_as(new, old, Values({"F2": FormValues(records=given)}))  # type: ignore[arg-type]
    assert found.forms["F2"].records == [{"c01": "A", "c02": "1"}, {"c01": "B"}]


def test_nothing_to_report_stays_so_unless_the_form_asks_for_more(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01", figure("c01")), records("F2", figure("c01")))
    nil = Values({"F1": FormValues(nil=True), "F2": FormValues(nil=True)})
    same = edition_of(2025, grid("F1", "r01", figure("c01")), records("F2", figure("c01")))
    more = edition_of(2025, grid("F1", "r01", figure("c01"), figure("c02")), records("F2", figure("c01")))
    assert values_as(same, old, nil).forms == nil.forms
    assert values_as(more, old, nil).forms == {"F1": cells(r01_c01=0), "F2": FormValues(nil=True)}
    assert values_as(more, old, Values()).forms == {}


def test_narrative_goes_on_where_its_section_does(make_small_edition) -> None:
    old = make_small_edition(valid_from=date(2024, 1, 1), code="2024-01-01")
    new = make_small_edition(outline=())
    assert values_as(new, old, Values(outline={"s1": "Ổn định"})) == Values()


# --- roll-ups


def test_a_roll_up_goes_on_slot_by_slot(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01", figure("c01", 0, "triệu đồng"), figure("c02"), figure("c03", 1)))
    new = edition_of(
        2025, grid("F1", "r01", figure("c00"), figure("c01", 2, "tỷ đồng"), figure("c03", 0)),
        F1_c01="F1.c01", F1_c03="F1.c03",
    )  # fmt: skip
    vector = Vector(np.array([12_345, 9, 25], np.int64), np.array([1, 1, 1], np.uint8), np.array([4, 5, 6], np.int32))
    found = vector_as(new, old, vector)
    assert found.figures.tolist() == [0, 1235, 3]
    assert found.presence.tolist() == [0, 1, 1]
    assert found.contributors.tolist() == [0, 4, 6]
    assert vector_as(old, old, vector) is vector


def test_a_roll_up_that_no_longer_fits_is_an_error_never_a_wrap(edition_of) -> None:
    old = edition_of(2024, grid("F1", "r01", figure("c01")))
    new = edition_of(2025, grid("F1", "r01", figure("c01", 2)), F1_c01="F1.c01")
    vector = Vector(np.array([2**62], np.int64), np.ones(1, np.uint8), np.ones(1, np.int32))
    with pytest.raises(FigureOverflow):
        vector_as(new, old, vector)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=5))
def test_going_on_in_a_finer_unit_loses_nothing(figures: list[int]) -> None:
    from hub.domain.regime import Edition, LegalBasis

    def edition(year: int, *columns: Column, **fields: object) -> Edition:
        given: dict[str, object] = {
            "regime": "THU-01", "title": label("Thử"), "valid_to": None, "report_type": "periodic",
            "content_kind": "data", "owner": "G12", "receiver": label("Bộ"), "legal_basis": LegalBasis("Thử"),
            "fidelity": "form", "reporters": (), "frequencies": ("monthly",), "windows": {}, "dues": {},
        }  # fmt: skip
        form = grid("F1", "r01", *columns)
        return Edition(code=f"{year}", valid_from=date(year, 1, 1), forms=(form,), conversions=MONEY, **given, **fields)  # type: ignore[arg-type]

    count = len(figures)
    old = edition(2024, *(figure(f"c{n:02}", 2, "tỷ đồng") for n in range(count)))
    named = {f"F1.c{n:02}": f"F1.c{n:02}" for n in range(count)}
    new = edition(2025, *(figure(f"c{n:02}", 0, "triệu đồng") for n in range(count)), continues=named)
    vector = Vector(np.array(figures, np.int64), np.ones(count, np.uint8), np.ones(count, np.int32))
    assert vector_as(new, old, vector).figures.tolist() == [figure_ * 10 for figure_ in figures]


# --- lint


@pytest.mark.parametrize(
    ("continues", "said"),
    [
        ({"F9": "F1"}, "F9"),
        ({"F1_c09": "F1.c01"}, "F1.c09"),
        ({"F1_c01": "F1.c09"}, "F1.c09"),
        ({"F1_c01": "F1.r01"}, "not both"),
        ({"F1_r01_c01": "F1.c01"}, "not both"),
        ({"F1_c02": "F1.c03"}, "differ"),
        ({"F1_c04": "F1.c01"}, "differ"),
        ({"F1_c01": "F2.c01"}, "differ"),
        ({"F2_c01_c02": "F2.c01"}, "F2.c01.c02"),
    ],
)
def test_an_entry_that_leads_nowhere_is_told_to_lint(edition_of, continues: dict[str, str], said: str) -> None:
    columns = (figure("c01"), figure("c02", 0, "ha"), figure("c03", 0, "triệu đồng"), Column("c04", label("t"), "text"))
    forms = (grid("F1", "r01", *columns), records("F2", figure("c01")))
    old, new = edition_of(2024, *forms), edition_of(2025, *forms, **continues)
    (problem,) = series_problems(new, old)
    assert said in problem.message
    assert problem.key == next(iter(continues)).replace("_", ".")


def test_right_entries_are_no_problem(edition_of) -> None:
    forms = (grid("F1", "r01 r02", figure("c01"), figure("c02")), records("F2", figure("c01"), figure("c02")))
    new = edition_of(
        2025, *forms, F1_c01="F1.c02", F1_c02=None, F1_r02="F1.r01", F1_r01_c01="F1.r02.c02", F2="F2", F2_c01="F2.c02"
    )
    assert series_problems(new, edition_of(2024, *forms)) == []


def test_the_first_edition_goes_on_from_nothing(edition_of) -> None:
    edition = edition_of(2024, grid("F1", "r01", figure("c01")), F1_c01="F1.c02")
    assert [problem.key for problem in series_problems(edition, None)] == ["F1.c01"]
