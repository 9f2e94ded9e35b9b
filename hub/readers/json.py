"""The JSON door: strict text to Readings. Every digit is kept; duplicate keys, NaN and depth are findings (trap 5)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hub.domain.envelope import Identity, Raw, Reading
from hub.domain.findings import Finding, Place
from hub.domain.form import Address, Form
from hub.domain.interchange import REASONS_KEY
from hub.readers.document_builder import IDENTITY_PARTS, DocumentBuilder, EditionLookup, refused, whole
from hub.readers.document_places import JsonPlaces, pointer_part
from hub.readers.document_problems import problem
from hub.readers.limits import Limits

_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_EXPONENT = re.compile(r"[eE]([+-]?)0*([0-9]+)\Z", re.ASCII)
_LARGEST_EXPONENT = 30
_REPORT_KEYS = (*IDENTITY_PARTS, "secrecy", "forms", "outline", "explanations", REASONS_KEY)
_PLAIN = frozenset({str, Decimal, bool})
"""What stands in nearly every cell and needs no second look."""
_FORM_KEYS = ("cells", "records", "nil")


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys were repeated."""

    repeated: tuple[str, ...] = ()


class _BadNumber(str):
    """The text of a number that no figure can be."""

    code = "number_too_long"


class _NotANumber(_BadNumber):
    code = "not_a_number"


def read(content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Iterator[Reading]:
    """One Reading a report. The whole file must be well formed before the first is given; never raises on bad input.

    ``expected`` only fills what a document leaves unsaid; comparing the two is for the caller.
    """
    document, trouble = _decode(content, limits)
    if trouble is not None:
        yield refused("json", "canonical", expected, trouble)
        return
    if not (isinstance(document, _Object) and "reports" in document):
        yield _read_report(document, "", lookup, expected, limits)
        return
    reports, trouble = _reports_in(document, limits)
    if trouble is not None:
        yield refused("json", "canonical", expected, trouble)
    for number, report in enumerate(reports):
        yield _read_report(report, f"/reports/{number}", lookup, expected, limits)


# -- bytes to objects -------------------------------------------------------------------------------------------------


def _decode(content: bytes, limits: Limits) -> tuple[Any, Finding | None]:
    if len(content) > limits.max_bytes:
        return None, problem("file_too_large", expected=f"≤ {limits.max_bytes}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, problem("file_not_utf8", Place(line=content[: error.start].count(b"\n") + 1))
    if not text.strip():
        return None, problem("file_empty")
    if text.count(",") + text.count("[") + text.count("{") > limits.max_values:
        return None, problem("too_many_values", expected=f"≤ {limits.max_values}")
    if _depth(text, limits.max_depth) > limits.max_depth:
        return None, problem("too_deep", expected=f"≤ {limits.max_depth}")
    return _loads(text, limits)


def _depth(text: str, enough: int) -> int:
    """How deep the brackets outside strings go, counted no further than just past ``enough``."""
    depth = deepest = 0
    outside = _STRING.sub("", text) if "\\" in text else "".join(text.split('"')[::2])
    for bracket in _BRACKET.findall(outside):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > enough:
            break
    return deepest


def _loads(text: str, limits: Limits) -> tuple[Any, Finding | None]:
    def number(digits: str) -> Decimal | _BadNumber:
        return _exact(digits, limits.max_number_characters)

    try:
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=number,
            parse_int=number,
            parse_constant=_NotANumber,
        )
    except json.JSONDecodeError as error:
        place = Place(line=error.lineno)
        return None, problem("json_malformed", place, found=text[error.pos : error.pos + 20] or None)
    except RecursionError:
        return None, problem("too_deep")
    return document, None


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    result = _Object(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        result.repeated = tuple(dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return result


def _exact(text: str, most: int) -> Decimal | _BadNumber:
    """The number with all its digits and no exponent left, or the text of one that is too long to be a figure."""
    if len(text) > most:
        return _BadNumber(text)
    exponent = _EXPONENT.search(text)
    if exponent is None:
        return Decimal(text)
    if len(exponent[2]) > 3 or int(exponent[2]) > _LARGEST_EXPONENT:
        return _BadNumber(text)
    return Decimal(f"{Decimal(text):f}")


def _reports_in(document: _Object, limits: Limits) -> tuple[list[Any], Finding | None]:
    reports = document["reports"]
    stranger = next((key for key in document if key != "reports"), None)
    if document.repeated:
        return [], problem("duplicate_key", Place(pointer="/reports"), found="reports")
    if stranger is not None:
        return [], problem(
            "unknown_key", Place(pointer=f"/{pointer_part(stranger)}"), found=stranger, expected="reports"
        )
    if not isinstance(reports, list):
        return [], problem("wrong_shape", Place(pointer="/reports"), found=_kind(reports), expected="[…]")
    if not reports:
        return [], problem("no_report", Place(pointer="/reports"))
    if len(reports) > limits.max_reports:
        return [], problem("too_many_reports", found=str(len(reports)), expected=f"≤ {limits.max_reports}")
    return reports, None


# -- objects to a Reading ---------------------------------------------------------------------------------------------


def _read_report(report: Any, prefix: str, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Reading:
    builder = DocumentBuilder("json", "canonical", limits, JsonPlaces(prefix=prefix))
    if not isinstance(report, _Object):
        builder.reading.identity = expected or Identity()
        builder.problem("wrong_shape", Place(pointer=prefix), found=_kind(report), expected="{…}")
        return builder.reading
    _check_keys(builder, report, prefix, _REPORT_KEYS)
    said = _said(builder, report, prefix)
    builder.reading.secrecy = _secrecy(report.get("secrecy"))
    if builder.identify(said, expected, lookup, lambda name: Place(pointer=f"{prefix}/{name}")):
        for code, form in _members(builder, report, prefix, "forms"):
            _read_form(builder, code, form, f"{prefix}/forms/{pointer_part(code)}")
        for code, text in _texts(builder, report, prefix, "outline"):
            builder.section(code, text, Place(pointer=f"{prefix}/outline/{pointer_part(code)}"))
        for key, text in _texts(builder, report, prefix, "explanations"):
            builder.explanation(key, text, Place(pointer=f"{prefix}/explanations/{pointer_part(key)}"))
    return builder.reading


def _secrecy(value: Any) -> str | None:
    """Whatever is said and is not text is no declaration that there is none."""
    return value if value is None or isinstance(value, str) else "?"


def _said(builder: DocumentBuilder, report: _Object, prefix: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for name in IDENTITY_PARTS:
        value = report.get(name)
        if isinstance(value, str) and not isinstance(value, _BadNumber):
            said[name] = value
        elif value is not None:
            builder.problem("wrong_shape", Place(pointer=f"{prefix}/{name}"), found=_kind(value), expected='"…"')
    return said


def _read_form(builder: DocumentBuilder, code: str, data: Any, pointer: str) -> None:
    form = builder.form(code, Place(pointer=pointer))
    if form is None or data is None:
        return
    if not isinstance(data, _Object):
        builder.problem("wrong_shape", Place(pointer=pointer), address=whole(form), found=_kind(data), expected="{…}")
        return
    _check_keys(builder, data, pointer, _FORM_KEYS)
    _read_nil(builder, form, data, pointer)
    wrong = "records" if form.kind == "grid" else "cells"
    if data.get(wrong):
        builder.wrong_kind(form, Place(pointer=f"{pointer}/{wrong}"), wrong)
    if form.kind == "grid":
        _read_cells(builder, form, data, pointer)
    else:
        _read_records(builder, form, data, pointer)


def _read_nil(builder: DocumentBuilder, form: Form, data: _Object, pointer: str) -> None:
    nil = data.get("nil")
    if nil is True:
        builder.nil(form)
    elif nil is not None and nil is not False:
        builder.problem("wrong_shape", Place(pointer=f"{pointer}/nil"), found=_kind(nil), expected="true, false")


def _read_cells(builder: DocumentBuilder, form: Form, data: _Object, pointer: str) -> None:
    cells = data.get("cells")
    if isinstance(cells, _Object) and not cells.repeated and builder.whole_grid(form, cells):
        return
    for name, value in _members(builder, data, pointer, "cells", form):
        row, dot, column = name.partition(".")
        if not dot:
            place = Place(pointer=f"{pointer}/cells/{pointer_part(name)}")
            builder.problem("unknown_key", place, found=name, expected="<row>.<column>")
        elif value is not None:
            plain = type(value) in _PLAIN
            raw = value if plain else _raw(builder, value, Address(form.code, row, column))
            if raw is not None:
                builder.cell(form, row, column, raw)


def _read_records(builder: DocumentBuilder, form: Form, data: _Object, pointer: str) -> None:
    records = data.get("records")
    if records is None:
        return
    if not isinstance(records, list):
        here = Place(pointer=f"{pointer}/records")
        builder.problem("wrong_shape", here, address=whole(form), found=_kind(records), expected="[…]")
        return
    for number, record in enumerate(records, 1):
        if builder.overwhelmed:
            return
        place = f"{pointer}/records/{number - 1}"
        if not isinstance(record, _Object):
            builder.problem("wrong_shape", Place(pointer=place), found=_kind(record), expected="{…}")
            continue
        builder.record(form, number, _record_cells(builder, form, record))


def _record_cells(builder: DocumentBuilder, form: Form, record: _Object) -> Iterator[tuple[str, Raw]]:
    """Every cell; one whose key was repeated comes twice, so that the builder finds it so."""
    row = str(len(builder.reading.forms[form.code].records) + 1)
    for column, value in record.items():
        raw = "" if value is None else _raw(builder, value, Address(form.code, row, column))
        if raw is not None:
            yield column, raw
            if column in record.repeated:
                yield column, raw


def _raw(builder: DocumentBuilder, value: Any, address: Address) -> Raw | None:
    """The value as a Raw; None with a finding for what cannot stand in a cell."""
    if isinstance(value, _BadNumber):
        builder.problem(value.code, builder.places(address), address=address, found=value)
        return None
    if isinstance(value, str | bool | Decimal):
        return value
    builder.problem("wrong_shape", builder.places(address), address=address, found=_kind(value))
    return None


def _members(
    builder: DocumentBuilder, parent: _Object, pointer: str, name: str, form: Form | None = None
) -> Iterator[tuple[str, Any]]:
    """The members of an object that stands under ``name``, with findings for its repeated keys and its wrong shape."""
    value = parent.get(name)
    if value is None:
        return
    here = f"{pointer}/{name}"
    if not isinstance(value, _Object):
        builder.problem("wrong_shape", Place(pointer=here), found=_kind(value), expected="{…}")
        return
    for key in value.repeated:
        code = "duplicate_cell" if form is not None else "duplicate_form" if name == "forms" else "duplicate_key"
        address = _address_of(builder, form, key) if code != "duplicate_key" else None
        builder.problem(code, Place(pointer=f"{here}/{pointer_part(key)}"), address=address, found=key)
    for key, member in value.items():
        if builder.overwhelmed:
            return
        if key not in value.repeated:
            yield key, member


def _address_of(builder: DocumentBuilder, form: Form | None, key: str) -> Address | None:
    """What a repeated key stands for, if there is such a cell or form."""
    if form is None:
        forms = builder.edition.form_by_code if builder.edition is not None else {}
        return whole(forms[key]) if key in forms else None
    row, _, column = key.partition(".")
    known = any(r.code == row for r in form.rows) and any(c.code == column for c in form.columns)
    return Address(form.code, row, column) if known else None


def _texts(builder: DocumentBuilder, report: _Object, prefix: str, name: str) -> Iterator[tuple[str, str]]:
    for key, text in _members(builder, report, prefix, name):
        if isinstance(text, str) and not isinstance(text, _BadNumber):
            yield key, text
        elif text is not None:
            place = Place(pointer=f"{prefix}/{name}/{pointer_part(key)}")
            builder.problem("wrong_shape", place, found=_kind(text), expected='"…"')


def _check_keys(builder: DocumentBuilder, data: _Object, pointer: str, allowed: tuple[str, ...]) -> None:
    for key in data.repeated:
        builder.problem("duplicate_key", Place(pointer=f"{pointer}/{pointer_part(key)}"), found=key)
    for key in data:
        if key not in allowed:
            place = Place(pointer=f"{pointer}/{pointer_part(key)}")
            builder.problem("unknown_key", place, found=key, expected=", ".join(allowed))


def _kind(value: Any) -> str:
    """What a JSON value is, as people write it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return str(value)
