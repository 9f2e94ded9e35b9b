"""Forms: rows, columns, cells, and what they are parts of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hub.catalog.document import Document
from hub.catalog.draft import Draft
from hub.catalog.lint.bindings import binding_problems
from hub.catalog.lint.codes import twice
from hub.catalog.shared_lists import Lists
from hub.domain.form import NUMERIC, Column, Form, Row


def form_problems(draft: Draft, lists: Lists) -> Iterator[str]:
    """All problems of meaning of an edition's forms, in their order."""
    for position, form in enumerate(draft.edition.forms):
        yield from _lint_listing(draft, position, form)
        document = draft.forms[form.code]
        yield from _lint_form(document, form)
        yield from binding_problems(document, form, lists)


def _lint_listing(draft: Draft, position: int, form: Form) -> Iterator[str]:
    for frequency in form.frequencies:
        if frequency not in draft.edition.frequencies:
            yield draft.forms[form.code].problem(["frequencies"], f"{frequency} is not one of the regime's frequencies")
    codes = [other.code for other in draft.edition.forms]
    if codes.index(form.code) != position:
        yield draft.regime.problem(["forms", position], f"the code {form.code!r} stands twice")


def _lint_form(document: Document, form: Form) -> Iterator[str]:
    yield from twice(document, ["columns"], [column.code for column in form.columns])
    yield from twice(document, ["rows"], [row.code for row in form.rows])
    yield from _lint_parts(document, "columns", form.columns)
    yield from _lint_parts(document, "rows", form.rows)
    if (form.kind == "grid") != bool(form.rows):
        yield document.problem(["kind"], "a grid has rows and a list has none")
    columns = {column.code: column for column in form.columns}
    for position, column in enumerate(form.columns):
        for text in _lint_column(column, columns):
            yield document.problem(["columns", position], f"{column.code}: {text}")
    for position, row in enumerate(form.rows):
        if row.code in columns:
            yield document.problem(["rows", position], f"{row.code} is both a row and a column")
    rows = {row.code for row in form.rows}
    for row_code, column_code in sorted(form.blocked):
        if row_code not in rows or column_code not in columns:
            yield document.problem(["blocked"], f"there is no cell {row_code}.{column_code}")


def _lint_column(column: Column, columns: Mapping[str, Column]) -> Iterator[str]:
    rollup = column.rollup
    if not column.numeric and (column.decimals or rollup.kind != "none" or column.unit):
        yield f"a {column.type} has no decimals, unit or roll-up"
    if column.type == "integer" and column.decimals:
        yield "an integer has no decimals"
    if (column.type == "choice") != bool(column.choices):
        yield "a choice has choices, and nothing else has"
    codes = [choice.code for choice in column.choices]
    yield from (f"the choice {code!r} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1}))
    needed = {"ratio": ("numerator", "denominator"), "weighted": ("weight",)}.get(rollup.kind, ())
    for name in ("numerator", "denominator", "weight"):
        part = getattr(rollup, name)
        if part is None and name in needed:
            yield f"a {rollup.kind} names its {name}"
        elif part is not None and name not in needed:
            yield f"a {rollup.kind} has no {name}"
        elif part is not None and (part not in columns or columns[part].type not in NUMERIC or part == column.code):
            yield f"its {name} {part!r} is not another numeric column of the form"


def _lint_parts(document: Document, where: str, entries: Sequence[Column | Row]) -> Iterator[str]:
    """``of`` names an entry of the same form, and no entry is a part of itself, however far."""
    parents = {entry.code: entry.of for entry in entries}
    for position, entry in enumerate(entries):
        if entry.of is not None and entry.of not in parents:
            yield document.problem([where, position, "of"], f"{entry.code} is of {entry.of!r}, which does not exist")
        elif entry.of is not None and _goes_round(entry.code, parents):
            yield document.problem([where, position, "of"], f"{entry.code} is a part of itself")


def _goes_round(code: str, parents: Mapping[str, str | None]) -> bool:
    above, seen = parents[code], {code}
    while above is not None and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above == code
