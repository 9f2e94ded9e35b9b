"""The CSV door: one line a value, one or many reports in a file, to Readings.

The file is never decoded or split whole: it is read line by line, each line held to a limit, so that what is needed
beside the bytes is what the Readings hold. That is why no child process has to try it first.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import cast

from hub.domain.envelope import Identity, Notation, Raw, Reading
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

LONGEST_FIELD = 131_072
"""Characters. What the csv module holds fields to by itself, any library in the process may have changed."""
_BLOCK = 1 << 18
_MOST_TEXTS = 4_096

_Identity = tuple[str, str, str, str]


_Line = tuple[int, _Identity, str, str, str, str, int]
"""Below the header: number of the line, identity, form, row, column, value; how many fields, where that is wrong."""
_whose = itemgetter(1)


def read(content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Iterator[Reading]:
    """One Reading a report. The whole file must be well formed before the first is given; never raises on bad input.

    ``expected`` only fills what a document leaves unsaid; comparing the two is for the caller.
    """
    trouble = _trouble_in(content, limits)
    separator = sniff_separator(_first_line(content, limits)) if trouble is None else ","
    notation: Notation = "vi" if separator == ";" else "canonical"
    if trouble is not None:
        yield refused("csv", notation, expected, trouble)
        return
    file = _File(content, separator, limits)
    survey = _Survey(file, partial(_read_report, notation, limits, lookup, expected))
    troubles = file.header() or survey.go()
    if troubles:
        yield refused("csv", notation, expected, *troubles)
    elif survey.only is not None:
        yield survey.only
    else:
        for identity, lines in groupby(file.lines(), key=_whose):
            yield _read_report(notation, limits, lookup, expected, identity, lines, identity in survey.scattered)


def sniff_separator(text: str) -> str:
    """The separator that the header uses most: comma, semicolon or tab."""
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(SEPARATORS, key=header.count)


# -- the file as a whole ----------------------------------------------------------------------------------------------


def _trouble_in(content: bytes, limits: Limits) -> Finding | None:
    """Why these bytes are no text at all."""
    if len(content) > limits.max_bytes:
        return problem("file_too_large", expected=f"≤ {limits.max_bytes}")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    blank = True
    try:
        for start in range(0, len(content) + 1, _BLOCK):
            text = decoder.decode(content[start : start + _BLOCK], final=start + _BLOCK > len(content))
            blank = blank and not text.strip()
    except UnicodeDecodeError:
        return problem("file_not_utf8", Place(line=_line_of_bad_byte(content)))
    if blank:
        return problem("file_empty")
    if b"\x00" in content:
        return problem(
            "forbidden_character", Place(line=content.count(b"\n", 0, content.index(b"\x00")) + 1), found="\x00"
        )
    return None


def _line_of_bad_byte(content: bytes) -> int:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 1


def _first_line(content: bytes, limits: Limits) -> str:
    """The first line with anything on it, up to the longest that is read."""
    with io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="\n") as text:
        while line := text.readline(limits.direct_bytes):
            if line.strip("\r\n"):
                return line
    return ""


class _File:
    """The lines of one file. ``columns``: the names of its header, once that was looked at."""

    def __init__(self, content: bytes, separator: str, limits: Limits) -> None:
        self.content, self.separator, self.limits = content, separator, limits
        self.columns: list[str] = []
        self.number = 1
        """The line that was read last."""

    def _fields(self) -> Iterator[tuple[int, list[str]]]:
        """Every line that has any field filled, with the number of its first physical line; csv.Error on bad quotes."""
        physical = _PhysicalLines(self.content, self.limits)
        reader = csv.reader(physical, delimiter=self.separator, strict=True)
        start = 1
        for fields in reader:
            if physical.row > LONGEST_FIELD and max(map(len, fields), default=0) > LONGEST_FIELD:
                raise csv.Error
            physical.begin_row()
            if fields and (fields[0].strip() or "".join(fields).strip()):
                yield start, fields
            start = reader.line_num + 1

    def header(self) -> list[Finding]:
        """Look at the header; what is wrong with it, if anything."""
        try:
            line, fields = next(self._fields())
        except (csv.Error, StopIteration):
            return [problem("csv_malformed", Place(line=1))]
        self.columns = names = [field.strip().lower() for field in fields]
        here = Place(line=line)
        missing = [name for name in CSV_CELL if name not in names]
        troubles = [problem("csv_header_missing", here, found=listed(names), expected=name) for name in missing]
        for name in dict.fromkeys(names):
            if name not in CSV_HEADER and name not in _PASSED_OVER:
                place = Place(line=line, field=shown(name))
                troubles.append(problem("csv_header_unknown", place, found=name, expected=",".join(CSV_HEADER)))
            if names.count(name) > 1:
                troubles.append(problem("csv_header_duplicate", Place(line=line, field=shown(name)), found=name))
        return troubles[:20]

    def lines(self) -> Iterator[_Line]:
        """The lines below the header; csv.Error on bad quotes, and on a line longer than may be."""
        rows = self._fields()
        next(rows, None)
        columns = self.columns
        width = len(columns)
        place = {name: columns.index(name) for name in columns}
        pick = itemgetter(*(place.get(name, width) for name in CSV_IDENTITY))
        form, row, column, value = (place[name] for name in CSV_CELL)
        last: _Identity = ("", "", "", "")
        said: _Identity | None = None
        for self.number, fields in rows:
            if len(fields) != width:
                whose = last if any(last) else pick(fields + [""] * (width + 1))
                yield self.number, whose, "", "", "", "", len(fields)
                continue
            fields.append("")  # what an identity column that is not there says
            if pick(fields) != said:
                said = pick(fields)
                last = cast(_Identity, tuple(part.strip() for part in said))
            yield self.number, last, fields[form].strip(), fields[row].strip(), fields[column].strip(), fields[value], 0


class _PhysicalLines:
    """The lines of a text as they stand; csv.Error once one row, over all its lines, is longer than may be."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self.text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
        self.longest = limits.direct_bytes
        self.row = 0

    def begin_row(self) -> None:
        """What was read so far belongs to rows that are complete."""
        self.row = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(self.longest + 1):
            self.row += len(line)
            if self.row > self.longest:
                raise csv.Error
            yield line


class _Survey:
    """Goes through the whole file once: which reports are scattered over it, and what makes it unreadable.

    The first report is read on the way. ``only`` is it, if the file holds no other.
    """

    def __init__(self, file: _File, read_report: Callable[[_Identity, Iterator[_Line], bool], Reading]) -> None:
        self.file = file
        self.read_report = read_report
        self.finished: set[_Identity] = set()
        self.scattered: set[_Identity] = set()
        self.only: Reading | None = None

    def go(self) -> list[Finding]:
        """What makes the file unreadable, if anything."""
        limits = self.file.limits
        try:
            for identity, lines in groupby(self._counted(), key=_whose):
                (self.scattered if identity in self.finished else self.finished).add(identity)
                if len(self.finished) > limits.max_reports:
                    return [problem("too_many_reports", self._here(), expected=f"≤ {limits.max_reports}")]
                self.only = self.read_report(identity, lines, False) if len(self.finished) == 1 else None
        except _TooMany:
            return [problem("too_many_values", self._here(), expected=f"≤ {limits.max_values}")]
        except csv.Error:
            return [problem("csv_malformed", Place(line=self.file.number + 1))]
        return [] if self.finished else [problem("no_report")]

    def _counted(self) -> Iterator[_Line]:
        most = self.file.limits.max_values
        for count, line in enumerate(self.file.lines(), 1):
            if count > most:
                raise _TooMany
            yield line

    def _here(self) -> Place:
        return Place(line=self.file.number)


class _TooMany(Exception):
    """The file has more lines than may be."""


# -- one report -------------------------------------------------------------------------------------------------------


def _read_report(
    notation: Notation,
    limits: Limits,
    lookup: EditionLookup,
    expected: Identity | None,
    identity: _Identity,
    lines: Iterator[_Line],
    scattered: bool,
) -> Reading:
    """The Reading of these lines; a scattered report says so and so makes no version."""
    places = CsvPlaces()
    builder = DocumentBuilder("csv", notation, limits, places)
    first = next(lines)
    number = first[0]
    said = {name: text for name, text in zip(CSV_IDENTITY, identity, strict=True) if text}
    known = builder.identify(said, expected, lookup, lambda name: Place(line=number, field=name))
    if scattered:
        builder.problem("report_not_contiguous", Place(line=number), found=" ".join(filter(None, identity)))
    if known:
        _Report(builder, places).put(chain([first], lines))
    return builder.reading


class _Report:
    """Puts the lines of one report into its Reading."""

    def __init__(self, builder: DocumentBuilder, places: CsvPlaces) -> None:
        self.builder = builder
        self.places = places
        self.lists: dict[str, _List] = {}

    def put(self, lines: Iterator[_Line]) -> None:
        """All lines, as long as their mistakes tell anybody anything; then the records, by their numbers."""
        for number, _, code, row, column, value, ragged in lines:
            if ragged:
                self.builder.problem("ragged_row", Place(line=number), found=str(ragged))
            elif code in self.lists and column != NIL_COLUMN:
                self.lists[code].put(number, row, column, value)
            elif code == OUTLINE_FORM:
                self.builder.section(column, restore(value), Place(line=number, field="column"))
            else:
                form = self.builder.form(code, Place(line=number, field="form"))
                if form is not None:
                    self._put_value(form, number, row, column, value)
            if self.builder.overwhelmed:
                break
        for records in self.lists.values():
            records.finish()

    def _put_value(self, form: Form, number: int, row: str, column: str, value: str) -> None:
        if column == NIL_COLUMN:
            self._put_nil(form, number, row, value)
        elif form.kind == "grid":
            self.places.opened(form.code, row)[column] = number
            self.builder.cell(form, row, column, restore(value))
        else:
            self.lists[form.code] = _List(form, self.builder, self.places)
            self.lists[form.code].put(number, row, column, value)

    def _put_nil(self, form: Form, number: int, row: str, value: str) -> None:
        said = _NIL.get(value.strip().lower())
        if said is None or row:
            expected = "row = '', value = true" if row else "true, false"
            self.builder.problem("wrong_shape", Place(line=number, field="value"), found=value, expected=expected)
        elif not self.builder.once("nil", form.code):
            self.builder.problem("duplicate_key", Place(line=number, field="column"), found=NIL_COLUMN)
        elif said:
            self.builder.nil(form)


class _List:
    """The records of one list form by number, in whatever order their values come.

    A record is a dict while each of its columns is known, met once and filled; else pairs, which the builder judges.
    """

    def __init__(self, form: Form, builder: DocumentBuilder, places: CsvPlaces) -> None:
        self.form, self.builder, self.places = form, builder, places
        self.columns = {column.code: column.code for column in form.columns}
        self.texts: dict[str, str] = {}
        self.records: dict[int, dict[str, Raw] | list[tuple[str, Raw]]] = {}
        self.row: str | None = None
        self.record: dict[str, Raw] | list[tuple[str, Raw]] | None = None
        self.lines: dict[str, int] = {}

    def put(self, line: int, row: str, column: str, value: str) -> None:
        """Put one value into its record; a finding if the row is no record's number."""
        if row != self.row:
            self._turn_to(row)
        self.lines[column] = line
        if value[:1] == "'":
            value = restore(value)
        record = self.record
        known = self.columns.get(column)
        if record.__class__ is dict and known is not None and known not in record and value and not value.isspace():
            record[known] = self.texts.get(value) or self._kept(value)
        elif record is not None:
            self._put_odd(record, column, value)
        elif record_number(row) is None:
            place = Place(line=line, field="row")
            self.builder.problem("bad_record_number", place, found=row, expected="1, 2, 3, …")

    def _turn_to(self, row: str) -> None:
        """The record that has this number: the one there is, or a new one if there is room for it."""
        self._leave()
        self.row, self.record = row, None
        self.lines = self.places.opened(self.form.code, row)
        number = record_number(row)
        if number is not None and (number in self.records or self.builder.room_for(self.form, len(self.records))):
            self.record = self.records.setdefault(number, {})

    def _leave(self) -> None:
        if self.row is not None:
            self.places.pack(self.form.code, self.row)

    def _kept(self, value: str) -> str:
        """The same text object for texts that come again and again."""
        if len(self.texts) < _MOST_TEXTS:
            self.texts[value] = value
        return value

    def _put_odd(self, record: dict[str, Raw] | list[tuple[str, Raw]], column: str, value: str) -> None:
        pairs = list(record.items()) if isinstance(record, dict) else record
        pairs.append((column, value))
        if pairs is not record:
            self.record = self.records[int(self.row or "")] = pairs

    def finish(self) -> None:
        """Hand the records to the builder, by their numbers."""
        self._leave()
        for number in sorted(self.records):
            record = self.records.pop(number)
            if isinstance(record, dict):
                self.builder.plain_record(self.form, number, record)
            else:
                self.builder.record(self.form, number, record)
