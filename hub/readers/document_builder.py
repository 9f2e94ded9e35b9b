"""Builds one Reading out of a document's parts, the same way for JSON, XML, CSV and the web form.

What belongs to the edition is kept; what does not becomes a finding of stage identity or structure, all at once, each
with its place. Values stay unchecked: whether ``"12,5"`` is a number is decided later, for all doors alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import cast

from hub.domain.envelope import Door, Identity, Notation, Raw, RawForm, Reading
from hub.domain.findings import Finding, Place
from hub.domain.form import ALL_RECORDS, Address, Form
from hub.domain.interchange import SCOPES
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.readers.document_places import Places
from hub.readers.document_problems import listed, problem
from hub.readers.limits import Limits

EditionLookup = Callable[[Identity], Edition | None]

FORBIDDEN = re.compile(r"[\x00\ud800-\udfff]")
"""Characters that no database row and no message can hold: none of them passes any door, not even to be checked
(trap 4). Other control characters are judged with the values, alike for all doors."""

IDENTITY_PARTS = ("regime", "edition", "unit", "period", "scope")
_NEEDED = ("regime", "unit", "period")


def refused(door: Door, notation: Notation, expected: Identity | None, *problems: Finding) -> Reading:
    """The Reading of a file that could not be read at all."""
    return Reading(door=door, notation=notation, identity=expected or Identity(), problems=list(problems))


class _Codes:
    """Codes of one form, ready for looking up; ``places``: its open cells as ``row.column``."""

    def __init__(self, form: Form) -> None:
        self.rows = {row.code for row in form.rows}
        self.columns = {column.code for column in form.columns}
        cells = [(row.code, column.code) for row, column in form.cells() if "." not in row.code]
        self.places = {f"{row}.{column}": (row, column) for row, column in cells}


@per_edition
def _codes(edition: Edition) -> dict[str, _Codes]:
    return {form.code: _Codes(form) for form in edition.forms}


class _FormParts:
    """One form of the report in the making: its codes, and the cells that were put."""

    def __init__(self, form: Form, codes: _Codes) -> None:
        self.form = form
        self.rows, self.columns, self.places = codes.rows, codes.columns, codes.places
        self.seen: set[tuple[str, str]] = set()


class DocumentBuilder:
    """One report in the making; :attr:`reading` is complete as soon as the last part was put in."""

    def __init__(self, door: Door, notation: Notation, limits: Limits, places: Places) -> None:
        self.reading = Reading(door=door, notation=notation, place=places)
        self.edition: Edition | None = None
        self.limits = limits
        self.places = places
        self._parts: dict[str, _FormParts] = {}
        self._told: set[tuple[str, ...]] = set()

    def problem(
        self,
        code: str,
        place: Place,
        *,
        address: Address | None = None,
        found: str | None = None,
        expected: str | None = None,
    ) -> None:
        """Add a finding; after ``limits.max_problems`` one closing finding stands for all the rest."""
        problems = self.reading.problems
        if len(problems) < self.limits.max_problems:
            problems.append(problem(code, place, address=address, found=found, expected=expected))
        elif len(problems) == self.limits.max_problems:
            problems.append(problem("too_many_problems", place))

    @property
    def overwhelmed(self) -> bool:
        """True once more problems were met than are listed: reading on tells nobody anything."""
        return len(self.reading.problems) > self.limits.max_problems

    def once(self, *fact: str) -> bool:
        """True the first time a fact is met, so that one mistake repeated on every line gives one finding."""
        if fact in self._told:
            return False
        self._told.add(fact)
        return True

    # -- identity -----------------------------------------------------------------------------------------------------

    def identify(
        self,
        said: dict[str, str],
        expected: Identity | None,
        lookup: EditionLookup,
        place_of: Callable[[str], Place],
    ) -> bool:
        """Fill the Reading's identity from the document, its gaps from ``expected``, and find the edition.

        The two are not compared here: only services know whether ``H26`` and a unit's id are the same unit. False if no
        edition was found, with the findings that say why.
        """
        parts = {name: self._identity_part(name, said, expected, place_of) for name in IDENTITY_PARTS}
        self.reading.identity = Identity(**parts)
        for name in _NEEDED:
            if parts[name] is None and name not in said:
                self.problem("identity_missing", place_of(name), expected=name)
        if parts["scope"] is not None and parts["scope"] not in SCOPES:
            self.problem("scope_unknown", place_of("scope"), found=parts["scope"], expected=listed(SCOPES))
        if parts["regime"] is None or parts["period"] is None:
            return False
        self.edition = lookup(self.reading.identity)
        if self.edition is None:
            self.problem("edition_unknown", place_of("regime"), found=f"{parts['regime']} {parts['period']}")
        return self.edition is not None

    def _identity_part(
        self, name: str, said: dict[str, str], expected: Identity | None, place_of: Callable[[str], Place]
    ) -> str | None:
        text = said.get(name, "").strip()
        if not text:
            said.pop(name, None)
            return getattr(expected, name) if expected is not None else None
        if len(text) > 100 or FORBIDDEN.search(text) or not text.isprintable():
            self.problem("identity_bad", place_of(name), found=text)
            return None
        return text

    # -- forms --------------------------------------------------------------------------------------------------------

    def form(self, code: str, place: Place) -> Form | None:
        """The edition's form of that code, in the Reading from now on; None with one finding if there is none."""
        parts = self._parts.get(code)
        if parts is not None:
            return parts.form
        assert self.edition is not None
        form = self.edition.form_by_code.get(code)
        if form is None:
            if self.once("form", code):
                self.problem("unknown_form", place, found=code, expected=listed([f.code for f in self.edition.forms]))
            return None
        self._parts[code] = _FormParts(form, _codes(self.edition)[code])
        self.reading.forms[code] = RawForm()
        return form

    def nil(self, form: Form) -> None:
        """The whole form has nothing to report, said explicitly."""
        self.reading.forms[form.code].nil = True

    def row(self, form: Form, row: str, cells: Iterable[tuple[str, Raw]], again: bool = False) -> None:
        """Put all the cells of one grid row; an unknown row is a finding even when it is empty.

        ``again``: the row was there already, and somebody said so; only its new cells are put.
        """
        parts = self._parts[form.code]
        if self._row_known(parts, Address(form.code, row, "")):
            for column, raw in cells:
                if not (again and (row, column) in parts.seen):
                    self.cell(form, row, column, raw)

    def wrong_kind(self, form: Form, place: Place, found: str) -> None:
        """Say once that a grid was given records, or a list rows."""
        if self.once("kind", form.code):
            self.problem("wrong_form_kind", place, address=whole(form), found=found)

    def next_record(self, form: Form, column: str) -> Address:
        """The address that a cell of the record now being read will have."""
        return Address(form.code, str(len(self.reading.forms[form.code].records) + 1), column)

    def whole_grid(self, form: Form, cells: Mapping[str, Raw]) -> bool:
        """Put all cells of a grid, named ``row.column``, if there is nothing to say of any; else False, none is put."""
        parts = self._parts[form.code]
        places = list(map(parts.places.get, cells))
        if parts.seen or None in places or not _plain(cells.values()):
            return False
        known = cast("list[tuple[str, str]]", places)
        parts.seen.update(known)
        self.reading.forms[form.code].cells.update(zip(known, cells.values(), strict=True))
        return True

    def cell(self, form: Form, row: str, column: str, raw: Raw) -> None:
        """Put one grid cell. A blank is missing and stays absent; twice the same cell is a finding."""
        parts, at = self._parts[form.code], (row, column)
        known = row in parts.rows and column in parts.columns and at not in parts.seen and at not in form.blocked
        if known and not (isinstance(raw, str) and FORBIDDEN.search(raw)):  # as nearly every cell is
            parts.seen.add(at)
            if not _blank(raw):
                self.reading.forms[form.code].cells[at] = raw
            return
        address = Address(form.code, row, column)
        if not self._row_known(parts, address) or not self._column_known(parts, address):
            return
        if (row, column) in parts.seen:
            self.reading.forms[form.code].cells.pop((row, column), None)
            self.problem("duplicate_cell", self.places(address), address=address)
            return
        parts.seen.add((row, column))
        if _blank(raw):
            return
        if (row, column) in form.blocked:
            self.problem("blocked_cell", self.places(address), address=address, found=str(raw))
        elif self._text_allowed(raw, address):
            self.reading.forms[form.code].cells[row, column] = raw

    def record(self, form: Form, number: int, cells: Iterable[tuple[str, Raw]]) -> None:
        """Put one record that had this number (from 1) in the document; a record of blanks is left out."""
        if isinstance(cells, list) and (plain := self._plain(form, cells)) is not None:  # as nearly every record is
            self.plain_record(form, number, plain)
            return
        records = self.reading.forms[form.code].records
        if not self.room_for(form, len(records)):
            return
        numbers = self.places.numbers.setdefault(form.code, [])
        numbers.append(number)
        record = self._record(form, str(len(records) + 1), cells)
        if record:
            records.append(record)
        else:
            numbers.pop()

    def plain_record(self, form: Form, number: int, record: dict[str, Raw]) -> None:
        """As :meth:`record`, for one whose columns are all the form's, and no value blank or with what is forbidden."""
        if self.room_for(form, len(self.reading.forms[form.code].records)) and record:
            self.places.numbers.setdefault(form.code, []).append(number)
            self.reading.forms[form.code].records.append(record)

    def room_for(self, form: Form, records: int) -> bool:
        """True if a form that has this many records may have one more; if not, one finding says so."""
        allowed = min(form.max_records, self.limits.max_records)
        if records < allowed:
            return True
        if self.once("records", form.code):
            self.problem("too_many_records", self.places(whole(form)), address=whole(form), expected=f"≤ {allowed}")
        return False

    def _plain(self, form: Form, cells: list[tuple[str, Raw]]) -> dict[str, Raw] | None:
        """The record, if each column is the form's and met once, and no value blank or with what is forbidden."""
        record = dict(cells)
        if len(record) < len(cells) or not record.keys() <= self._parts[form.code].columns:
            return None
        texts = [value for value in record.values() if isinstance(value, str)]
        return record if all(map(str.strip, texts)) and not FORBIDDEN.search("".join(texts)) else None

    def _record(self, form: Form, row: str, cells: Iterable[tuple[str, Raw]]) -> dict[str, Raw]:
        record: dict[str, Raw] = {}
        seen: set[str] = set()
        for column, raw in cells:
            address = Address(form.code, row, column)
            if not self._column_known(self._parts[form.code], address):
                continue
            if column in seen:
                record.pop(column, None)
                self.problem("duplicate_cell", self.places(address), address=address)
                continue
            seen.add(column)
            if not _blank(raw) and self._text_allowed(raw, address):
                record[column] = raw
        return record

    def _row_known(self, parts: _FormParts, address: Address) -> bool:
        if address.row in parts.rows:
            return True
        if self.once("row", address.form, address.row):
            codes = [row.code for row in parts.form.rows]
            self.problem("unknown_row", self.places(address), found=address.row, expected=listed(codes))
        return False

    def _column_known(self, parts: _FormParts, address: Address) -> bool:
        if address.column in parts.columns:
            return True
        if self.once("column", address.form, address.column):
            codes = [column.code for column in parts.form.columns]
            self.problem("unknown_column", self.places(address), found=address.column, expected=listed(codes))
        return False

    def _text_allowed(self, raw: Raw, address: Address) -> bool:
        if isinstance(raw, str) and FORBIDDEN.search(raw):
            self.problem("forbidden_character", self.places(address), address=address, found=raw)
            return False
        return True

    # -- narrative and explanations -----------------------------------------------------------------------------------

    def section(self, code: str, text: str, place: Place) -> None:
        """Put one section of the narrative; a blank one is missing."""
        assert self.edition is not None
        codes = [section.code for section in self.edition.outline]
        if code not in codes:
            self.problem("unknown_section", place, found=code, expected=listed(codes))
        elif not self.once("section", code):
            self.problem("duplicate_section", place, found=code)
        elif FORBIDDEN.search(text):
            self.problem("forbidden_character", place, found=text)
        elif text.strip():
            self.reading.outline[code] = text

    def explanation(self, key: str, text: str, place: Place) -> None:
        """Put the explanation of the warning that has this key; a blank one is missing."""
        if not self.once("explanation", key):
            self.problem("duplicate_key", place, found=key)
        elif len(key) > 200 or not key.isprintable() or FORBIDDEN.search(text):
            self.problem("forbidden_character", place, found=key)
        elif text.strip():
            self.reading.explanations[key] = text


def whole(form: Form) -> Address:
    """The address of a whole form: what is said of it is not said again of its cells."""
    return Address(form.code, ALL_RECORDS, ALL_RECORDS)


def _plain(cells: Collection[Raw]) -> bool:
    """True if all are values of their own, none of them blank and none with a character that may not pass."""
    kinds = set(map(type, cells))
    if not kinds <= _VALUES:
        return False
    texts = cast("Collection[str]", cells if kinds == {str} else [each for each in cells if isinstance(each, str)])
    return all(map(str.strip, texts)) and FORBIDDEN.search("".join(texts)) is None


_VALUES = frozenset({str, Decimal, bool})


def _blank(raw: Raw) -> bool:
    return isinstance(raw, str) and not raw.strip()
