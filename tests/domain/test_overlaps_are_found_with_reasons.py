"""Likely duplicates between regimes: certain by a shared indicator, else by labels and circumstances, with reasons."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.overlap import asked_of, overlaps, words_of
from hub.domain.regime import Edition, LegalBasis, Reporter
from hub.domain.units import Conversion

MONEY = {"triệu đồng": Conversion("money_vnd", Decimal(10**6)), "nghìn đồng": Conversion("money_vnd", Decimal(10**3))}
UNITS = MONEY | {"ha": Conversion("area", Decimal(10_000))}


def column(label: str, code: str = "c01", **changes: object) -> Column:
    fields: dict[str, object] = {"unit": "người", "rollup": Rollup("sum", "sum")}
    return Column(code, Label(label, label), "integer", **(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def edition_of(make_small_edition):
    """``edition_of(regime, column, …, rows=(), title=…) -> Edition`` with one form of these columns."""

    def make(regime: str, *columns: Column, rows: tuple[Row, ...] = (), title: str = "Lao động", **changes: object):
        kind = "grid" if rows else "list"
        form = Form("F1", Label(title, title), kind, columns, rows)
        fields = {"regime": regime, "forms": (form,), "rules": (), "title": Label(title, title), "conversions": UNITS}
        return make_small_edition(**(fields | changes))

    return make


def only(groups):
    assert len(groups) == 1
    assert len(groups[0].overlaps) == 1
    return groups[0].overlaps[0]


def test_two_figures_of_one_indicator_are_one_for_certain(edition_of):
    one = edition_of("A", column("Số người chết", indicator="deaths"))
    other = edition_of("B", column("Tử vong", indicator="deaths"))
    found = only(overlaps([one, other], Decimal(1)))
    assert found.certain
    assert found.score == 1
    assert found.parts[0].reason.en == "both are bound to the indicator deaths"


def test_one_indicator_in_two_breakdowns_is_two_figures(edition_of):
    one = edition_of("A", column("Số người chết", indicator="deaths", breakdown=(("sex", "female"),)))
    other = edition_of("B", column("Số người chết", indicator="deaths"))
    assert overlaps([one, other]) == []


def test_what_a_person_bound_to_two_indicators_is_never_listed(edition_of):
    one = edition_of("A", column("Số người chết", indicator="deaths"))
    other = edition_of("B", column("Số người chết", indicator="disaster.deaths"))
    assert overlaps([one, other]) == []


def test_the_same_words_in_the_same_circumstances_score_one_with_every_reason(edition_of):
    found = only(overlaps([edition_of("A", column("Số lao động nữ")), edition_of("B", column("Số lao động nữ"))]))
    assert found.score == 1
    assert not found.certain
    assert [part.circumstance for part in found.parts] == ["label", "unit", "breakdown", "reporters", "periods"]
    assert "“lao động nữ”" in found.parts[0].reason.vi
    assert all(part.reason.vi and part.reason.en for part in found.parts)


def test_unlike_labels_are_not_listed(edition_of):
    one = edition_of("A", column("Số lao động nữ"))
    other = edition_of("B", column("Diện tích rừng trồng"), title="Lâm nghiệp")
    assert overlaps([one, other], Decimal("0.3")) == []


def test_one_regime_does_not_overlap_itself(edition_of):
    edition = edition_of("A", column("Số lao động nữ"), column("Số lao động nữ", "c02"))
    assert overlaps([edition]) == []


def test_the_unit_and_the_others_circumstances_lower_the_score_and_say_so(edition_of):
    one = edition_of("A", column("Số lao động nữ", unit="hộ"))
    other = edition_of(
        "B", column("Số lao động nữ", unit="người", breakdown=(("sex", "female"),)),
        reporters=(Reporter("district"),), frequencies=("five_yearly",),
    )  # fmt: skip
    found = only(overlaps([one, other], Decimal("0.3")))
    assert {part.circumstance: part.factor for part in found.parts} == {
        "label": 1, "unit": Decimal("0.90"), "breakdown": Decimal("0.75"), "reporters": Decimal("0.80"),
        "periods": Decimal("0.90"),
    }  # fmt: skip
    assert found.score == Decimal("0.49")


def test_money_in_other_units_is_no_difference_and_another_quantity_is_another_figure(edition_of):
    one = edition_of("A", column("Kinh phí hỗ trợ", unit="triệu đồng"))
    thousands = edition_of("B", column("Kinh phí hỗ trợ", unit="nghìn đồng"))
    hectares = edition_of("C", column("Kinh phí hỗ trợ", unit="ha"))
    assert only(overlaps([one, thousands])).score == 1
    assert overlaps([one, hectares], Decimal("0.3")) == []


def test_a_row_s_own_unit_counts(edition_of):
    rows = (Row("r01", Label("Rừng trồng", "r"), unit="ha"),)
    asked = list(asked_of(edition_of("A", column("Diện tích"), rows=rows)))
    assert [(str(figure.address), figure.unit, figure.quantity) for figure in asked] == [("F1.r01.c01", "ha", "area")]


def test_each_figure_stands_in_one_pair_of_two_forms(edition_of):
    one = edition_of("A", column("Số lao động nữ"), column("Số lao động nữ được hỗ trợ", "c02"))
    other = edition_of("B", column("Số lao động nữ"), column("Số lao động nữ được hỗ trợ", "c02"))
    group = overlaps([one, other], Decimal("0.3"))[0]
    assert [(str(o.one.address), str(o.other.address)) for o in group.overlaps] == [
        ("F1.*.c01", "F1.*.c01"),
        ("F1.*.c02", "F1.*.c02"),
    ]


def test_blocked_cells_and_texts_are_not_figures(edition_of):
    rows = (Row("r01", Label("Nam", "Men")), Row("r02", Label("Nữ", "Women")))
    edition = edition_of("A", column("Số người"), Column("c02", Label("Ghi chú", "Note"), "text"), rows=rows)
    form = replace(edition.forms[0], blocked=frozenset({("r02", "c01")}))
    edition = replace(edition, forms=(form,))
    assert [str(figure.address) for figure in asked_of(edition)] == ["F1.r01.c01"]


def test_groups_come_best_first(edition_of):
    editions = [
        edition_of("A", column("Số lao động nữ")),
        edition_of("B", column("Số lao động nữ cao tuổi")),
        edition_of("C", column("Số lao động nữ")),
    ]
    groups = overlaps(editions, Decimal("0.3"))
    assert [group.score for group in groups] == sorted((group.score for group in groups), reverse=True)
    assert (groups[0].one[0], groups[0].other[0]) == ("A/2025-07-01", "C/2025-07-01")


def test_words_keep_their_diacritics_and_lose_what_every_form_says():
    assert words_of("Tổng số ĐƠN khiếu nại, trong đó: mới (2026)") == {"đơn", "khiếu", "nại", "mới", "2026"}
    assert words_of("má") != words_of("mà")
    assert words_of(unicodedata.normalize("NFD", "Khiếu nại")) == words_of("Khiếu nại")


@given(
    st.lists(
        st.lists(st.sampled_from(["nam", "nữ", "hộ", "nghèo", "trẻ", "em", "rừng", "đất"]), min_size=1, max_size=4).map(
            " ".join
        ),
        min_size=2,
        max_size=6,
    ),
    st.sampled_from(["0.3", "0.6", "0.9"]),
)
def test_what_is_found_at_a_minimum_is_what_a_lower_one_finds_above_it(labels, minimum):
    editions = [_bare(f"R{place}", label) for place, label in enumerate(labels)]
    low = {_ends(o): o.score for group in overlaps(editions, Decimal("0.3")) for o in group.overlaps}
    high = {_ends(o): o.score for group in overlaps(editions, Decimal(minimum)) for o in group.overlaps}
    assert high.items() <= low.items()
    # 0.005 either way may round to the minimum
    assert {ends for ends, score in low.items() if score > Decimal(minimum)} <= high.keys()


def _ends(overlap) -> tuple[str, str]:
    return overlap.one.regime, overlap.other.regime


def _bare(regime: str, label: str):
    form = Form("F1", Label("", ""), "list", (column(label),))
    nothing = Label("", "")
    return Edition(
        regime, "2025-07-01", nothing, date(2025, 7, 1), None, "periodic", "data", "G12", nothing, LegalBasis(""),
        "form", (Reporter("province"),), ("yearly",), {}, {}, (form,),
    )  # fmt: skip
