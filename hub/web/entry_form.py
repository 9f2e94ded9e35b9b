"""What the entry page shows: an edition's forms as fields with their texts, findings and last period's values.

Nothing here decides anything: it lays out what ``FilingView`` holds, or what a person has just typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.domain.findings import Finding
from hub.domain.form import Address, Column, Form, Label, Row
from hub.domain.interchange import cell_field, explain_field, nil_field, outline_field, record_field
from hub.domain.regime import Edition
from hub.domain.rule_kinds import THIS
from hub.domain.totals import computed
from hub.domain.values import FormValues, Values
from hub.services.filings import FilingView
from hub.services.offers import Offer
from hub.web.rendering import value_vi

BLANK_ROWS = 5
MOST_FIELDS = 8_000
"""A page with more fields than this is slower to use than a workbook; it is then shown, not edited."""
SHOWN_RECORDS = 200
SMALL_FORM = 150
"""A form of so many cells is one card a line on a telephone; a larger one scrolls sideways."""
LONG_TEXT = 200
"""A text that may be longer than this is typed into a field of several lines."""
COPIED_RECORDS = 300
"""So many of last period's records go along with the page, to be taken over."""

Typed = Mapping[str, str]
Offers = Mapping[Address, tuple[Offer, ...]]


@dataclass(frozen=True, slots=True)
class Field:
    """One cell. ``text`` is what stands in it, ``computed`` what stands there if it is left blank.

    ``row`` is the row's code or the record's number: with the column it gives the headers that name the field.
    """

    name: str
    column: Column
    form: str
    row: str
    label: Label
    text: str
    blocked: bool = False
    computed: bool = False
    hint: str = ""
    previous: str = ""
    findings: tuple[Finding, ...] = ()
    offers: tuple[Offer, ...] = ()

    @property
    def place(self) -> str:
        """Where it is, as remarks and points of a return say it: ``F1/r01/c03``."""
        return f"{self.form}/{self.row}/{self.column.code}"

    @property
    def headers(self) -> str:
        """The ids of the words that name it: its row's and its column's."""
        return f"row.{self.form}.{self.row} col.{self.form}.{self.column.code}"

    @property
    def is_long(self) -> bool:
        """Whether its text may run over several lines."""
        return self.column.type == "text" and (self.column.max_length > LONG_TEXT or "\n" in self.text)

    @property
    def bad(self) -> str:
        """``error``, ``warning``, ``missing`` or nothing: how the cell is coloured."""
        if self.findings and all(finding.stage == "presence" for finding in self.findings):
            return "missing"
        severities = {finding.severity for finding in self.findings}
        return "error" if "error" in severities else "warning" if severities else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of fields: a row of a grid, a column of a turned grid, or a record, whose ``label`` is its number.

    ``id`` is that of the words that name it. In a turned grid ``heads`` are the groups of columns that begin with it,
    as (words, level), and ``path`` is every group that it stands under.
    """

    label: Label | str
    fields: tuple[Field, ...]
    id: str = ""
    code: str = ""
    unit: str = ""
    inferred: bool = False
    level: int = 0
    heads: tuple[tuple[Label, int], ...] = ()
    path: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """One head of the table: ``id`` where it names the fields below it, with the groups above it as ``path``."""

    label: Label
    columns: int
    rows: int
    column: Column | None = None
    id: str = ""
    path: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class FormTable:
    """A form ready to draw. ``hidden`` counts records that a read-only page leaves out; ``turned``: columns go down.

    ``small``: few enough cells to be one card a line on a telephone. ``before``: last period's records of a list,
    column → text.
    """

    form: Form
    headings: tuple[tuple[Heading, ...], ...]
    lines: tuple[Line, ...]
    nil_name: str
    nil: bool
    hidden: int = 0
    turned: bool = False
    findings: tuple[Finding, ...] = ()
    small: bool = False
    has_before: bool = False
    before: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A narrative part of the outline."""

    name: str
    title: Label
    required: bool
    max_length: int
    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the error summary: ``anchor`` is the id of the field it is about."""

    finding: Finding
    anchor: str
    where: Label


@dataclass(frozen=True, slots=True)
class EntryForm:
    """The whole page below its facts."""

    tables: tuple[FormTable, ...]
    sections: tuple[Section, ...]
    errors: tuple[Message, ...]
    missing: tuple[Message, ...]
    warnings: tuple[Message, ...]
    explanations: tuple[tuple[Message, str, str], ...] = ()
    editable: bool = True
    too_large: bool = False


@dataclass(slots=True)
class _Source:
    """Where the texts come from: what was typed if anything was, else the stored values."""

    edition: Edition
    values: Values
    previous: Values | None
    typed: Typed | None
    by_address: Mapping[Address, tuple[Finding, ...]]
    editable: bool
    extra_rows: Mapping[str, int] = field(default_factory=dict)
    offers: Offers = field(default_factory=dict)

    def form_values(self, code: str) -> FormValues:
        return self.values.forms.get(code) or FormValues()

    def previous_values(self, code: str) -> FormValues:
        return (self.previous.forms.get(code) if self.previous else None) or FormValues()


def entry_form(
    view: FilingView,
    *,
    editable: bool,
    typed: Typed | None = None,
    findings: Iterable[Finding] | None = None,
    extra_rows: Mapping[str, int] | None = None,
    offers: Offers | None = None,
) -> EntryForm:
    """The page's form. ``typed`` (field name → text) and ``findings`` replace the stored ones after a refused save.

    ``offers``: by cell, what the unit already reported elsewhere.
    """
    found = list(view.findings if findings is None else findings)
    too_large = field_count(view) > MOST_FIELDS
    source = _Source(
        view.edition, view.values, view.previous, typed, _by_address(found), editable and not too_large,
        extra_rows or {}, offers or {},
    )  # fmt: skip
    messages = [_message(finding, view) for finding in found]
    return EntryForm(
        tables=tuple(_table(form, source, found) for form in view.forms),
        sections=tuple(_sections(source, found)),
        errors=tuple(m for m in messages if m.finding.severity == "error" and m.finding.stage != "presence"),
        missing=tuple(m for m in messages if m.finding.severity == "error" and m.finding.stage == "presence"),
        warnings=tuple(m for m in messages if m.finding.severity != "error"),
        explanations=tuple(_explanations(messages, view, typed)),
        editable=source.editable,
        too_large=too_large,
    )


def blank_form(edition: Edition, frequency: str) -> EntryForm:
    """The form as a reporter finds it before anything is filled in, without a filing."""
    source = _Source(edition, Values(), None, None, {}, True)
    return EntryForm(
        tables=tuple(_table(form, source, []) for form in edition.forms_for(frequency)),
        sections=tuple(_sections(source, [])),
        errors=(),
        missing=(),
        warnings=(),
    )


def field_count(view: FilingView) -> int:
    """How many fields the page of a filing has, blank rows not counted."""
    count = 0
    for form in view.forms:
        lines = len(form.rows) if form.kind == "grid" else len(view.values.forms.get(form.code, FormValues()).records)
        count += lines * len(form.columns)
    return count


def computed_cells(edition: Edition, form: Form) -> frozenset[tuple[str, str]]:
    """The cells that the hub fills in when they are left blank; the row is ``@`` for a column of a list."""
    return frozenset(cell.target[1:] for cell in computed(edition) if cell.target[0] == form.code)


def _by_address(findings: Iterable[Finding]) -> dict[Address, tuple[Finding, ...]]:
    grouped: defaultdict[Address, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.address is not None:
            grouped[finding.address].append(finding)
    return {address: tuple(items) for address, items in grouped.items()}


def _table(form: Form, source: _Source, findings: list[Finding]) -> FormTable:
    turned, hidden = is_turned(form), 0
    lines = tuple(_grid_lines(form, source) if form.kind == "grid" else _list_lines(form, source))
    if turned:
        lines = tuple(turned_lines(form, lines))
    if form.kind == "list" and not source.editable and len(lines) > SHOWN_RECORDS:
        hidden, lines = len(lines) - SHOWN_RECORDS, lines[:SHOWN_RECORDS]
    name = nil_field(form.code)
    return FormTable(
        form=form,
        headings=_row_headings(form) if turned else headings(form),
        lines=lines,
        nil_name=name,
        nil=(name in source.typed) if source.typed is not None else source.form_values(form.code).nil,
        hidden=hidden,
        turned=turned,
        findings=tuple(f for f in findings if f.address is not None and _is_whole_form(f.address, form)),
        small=len(lines) * len(form.columns) <= SMALL_FORM and len(form.columns) <= 12,
        has_before=bool(source.previous_values(form.code).cells or source.previous_values(form.code).records),
        before=tuple(_records_before(form, source)) if source.editable else (),
    )


def _records_before(form: Form, source: _Source) -> Iterator[Mapping[str, str]]:
    """Last period's records as they would be typed, without what the hub computes."""
    filled = {column for _, column in computed_cells(source.edition, form)}
    for record in source.previous_values(form.code).records[:COPIED_RECORDS]:
        texts = {c.code: value_vi(record.get(c.code), c.decimals) for c in form.columns if c.code not in filled}
        yield {code: text for code, text in texts.items() if text}


def _is_whole_form(address: Address, form: Form) -> bool:
    if address.form != form.code:
        return False
    if form.kind == "list":
        return not address.row.isdigit()
    return all(row.code != address.row for row in form.rows)


# --- Headings ------------------------------------------------------------


def headings(form: Form) -> tuple[tuple[Heading, ...], ...]:
    """The lines of the table head: groups above, columns below; a column without a group reaches through all lines."""
    depth = max((len(column.group) for column in form.columns), default=0)
    return tuple(tuple(_heading_line(form.code, form.columns, line, depth)) for line in range(depth + 1))


def _heading_line(form: str, columns: tuple[Column, ...], line: int, depth: int) -> Iterator[Heading]:
    index = 0
    while index < len(columns):
        column = columns[index]
        if len(column.group) > line:
            width = _same_group(columns[index:], line)
            yield Heading(column.group[line], width, 1)
            index += width
            continue
        if len(column.group) == line:
            yield Heading(column.label, 1, depth + 1 - line, column, f"col.{form}.{column.code}", column.group)
        index += 1


def _row_headings(form: Form) -> tuple[tuple[Heading, ...], ...]:
    """The head of a turned grid: its rows side by side."""
    return (tuple(Heading(row.label, 1, 1, id=f"row.{form.code}.{row.code}") for row in form.rows),)


def _same_group(columns: tuple[Column, ...], line: int) -> int:
    head = columns[0].group[: line + 1]
    width = 0
    while width < len(columns) and columns[width].group[: line + 1] == head:
        width += 1
    return width


# --- Lines ------------------------------------------------------------


def _grid_lines(form: Form, source: _Source) -> Iterator[Line]:
    values, previous = source.form_values(form.code), source.previous_values(form.code)
    filled = computed_cells(source.edition, form)
    levels = _levels({row.code: row.of for row in form.rows})
    for row in form.rows:
        fields = tuple(
            _grid_field(form, row, column, values, previous, (row.code, column.code) in filled, source)
            for column in form.columns
        )
        yield Line(
            row.label, fields, f"row.{form.code}.{row.code}", row.code, row.unit or "", row.inferred, levels[row.code]
        )  # fmt: skip


def is_turned(form: Form) -> bool:
    """A grid of one or two rows and many columns reads better with its columns going down the page."""
    return form.kind == "grid" and len(form.rows) <= 2 and len(form.columns) > 6


def turned_lines(form: Form, lines: tuple[Line, ...]) -> Iterator[Line]:
    """Columns as lines under the words of their groups; a part stands one step below its whole if that came before."""
    seen: dict[str, tuple[Label, ...]] = {}
    above: tuple[Label, ...] = ()
    for index, column in enumerate(form.columns):
        begun = next((n for n, pair in enumerate(zip(above, column.group, strict=False)) if pair[0] != pair[1]), None)
        first = min(len(above), len(column.group)) if begun is None else begun
        heads = tuple((group, level) for level, group in enumerate(column.group) if level >= first)
        level = len(column.group) + (seen.get(column.of or "") == column.group)
        fields = tuple(line.fields[index] for line in lines)
        yield Line(
            column.label, fields, f"col.{form.code}.{column.code}", column.code, column.unit or "", column.inferred,
            level, heads, column.group,
        )  # fmt: skip
        seen[column.code] = above = column.group


def _levels(parents: Mapping[str, str | None]) -> dict[str, int]:
    """How far each row is indented: one step below the row it is a part of."""
    levels: dict[str, int] = {}
    for code in parents:
        level, above = 0, parents[code]
        while above is not None and level < 6:
            level, above = level + 1, parents.get(above)
        levels[code] = level
    return levels


def _grid_field(
    form: Form, row: Row, column: Column, values: FormValues, previous: FormValues, computed: bool, source: _Source
) -> Field:
    name, key = cell_field(form.code, row.code, column.code), (row.code, column.code)
    label = _joined(row.label, column.label)
    if key in form.blocked:
        return Field(name, column, form.code, row.code, label, "", blocked=True)
    findings = source.by_address.get(Address(form.code, row.code, column.code), ())
    stored = value_vi(values.cells.get(key), column.decimals)
    text = source.typed.get(name, "") if source.typed is not None else stored
    hint = ""
    if computed and source.editable and not findings and text == stored:
        text, hint = "", stored
    return Field(
        name, column, form.code, row.code, label, text, computed=computed, hint=hint, findings=findings,
        previous=value_vi(previous.cells.get(key), column.decimals),
        offers=source.offers.get(Address(form.code, row.code, column.code), ()),
    )  # fmt: skip


def _joined(one: Label, other: Label) -> Label:
    return Label(f"{one.vi}, {other.vi}", f"{one.en or one.vi}, {other.en or other.vi}")


def _list_lines(form: Form, source: _Source) -> Iterator[Line]:
    records: list[dict[str, Any]] = list(source.form_values(form.code).records)
    count = len(records)
    if source.typed is not None:
        count = _typed_records(form, source.typed)
    if source.editable:
        count += source.extra_rows.get(form.code, BLANK_ROWS)
    for number in range(1, min(count, form.max_records) + 1):
        record = records[number - 1] if number <= len(records) else {}
        fields = tuple(_record_field(form, number, column, record, source) for column in form.columns)
        yield Line(str(number), fields, f"row.{form.code}.{number}")


def _typed_records(form: Form, typed: Typed) -> int:
    """The number of the last record in which something was typed."""
    last, start = 0, f"rec.{form.code}."
    for name, text in typed.items():
        number = name.removeprefix(start).partition(".")[0]
        if name.startswith(start) and text.strip() and number.isascii() and number.isdigit() and len(number) < 7:
            last = max(last, int(number))
    return last


def _record_field(form: Form, number: int, column: Column, record: dict[str, Any], source: _Source) -> Field:
    name = record_field(form.code, number, column.code)
    stored = value_vi(record.get(column.code), column.decimals)
    text = source.typed.get(name, "") if source.typed is not None else stored
    findings = source.by_address.get(Address(form.code, str(number), column.code), ())
    filled, hint = (THIS, column.code) in computed_cells(source.edition, form), ""
    if filled and source.editable and not findings and text == stored:
        text, hint = "", stored
    label = _joined(Label(f"Dòng {number}", f"Line {number}"), column.label)
    return Field(
        name, column, form.code, str(number), label, text, computed=filled, hint=hint, findings=findings
    )  # fmt: skip


# --- Narrative, messages ------------------------------------------------------------


def _sections(source: _Source, findings: list[Finding]) -> Iterator[Section]:
    for section in source.edition.outline:
        name = outline_field(section.code)
        text = source.typed.get(name, "") if source.typed is not None else source.values.outline.get(section.code, "")
        own = tuple(f for f in findings if _outline_code(f) == section.code)
        yield Section(name, section.title, section.required, section.max_length, text, own)


def _outline_code(finding: Finding) -> str | None:
    """The section a finding is about, wherever its address keeps the section's code."""
    if finding.address is None or finding.address.form != "outline":
        return None
    return finding.address.column or finding.address.row


def _message(finding: Finding, view: FilingView) -> Message:
    return Message(finding, anchor_of(finding, view.edition), where_of(finding, view.edition))


def anchor_of(finding: Finding, edition: Edition) -> str:
    """The id of the element that the summary's link leads to."""
    address = finding.address
    if address is None:
        return finding.place.field or "forms"
    if address.form == "outline":
        return outline_field(_outline_code(finding) or "")
    form = edition.form_by_code.get(address.form)
    if form is None:
        return "forms"
    if form.kind == "list" and address.row.isdigit():
        return record_field(address.form, int(address.row), address.column)
    if form.kind == "grid" and any(row.code == address.row for row in form.rows):
        return cell_field(address.form, address.row, address.column)
    return f"form-{form.code}"


def where_of(finding: Finding, edition: Edition) -> Label:
    """Where it is, in the words of the form: ``F1, Tổng số, Kinh phí``; else the place in the received bytes."""
    address = finding.address
    form = edition.form_by_code.get(address.form) if address is not None else None
    if address is None or form is None:
        place = finding.place.describe()
        return Label(place, place)
    parts = [Label(form.code, form.code)]
    parts += [row.label for row in form.rows if row.code == address.row]
    if address.row.isdigit():
        parts.append(Label(f"dòng {address.row}", f"line {address.row}"))
    parts += [column.label for column in form.columns if column.code == address.column]
    return Label(", ".join(part.vi for part in parts), ", ".join(part.en or part.vi for part in parts))


def _explanations(messages: list[Message], view: FilingView, typed: Typed | None) -> Iterator[tuple[Message, str, str]]:
    """For each warning that needs one: the message, the field's name and the explanation so far."""
    for message in messages:
        finding = message.finding
        if finding.severity != "warning" or finding.beta:
            continue
        name = explain_field(finding.key)
        stored = view.explanations.get(finding.key, "")
        yield message, name, typed.get(name, stored) if typed is not None else stored
