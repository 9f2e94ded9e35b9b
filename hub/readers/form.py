"""The web form door: posted fields to one Reading. The names of the fields are those of hub.domain.interchange."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.domain.envelope import Identity, Reading
from hub.domain.findings import Finding, Place
from hub.readers.document_builder import DocumentBuilder, EditionLookup, refused
from hub.readers.document_places import FormPlaces
from hub.readers.document_problems import problem, shown
from hub.readers.limits import Limits

_HUB_NAMES = ("cell", "rec", "nil", "outline", "explain")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_BYTES = [bytes([number]) for number in range(256)]
_TRUE = {"1", "true", "on", "x"}


def read(content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Iterator[Reading]:
    """One Reading. A form does not say which filing it is for: its identity is ``expected``. Never raises on bad input.

    Fields that are none of the hub's (``csrf_token``, ``action``) are ignored; a blank field is a missing value.
    """
    pairs, trouble = _fields(content, limits)
    if trouble is not None:
        yield refused("form", "vi", expected, trouble)
        return
    builder = DocumentBuilder("form", "vi", limits, FormPlaces())
    if builder.identify({}, expected, lookup, lambda name: Place(field=name)):
        _read_fields(builder, pairs)
    yield builder.reading


def _fields(content: bytes, limits: Limits) -> tuple[list[tuple[str, str]], Finding | None]:
    if len(content) > limits.max_bytes:
        return [], problem("file_too_large", expected=f"≤ {limits.max_bytes}")
    if content.count(b"&") >= limits.max_fields:
        return [], problem("form_too_many_fields", expected=f"≤ {limits.max_fields}")
    if content.count(b"%") > 2 * limits.max_values:
        return [], problem("too_many_values", expected=f"≤ {limits.max_values}")
    try:
        return [_pair(field) for field in content.split(b"&") if field], None
    except UnicodeDecodeError:
        return [], problem("file_not_utf8")


def _pair(field: bytes) -> tuple[str, str]:
    name, _, value = field.partition(b"=")
    return _unescaped(name), _unescaped(value)


def _unescaped(part: bytes) -> str:
    """Text of an escaped part; UnicodeDecodeError if it is not UTF-8. A broken escape stays as it is.

    A body of escapes alone takes a third of the memory that the standard library needs for it.
    """
    return _ESCAPE.sub(lambda match: _BYTES[int(match[1], 16)], part.replace(b"+", b" ")).decode("utf-8")


def _read_fields(builder: DocumentBuilder, fields: list[tuple[str, str]]) -> None:
    records: dict[str, dict[int, list[tuple[str, str]]]] = {}
    for name, value in fields:
        if builder.overwhelmed:
            return
        kind, dot, rest = name.partition(".")
        if not dot or kind not in _HUB_NAMES:
            continue
        place = Place(field=shown(name))
        if kind == "cell":
            _read_cell(builder, kind, rest, value, place)
        elif kind == "rec":
            _note_record_cell(builder, records, kind, rest, value, place)
        elif kind == "nil":
            _read_nil(builder, rest, value, place)
        elif kind == "outline":
            builder.section(rest, value, place)
        else:
            builder.explanation(rest, value, place)
    for code, numbered in records.items():
        form = builder.form(code, Place(field=f"rec.{code}"))
        for number in sorted(numbered):
            if form is not None:
                builder.record(form, number, numbered[number])


def _read_cell(builder: DocumentBuilder, kind: str, rest: str, value: str, place: Place) -> None:
    code, *address = rest.split(".")
    form = builder.form(code, place)
    if form is None:
        return
    if form.kind != "grid":
        builder.wrong_kind(form, place, kind)
    elif len(address) != 2:
        builder.problem("unknown_key", place, found=rest, expected="cell.<form>.<row>.<column>")
    else:
        builder.cell(form, address[0], address[1], value)


def _note_record_cell(
    builder: DocumentBuilder,
    records: dict[str, dict[int, list[tuple[str, str]]]],
    kind: str,
    rest: str,
    value: str,
    place: Place,
) -> None:
    code, *address = rest.split(".")
    form = builder.form(code, place)
    if form is None:
        return
    if form.kind != "list":
        builder.wrong_kind(form, place, kind)
        return
    if len(address) != 2:
        builder.problem("unknown_key", place, found=rest, expected="rec.<form>.<n>.<column>")
        return
    number = record_number(address[0])
    if number is None:
        builder.problem("bad_record_number", place, found=address[0], expected="1, 2, 3, …")
    else:
        records.setdefault(code, {}).setdefault(number, []).append((address[1], value))


def record_number(text: str) -> int | None:
    """A record's number, from 1, written in plain ASCII digits without a leading zero; None for anything else."""
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or text.startswith("0"):
        return None
    return int(text)


def _read_nil(builder: DocumentBuilder, code: str, value: str, place: Place) -> None:
    form = builder.form(code, place)
    if form is None:
        return
    if not builder.once("nil", code):
        builder.problem("duplicate_key", place, found=f"nil.{code}")
    elif value.strip().lower() in _TRUE:
        builder.nil(form)
