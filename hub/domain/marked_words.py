"""Where a report's own words bear a secrecy mark (R06): its narrative, the words in its cells, its explanations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from hub.domain.envelope import RawForm, Reading
from hub.domain.form import ALL_RECORDS, Address
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.secrecy import has_mark, may_have_mark
from hub.domain.values import OUTLINE

EXPLAINED = "explain"
"""Stands for a form in the address of an explanation, whose column is the key of what it explains."""
MOST = 20
"""So many places are told of one report."""


def marked_words(reading: Reading, edition: Edition | None = None) -> Iterator[Address]:
    """The addresses at which a report bears a mark, whatever else is wrong with it.

    A column that offers the levels of secrecy to choose from asks for them: there the word is no stamp.
    """
    for code, text in reading.outline.items():
        if has_mark(text):
            yield Address(OUTLINE, ALL_RECORDS, code)
    for code, form in reading.forms.items():
        yield from _in_form(code, form, _asking(edition) if edition is not None else frozenset())
    for key, text in reading.explanations.items():
        if has_mark(text):
            yield Address(EXPLAINED, ALL_RECORDS, key)


def may_be_asked(edition: Edition, form: str, column: str) -> bool:
    """Whether the column asks how secret something is, so that a mark in it is an answer."""
    return (form, column) in _asking(edition)


def _in_form(code: str, form: RawForm, asking: frozenset[tuple[str, str]]) -> Iterator[Address]:
    cells = form.cells.values()
    texts = cells if set(map(type, cells)) == {str} else [value for value in cells if isinstance(value, str)]
    for (row, column), value in form.cells.items() if may_have_mark(cast("Iterable[str]", texts)) else ():
        if isinstance(value, str) and has_mark(value) and (code, column) not in asking:
            yield Address(code, row, column)
    for number, record in enumerate(form.records, 1):
        for column, value in record.items():
            if isinstance(value, str) and has_mark(value) and (code, column) not in asking:
                yield Address(code, str(number), column)


@per_edition
def _asking(edition: Edition) -> frozenset[tuple[str, str]]:
    return frozenset(
        (form.code, column.code)
        for form in edition.forms
        for column in form.columns
        if any(has_mark(choice.label.vi) or has_mark(choice.code) for choice in column.choices)
    )
