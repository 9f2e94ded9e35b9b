"""An issued edition as a frictionless Data Package: every table with its lines and columns, as its own JSON says them.

``frictionless validate datapackage.json`` finds every table as described and every byte in place. The same edition
gives the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hub.domain.form import Label
from hub.domain.interchange import neutralise
from hub.domain.tables import Cell, Document, Table, placed_header, shown_number
from hub.writers.package_archive import PROFILE, Field, add_file, add_table, field_of, slug

_STANDING = {"": "final", "provisional": "provisional", "missing": "missing", "na": "not_applicable"}


def write_publication_package(document: Document, name: str, stored: bytes) -> bytes:
    """The zip; ``name`` is the edition's own, ``stored`` its JSON, which goes along byte for byte."""
    target = io.BytesIO()
    resources: list[dict[str, Any]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for number, table in enumerate(document.tables, 1):
            resources += _of_table(archive, f"{number:02d}-{slug(table.code)}", table)
        described = json.dumps(_description(document, name, resources), ensure_ascii=False, indent=1)
        add_file(archive, "datapackage.json", [described.encode()])
        add_file(archive, "publication.json", [stored])
        add_file(archive, "README.md", [_readme(document).encode()])
    return target.getvalue()


def _of_table(archive: zipfile.ZipFile, code: str, table: Table) -> Iterator[dict[str, Any]]:
    """The figures of a table, its lines and its columns, each a file of its own."""
    lines, columns = f"lines-{code}", f"columns-{code}"
    listed = {lines: ["line"], columns: ["column"]}
    key = ["line", "column"]
    yield add_table(archive, f"data/{code}.csv", f"data-{code}", _data_fields(), _data_lines(table), key, listed)
    yield add_table(archive, f"codes/{lines}.csv", lines, _line_fields(), _line_lines(table), ["line"], {})
    yield add_table(archive, f"codes/{columns}.csv", columns, _column_fields(), _column_lines(table), ["column"], {})


def _data_fields() -> list[Field]:
    return [
        field_of("line", "integer", "Số dòng", "Number of the line", required=True, minimum=1),
        field_of("column", "string", "Cột", "Column", required=True),
        field_of("value", "number", "Số liệu", "Figure; empty where there is none"),
        field_of("text", "string", "Nội dung chữ", "Words, where a cell holds no figure"),
        field_of(
            "standing", "string", "Tình trạng", "Standing; empty is a cell that nothing is asked in", required=True,
            enum=[*_STANDING.values(), "empty"],
        ),
        field_of("reference", "string", "Tham chiếu", "Name of the figure, by which it is traced"),
        field_of("note", "string", "Ghi chú", "Note"),
    ]  # fmt: skip


def _data_lines(table: Table) -> Iterator[list[str]]:
    for number, row in enumerate(table.rows, 1):
        for column, cell in zip(table.column_codes, row.cells, strict=True):
            yield [str(number), neutralise(column), *_said(cell), cell.ref or "", neutralise(cell.note or "")]


def _said(cell: Cell) -> tuple[str, str, str]:
    """The figure, the words and the standing of a cell."""
    blank = cell.value is None and not cell.mark
    standing = "empty" if blank else _STANDING[cell.mark]
    if isinstance(cell.value, Decimal | int):
        return shown_number(cell.value, cell.decimals), "", standing
    return "", neutralise(cell.value or ""), standing


def _line_fields() -> list[Field]:
    return [
        field_of("line", "integer", "Số dòng", "Number of the line", required=True, minimum=1),
        field_of("code", "string", "Mã", "Code of the line"),
        *_named_fields(),
        field_of(
            "level", "integer", "Cấp", "0 is a total, each level below it belongs to it", required=True, minimum=0
        ),
    ]


def _line_lines(table: Table) -> Iterator[list[str]]:
    for number, row in enumerate(table.rows, 1):
        yield [str(number), neutralise(row.code), *_names(row.label), str(row.level)]


def _column_fields() -> list[Field]:
    return [field_of("column", "string", "Cột", "Column", required=True), *_named_fields()]


def _column_lines(table: Table) -> Iterator[list[str]]:
    """Each column by all the headings above it, the widest first."""
    above: list[list[Label]] = [[] for _ in range(len(table.column_codes) + 1)]
    for _, column, head in placed_header(table):
        for covered in above[column : column + head.span_cols]:
            covered.append(head.label)
    for code, heads in zip(table.column_codes, above[1:], strict=True):
        vi, en = ": ".join(each.vi for each in heads), ": ".join(each.en for each in heads if each.en)
        yield [neutralise(code), neutralise(vi), neutralise(en)]


def _named_fields() -> list[Field]:
    return [
        field_of("name_vi", "string", "Tên", "Name in Vietnamese"),
        field_of("name_en", "string", "Tên tiếng Anh", "Name in English"),
    ]


def _names(label: Label) -> tuple[str, str]:
    return neutralise(label.vi), neutralise(label.en)


def _description(document: Document, name: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    title, subtitle = document.title, document.subtitle
    return {
        "$schema": PROFILE, "name": slug(name), "title": f"{title.vi} – {subtitle.vi}",
        "description": f"{title.en} – {subtitle.en}", "created": document.created_at.isoformat(timespec="seconds"),
        "demonstration": document.demonstration, "resources": resources,
    }  # fmt: skip


def _readme(document: Document) -> str:
    """What is in the package and what the edition says of itself, for people, in both languages."""
    facts = "".join(_fact(label, text) for label, text in document.facts)
    tables = "".join(
        f"- `data/{number:02d}-{slug(table.code)}.csv`: {table.title.vi} / {table.title.en}\n"
        for number, table in enumerate(document.tables, 1)
    )
    head = f"# {document.title.vi}\n\n{document.subtitle.vi}\n\n## {document.title.en}\n\n{document.subtitle.en}\n"
    return f"{head}\n{_README_VI}\n{_README_EN}\n{tables}\n{facts}"


def _fact(label: Label, text: str | Label) -> str:
    vi, en = (text.vi, text.en) if isinstance(text, Label) else (text, text)
    return f"- {label.vi}: {vi}\n- {label.en}: {en}\n"


_README_VI = """\
Mỗi tệp trong `data/` là một bảng của báo cáo: mỗi dòng là một ô, kèm tình trạng (`final` chính thức, `provisional` số
tạm, `missing` chưa có, `not_applicable` không áp dụng, `empty` ô để trống). Dòng và cột được gọi tên trong `codes/`.
`publication.json` là chính ấn bản đã ban hành. Số dùng dấu chấm thập phân và giữ đủ chữ số.
Kiểm tra tệp: `frictionless validate datapackage.json`.
"""
_README_EN = """\
Each file in `data/` is a table of the report: a line is a cell with its standing (`final`, `provisional`, `missing`,
`not_applicable`, `empty`). Lines and columns are named in `codes/`. `publication.json` is the edition itself as it was
issued. Figures have a decimal point and all their digits. To check the files: `frictionless validate datapackage.json`.
"""
