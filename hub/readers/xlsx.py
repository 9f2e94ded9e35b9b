"""The workbook door: the workbook of ``hub.writers.workbook``, filled in by people → one Reading (notation ``vi``).

Guard, identity, then sheet by sheet. Whether the identity fits the filing that the file was handed in for is judged by
the caller, as for all doors.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.domain.envelope import Identity, Reading
from hub.domain.findings import Place
from hub.domain.form import Form
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.sheet_layout import (
    CHECK_SHEET,
    CHOICE_SHEET,
    EXPLANATION_SHEET,
    GUIDE_SHEET,
    LAYOUT_VERSION,
    OUTLINE_SHEET,
    TEXT_CODE_COLUMN,
    TEXT_COLUMN,
    TEXT_FIRST_ROW,
    cell_name,
)
from hub.domain.workbook_identity import WorkbookIdentity
from hub.readers.book import Book, Sheet, open_book, read_properties, text_at
from hub.readers.document_builder import EditionLookup, refused, whole
from hub.readers.guard import Refusal
from hub.readers.limits import Limits
from hub.readers.sheet_reader import (
    Problems,
    SheetReader,
    WorkbookPlaces,
    layouts,
    odd_cells,
    read_text_cell,
)
from hub.readers.sheet_standing import identity_cell
from hub.readers.workbook_problems import workbook_problem

_KNOWN_SHEETS = frozenset({GUIDE_SHEET, OUTLINE_SHEET, EXPLANATION_SHEET, CHOICE_SHEET, CHECK_SHEET})


def read(content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Iterator[Reading]:
    """The one Reading of a workbook. Bad input never raises; Unavailable if too many large files are read at once."""
    try:
        book = open_book(content, limits)
    except Refusal as refusal:
        place = Place(sheet=refusal.sheet, cell=refusal.cell)
        yield refused("xlsx", "vi", expected, workbook_problem(refusal.code, place, found=refusal.found))
        return
    reading = Reading("xlsx", "vi")
    _WorkbookReader(book, reading, limits).read(lookup)
    yield reading


def identify(content: bytes, limits: Limits) -> Identity | None:
    """Which filing a workbook says it is for, by its properties alone; None if it does not say or cannot be opened."""
    try:
        identity = WorkbookIdentity.from_properties(read_properties(content, limits))
    except Refusal:
        return None
    return None if identity is None else identity.identity


class _WorkbookReader:
    """Identity and sheets of one workbook."""

    def __init__(self, book: Book, reading: Reading, limits: Limits) -> None:
        self.book, self.reading = book, reading
        self.problems = Problems(limits, reading.problems)
        self.cells = {sheet.name: identity_cell(sheet) for sheet in book.sheets}
        self.said = {
            sheet.name: WorkbookIdentity.from_cell(text_at(sheet, *self.cells[sheet.name])) for sheet in book.sheets
        }

    def read(self, lookup: EditionLookup) -> None:
        identity = self._identity()
        if identity is None:
            return
        self.reading.identity = identity.identity
        edition = self._edition(identity, lookup)
        if edition is None:
            return
        places = WorkbookPlaces(layouts(edition), sections=tuple(section.code for section in edition.outline))
        self.reading.place = places
        forms = edition.forms_for(Period.parse(identity.period).frequency)
        for form in forms:
            sheet = self._sheet_of(form, identity)
            if sheet is not None:
                reader = SheetReader(
                    sheet, places.layouts[form.code], edition, self.book.uncalculated, self.problems,
                    self.reading.doubted,
                )  # fmt: skip
                reader.read()
                self.reading.forms[form.code] = reader.raw
                places.rows[form.code] = reader.record_rows
                places.standings[form.code] = reader.standing
            else:
                self.reading.doubted.add(whole(form))
        if edition.outline:
            self._read_outline(edition)
        self._read_explanations()
        self._tell_extra(forms)

    # -- identity -----------------------------------------------------------------------------------------------------

    def _identity(self) -> WorkbookIdentity | None:
        """The identity of the properties; if a program lost these, the one that all the sheets agree on."""
        identity = WorkbookIdentity.from_properties(self.book.properties)
        if identity is not None:
            return identity
        told = {said[0] for said in self.said.values() if said is not None}
        if not told:
            self.reading.problems.append(workbook_problem("template_unknown"))
            return None
        if len(told) > 1:
            self._identity_conflict()
            return None
        self.reading.problems.append(workbook_problem("identity_from_cells"))
        return told.pop()

    def _identity_conflict(self) -> None:
        sheets = [name for name, said in self.said.items() if said is not None]
        self.problems.add("identity_conflict", sheets[-1], self._identity_name(sheets[-1]), found=", ".join(sheets))

    def _identity_name(self, sheet: str) -> str:
        return cell_name(*self.cells[sheet])

    def _edition(self, identity: WorkbookIdentity, lookup: EditionLookup) -> Edition | None:
        if identity.layout != LAYOUT_VERSION:
            problem = workbook_problem("template_layout", found=identity.layout, expected=LAYOUT_VERSION)
            self.reading.problems.append(problem)
            return None
        edition = lookup(identity.identity) if _is_period(identity.period) else None
        if edition is None:
            found = f"{identity.regime}/{identity.edition} {identity.period}"
            self.reading.problems.append(workbook_problem("edition_unknown", found=found))
        elif (edition.regime, edition.code, edition.sha256) != (
            identity.regime,
            identity.edition,
            identity.edition_sha256,
        ):
            problem = workbook_problem("edition_changed", found=identity.edition, expected=edition.code)
            self.reading.problems.append(problem)
            return None
        return edition

    # -- sheets -------------------------------------------------------------------------------------------------------

    def _sheet_of(self, form: Form, identity: WorkbookIdentity) -> Sheet | None:
        """The one sheet of a form, whatever its name, if there is one and it is this workbook's own."""
        code = form.code
        own = [name for name, said in self.said.items() if said == (identity, code)]
        others = [name for name, said in self.said.items() if said and said[1] == code and name != code]
        named = self.book.sheet(code)
        found = text_at(named, *self.cells[code]) if named is not None else ""
        if len(own) == 1 and (own == [code] or self._is_own(code, identity)) and others in ([], own):
            if own != [code]:
                self.problems.add("sheet_renamed", own[0], found=own[0], expected=code)
            return self.book.sheet(own[0])
        if len(own) + len([name for name in others if name not in own]) > 1 and own:
            copies = sorted({*own, *others} - {code})
            self.problems.add("sheet_duplicate", copies[0], address=whole(form), found=", ".join([*own, *others]))
        elif named is None and not others:
            self.problems.add("sheet_missing", code, address=whole(form), expected=code)
        elif named is not None and self.said[code] is None:
            self.problems.add(
                "identity_lost", code, self._identity_name(code), address=whole(form),
                found=found or "(trống / empty)", expected=identity.cell_text(code),
            )  # fmt: skip
        else:
            name = code if named is not None else others[0]
            sheet = self.book.sheet(name)
            said = text_at(sheet, *self.cells[name]) if sheet is not None else ""
            self.problems.add(
                "identity_conflict", name, self._identity_name(name), address=whole(form), found=said,
                expected=identity.cell_text(code),
            )  # fmt: skip
        return None

    def _is_own(self, name: str, identity: WorkbookIdentity) -> bool:
        """True if no sheet has that name, or it is another form's sheet of this workbook under a wrong name."""
        said = self.said.get(name)
        return self.book.sheet(name) is None or (said is not None and said[0] == identity and said[1] != name)

    def _tell_extra(self, forms: tuple[Form, ...]) -> None:
        known = _KNOWN_SHEETS | {form.code for form in forms}
        for sheet in self.book.sheets:
            said = self.said[sheet.name]
            renamed = said is not None and said[1] in known
            if sheet.name not in known and not renamed and sheet.facts.last_row >= 0:
                self.problems.add("sheet_extra", sheet.name, found=sheet.name)

    def _read_outline(self, edition: Edition) -> None:
        sheet = self.book.sheet(OUTLINE_SHEET)
        if sheet is None:
            self.problems.add("sheet_missing", OUTLINE_SHEET, expected=OUTLINE_SHEET)
            return
        odd = odd_cells(sheet, self.book.uncalculated, _never)
        for row, section in enumerate(edition.outline, TEXT_FIRST_ROW):
            if text_at(sheet, row, TEXT_CODE_COLUMN) != section.code:
                name = cell_name(row, TEXT_CODE_COLUMN)
                found = text_at(sheet, row, TEXT_CODE_COLUMN) or "(trống / empty)"
                self.problems.add("header_moved", sheet.name, name, found=found, expected=section.code)
                return
            text = read_text_cell(sheet, row, TEXT_COLUMN, odd, self.problems)
            if text:
                self.reading.outline[section.code] = text

    def _read_explanations(self) -> None:
        sheet = self.book.sheet(EXPLANATION_SHEET)
        if sheet is None:
            return
        odd = odd_cells(sheet, self.book.uncalculated, _never)
        for row in range(TEXT_FIRST_ROW, len(sheet.rows)):
            key = read_text_cell(sheet, row, TEXT_CODE_COLUMN, odd, self.problems).strip()
            text = read_text_cell(sheet, row, TEXT_COLUMN, odd, self.problems)
            if key and text:
                if key in self.reading.explanations:
                    self.problems.add("duplicate_key", sheet.name, cell_name(row, TEXT_CODE_COLUMN), found=key)
                self.reading.explanations[key] = text


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


def _never(row: int, column: int) -> bool:
    return False
