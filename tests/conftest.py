"""Fixtures shared by all tests: a small edition that shows every kind of form, and databases of both kinds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.domain.form import Choice, Column, Form, Label, Rollup, Row
from hub.domain.regime import DayRule, Edition, LegalBasis, OutlineSection, Reporter, Rule, WindowRule


def _label(text: str) -> Label:
    return Label(text, text)


def _make_small_edition(**changes: object) -> Edition:
    grid = Form(
        code="F1",
        title=Label("Biểu lưới", "A grid"),
        kind="grid",
        rows=(
            Row("r01", _label("Tổng số")),
            Row("r02", _label("Nam"), of="r01"),
            Row("r03", _label("Nữ"), of="r01"),
        ),
        columns=(
            Column("c01", _label("Tổng"), "integer", unit="người", rollup=Rollup("sum", "sum")),
            Column("c02", _label("Trong đó: mới"), "integer", unit="người", of="c01", rollup=Rollup("sum", "sum")),
            Column("c03", _label("Còn lại"), "integer", unit="người", of="c01", rollup=Rollup("last", "last")),
            Column("c04", _label("Kinh phí"), "money", 2, unit="triệu đồng", rollup=Rollup("sum", "sum")),
            Column(
                "c05", _label("Tỷ lệ mới"), "percent", 1, unit="%", required=False,
                rollup=Rollup("ratio", "recompute", numerator="c02", denominator="c01", scale=Decimal(100)),
            ),
            Column("c06", _label("Ghi chú"), "text", required=False),
        ),
    )  # fmt: skip
    records = Form(
        code="F2",
        title=Label("Danh sách", "A list"),
        kind="list",
        columns=(
            Column("c01", _label("Tên"), "text"),
            Column("c02", _label("Loại"), "choice", choices=(Choice("1", _label("Một")), Choice("2", _label("Hai")))),
            Column("c03", _label("Ngày cấp"), "date", required=False),
            Column("c04", _label("Diện tích"), "decimal", 2, unit="ha", rollup=Rollup("sum", "sum")),
        ),
        required=False,
    )
    fields: dict[str, object] = {
        "regime": "THU-01",
        "code": "2025-07-01",
        "title": Label("Chế độ thử", "A regime for tests"),
        "valid_from": date(2025, 7, 1),
        "valid_to": None,
        "report_type": "periodic",
        "content_kind": "both",
        "owner": "G12",
        "receiver": Label("Bộ Tài chính", "Ministry of Finance"),
        "legal_basis": LegalBasis("Văn bản thử"),
        "fidelity": "form",
        "reporters": (
            Reporter("commune", "own", "province"),
            Reporter("province", "rollup", "owner"),
            Reporter("ministry", "own", "owner"),
        ),
        "frequencies": ("monthly", "quarterly", "yearly"),
        "windows": {
            "monthly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14)),
            "quarterly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14)),
            "yearly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14)),
        },
        "dues": {
            (level, frequency): DayRule("period_end", day=25)
            for level in ("province", "ministry")
            for frequency in ("monthly", "quarterly", "yearly")
        }
        | {
            ("commune", frequency): DayRule("window_end", working_days=2)
            for frequency in ("monthly", "quarterly", "yearly")
        },
        "forms": (grid, records),
        "rules": (
            Rule("THU-R1", "F1", "c01 = c02 + c03", "error", "text", Label("c01 phải bằng c02 + c03", "c01 must equal c02 + c03"), computes="c01"),
            Rule("THU-R2", "F1", "r01 = r02 + r03", "error", "inferred", Label("Tổng số phải bằng nam cộng nữ", "The total must equal men plus women")),
            Rule("THU-R3", "F1", "c04 <= c01 * 1000", "warning", "inferred", Label("Kinh phí bất thường", "Unusual cost")),
        ),
        "outline": (OutlineSection("s1", Label("Đánh giá chung", "Assessment")),),
        "sha256": "0" * 64,
    }  # fmt: skip
    fields.update(changes)
    return Edition(**fields)  # type: ignore[arg-type]


@pytest.fixture
def make_small_edition():
    """A callable that builds the small edition, with any field replaced."""
    return _make_small_edition


@pytest.fixture
def small_edition() -> Edition:
    return _make_small_edition()
