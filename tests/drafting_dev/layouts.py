"""Turns the figures that a form asks for into printed forms of several layouts, for a reader to find them again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from docx import Document
from official_forms import document_bytes, document_table, put_signature, put_table, put_title, saved
from openpyxl import Workbook


@dataclass
class Wanted:
    """One form: columns as (path, type, unit), rows as labels, rules as expressions over printed order."""

    title: str
    kind: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    rules: list[str] = field(default_factory=list)


def wanted(edition: Path) -> list[Wanted]:
    """The forms of an edition's folder with the rules that each prints or implies."""
    regime = yaml.safe_load((edition / "regime.yaml").read_text("utf-8"))
    file = edition / "rules.yaml"
    rules = yaml.safe_load(file.read_text("utf-8"))["rules"] if file.is_file() else []
    forms = []
    for code in regime["forms"]:
        form = yaml.safe_load((edition / "forms" / f"{code}.yaml").read_text("utf-8"))
        columns = [{**column, "label_vi": column["vi"]} for column in form["columns"]]
        rows = [{**row, "label_vi": row["vi"]} for row in form.get("rows") or []]
        forms.append(
            Wanted(form["title"]["vi"], form["kind"], columns, rows, [r["expr"] for r in rules if r["form"] == code])
        )
    return forms


SPLIT = re.compile(r": | - | – ")


def paths_of(form: Wanted, *, units: bool) -> list[list[str]]:
    paths = []
    for column in form.columns:
        path = SPLIT.split(column["label_vi"], maxsplit=1)
        unit = column.get("unit")
        if (
            units
            and unit
            and len({c.get("unit") for c in form.columns if c["type"] not in ("text", "choice", "date")}) > 1
        ):
            path[-1] = f"{path[-1]} ({unit})"
        if column.get("choices"):
            path[-1] = f"{path[-1]} ({'/'.join(c['vi'] for c in column['choices'])})"
        paths.append(path)
    return paths


def numbers_of(form: Wanted, style: str, stubs: int) -> list[object]:
    """The printed numbers; plain sums and ratios of one printed left side become formulas."""
    order = {column["code"]: n for n, column in enumerate(form.columns, 1)}
    if style == "all":
        order = {code: n + stubs for code, n in order.items()}
    printed: dict[str, list[str]] = {}
    for rule in form.rules:
        left, sign, right = rule.partition(" = ")
        if (
            sign
            and left in order
            and re.fullmatch(r"[c\d+\-*/() ]+", right)
            and set(re.findall(r"c\d+", right)) <= order.keys()
        ):
            text = re.sub(r"c\d+", lambda m: str(order[m[0]]), right).replace(" ", "")
            printed.setdefault(left, []).append(text.replace("*100", "x100%"))
    made: list[object] = []
    for code, number in order.items():
        formula = "=".join(printed.get(code, []))
        if style == "all":
            body = re.sub(r"(?<![\dx.])(\d{1,2})(?!\d|%)", r"(\1)", formula)
            made.append(f"({number})" + (f"={body}" if formula else ""))
        else:
            made.append(f"{number}={formula}" if formula else number)
    lead = [f"({n})" for n in range(1, stubs + 1)] if style == "all" else list("ABCD"[:stubs])
    return [*lead, *made]


def body_of(form: Wanted, *, unit_column: bool) -> list[list[object]]:
    """Fixed rows numbered by their depth; three empty numbered lines for a list."""
    width = len(form.columns)
    if not form.rows:
        return [[n, *([None] * (width - 1))] for n in (1, 2)] + [["…", *([None] * (width - 1))]]
    depth: dict[str, int] = {}
    count: dict[Any, int] = {}
    body = []
    for row in form.rows:
        parent = row.get("of")
        depth[row["code"]] = depth.get(parent, -1) + 1 if parent else 0
        count[parent] = count.get(parent, 0) + 1
        level = depth[row["code"]]
        total = row["label_vi"].lower().startswith("tổng số") and level == 0
        number: object = None if total else count[parent] if level == 0 or _of_total(form, parent) else None
        label = (
            row["label_vi"]
            if number is not None or total
            else ("- " if level == 1 or _of_total(form, _parent(form, parent)) else "+ ") + row["label_vi"]
        )
        body.append([number, label, *([row.get("unit")] if unit_column else []), *([None] * width)])
    return body


def _parent(form: Wanted, code: Any) -> Any:
    return next((row.get("of") for row in form.rows if row["code"] == code), None)


def _of_total(form: Wanted, code: Any) -> bool:
    return any(row["code"] == code and row["label_vi"].lower().startswith("tổng số") for row in form.rows)


def stubs_of(form: Wanted, *, unit_column: bool) -> list[list[str]]:
    if not form.rows:
        return [["STT"]]
    return [["STT"], ["Chỉ tiêu"], *([["Đơn vị tính"]] if unit_column else [])]


def printed(forms: list[Wanted], layout: str) -> tuple[bytes, str]:
    """The forms in one file: (bytes, file name)."""
    if layout.startswith("word"):
        document = Document()
        document.add_paragraph("BỘ TÀI CHÍNH")
        for form in forms:
            document.add_paragraph(f"Biểu số {forms.index(form) + 1:02d}")
            document.add_paragraph(form.title.upper())
            document.add_paragraph("Kỳ báo cáo: Năm")
            unit_column = any(row.get("unit") for row in form.rows)
            stubs = stubs_of(form, unit_column=unit_column)
            style = "all" if layout == "word-all" else "letters"
            numbers = None if layout == "word-plain" else numbers_of(form, style, len(stubs))
            document_table(
                document, [*stubs, *paths_of(form, units=True)], numbers, body_of(form, unit_column=unit_column)
            )
            document.add_paragraph("Ghi chú: …")
        document.add_paragraph("Người lập biểu")
        return document_bytes(document), "form.docx"
    book = Workbook()
    book.remove(book.active)
    for index, form in enumerate(forms, 1):
        sheet = book.create_sheet(f"Biểu {index:02d}")
        unit_column = any(row.get("unit") for row in form.rows)
        stubs = stubs_of(form, unit_column=unit_column)
        paths = [*stubs, *paths_of(form, units=True)]
        units = {c.get("unit") for c in form.columns if c.get("unit")}
        more = [
            "Kỳ báo cáo: quý, năm",
            *(
                [f"Đơn vị tính: {units.pop()}"]
                if len(units) == 1
                and not unit_column
                and all(c.get("unit") for c in form.columns if c["type"] in ("integer", "decimal", "money"))
                else []
            ),
        ]
        top = put_title(
            sheet, len(paths), f"{index:02d}/BC", "Ban hành theo Thông tư số 05/2024/TT-BTC", form.title.upper(), *more
        )
        numbers = (
            None if layout.endswith("plain") else numbers_of(form, "all" if "all" in layout else "letters", len(stubs))
        )
        row = put_table(
            sheet,
            top,
            paths,
            numbers,
            body_of(form, unit_column=unit_column),
            borders="bare" not in layout,
            merge="unmerged" not in layout,
        )
        put_signature(sheet, row, len(paths))
    return saved(book), "form.xlsx"


LAYOUTS = (
    "excel",
    "excel-all",
    "excel-plain",
    "excel-bare",
    "excel-unmerged",
    "excel-bare-unmerged-plain",
    "word",
    "word-all",
    "word-plain",
)
