"""Fixtures shared by the tests of the domain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from hub.domain.envelope import Notation, Raw, RawForm, Reading
from hub.domain.findings import Place
from hub.domain.form import Column, Form, Label, Row
from hub.domain.regime import Edition, LegalBasis, OutlineSection, Rule


def _label(text: str) -> Label:
    return Label(text, text)


@pytest.fixture
def make_rule() -> Callable[..., Rule]:
    """A callable (expression, form, **fields) that builds a rule of severity error."""

    def make(expr: str, form: str | None = "F1", **fields: object) -> Rule:
        given: dict[str, object] = {"id": "R1", "severity": "error", "source": "text", "message": _label("Sai")}
        given.update(fields)
        return Rule(form=form, expr=expr, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_grid() -> Callable[..., Form]:
    """A callable (rows, columns, **fields): a grid of optional integer columns, or of the columns given."""

    def make(rows: int, columns: int | tuple[Column, ...], code: str = "F1", **fields: object) -> Form:
        if isinstance(columns, int):
            numbers = range(1, columns + 1)
            columns = tuple(
                Column(f"c{n:02d}", _label(f"Cột {n}"), "integer", required=False, minimum=None) for n in numbers
            )
        made = tuple(Row(f"r{n:02d}", _label(f"Dòng {n}")) for n in range(1, rows + 1))
        return Form(code, _label(code), "grid", columns, made, **fields)  # type: ignore[arg-type]

    return make


def _place(address: object) -> Place:
    return Place(field=str(address))


@pytest.fixture
def make_reading() -> Callable[..., Reading]:
    """A callable (**forms, outline=…): a grid as {"r01.c01": raw}, a list as [records], nil as None."""

    def make(outline: dict[str, str] | None = None, notation: Notation = "canonical", **forms: object) -> Reading:
        return Reading(
            "json",
            notation,
            forms={code: _raw_form(content) for code, content in forms.items()},
            outline=outline or {},
            place=_place,
        )

    return make


def _raw_form(content: object) -> RawForm:
    if content is None:
        return RawForm(nil=True)
    if isinstance(content, list):
        return RawForm(records=[{code: _raw(value) for code, value in record.items()} for record in content])
    assert isinstance(content, dict)
    return RawForm(cells={tuple(key.split(".")): _raw(value) for key, value in content.items()})  # type: ignore[misc]


def _raw(value: object) -> Raw:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value  # type: ignore[return-value]


@pytest.fixture
def full_grid() -> dict[str, object]:
    """The small edition's grid F1 filled without a mistake."""
    figures = {"r01": (30, 10, 20), "r02": (12, 4, 8), "r03": (18, 6, 12)}
    cells: dict[str, object] = {}
    for row, numbers in figures.items():
        for column, number in zip(("c01", "c02", "c03"), numbers, strict=True):
            cells[f"{row}.{column}"] = number
        cells[f"{row}.c04"] = numbers[0] * 10
    return cells


@pytest.fixture(scope="session")
def small_edition_once() -> Edition:
    """A two-form edition for property tests, which may not use a fixture made anew for each test."""
    grid = Form(
        "F1", _label("Lưới"), "grid",
        tuple(Column(f"c0{n}", _label(f"c{n}"), "integer") for n in (1, 2, 3)),
        tuple(Row(f"r0{n}", _label(f"r{n}")) for n in (1, 2, 3)),
    )  # fmt: skip
    records = Form(
        "F2", _label("Danh sách"), "list",
        (Column("c01", _label("Tên"), "text"), Column("c02", _label("Loại"), "choice"),
         Column("c03", _label("Ngày"), "date"), Column("c04", _label("Diện tích"), "decimal", 2)),
    )  # fmt: skip
    return Edition(
        regime="THU-02", code="2025-07-01", title=_label("Thử"), valid_from=date(2025, 7, 1), valid_to=None,
        report_type="periodic", content_kind="both", owner="G12", receiver=_label("Bộ"),
        legal_basis=LegalBasis("Văn bản thử"), fidelity="form", reporters=(), frequencies=("monthly",), windows={},
        dues={}, forms=(grid, records), outline=(OutlineSection("s1", _label("Đánh giá")),),
    )  # fmt: skip
