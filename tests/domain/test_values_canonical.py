"""The canonical document: the same bytes for the same values, and back again exactly (P11)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.envelope import NOT_APPLICABLE, Identity
from hub.domain.form import Address
from hub.domain.values import (
    CellChange,
    FormValues,
    Values,
    canonical_document,
    difference,
    digest,
    figure_text,
    from_canonical,
    identity_of,
)

SAMPLE = {
    "F1": FormValues(
        cells={
            ("r02", "c01"): Decimal("12"),
            ("r01", "c04"): Decimal("3.50"),
            ("r01", "c05"): NOT_APPLICABLE,
            ("r01", "c06"): "Ghi chú",
        }
    ),
    "F2": FormValues(records=[{"c01": "Hồ Tây", "c02": "1", "c03": date(2026, 1, 2), "c04": Decimal("0.00")}]),
}


def test_the_document_is_sorted_compact_and_says_figures_with_their_decimals(small_edition) -> None:
    content = canonical_document(small_edition, "H01", "2026-M01", "own", Values(dict(SAMPLE), {"s1": "Tốt"}))
    assert content.decode() == (
        '{"edition":"THU-01/2025-07-01","forms":{"F1":{"cells":{"r01.c04":"3.50","r01.c05":null,"r01.c06":"Ghi chú",'
        '"r02.c01":"12"}},"F2":{"records":[{"c01":"Hồ Tây","c02":"1","c03":"2026-01-02","c04":"0.00"}]}},'
        '"outline":{"s1":"Tốt"},"period":"2026-M01","scope":"own","unit":"H01"}'
    )


def test_the_order_in_which_values_arrived_does_not_change_the_hash(small_edition) -> None:
    turned = Values({"F2": SAMPLE["F2"], "F1": FormValues(cells=dict(reversed(SAMPLE["F1"].cells.items())))})
    straight = Values(dict(SAMPLE))
    documents = [canonical_document(small_edition, "H01", "2026-M01", "own", one) for one in (turned, straight)]
    assert digest(documents[0]) == digest(documents[1])
    assert len(digest(documents[0])) == 64


def test_missing_zero_nil_and_not_applicable_are_four_things(small_edition) -> None:
    cell = ("r01", "c01")
    four = [
        Values(),
        Values({"F1": FormValues(cells={cell: Decimal(0)})}),
        Values({"F1": FormValues(nil=True)}),
        Values({"F1": FormValues(cells={cell: NOT_APPLICABLE})}),
    ]
    documents = [canonical_document(small_edition, "H01", "2026-M01", "own", values) for values in four]
    assert len(set(documents)) == 4
    assert [from_canonical(small_edition, document) for document in documents] == four


def test_a_form_with_nothing_in_it_is_absent(small_edition) -> None:
    empty = canonical_document(small_edition, "H01", "2026-M01", "own", Values({"F1": FormValues()}, {"s1": ""}))
    assert empty == canonical_document(small_edition, "H01", "2026-M01", "own", Values())


def test_a_negative_zero_is_zero(small_edition) -> None:
    values = Values({"F1": FormValues(cells={("r01", "c04"): Decimal("-0.00")})})
    assert b'"r01.c04":"0.00"' in canonical_document(small_edition, "H01", "2026-M01", "own", values)


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("F1", FormValues(cells={("r01", "c01"): Decimal("1.5")})),
        ("F1", FormValues(cells={("r09", "c01"): Decimal("1")})),
        ("F9", FormValues(cells={("r01", "c01"): Decimal("1")})),
        ("F1", FormValues(cells={("r01", "c01"): "12"})),
        ("F1", FormValues(cells={("r01", "c06"): Decimal("1")})),
        ("F2", FormValues(records=[{"c09": Decimal("1")}])),
    ],
)
def test_values_that_do_not_belong_are_never_written(small_edition, form: str, values: FormValues) -> None:
    with pytest.raises(ValueError):
        canonical_document(small_edition, "H01", "2026-M01", "own", Values({form: values}))


def test_a_document_of_another_edition_is_not_read(small_edition, make_small_edition) -> None:
    content = canonical_document(small_edition, "H01", "2026-M01", "own", Values())
    with pytest.raises(ValueError):
        from_canonical(make_small_edition(code="2027-01-01"), content)


def test_the_document_says_which_filing_it_belongs_to(small_edition) -> None:
    content = canonical_document(small_edition, "H01", "2026-M01", "rollup", Values())
    assert identity_of(content) == Identity("THU-01", "2025-07-01", "H01", "2026-M01", "rollup")


def test_small_figures_of_many_decimals_are_written_without_an_exponent() -> None:
    assert figure_text(Decimal("0.00000012"), 8) == "0.00000012"
    assert figure_text(Decimal(0), 8) == "0.00000000"


def figures(decimals: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, 10**18 - 1).map(lambda scaled: Decimal(scaled).scaleb(-decimals))


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=20)
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["r01", "r02", "r03"]), st.sampled_from(["c01", "c02", "c03"])),
    figures(0) | st.just(NOT_APPLICABLE),
)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"c01": WORDS},
        optional={"c02": st.sampled_from(["1", "2"]), "c03": st.dates(date(1900, 1, 1)), "c04": figures(2)},
    ),
    max_size=4,
)


@settings(max_examples=60)
@given(CELLS, RECORDS, st.dictionaries(st.just("s1"), WORDS))
def test_any_values_come_back_from_the_document_exactly(small_edition_once, cells, records, outline) -> None:
    forms = {"F1": FormValues(cells=cells), "F2": FormValues(records=records)}
    values = Values({code: form for code, form in forms.items() if not form.blank}, outline)
    content = canonical_document(small_edition_once, "H01", "2026-M01", "own", values)
    back = from_canonical(small_edition_once, content)
    assert back == values
    assert canonical_document(small_edition_once, "H01", "2026-M01", "own", back) == content
    assert json.loads(content)["unit"] == "H01"


def test_differences_are_told_in_the_order_of_the_edition(small_edition) -> None:
    old = Values({"F1": FormValues(cells={("r01", "c01"): Decimal(1), ("r03", "c02"): Decimal(2)})}, {"s1": "Cũ"})
    new = Values(
        {"F1": FormValues(cells={("r01", "c01"): Decimal(5)}), "F2": FormValues(records=[{"c01": "A"}])}, {"s1": "Mới"}
    )
    assert difference(small_edition, old, new) == [
        CellChange(Address("F1", "r01", "c01"), Decimal(1), Decimal(5)),
        CellChange(Address("F1", "r03", "c02"), Decimal(2), None),
        CellChange(Address("F2", "1", "c01"), None, "A"),
        CellChange(Address("outline", "*", "s1"), "Cũ", "Mới"),
    ]


def test_a_first_version_differs_from_nothing_and_nil_is_a_change(small_edition) -> None:
    nil = Values({"F2": FormValues(nil=True)})
    assert difference(small_edition, None, nil) == [CellChange(Address("F2", "*", "nil"), None, "true")]
    assert difference(small_edition, nil, nil) == []
