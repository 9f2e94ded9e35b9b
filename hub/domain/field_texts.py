"""The fields of an entry form as texts: what stands in each for given values, and which texts mean the same.

A field's name is that of :mod:`hub.domain.interchange`; what is not in a mapping of texts is blank.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hub.domain.cell_reading import people_number, reader_of
from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Address, Column, Form
from hub.domain.interchange import (
    NOT_APPLICABLE_TEXT,
    cell_field,
    explain_field,
    nil_field,
    outline_field,
    record_field,
)
from hub.domain.number_text import Problem
from hub.domain.per_edition import per_edition
from hub.domain.plain_text import is_storable
from hub.domain.regime import Edition
from hub.domain.rule_binding import THIS
from hub.domain.tables import shown_number
from hub.domain.totals import computed, totals_by_rules
from hub.domain.values import Value, Values

NAME_LENGTH = 200
TEXT_LENGTH = 100_000
"""The longest text that is kept while it is being written; a version is bounded by its own columns."""
TICKED = "1"
_TICKS = frozenset({"1", "true", "on", "x"})
_EXPLAIN = explain_field("")

Meaning = Callable[[str], Hashable]


def field_text(value: Value | None, decimals: int) -> str:
    """A value as a person types it: ``1.234,50``, ``24/12/2026``; blank for what is missing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return people_number(shown_number(value, decimals))[0]
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return NOT_APPLICABLE_TEXT if value is NOT_APPLICABLE else str(value)


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """The texts of one version as its page shows them. ``filled``: computed totals, which a page leaves blank."""

    edition: Edition
    texts: Mapping[str, str] = field(default_factory=dict)
    filled: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def holds(self, name: str, text: str) -> bool:
        """Whether the version says what ``text`` says: a total may be left blank or written out."""
        own = self.filled.get(name)
        return alike(self.edition, name, text, self.text(name)) or (
            own is not None and alike(self.edition, name, text, own)
        )

    def plain(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Texts with every total blank that is as this version computed it, so that it is computed anew."""
        return {
            name: "" if name in self.filled and alike(self.edition, name, text, self.filled[name]) else text
            for name, text in texts.items()
        }


def texts_of(edition: Edition, values: Values, explanations: Mapping[str, str]) -> FieldTexts:
    """What stands in each field. A total is blank where it is what its rule gives, and written out where it is not."""
    texts: dict[str, str] = {}
    filled: dict[str, str] = {}
    ruled = totals_by_rules(edition, values) if computed(edition) else Values()
    totals = {cell.target for cell in computed(edition)}
    for form in edition.forms:
        for name, address, target, text in _form_texts(form, values):
            hidden = (form.code, *target) in totals and ruled.get(address) == values.get(address)
            (filled if hidden else texts)[name] = text
        if (said := values.forms.get(form.code)) is not None and said.nil:
            texts[nil_field(form.code)] = TICKED
    texts |= {outline_field(code): text for code, text in values.outline.items() if text}
    texts |= {explain_field(key): text for key, text in explanations.items() if text}
    return FieldTexts(edition, texts, filled)


def _form_texts(form: Form, values: Values) -> Iterator[tuple[str, Address, tuple[str, str], str]]:
    """(name, address, (row or ``@``, column), text) of every value of a form."""
    said = values.forms.get(form.code)
    if said is None:
        return
    decimals = {column.code: column.decimals for column in form.columns}
    for (row, column), value in said.cells.items():
        yield (
            cell_field(form.code, row, column), Address(form.code, row, column), (row, column),
            field_text(value, decimals[column]),
        )  # fmt: skip
    for number, record in enumerate(said.records, 1):
        for column, value in record.items():
            yield (
                record_field(form.code, number, column), Address(form.code, str(number), column), (THIS, column),
                field_text(value, decimals[column]),
            )  # fmt: skip


# --- names and meanings ----------------------------------------------------------------------------------------------


def is_field(edition: Edition, name: str) -> bool:
    """Whether the edition's entry form has a field of that name."""
    return len(name) <= NAME_LENGTH and _meaning(edition, name) is not None


def may_be_kept(edition: Edition, name: str, text: str) -> bool:
    """Whether a text may be kept as it is typed: a known field and a text that both databases can hold, not too long.

    What it says is not judged: that is done when a version is made of it.
    """
    return len(text) <= TEXT_LENGTH and is_storable(text) and is_storable(name) and is_field(edition, name)


def alike(edition: Edition, name: str, one: str, other: str) -> bool:
    """Whether two texts of a field say the same: ``1.234`` and ``1234`` do; so do two that differ only in white space.

    A text without a meaning is only like itself.
    """
    if one == other:
        return True
    meaning = _meaning(edition, name)
    return meaning is not None and meaning(one) == meaning(other)


def record_form(name: str) -> str | None:
    """The code of the list form that the field is a record's of; None for any other field."""
    kind, _, rest = name.partition(".")
    return rest.partition(".")[0] if kind == "rec" else None


def record_number(name: str) -> int:
    """The number of the record that the field of a list belongs to; 0 where the name has none."""
    parts = name.split(".")
    number = parts[2] if len(parts) == 4 else ""
    well_formed = number.isascii() and number.isdigit() and len(number) < 7 and not number.startswith("0")
    return int(number) if well_formed else 0


class _Names:
    """The fields of an edition: how each is read."""

    def __init__(self, edition: Edition) -> None:
        self.fixed: dict[str, Meaning] = {}
        self.records: dict[tuple[str, str], tuple[int, Meaning]] = {}
        for form in edition.forms:
            readings = {column.code: _cell_meaning(column) for column in form.columns}
            self.fixed[nil_field(form.code)] = _is_ticked
            for row, column in form.cells():
                self.fixed[cell_field(form.code, row.code, column.code)] = readings[column.code]
            if form.kind == "list":
                for code, reading in readings.items():
                    self.records[form.code, code] = form.max_records, reading
        for section in edition.outline:
            self.fixed[outline_field(section.code)] = _written


@per_edition
def _names(edition: Edition) -> _Names:
    return _Names(edition)


def _meaning(edition: Edition, name: str) -> Meaning | None:
    """How the field's texts are read; None for a name that is no field of the edition's entry form."""
    names = _names(edition)
    found = names.fixed.get(name)
    if found is not None:
        return found
    if name.startswith(_EXPLAIN):
        return _written if name != _EXPLAIN and name.isprintable() else None
    form = record_form(name)
    if form is None or (number := record_number(name)) == 0:
        return None
    most, reading = names.records.get((form, name.rpartition(".")[2]), (0, _written))
    return reading if number <= most else None


def _cell_meaning(column: Column) -> Meaning:
    read = reader_of(column, "vi")

    def meaning(text: str) -> Hashable:
        value = read(text)
        return ("unread", text.strip()) if isinstance(value, Problem) else value

    return meaning


def _is_ticked(text: str) -> Hashable:
    return text.strip().lower() in _TICKS


def _written(text: str) -> Hashable:
    """Line ends and the way accents are coded do not matter, nor white space around."""
    return unicodedata.normalize("NFC", "\n".join(text.splitlines())).strip()
