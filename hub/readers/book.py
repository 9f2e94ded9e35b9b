"""A workbook as read: custom properties and sheets, each with its values (python-calamine) and its facts (the scan).

What the guard proves small is parsed here; the rest by the same code in a child process (design.md section 6). Calamine
never sees the received zip: it gets a fresh one, made of exactly the parts that were unpacked and looked at, so the
guard and the reader cannot read two different workbooks out of one file.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree
from python_calamine import CalamineWorkbook

from hub.domain.sheet_layout import CHECK_SHEET, FINDINGS_NAME, FINDINGS_SHEET, is_previous_sheet
from hub.readers.guard import Archive, Refusal, open_archive
from hub.readers.limits import MIB, Limits
from hub.readers.plain_xml import ENCODINGS, plain_part, plain_sheet
from hub.readers.sandbox import Failure, run_limited
from hub.readers.sheet_scan import Formula, SheetFacts, check_extent, is_plain, scan_sheet

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_CUSTOM = "docProps/custom.xml"
_STRINGS = "xl/sharedStrings.xml"
_STYLES = "xl/styles.xml"
_SMALL_PART = 4 * MIB
_PERCENT_FORMATS = {"9", "10"}
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
    remove_comments=True, remove_pis=True,
)  # fmt: skip


@dataclass(slots=True)
class Sheet:
    """``rows`` from A1 on, ``""`` where a cell is blank; rows may differ in length. Figures are still floats here."""

    name: str
    hidden: bool
    rows: list[list[Any]]
    facts: SheetFacts


def value_at(sheet: Sheet, row: int, column: int) -> Any:
    """What stands in a cell, ``""`` where nothing does."""
    line = sheet.rows[row] if row < len(sheet.rows) else ()
    return line[column] if column < len(line) else ""


def text_at(sheet: Sheet, row: int, column: int) -> str:
    value = value_at(sheet, row, column)
    return value.strip() if isinstance(value, str) else str(value)


@dataclass(slots=True)
class Book:
    """``uncalculated``: whoever wrote the file asks for all formulas to be calculated when it is opened."""

    properties: dict[str, str] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    uncalculated: bool = False

    def sheet(self, name: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


@dataclass(slots=True)
class _Outline:
    """What ``xl/workbook.xml`` and its relations say: (name, hidden, part) of each sheet."""

    sheets: list[tuple[str, bool, str]]
    uncalculated: bool
    since_1904: bool


class _NotSmall(Exception):
    """This file may not be parsed in this process."""


def open_book(content: bytes, limits: Limits) -> Book:
    """The workbook. Refusal if it cannot be read or breaks a limit; Unavailable if all child processes are busy."""
    archive = open_archive(content, limits)
    try:
        return _build(archive, limits, direct=True)
    except _NotSmall:
        return _build_in_child(content, limits)


def read_properties(content: bytes, limits: Limits) -> dict[str, str]:
    """The custom properties alone: a quick look at which filing a workbook is for. Refusal as for :func:`open_book`."""
    return _properties(open_archive(content, limits))


# --- reading the parts -----------------------------------------------------------------------------------------------


def _build(archive: Archive, limits: Limits, *, direct: bool) -> Book:
    _check_kind(archive)
    outline = _outline(archive, limits)
    parts = [part for _, _, part in outline.sheets] + [name for name in (_STRINGS, _STYLES) if name in archive.entries]
    if direct and archive.declared(parts) > limits.direct_unpacked:
        raise _NotSmall
    styles = _plain(archive, _STYLES, limits, direct)
    strings = _plain(archive, _STRINGS, limits, direct)
    if strings.count(b"<si") > limits.max_shared_strings:
        raise Refusal("too_many_cells")
    percents = _percent_styles(styles)
    facts: list[SheetFacts] = []
    sheets: list[bytes] = []
    for name, _, part in outline.sheets:
        content, known = _scanned(archive.read(part), name, limits, percents, direct)
        sheets.append(content)
        facts.append(known)
    _check_size(facts, strings, limits, direct)
    rows = _values(_repacked(outline, sheets, strings, styles))
    book = Book(_properties(archive), uncalculated=outline.uncalculated)
    for (name, hidden, _), values, known in zip(outline.sheets, rows, facts, strict=True):
        book.sheets.append(Sheet(name, hidden, values, known))
    return book


def _check_kind(archive: Archive) -> None:
    """Refusal that says what the package is, unless it is a workbook without macros and embedded programs."""
    names = {name.lower() for name in archive.names}
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise Refusal("workbook_macros")
    if any(name.startswith(("xl/embeddings/", "xl/activex/")) for name in names):
        raise Refusal("workbook_embedded")
    if _WORKBOOK in archive.entries:
        return
    if "xl/workbook.bin" in names:
        raise Refusal("workbook_binary_format")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise Refusal("workbook_is_document")
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        raise Refusal("workbook_open_document")
    if any(name.endswith((".xlsx", ".xls", ".xlsm", ".pdf", ".docx")) for name in names):
        raise Refusal("workbook_is_archive")
    raise Refusal("workbook_broken" if "[content_types].xml" in names else "workbook_not_excel")


def _tree(archive: Archive, name: str) -> Any:
    """The parsed part; Refusal if it is missing, large, not well formed or has a DOCTYPE."""
    if archive.declared([name]) > _SMALL_PART:
        raise Refusal("workbook_too_complex", name)
    return _parsed(archive.read(name), name)


def _parsed(part: bytes, name: str) -> Any:
    try:
        root = etree.fromstring(part, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("workbook_broken", name) from error
    facts = root.getroottree().docinfo
    if facts.internalDTD is not None:
        raise Refusal("workbook_doctype", name)
    if (facts.encoding or "UTF-8").upper() not in ENCODINGS:
        raise Refusal("workbook_broken", name)
    return root


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _outline(archive: Archive, limits: Limits) -> _Outline:
    targets = _targets(archive)
    outline = _Outline([], False, False)
    workbook = _tree(archive, _WORKBOOK)
    never_read = {CHECK_SHEET, FINDINGS_SHEET, _findings_sheet(workbook)}
    for element in workbook.iter():
        kind = _local(element)
        if kind == "sheet":
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            if relation not in targets:
                raise Refusal("workbook_broken", element.get("name", ""))
            hidden = element.get("state", "visible") != "visible"
            name = element.get("name", "")
            if targets[relation] and name not in never_read and not is_previous_sheet(name):  # what the hub itself says
                outline.sheets.append((name, hidden, targets[relation]))
        elif kind == "calcPr":
            outline.uncalculated = element.get("fullCalcOnLoad") in {"1", "true"}
        elif kind == "workbookPr":
            outline.since_1904 = element.get("date1904") in {"1", "true"}
    if len(outline.sheets) > limits.max_sheets:
        raise Refusal("too_many_sheets", str(len(outline.sheets)))
    names = [name for name, _, _ in outline.sheets]
    parts = [part for _, _, part in outline.sheets]
    if not names or len(set(names)) != len(names) or len(set(parts)) != len(parts):
        raise Refusal("workbook_broken")
    return outline


def _findings_sheet(workbook: Any) -> str | None:
    """The sheet of findings that a marked workbook begins with, whatever the reporter calls it by now."""
    for element in workbook.iter():
        if _local(element) == "definedName" and element.get("name") == FINDINGS_NAME:
            name = (element.text or "").rpartition("!")[0]
            return name[1:-1].replace("''", "'") if name.startswith("'") and name.endswith("'") else name
    return None


def _targets(archive: Archive) -> dict[str, str]:
    """Relation id → part of a worksheet, or ``""`` for a sheet without cells (a chart). Macros and DDE are refused."""
    targets: dict[str, str] = {}
    for element in _tree(archive, _RELATIONS):
        kind, target = element.get("Type", "").rpartition("/")[2], element.get("Target", "")
        path = target.removeprefix("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if "macrosheet" in kind.lower() or kind == "vbaProject":
            raise Refusal("workbook_macros")
        if kind == "externalLink" and _is_program_link(archive, path):
            raise Refusal("workbook_embedded")
        targets[element.get("Id", "")] = path if kind == "worksheet" else ""
    return targets


def _is_program_link(archive: Archive, part: str) -> bool:
    """True if an external link starts a program (DDE, OLE) instead of naming a workbook."""
    return part in archive.entries and any(_local(child) in {"ddeLink", "oleLink"} for child in _tree(archive, part))


def _properties(archive: Archive) -> dict[str, str]:
    if _CUSTOM not in archive.entries:
        return {}
    return {
        element.get("name", ""): "".join(element.itertext())
        for element in _tree(archive, _CUSTOM)
        if _local(element) == "property"
    }


def _plain(archive: Archive, name: str, limits: Limits, direct: bool) -> bytes:
    """A part in plain form, empty if the workbook has none."""
    if name not in archive.entries:
        return b""
    part = archive.read(name)
    if is_plain(part):
        return part
    if direct:
        raise _NotSmall
    return plain_part(part, limits, name)


def _percent_styles(styles: bytes) -> frozenset[bytes]:
    """Numbers of the cell styles that show 0.12 as 12 %."""
    if b"%" not in styles and b'numFmtId="9"' not in styles and b'numFmtId="10"' not in styles:
        return frozenset()
    root = _parsed(styles, _STYLES)
    formats = set(_PERCENT_FORMATS)
    for element in root.iter():
        if _local(element) == "numFmt" and "%" in re.sub(r'"[^"]*"|\\.', "", element.get("formatCode", "")):
            formats.add(element.get("numFmtId", ""))
    cells = next((element for element in root if _local(element) == "cellXfs"), ())
    return frozenset(str(index).encode() for index, xf in enumerate(cells) if xf.get("numFmtId") in formats)


def _scanned(
    part: bytes, name: str, limits: Limits, percents: frozenset[bytes], direct: bool
) -> tuple[bytes, SheetFacts]:
    """The sheet in plain form with its facts."""
    facts = scan_sheet(part, limits, percents)
    if facts is None:
        if direct:
            raise _NotSmall
        part = plain_sheet(part, limits, name)
        facts = scan_sheet(part, limits, percents)
    if facts is None:
        raise Refusal("workbook_broken", name)
    check_extent(facts, name, limits)
    return part, facts


def _check_size(facts: list[SheetFacts], strings: bytes, limits: Limits, direct: bool) -> None:
    """Cells, gaps, and the text that many cells may share: one long string in every cell is a bomb too."""
    cells = sum(known.cells for known in facts)
    if cells > limits.max_cells:
        raise Refusal("too_many_cells", str(cells))
    area = sum(known.area for known in facts)
    if area > limits.max_area:
        raise Refusal("workbook_too_complex")
    longest = max(map(len, strings.split(b"<si")))
    if direct and (cells > limits.direct_cells or area > limits.direct_area or cells * longest > limits.direct_text):
        raise _NotSmall


# --- values ----------------------------------------------------------------------------------------------------------

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_ROOT = (
    f'<Relationships {_PACKAGE}><Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="{_WORKBOOK}"/>'
    "</Relationships>"
).encode()


def _repacked(outline: _Outline, sheets: list[bytes], strings: bytes, styles: bytes) -> bytes:
    """A zip of the parts that were looked at, stored, with directory parts written anew."""
    listed = [
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="r{i}"/>' for i, (name, _, _) in enumerate(outline.sheets, 1)
    ]
    since = ' date1904="1"' if outline.since_1904 else ""
    relations = [
        f'<Relationship Id="r{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    ]
    parts: dict[str, bytes] = {"[Content_Types].xml": _TYPES, "_rels/.rels": _ROOT} | {
        f"xl/worksheets/sheet{i}.xml": content for i, content in enumerate(sheets, 1)
    }
    for kind, name, content in (("sharedStrings", _STRINGS, strings), ("styles", _STYLES, styles)):
        if content:
            parts[name] = content
            relations.append(f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{name[3:]}"/>')
    workbook = (
        f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><workbookPr{since}/><sheets>{"".join(listed)}</sheets></workbook>'
    )
    parts[_WORKBOOK] = workbook.encode()
    parts[_RELATIONS] = f"<Relationships {_PACKAGE}>{''.join(relations)}</Relationships>".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _values(content: bytes) -> list[list[list[Any]]]:
    """Rows of every sheet, from A1 on."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            count = len(workbook.sheet_names)
            return [workbook.get_sheet_by_index(i).to_python(skip_empty_area=False) for i in range(count)]
    except MemoryError:
        raise
    except Exception as error:
        raise Refusal("workbook_broken", str(error)) from error


# --- the child process -----------------------------------------------------------------------------------------------


def _build_in_child(content: bytes, limits: Limits) -> Book:
    header = json.dumps(asdict(limits)).encode()
    answer = run_limited("hub.readers.book:answer_in_child", header + b"\n" + content, limits)
    if isinstance(answer, Failure):
        raise Refusal("workbook_too_complex", answer.reason)
    said = json.loads(answer)
    if "refused" in said:
        raise Refusal(*said["refused"])
    return _book_from_json(said)


def answer_in_child(payload: bytes) -> bytes:
    """In the child: the workbook, or why it is refused, as JSON."""
    header, _, content = payload.partition(b"\n")
    limits = Limits(**json.loads(header))
    try:
        book = _build(open_archive(content, limits), limits, direct=False)
    except Refusal as refusal:
        return json.dumps({"refused": [refusal.code, refusal.found, refusal.sheet, refusal.cell]}).encode()
    return json.dumps(_book_to_json(book), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _book_to_json(book: Book) -> dict[str, Any]:
    return {
        "properties": book.properties,
        "uncalculated": book.uncalculated,
        "sheets": [_sheet_to_json(s) for s in book.sheets],
    }


def _sheet_to_json(sheet: Sheet) -> dict[str, Any]:
    facts = sheet.facts
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "rows": [[v if v.__class__ in _PLAIN else _tagged(v) for v in _trimmed(row)] for row in sheet.rows],
        "counts": [facts.cells, facts.last_row, facts.last_column],
        "errors": [[*cell, text] for cell, text in facts.errors.items()],
        "formulas": [[*cell, formula.text, formula.has_value] for cell, formula in facts.formulas.items()],
        "bad_numbers": sorted(facts.bad_numbers),
        "percents": sorted(facts.percents),
        "merges": facts.merges,
        "hidden_rows": sorted(facts.hidden_rows),
        "hidden_columns": facts.hidden_columns,
    }


def _trimmed(row: list[Any]) -> list[Any]:
    """The row without the blanks at its end."""
    length = len(row)
    while length and row[length - 1] == "":
        length -= 1
    return row[:length]


_PLAIN = frozenset({str, float, int, bool})


def _tagged(value: Any) -> Any:
    """JSON keeps text, numbers and truth; days and moments get a tag, other things (times, spans) only their kind."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, (str, float, int, bool)) else {"other": str(value)}


def _untagged_row(row: list[Any]) -> list[Any]:
    return [_untagged(value) for value in row] if dict in set(map(type, row)) else row


def _untagged(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "day" in value:
        return date.fromisoformat(value["day"])
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    return value


def _book_from_json(said: dict[str, Any]) -> Book:
    return Book(said["properties"], [_sheet_from_json(sheet) for sheet in said["sheets"]], said["uncalculated"])


def _sheet_from_json(said: dict[str, Any]) -> Sheet:
    cells, last_row, last_column = said["counts"]
    facts = SheetFacts(
        cells,
        last_row,
        last_column,
        errors={(row, column): text for row, column, text in said["errors"]},
        formulas={(row, column): Formula(text, has_value) for row, column, text, has_value in said["formulas"]},
        bad_numbers=_cells(said["bad_numbers"]),
        percents=_cells(said["percents"]),
        merges=[tuple(merge) for merge in said["merges"]],
        hidden_rows=set(said["hidden_rows"]),
        hidden_columns=[tuple(span) for span in said["hidden_columns"]],
    )
    return Sheet(said["name"], said["hidden"], [_untagged_row(row) for row in said["rows"]], facts)


def _cells(pairs: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    return {(row, column) for row, column in pairs}
