"""The CSV door: one line a value, one or many reports in a file, to Readings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, cast

from hub.domain.envelope import Identity, Notation, Reading
from hub.domain.findings import Finding, Place
from hub.domain.form import Form
from hub.domain.interchange import CSV_CELL, CSV_HEADER, CSV_IDENTITY, NIL_COLUMN, OUTLINE_FORM, REASON_HEADER, restore
from hub.readers.document_builder import DocumentBuilder, EditionLookup, refused
from hub.readers.document_places import CsvPlaces
from hub.readers.document_problems import listed, problem, shown
from hub.readers.form import record_number
from hub.readers.limits import Limits

SEPARATORS = (",", ";", "\t")
_PASSED_OVER = frozenset(name.lower() for name in REASON_HEADER)
_NIL = {"true": True, "1": True, "x": True, "false": False, "0": False, "": False}

_Identity = tuple[str, str, str, str]


class _Line(NamedTuple):
    """One line of the file below the header. ``ragged`` holds how many fields it has, where that is wrong."""

    number: int
    identity: _Identity
    form: str
    row: str
    column: str
    value: str
    ragged: int = 0


def read(content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Iterator[Reading]:
    """One Reading a report. The whole file must be well formed before the first is given; never raises on bad input.

    ``expected`` only fills what a document leaves unsaid; comparing the two is for the caller.
    """
    text, trouble = _decode(content, limits)
    separator = sniff_separator(text)
    notation: Notation = "vi" if separator == ";" else "canonical"
    if trouble is not None:
        yield refused("csv", notation, expected, trouble)
        return
    columns, troubles = _header(text, separator)
    scattered: set[_Identity] = set()
    if not troubles:
        scattered, troubles = _survey(text, separator, columns, limits)
    if troubles:
        yield refused("csv", notation, expected, *troubles)
        return
    for identity, lines in groupby(_lines(text, separator, columns), key=lambda line: line.identity):
        report = _Report(DocumentBuilder("csv", notation, limits, CsvPlaces()))
        yield report.read(identity, lines, lookup, expected, identity in scattered)


def sniff_separator(text: str) -> str:
    """The separator that the header uses most: comma, semicolon or tab."""
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(SEPARATORS, key=header.count)


# -- the file as a whole ----------------------------------------------------------------------------------------------


def _decode(content: bytes, limits: Limits) -> tuple[str, Finding | None]:
    if len(content) > limits.max_bytes:
        return "", problem("file_too_large", expected=f"≤ {limits.max_bytes}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", problem("file_not_utf8", Place(line=content[: error.start].count(b"\n") + 1))
    if not text.strip():
        return "", problem("file_empty")
    if "\x00" in text:
        return "", problem("forbidden_character", Place(line=text.count("\n", 0, text.index("\x00")) + 1), found="\x00")
    return text, None


def _fields(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Every line that has any field filled, with the number of its first physical line; csv.Error on bad quotes."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    for fields in reader:
        if "".join(fields).strip():
            yield start, fields
        start = reader.line_num + 1


def _header(text: str, separator: str) -> tuple[list[str], list[Finding]]:
    try:
        line, fields = next(_fields(text, separator))
    except (csv.Error, StopIteration):
        return [], [problem("csv_malformed", Place(line=1))]
    names = [field.strip().lower() for field in fields]
    here = Place(line=line)
    missing = [name for name in CSV_CELL if name not in names]
    troubles = [problem("csv_header_missing", here, found=listed(names), expected=name) for name in missing]
    for name in dict.fromkeys(names):
        if name not in CSV_HEADER and name not in _PASSED_OVER:
            place = Place(line=line, field=shown(name))
            troubles.append(problem("csv_header_unknown", place, found=name, expected=",".join(CSV_HEADER)))
        if names.count(name) > 1:
            troubles.append(problem("csv_header_duplicate", Place(line=line, field=shown(name)), found=name))
    return names, troubles[:20]


def _survey(text: str, separator: str, columns: list[str], limits: Limits) -> tuple[set[_Identity], list[Finding]]:
    """Goes through the whole file once: which reports are scattered over it, and what makes it unreadable."""
    finished: set[_Identity] = set()
    scattered: set[_Identity] = set()
    current: _Identity | None = None
    number = 1
    try:
        for count, line in enumerate(_lines(text, separator, columns), 1):
            number = line.number
            if count > limits.max_values:
                return set(), [problem("too_many_values", Place(line=number), expected=f"≤ {limits.max_values}")]
            if line.identity != current:
                current = line.identity
                (scattered if current in finished else finished).add(current)
                if len(finished) > limits.max_reports:
                    return set(), [problem("too_many_reports", Place(line=number), expected=f"≤ {limits.max_reports}")]
    except csv.Error:
        return set(), [problem("csv_malformed", Place(line=number + 1))]
    return scattered, [] if finished else [problem("no_report")]


def _lines(text: str, separator: str, columns: list[str]) -> Iterator[_Line]:
    rows = _fields(text, separator)
    next(rows, None)
    place = {name: columns.index(name) for name in columns}
    pick = itemgetter(*(place.get(name, len(columns)) for name in CSV_IDENTITY))
    form, row, column, value = (place[name] for name in CSV_CELL)
    last: _Identity = ("", "", "", "")
    stripped: dict[_Identity, _Identity] = {}
    for number, fields in rows:
        if len(fields) != len(columns):
            said = pick(fields + [""] * (len(columns) + 1))
            yield _Line(number, last if any(last) else said, "", "", "", "", ragged=len(fields))
            continue
        fields.append("")  # what an identity column that is not there says
        said = pick(fields)
        if said not in stripped:
            stripped[said] = cast(_Identity, tuple(part.strip() for part in said))
        last = stripped[said]
        yield _Line(number, last, fields[form].strip(), fields[row].strip(), fields[column].strip(), fields[value])


# -- one report -------------------------------------------------------------------------------------------------------


class _Report:
    """Puts the lines of one report into its Reading."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self.builder = builder
        self.places = builder.places
        self.records: dict[str, dict[int, list[tuple[str, str]]]] = {}
        self.nils: set[str] = set()

    def read(
        self,
        identity: _Identity,
        lines: Iterator[_Line],
        lookup: EditionLookup,
        expected: Identity | None,
        scattered: bool,
    ) -> Reading:
        """The Reading of these lines; a scattered report says so and so makes no version."""
        first = next(lines)
        said = {name: text for name, text in zip(CSV_IDENTITY, identity, strict=True) if text}
        known = self.builder.identify(said, expected, lookup, lambda name: Place(line=first.number, field=name))
        if scattered:
            self.builder.problem(
                "report_not_contiguous", Place(line=first.number), found=" ".join(filter(None, identity))
            )
        if known:
            self._put(first)
            for line in lines:
                if self.builder.overwhelmed:
                    break
                self._put(line)
            self._put_records()
        return self.builder.reading

    def _put(self, line: _Line) -> None:
        if line.ragged:
            self.builder.problem("ragged_row", Place(line=line.number), found=str(line.ragged))
        elif line.form == OUTLINE_FORM:
            here = Place(line=line.number, field="column")
            self.builder.section(line.column, restore(line.value), here)
        else:
            form = self.builder.form(line.form, Place(line=line.number, field="form"))
            if form is not None:
                self._put_value(form, line)

    def _put_value(self, form: Form, line: _Line) -> None:
        if line.column == NIL_COLUMN:
            self._put_nil(form, line)
            return
        assert isinstance(self.places, CsvPlaces)
        self.places.lines.setdefault((form.code, line.row), {})[line.column] = line.number
        if form.kind == "grid":
            self.builder.cell(form, line.row, line.column, restore(line.value))
            return
        number = record_number(line.row)
        if number is None:
            place = Place(line=line.number, field="row")
            self.builder.problem("bad_record_number", place, found=line.row, expected="1, 2, 3, …")
        else:
            records = self.records.setdefault(form.code, {})
            if number in records or self.builder.room_for(form, len(records)):
                records.setdefault(number, []).append((line.column, restore(line.value)))

    def _put_nil(self, form: Form, line: _Line) -> None:
        said = _NIL.get(line.value.strip().lower())
        if said is None or line.row:
            expected = "row = '', value = true" if line.row else "true, false"
            self.builder.problem(
                "wrong_shape", Place(line=line.number, field="value"), found=line.value, expected=expected
            )
        elif not self.builder.once("nil", form.code):
            self.builder.problem("duplicate_key", Place(line=line.number, field="column"), found=NIL_COLUMN)
        elif said:
            self.builder.nil(form)

    def _put_records(self) -> None:
        for code, numbered in self.records.items():
            form = self.builder.form(code, Place())
            for number in sorted(numbered):
                if form is not None:
                    self.builder.record(form, number, numbered[number])
