"""Checked values, the canonical document that is hashed and stored, and the difference between two sets of values.

Missing, zero, nil and not-applicable are four things: absent, ``Decimal(0)``, ``FormValues.nil`` and NOT_APPLICABLE.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, Inexact, InvalidOperation
from itertools import repeat
from typing import Any, NamedTuple, cast

from hub.domain.envelope import NOT_APPLICABLE, Identity, NotApplicable
from hub.domain.form import ALL_RECORDS, Address, Column, Form
from hub.domain.number_text import EXACT, Scale, scale_of
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition

Value = Decimal | str | date | NotApplicable
"""A figure quantized to its column's decimals, NFC text or a choice's code, a day, or NOT_APPLICABLE."""

OUTLINE = "outline"
NIL = "nil"


@dataclass(slots=True)
class FormValues:
    """One form's values: ``cells`` by (row code, column code) for a grid, ``records`` in order for a list.

    ``nil``: the whole form has nothing to report, said explicitly; then it holds no values.
    """

    cells: dict[tuple[str, str], Value] = field(default_factory=dict)
    records: list[dict[str, Value]] = field(default_factory=list)
    nil: bool = False

    @property
    def blank(self) -> bool:
        """Nothing was said about this form at all."""
        return not (self.nil or self.cells or any(self.records))


@dataclass(slots=True)
class Values:
    """Everything one filing says: forms by code and narrative sections by code."""

    forms: dict[str, FormValues] = field(default_factory=dict)
    outline: dict[str, str] = field(default_factory=dict)

    def get(self, address: Address) -> Value | None:
        """The value of a grid cell or of a record's cell; None where it is missing."""
        form = self.forms.get(address.form)
        if form is None:
            return None
        if address.row.isascii() and address.row.isdigit():
            index = int(address.row) - 1
            return form.records[index].get(address.column) if 0 <= index < len(form.records) else None
        return form.cells.get((address.row, address.column))


class CellChange(NamedTuple):
    """One address whose value differs; None where it is missing.

    A nil declaration stands at ``(form, "*", "nil")`` as ``"true"``, a narrative section at ``("outline", "*", code)``.
    """

    address: Address
    before: Value | None
    after: Value | None


# --- one value as text -----------------------------------------------------------------------------------------------


def figure_text(value: Decimal, decimals: int) -> str:
    """Exactly the declared decimals, no exponent, never ``-0``. ValueError if the figure does not fit."""
    scale = scale_of(decimals)
    try:
        exact = value.quantize(scale.quantum, context=EXACT) or scale.zero
    except (Inexact, InvalidOperation):
        raise ValueError(f"{value} does not fit {decimals} decimals") from None
    return str(exact) if decimals <= 6 else format(exact, "f")


Encoder = Callable[[Value], str | None]
Decoder = Callable[[str], Value]


def _encoder(column: Column) -> Encoder:
    if not column.numeric:
        return _encode_plain
    decimals = column.decimals
    scale = scale_of(decimals)
    quantum, zero = scale.quantum, scale.zero

    def encode(value: Value) -> str | None:
        if value.__class__ is not Decimal:
            if value is NOT_APPLICABLE:
                return None
            raise ValueError(f"{value!r} is no figure")
        if decimals > 6:
            return figure_text(value, decimals)
        try:
            return str(value.quantize(quantum, None, EXACT) or zero)
        except (Inexact, InvalidOperation):
            raise ValueError(f"{value} does not fit {decimals} decimals") from None

    return encode


def _encode_plain(value: Value) -> str | None:
    if value is NOT_APPLICABLE:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _decode_text(text: str) -> Value:
    return text


def _decoder(column: Column) -> Decoder:
    if column.numeric:
        return Decimal
    return date.fromisoformat if column.type == "date" else _decode_text


# --- the canonical document ------------------------------------------------------------------------------------------


def _all_digits(texts: list[str]) -> bool:
    """Whole numbers of at least 0, none of them written with a sign, a point or an exponent."""
    together = "".join(texts)
    return together.isascii() and together.isdigit()


_PLAINLY_WRITTEN = 6
"""``str`` writes a figure of more decimals than this with an exponent."""
_NO_ROUNDING, _EXACT = repeat(None), repeat(EXACT)


class _FormCodec:
    """How one form's values are written into and read from the canonical document."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.encoders = {column.code: _encoder(column) for column in form.columns}
        self.decoders = {column.code: _decoder(column) for column in form.columns}
        self.cells = {
            (row.code, column.code): (f"{row.code}.{column.code}", self.encoders[column.code])
            for row, column in form.cells()
        }
        self.keys = {name: key for key, (name, _) in self.cells.items()}
        numeric = [((row.code, column.code), column.decimals) for row, column in form.cells() if column.numeric]
        self.names = {key: name for key, (name, _) in self.cells.items()}
        self.whole = bool(numeric) and len(numeric) == len(self.cells) and not any(places for _, places in numeric)
        self.scales = {key: scale_of(decimals) for key, decimals in numeric if decimals <= _PLAINLY_WRITTEN}

    def encode(self, values: FormValues) -> dict[str, Any] | None:
        if values.nil:
            return {"nil": True}
        if self.form.kind == "list":
            records = [self._encode_record(record) for record in values.records]
            return {"records": records} if records else None
        known = self.cells
        texts = self._figure_texts(values.cells)
        if texts is not None:
            return {"cells": dict(zip(map(self.names.__getitem__, values.cells), texts, strict=True))}
        cells = {}
        for key, value in values.cells.items():
            name, encode = known[key]
            cells[name] = encode(value)
        return {"cells": cells} if cells else None

    def _figure_texts(self, cells: Mapping[tuple[str, str], Value]) -> list[str] | None:
        """The texts of a grid of figures alone, in one go; None where a cell is to be looked at by itself."""
        if set(map(type, cells.values())) != {Decimal}:
            return None
        if self.whole and _all_digits(texts := list(map(str, cells.values()))):
            return texts
        scales = list(map(self.scales.get, cells))
        if None in scales:
            return None
        quanta, zeros, _ = zip(*cast("list[Scale]", scales), strict=True)
        try:
            exact = list(map(Decimal.quantize, cast("Iterable[Decimal]", cells.values()), quanta, _NO_ROUNDING, _EXACT))
        except (Inexact, InvalidOperation):
            return None
        return [str(value or zero) for value, zero in zip(exact, zeros, strict=True)]

    def _encode_record(self, record: dict[str, Value]) -> dict[str, str | None]:
        return {code: self.encoders[code](value) for code, value in record.items()}

    def decode(self, content: dict[str, Any]) -> FormValues:
        if content.get("nil"):
            return FormValues(nil=True)
        records = [
            {code: _decoded(self.decoders[code], text) for code, text in record.items()}
            for record in content.get("records", ())
        ]
        cells = {}
        for name, text in content.get("cells", {}).items():
            key = self.keys[name]
            cells[key] = _decoded(self.decoders[key[1]], text)
        return FormValues(cells, records)


def _decoded(decode: Decoder, text: str | None) -> Value:
    return NOT_APPLICABLE if text is None else decode(text)


@per_edition
def _codecs(edition: Edition) -> dict[str, _FormCodec]:
    return {form.code: _FormCodec(form) for form in edition.forms}


def canonical_document(edition: Edition, unit: str, period: str, scope: str, values: Values) -> bytes:
    """The bytes that are hashed and stored, the same whatever the door (format: hub/docs/architecture.md).

    ValueError if a value does not belong to the edition or does not fit its column.
    """
    codecs = _codecs(edition)
    forms = {}
    for code, form in values.forms.items():
        try:
            content = codecs[code].encode(form)
        except KeyError as unknown:
            raise ValueError(f"{edition.key} has no {unknown} in form {code}") from None
        if content is not None:
            forms[code] = content
    document = {
        "edition": edition.key,
        "forms": forms,
        "outline": {code: text for code, text in values.outline.items() if text},
        "period": period,
        "scope": scope,
        "unit": unit,
    }
    return _WRITER.encode(document).encode()


_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def from_canonical(edition: Edition, content: bytes) -> Values:
    """The values that :func:`canonical_document` wrote. ValueError if the document is of another edition."""
    document = json.loads(content)
    if document["edition"] != edition.key:
        raise ValueError(f"the document is of {document['edition']}, not of {edition.key}")
    codecs = _codecs(edition)
    try:
        forms = {code: codecs[code].decode(form) for code, form in document["forms"].items()}
    except KeyError as unknown:
        raise ValueError(f"{edition.key} has no {unknown}") from None
    return Values(forms, dict(document["outline"]))


def identity_of(content: bytes) -> Identity:
    """Which filing a canonical document belongs to; all five parts are known."""
    document = json.loads(content)
    regime, _, edition = document["edition"].rpartition("/")
    return Identity(regime, edition, document["unit"], document["period"], document["scope"])


# --- differences -----------------------------------------------------------------------------------------------------


def difference(edition: Edition, old: Values | None, new: Values | None) -> list[CellChange]:
    """Every address whose value differs between two sets of values, in the edition's order."""
    before, after = old or Values(), new or Values()
    changes = [
        change
        for form in edition.forms
        for change in _form_changes(form, before.forms.get(form.code), after.forms.get(form.code))
    ]
    for section in edition.outline:
        texts = before.outline.get(section.code), after.outline.get(section.code)
        if texts[0] != texts[1]:
            changes.append(CellChange(Address(OUTLINE, ALL_RECORDS, section.code), *texts))
    return changes


def _form_changes(form: Form, old: FormValues | None, new: FormValues | None) -> Iterator[CellChange]:
    before, after = old or FormValues(), new or FormValues()
    if before.nil != after.nil:
        said = ("true" if before.nil else None, "true" if after.nil else None)
        yield CellChange(Address(form.code, ALL_RECORDS, NIL), *said)
    for row, column in form.cells():
        key = (row.code, column.code)
        was, now = before.cells.get(key), after.cells.get(key)
        if was != now:
            yield CellChange(Address(form.code, *key), was, now)
    for index in range(max(len(before.records), len(after.records))):
        was_record = before.records[index] if index < len(before.records) else {}
        now_record = after.records[index] if index < len(after.records) else {}
        for column in form.columns:
            was, now = was_record.get(column.code), now_record.get(column.code)
            if was != now:
                yield CellChange(Address(form.code, str(index + 1), column.code), was, now)
