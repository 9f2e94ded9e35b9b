"""Many workbooks as one: LibreOffice takes as long to open a small file as to compute ten of them.

Only what formulas need is kept: cells with their values and formulas, under sheet names that tell the workbooks apart.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from hub.domain.sheet_layout import (
    CHECK_SHEET,
    EXPLANATION_SHEET,
    GUIDE_SHEET,
    OUTLINE_SHEET,
    CheckLayout,
    cell_name,
)

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TEXT_SHEETS = (GUIDE_SHEET, OUTLINE_SHEET, EXPLANATION_SHEET)
_SHEET = re.compile(r'<sheet name="([^"]*)"')
_STRING = re.compile(r"<si>(.*?)</si>", re.DOTALL)
_SHARED = re.compile(r'<c r="([A-Z]+\d+)"(?: s="\d+")? t="s"><v>(\d+)</v></c>')
_STYLE = re.compile(r'(<c r="[A-Z]+\d+") s="\d+"')
_DATA = re.compile(r"<sheetData/>|<sheetData>.*</sheetData>", re.DOTALL)
_FORMULA = re.compile(r"(<f[^>]*>)(.*?)(</f>)", re.DOTALL)
_NAMED = re.compile(r"'([^']+)'!")


def packed(workbooks: list[tuple[bytes, int]], first_lines: list[int]) -> bytes:
    """One workbook that holds many, each with how many lines its sheet of checks has and where they begin.

    Its first sheet tells the lines of all, one after another: state, how many fail, the first that fails.
    """
    sheets = [("All", _summary(workbooks, first_lines))]
    sheets += [sheet for number, (content, _) in enumerate(workbooks) for sheet in _sheets(content, number)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("[Content_Types].xml", _types(len(sheets)))
        book.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        listed = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="r{i}"/>' for i, (name, _) in enumerate(sheets, 1)
        )
        book.writestr("xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>')
        parts = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
        book.writestr("xl/_rels/workbook.xml.rels", _relations(parts))
        for i, (_, data) in enumerate(sheets, 1):
            book.writestr(f"xl/worksheets/sheet{i}.xml", f"<worksheet {_MAIN}>{data}</worksheet>")
    return buffer.getvalue()


def _summary(workbooks: list[tuple[bytes, int]], first_lines: list[int]) -> str:
    rows, line = [], 0
    columns = (CheckLayout.STATE, CheckLayout.COUNT, CheckLayout.FIRST)
    for number, ((_, count), first) in enumerate(zip(workbooks, first_lines, strict=True)):
        for index in range(count):
            line += 1
            named = [cell_name(first + index, column) for column in columns]
            formulas = [f"<f>'{_apart_name(CHECK_SHEET, number)}'!{cell}</f>" for cell in named]
            cells = "".join(f'<c r="{at}{line}">{text}</c>' for at, text in zip("ABC", formulas, strict=True))
            rows.append(f'<row r="{line}">{cells}</row>')
    return f"<sheetData>{''.join(rows)}</sheetData>"


def _types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for i in range(1, count + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{sheets}</Types>'
    )


def _relations(parts: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _sheets(content: bytes, number: int) -> Iterator[tuple[str, str]]:
    """(name, data) of every sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = _STRING.findall(book.read("xl/sharedStrings.xml").decode())
        for index, name in enumerate(_SHEET.findall(book.read("xl/workbook.xml").decode()), 1):
            if name in _TEXT_SHEETS:
                continue
            found = _DATA.search(book.read(f"xl/worksheets/sheet{index}.xml").decode())
            assert found is not None
            data = _SHARED.sub(lambda cell: _inline(cell[1], strings[int(cell[2])]), found[0])
            data = _FORMULA.sub(lambda formula: formula[1] + _apart(formula[2], number) + formula[3], data)
            yield _apart_name(name, number), _STYLE.sub(r"\1", data)


def _apart_name(name: str, number: int) -> str:
    return f"{name}~{number}"


def _inline(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is>{text}</is></c>'


def _apart(formula: str, number: int) -> str:
    return _NAMED.sub(lambda named: f"'{_apart_name(named[1], number)}'!", formula)
