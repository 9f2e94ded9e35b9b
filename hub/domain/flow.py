"""A form of a regime as outside systems take it: one flow of figures with the names of its rows and columns.

What SDMX calls a dataflow, OData an entity set and a data package a table is one of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Form, Label
from hub.domain.observation import Measure
from hub.domain.period import CALLED
from hub.domain.regime import Edition

TOTAL_ITEM = "_T"
"""The item of a list form: all its records together."""
COUNT_COLUMN = "_N"
"""The column of a list form that counts its records."""

_OUTSIDE: Mapping[str, str] = {ALL_RECORDS: TOTAL_ITEM, RECORD_COUNT: COUNT_COLUMN}
_WORDS: Mapping[str, Label] = {
    ALL_RECORDS: Label("Tất cả bản ghi", "All records"),
    RECORD_COUNT: Label("Số bản ghi", "Number of records"),
}


def outside_code(code: str) -> str:
    """A row's or column's code as it is written outside: letters, digits and underscores, never a number alone."""
    return _OUTSIDE.get(code, code)


@dataclass(frozen=True, slots=True)
class Part:
    """A row or a column of a flow, by its code outside."""

    code: str
    label: Label


@dataclass(frozen=True)
class Flow:
    """``items`` and ``columns`` in the form's order; ``measures`` holds the figures there are, by (item, column).

    ``called``: some of its periods are numbered as they are called for.
    """

    regime: str
    form: str
    title: Label
    items: tuple[Part, ...]
    columns: tuple[Part, ...]
    measures: Mapping[tuple[str, str], Measure]
    called: bool = False

    @property
    def id(self) -> str:
        """``DF_<regime>_<form>``."""
        return f"DF_{self.regime}_{self.form}"

    @property
    def table(self) -> str:
        """The name where only letters, digits and underscores may stand: ``<regime>_<form>``."""
        return re.sub(r"\W", "_", f"{self.regime}_{self.form}", flags=re.ASCII)

    @cached_property
    def ordered(self) -> tuple[Measure, ...]:
        """Its figures row by row, column by column."""
        places = ((item.code, column.code) for item in self.items for column in self.columns)
        return tuple(self.measures[place] for place in places if place in self.measures)


def place_of(measure: Measure) -> tuple[str, str]:
    """(item, column) of a measure, by their codes outside."""
    return outside_code(measure.address.row), outside_code(measure.address.column)


def flows_of(editions: Mapping[str, Sequence[Edition]], measures: Iterable[Measure]) -> tuple[Flow, ...]:
    """One flow a form that has figures among ``measures``; regimes and forms by code.

    ``editions``: those of each regime, the one whose words count first.
    """
    grouped: dict[tuple[str, str], list[Measure]] = {}
    for measure in measures:
        grouped.setdefault((measure.regime, measure.address.form), []).append(measure)
    return tuple(_flow(editions[regime], form, found) for (regime, form), found in sorted(grouped.items()))


def _flow(known: Sequence[Edition], form: str, measures: list[Measure]) -> Flow:
    editions = [edition for edition in known if any(each.code == form for each in edition.forms)]
    texts = [each for edition in editions for each in edition.forms if each.code == form]
    whole, title = known[0].title, texts[0].title
    rows = _in_order({measure.address.row for measure in measures}, [row.code for form in texts for row in form.rows])
    heads = [column.code for form in texts for column in form.columns]
    columns = _in_order({measure.address.column for measure in measures}, heads)
    return Flow(
        known[0].regime,
        form,
        _both([whole, title]),
        tuple(Part(outside_code(code), _row_label(texts, code)) for code in rows),
        tuple(Part(outside_code(code), _column_label(texts, code)) for code in columns),
        {place_of(measure): measure for measure in measures},
        any(frequency in CALLED for edition in editions for frequency in edition.frequencies),
    )


def _in_order(codes: set[str], known: list[str]) -> list[str]:
    """As the latest edition orders them; what it no longer has comes after, the number of records last."""
    return [code for code in dict.fromkeys(known) if code in codes] + sorted(codes - set(known))


def _row_label(texts: list[Form], code: str) -> Label:
    """As the latest edition that has the row names it."""
    if code in _WORDS:
        return _WORDS[code]
    label = next((row.label for form in texts for row in form.rows if row.code == code), Label(code, code))
    return _both([label])


def _column_label(texts: list[Form], code: str) -> Label:
    """With the headings above it, since a column's own words are often ``Of which: women`` alone."""
    if code in _WORDS:
        return _WORDS[code]
    for form in texts:
        for column in form.columns:
            if column.code == code:
                return _both([*column.group, column.label])
    return Label(code, code)


def _both(steps: Sequence[Label]) -> Label:
    """One name of several, always in both languages: where a form has no English words the Vietnamese ones stand in."""
    return Label(" – ".join(step.vi for step in steps), " – ".join(step.en or step.vi for step in steps))
