"""The Word door: the narrative of ``hub.writers.outline_word``, written by people → one Reading of the outline alone.

Figures are not in the file, so the Reading says ``only_outline``: whoever takes it in leaves the forms as they are. A
section begins at the paragraph that carries its content control or its bookmark, or else at one that says its title.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from hub.domain.envelope import Identity, Reading
from hub.domain.findings import Place
from hub.domain.number_text import fold
from hub.domain.outline_layout import (
    FRONT_STYLE,
    IDENTITY_SHEET,
    LAYOUT,
    guidance,
    heading,
)
from hub.domain.period import Period
from hub.domain.regime import Edition, OutlineSection
from hub.domain.secrecy import mark_finding, marked_places
from hub.domain.values import OUTLINE
from hub.domain.workbook_identity import WorkbookIdentity
from hub.readers.book import read_properties
from hub.readers.document_builder import EditionLookup, refused
from hub.readers.guard import Archive, Refusal, open_archive
from hub.readers.limits import MIB, Limits
from hub.readers.office_text import office_lines
from hub.readers.word_parts import Paragraph, paragraphs_of
from hub.readers.word_problems import word_problem

MOST_TEXT = 16 * MIB
"""Bytes of XML of the body; a narrative of the longest sections has about one."""
MOST_XML = 48 * MIB
"""Bytes of XML of all parts together, which are looked through for secrecy marks."""
_DOCUMENT = "word/document.xml"
_NUMBERING = re.compile(r"^\s*(?:\d+|[IVXLC]+)\s*[.)]\s*")


def read(content: bytes, lookup: EditionLookup, expected: Identity | None, limits: Limits) -> Iterator[Reading]:
    """The one Reading of a Word file. Bad input never raises."""
    try:
        archive = _archive(content, limits)
        properties = read_properties(content, limits)
        body = paragraphs_of(archive.read(_DOCUMENT))
        marks = list(marked_places(office_lines(archive)))
    except Refusal as refusal:
        yield refused("docx", "canonical", expected, word_problem(refusal.code, found=refusal.found))
        return
    reading = Reading("docx", "canonical", only_outline=True)
    reading.problems += [mark_finding(*where) for where in marks]
    edition = _edition(reading, WorkbookIdentity.from_properties(properties) or _said_on_paper(body.paragraphs), lookup)
    if edition is not None:
        reading.problems += [word_problem(code, _place(number)) for code, number in sorted(body.notes.items())]
        _Narrative(edition, reading, body.paragraphs).read()
    yield reading


def _archive(content: bytes, limits: Limits) -> Archive:
    archive = open_archive(content, limits)
    if _DOCUMENT not in archive.entries:
        raise Refusal("word_not_word")
    if any(name.lower().endswith("vbaproject.bin") for name in archive.names):
        raise Refusal("word_macros")
    texts = [name for name in archive.names if name.endswith((".xml", ".vml"))]
    if archive.declared([_DOCUMENT]) > MOST_TEXT or archive.declared(texts) > MOST_XML:
        raise Refusal("word_too_large")
    return archive


# --- identity --------------------------------------------------------------------------------------------------------


def _said_on_paper(paragraphs: list[Paragraph]) -> WorkbookIdentity | None:
    """The identity of the front's last line, where a program lost the properties."""
    for paragraph in paragraphs:
        said = WorkbookIdentity.from_cell(paragraph.text)
        if said is not None and said[1] == IDENTITY_SHEET:
            return said[0]
    return None


def _edition(reading: Reading, said: WorkbookIdentity | None, lookup: EditionLookup) -> Edition | None:
    """The edition that the file was made for, with the identity set; None with one finding if there is none."""
    if said is None:
        reading.problems.append(word_problem("word_unknown"))
        return None
    reading.identity = said.identity
    if said.layout != LAYOUT:
        reading.problems.append(word_problem("word_layout", found=said.layout, expected=LAYOUT))
        return None
    edition = lookup(said.identity) if _is_period(said.period) else None
    if edition is None:
        found = f"{said.regime}/{said.edition} {said.period}"
        reading.problems.append(word_problem("edition_unknown", found=found))
    elif (edition.regime, edition.code, edition.sha256) != (said.regime, said.edition, said.edition_sha256):
        reading.problems.append(word_problem("edition_changed", found=said.edition, expected=edition.code))
        return None
    return edition


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


# --- sections --------------------------------------------------------------------------------------------------------


class _Narrative:
    """Cuts the paragraphs at the headings; what stands below each is its section's text."""

    def __init__(self, edition: Edition, reading: Reading, paragraphs: list[Paragraph]) -> None:
        self.sections = {section.code: section for section in edition.outline}
        self.titles = {code: heading(number, self.sections[code]) for number, code in enumerate(self.sections, 1)}
        self.reading, self.paragraphs = reading, paragraphs
        self.headings: dict[int, str] = {}
        self.begins: dict[str, int] = {}

    def read(self) -> None:
        self._find_headings()
        self._tell_duplicates()
        for code in self.sections:
            if code not in self.begins:
                self._problem("heading_missing", None, expected=self.titles[code])
        self._cut()
        numbers = {code: self.paragraphs[at].number for code, at in self.begins.items()}
        self.reading.place = lambda address: _place(numbers.get(address.column) if address.form == OUTLINE else None)

    def _find_headings(self) -> None:
        """Headings by their marks; those of sections whose mark is gone, by their words."""
        for at, paragraph in enumerate(self.paragraphs):
            code = next((code for code in paragraph.marks if code in self.sections), None)
            if code is not None:
                self.headings[at] = code
        lost = {fold(section.title.vi): code for code, section in self.sections.items()}
        found = set(self.headings.values())
        for at, paragraph in enumerate(self.paragraphs):
            code = lost.get(fold(_NUMBERING.sub("", paragraph.text)))
            if code is not None and code not in found and at not in self.headings:
                self.headings[at] = code

    def _tell_duplicates(self) -> None:
        for at, code in sorted(self.headings.items()):
            if code in self.begins:
                self._problem("heading_duplicate", at, found=self.titles[code])
            else:
                self.begins[code] = at

    def _cut(self) -> None:
        current: str | None = None
        texts: dict[str, list[str]] = {}
        strays: list[int] = []
        for at, paragraph in enumerate(self.paragraphs):
            if at in self.headings:
                current = self.headings[at]
                rest = self._after_title(at, current)
                texts.setdefault(current, []).extend([rest] if rest else [])
            elif current is None:
                if paragraph.text.strip() and paragraph.style != FRONT_STYLE:
                    strays.append(at)
            elif not _is_guidance(paragraph.text, self.sections[current]):
                texts[current].append(paragraph.text)
        if strays:
            self._problem("text_before_headings", strays[0])
        for code, lines in texts.items():
            text = unicodedata.normalize("NFC", "\n".join(lines)).strip()
            if text:
                self.reading.outline[code] = text

    def _after_title(self, at: int, code: str) -> str:
        """What was typed on the heading's own line; a heading of other words is told, and still is one."""
        said, title = " ".join(self.paragraphs[at].text.split()), " ".join(self.titles[code].split())
        plain = " ".join(self.sections[code].title.vi.split())
        for start in (title, plain):
            if fold(said) == fold(start):
                return ""
            if said.startswith(start + " ") or said.startswith(start + ":"):
                return said[len(start) :].strip(" :")
        if fold(_NUMBERING.sub("", said)) != fold(plain):
            self._problem("heading_renamed", at, found=said, expected=title)
        return ""

    def _problem(self, code: str, at: int | None, *, found: str | None = None, expected: str | None = None) -> None:
        place = _place(self.paragraphs[at].number if at is not None else None)
        self.reading.problems.append(word_problem(code, place, found=found, expected=expected))


def _is_guidance(text: str, section: OutlineSection) -> bool:
    return fold(text) == fold(guidance(section))


def _place(number: int | None) -> Place:
    """A paragraph by its number in the body, as a place in a file."""
    return Place(path=f"¶ {number}") if number else Place()
