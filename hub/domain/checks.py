"""Checks a Reading: every value, what is missing, and every rule, all findings at once, each with its place.

Stages: structure (does the address exist), value (has it one exact meaning within its bounds), presence (is all there
that must be), rule. One mistake gives one finding: a cell that already has one is neither missing nor used by rules.
Presence and rule findings never stop a version from being made; the others of severity error do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from hub.domain.cell_reading import Read, bounds_problem, people_number, reader_of
from hub.domain.envelope import Notation, Raw, RawForm, Reading
from hub.domain.findings import NOWHERE, Finding, Place, Severity, Stage
from hub.domain.form import ALL_RECORDS, Address, Form, Label
from hub.domain.number_text import Problem, clean_text
from hub.domain.packing import totals_too_large
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition, OutlineSection
from hub.domain.rule_binding import THIS
from hub.domain.rule_moment import Moment, layouts
from hub.domain.rules import Failure, Tainted, compile_rules, exact_difference, exact_text
from hub.domain.totals import computed, fill_moment
from hub.domain.values import NIL, OUTLINE, FormValues, Value, Values

MAX_FINDINGS = 5000
"""More findings than this help nobody: the rest are counted in one closing finding."""
_SHOWN = 120


@dataclass(slots=True)
class Checked:
    """What was read for certain, and every finding in a fixed order (the reader's own problems first)."""

    values: Values
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Context:
    """What a check needs to know beside the Reading: the period, and what the unit reported before."""

    period: str
    frequency: str
    previous: Values | None = None
    last_year: Values | None = None


def check(edition: Edition, reading: Reading, context: Context) -> Checked:
    """The values that could be read and all findings. Pure and deterministic: the same Reading gives the same answer.

    A total left blank is filled from the rule that computes it. An entirely blank record is ignored and not numbered.
    """
    if any(problem.severity == "error" and problem.stage == "file" for problem in reading.problems):
        return Checked(Values(), list(reading.problems))
    work = _Check(edition, reading, context)
    work.read_forms()
    work.read_outline()
    moment = work.fill_totals()
    work.find_missing()
    work.ask_rules(moment)
    return Checked(work.values, [*reading.problems, *work.findings.in_order()])


# --- what only depends on the edition --------------------------------------------------------------------------------


class _FormPlan:
    """One form's columns ready for reading, and what must be present."""

    def __init__(self, form: Form, notation: Notation, totals: set[tuple[str, str]]) -> None:
        self.form = form
        self.columns = {column.code: column for column in form.columns}
        self.readers: dict[str, Read] = {column.code: reader_of(column, notation) for column in form.columns}
        self.rows = {row.code for row in form.rows}
        self.cells = [((row.code, column.code), self.readers[column.code]) for row, column in form.cells()]
        self.required = [(row.code, column.code) for row, column in form.cells() if column.required]
        self.required_columns = [column.code for column in form.columns if column.required]
        self.totals = totals


class _Plan:
    """Everything about an edition that checking needs, per notation."""

    def __init__(self, edition: Edition, notation: Notation) -> None:
        totals: dict[str, set[tuple[str, str]]] = {}
        for cell in computed(edition):
            form, row, column = cell.target
            totals.setdefault(form, set()).add((row, column))
        self.forms = {form.code: _FormPlan(form, notation, totals.get(form.code, set())) for form in edition.forms}
        self.formulas = {cell.target: cell.formulas for cell in computed(edition)}


@per_edition
def _plans(edition: Edition) -> dict[Notation, _Plan]:
    return {"vi": _Plan(edition, "vi"), "canonical": _Plan(edition, "canonical")}


# --- findings in order -----------------------------------------------------------------------------------------------

_STAGES: dict[str, int] = {"structure": 0, "value": 1, "presence": 2, "rule": 3}
_SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")


class _Findings:
    """Collects findings: places are asked for only here, and only for the findings that are kept."""

    def __init__(self, edition: Edition, reading: Reading) -> None:
        self.edition = edition
        self.place = reading.place
        self.kept: list[Finding] = []
        self.more = 0
        self.gravest: tuple[Severity, Stage] = ("note", "rule")
        self.tainted = Tainted()
        for problem in reading.problems:
            if problem.address is not None and problem.severity == "error":
                self.tainted.add(problem.address)

    def add(
        self,
        stage: Stage,
        problem: Problem,
        address: Address,
        *,
        found: Any = None,
        at: Address | None = None,
        nowhere: bool = False,
    ) -> None:
        """An error of this stage. ``at``: where the reader knows the address, if its record numbers differ."""
        self.tainted.add(address)
        if self._full("error", stage):
            return
        place = NOWHERE if nowhere else self.place(at or address)
        self.kept.append(
            Finding(
                problem.code, "error", stage, problem.vi, problem.en, address, place,
                found=_shown(found), expected=problem.allowed,
            )
        )  # fmt: skip

    def add_failure(self, failure: Failure, place_of: Address) -> None:
        """A rule that does not hold, with both sides' figures."""
        if not self._full(failure.rule.severity, "rule"):
            self.kept.append(_rule_finding(failure, self.place(place_of)))

    def _full(self, severity: Severity, stage: Stage) -> bool:
        if len(self.kept) < MAX_FINDINGS:
            return False
        self.more += 1
        rank = (_SEVERITIES.index(severity), -_STAGES[stage])
        if rank > (_SEVERITIES.index(self.gravest[0]), -_STAGES[self.gravest[1]]):
            self.gravest = severity, stage
        return True

    def in_order(self) -> list[Finding]:
        """By form, row, column and stage; the closing finding last."""
        if len(self.kept) > 1:
            self.kept.sort(key=self._order())
        if self.more:
            severity, stage = self.gravest
            self.kept.append(
                Finding(
                    "more_findings", severity, stage,
                    f"Còn {self.more} lỗi nữa không liệt kê. Hãy sửa các lỗi trên rồi kiểm tra lại.",
                    f"{self.more} more findings are not listed. Correct those above and check again.",
                )
            )  # fmt: skip
        return self.kept

    def _order(self) -> Any:
        forms = {form.code: index for index, form in enumerate(self.edition.forms)}
        rows = {(form.code, row.code): index for form in self.edition.forms for index, row in enumerate(form.rows)}
        columns = {
            (form.code, column.code): index for form in self.edition.forms for index, column in enumerate(form.columns)
        }
        last = 1 << 40

        def order(finding: Finding) -> tuple[int, int, int, int, str]:
            form, row, column = finding.address or Address("", "", "")
            number = int(row) if row.isascii() and row.isdigit() else rows.get((form, row), -1)
            return (
                forms.get(form, last),
                number,
                columns.get((form, column), -1),
                _STAGES.get(finding.stage, 0),
                finding.key,
            )

        return order


# --- one check -------------------------------------------------------------------------------------------------------


class _Check:
    """The steps of one check, in order; each adds to ``values`` and ``findings``."""

    def __init__(self, edition: Edition, reading: Reading, context: Context) -> None:
        self.edition = edition
        self.reading = reading
        self.context = context
        self.plan = _plans(edition)[reading.notation]
        self.values = Values()
        self.findings = _Findings(edition, reading)
        self.numbers: dict[str, list[int]] = {}
        self.filled: list[Address] = []

    def read_forms(self) -> None:
        """Structure and value stages of all forms."""
        for form in self.edition.forms:
            raw = self.reading.forms.get(form.code)
            if raw is None:
                continue
            given = bool(raw.cells or raw.records)
            if not form.applies_to(self.context.frequency):
                if given or raw.nil:
                    self._form_finding("structure", _NOT_ASKED, form)
            elif raw.nil and given:
                self._form_finding("structure", _NIL_WITH_VALUES, form)
            elif raw.nil:
                self.values.forms[form.code] = FormValues(nil=True)
            elif given:
                self._read_form(self.plan.forms[form.code], raw)
        for code in sorted(set(self.reading.forms) - set(self.plan.forms)):
            problem = _unknown("unknown_form", "biểu", "form", [form.code for form in self.edition.forms])
            self.findings.add("structure", problem, Address(code, ALL_RECORDS, ALL_RECORDS), found=code)

    def _form_finding(self, stage: Stage, problem: Problem, form: Form) -> None:
        self.findings.add(stage, problem, Address(form.code, ALL_RECORDS, ALL_RECORDS), nowhere=True)

    def _read_form(self, plan: _FormPlan, raw: RawForm) -> None:
        form = plan.form
        if raw.cells if form.kind == "list" else raw.records:
            self._form_finding("structure", _WRONG_KIND[form.kind], form)
            return
        values = FormValues()
        if form.kind == "grid":
            self._read_grid(plan, raw, values)
        else:
            self._read_list(plan, raw, values)
        if not values.blank:
            self.values.forms[form.code] = values

    def _read_grid(self, plan: _FormPlan, raw: RawForm, values: FormValues) -> None:
        code = plan.form.code
        get = raw.cells.get
        cells = values.cells
        read = 0
        for key, reader in plan.cells:
            given = get(key)
            if given is None:
                continue
            read += 1
            value = reader(given)
            if isinstance(value, Problem):
                self.findings.add("value", value, Address(code, *key), found=given)
            elif value is not None:
                cells[key] = value
        if read < len(raw.cells):
            known = dict(plan.cells)
            for key in sorted(key for key in raw.cells if key not in known):
                self._stray_cell(plan, key, raw.cells[key])

    def _stray_cell(self, plan: _FormPlan, key: tuple[str, str], given: Raw) -> None:
        """A cell that the form does not have, or that is blocked."""
        row, column = key
        if row not in plan.rows:
            problem = _unknown("unknown_row", "dòng", "row", plan.rows)
        elif column not in plan.columns:
            problem = _unknown("unknown_column", "cột", "column", plan.columns)
        elif isinstance(given, str) and not given.strip():
            return
        else:
            problem = _BLOCKED
        self.findings.add("structure", problem, Address(plan.form.code, row, column), found=given)

    def _read_list(self, plan: _FormPlan, raw: RawForm, values: FormValues) -> None:
        form = plan.form
        numbers = self.numbers.setdefault(form.code, [])
        for number, given in enumerate(raw.records, start=1):
            record = self._read_record(plan, given, len(numbers) + 1, number)
            if record is None:
                continue
            if len(numbers) == form.max_records:
                self._form_finding("structure", _too_many_records(form), form)
                break
            numbers.append(number)
            values.records.append(record)
        for address in totals_too_large(form, values):
            self.findings.add("value", _TOTAL_TOO_LARGE, address)

    def _read_record(self, plan: _FormPlan, given: dict[str, Raw], index: int, number: int) -> dict[str, Value] | None:
        """The record that will have number ``index`` and has ``number`` in the Reading; None if it is blank."""
        record: dict[str, Value] = {}
        form = plan.form.code
        said = False
        for column, raw in given.items():
            reader = plan.readers.get(column)
            address = partial(Address, form, column=column)
            if reader is None:
                problem = _unknown("unknown_column", "cột", "column", plan.columns)
                self.findings.add("structure", problem, address(row=str(index)), found=raw, at=address(row=str(number)))
                continue
            value = reader(raw)
            if isinstance(value, Problem):
                said = True
                self.findings.add("value", value, address(row=str(index)), found=raw, at=address(row=str(number)))
            elif value is not None:
                record[column] = value
        return record if record or said else None

    def read_outline(self) -> None:
        """The narrative: known sections, clean text, not too long."""
        sections = {section.code: section for section in self.edition.outline}
        for code, text in self.reading.outline.items():
            section = sections.get(code)
            address = Address(OUTLINE, ALL_RECORDS, code)
            if section is None:
                self.findings.add(
                    "structure", _unknown("unknown_section", "mục", "section", sections), address, found=code
                )
                continue
            cleaned = clean_text(text, section.max_length)
            if isinstance(cleaned, Problem):
                self.findings.add("value", cleaned, address, found=text)
            elif cleaned:
                self.values.outline[code] = cleaned

    # totals

    def fill_totals(self) -> Moment:
        """Fill blank totals, check their bounds, and lay everything out for the rules."""
        forms = layouts(self.edition)
        earlier = [
            Moment(forms, values) if values else None for values in (self.context.previous, self.context.last_year)
        ]
        moment = Moment(forms, self.values, *earlier)
        for address, value in fill_moment(self.edition, moment, self.findings.tainted):
            self.filled.append(address)
            column = self.plan.forms[address.form].columns[address.column]
            problem = _TOTAL_TOO_LARGE if value is None else bounds_problem(column, value)
            if problem is not None:
                self.findings.add("value", problem, address, found=value, at=self._in_reading(address))
        return moment

    def _in_reading(self, address: Address) -> Address:
        """The address by the Reading's own record numbers."""
        numbers = self.numbers.get(address.form)
        if numbers is None or not address.row.isdigit():
            return address
        return address._replace(row=str(numbers[int(address.row) - 1]))

    # presence

    def find_missing(self) -> None:
        """Required forms, cells and narrative sections of this frequency that are not there."""
        for form in self.edition.forms_for(self.context.frequency):
            values = self.values.forms.get(form.code)
            if values is None:
                if form.required and form.code not in self.findings.tainted.forms:
                    self._form_finding("presence", _FORM_MISSING, form)
            elif not values.nil:
                for address in list(self._missing_in(self.plan.forms[form.code], values)):
                    label = self.plan.forms[form.code].columns[address.column].label
                    self.findings.add("presence", _cell_missing(label), address, at=self._in_reading(address))
        for section in self.edition.outline:
            address = Address(OUTLINE, ALL_RECORDS, section.code)
            if (
                section.required
                and section.code not in self.values.outline
                and address not in self.findings.tainted.cells
            ):
                self.findings.add("presence", _section_missing(section), address)
        self._distrust_totals()

    def _distrust_totals(self) -> None:
        """Totals computed from what is missing or wrong are not used by rules: the mistake has its finding already."""
        tainted = self.findings.tainted
        for address in self.filled if tainted else ():
            row = THIS if self.edition.form(address.form).kind == "list" else address.row
            formulas = self.plan.formulas[address.form, row, address.column]
            if any(tainted.touches(formula.needed, address.row) for formula in formulas):
                tainted.add(address)

    def _missing_in(self, plan: _FormPlan, values: FormValues) -> Iterator[Address]:
        form = plan.form.code
        if plan.form.kind == "grid":
            cells = values.cells
            for key in plan.required:
                if key not in cells and self._is_missing(plan, Address(form, *key), key):
                    yield Address(form, *key)
            return
        for number, record in enumerate(values.records, start=1):
            for column in plan.required_columns:
                if column not in record:
                    address = Address(form, str(number), column)
                    if self._is_missing(plan, address, (THIS, column)):
                        yield address

    def _is_missing(self, plan: _FormPlan, address: Address, key: tuple[str, str]) -> bool:
        """False where a finding says it already, and for a total that lacks only what is missing or wrong itself."""
        if address in self.findings.tainted.cells:
            return False
        if key not in plan.totals or not self._input_is_missing(address, key):
            return True
        self.findings.tainted.add(address)
        return False

    def _input_is_missing(self, address: Address, key: tuple[str, str]) -> bool:
        for formula in self.plan.formulas[address.form, *key]:
            for name in formula.needed:
                form, row, column = name.parts
                if ALL_RECORDS in name.parts:
                    continue
                needed = Address(form, address.row if row == THIS else row, column)
                required = self.plan.forms[form].columns[column].required
                if needed in self.findings.tainted.cells or (required and self.values.get(needed) is None):
                    return True
        return False

    # rules

    def ask_rules(self, moment: Moment) -> None:
        """Every rule, skipped where something it needs has an error already."""
        for failure in compile_rules(self.edition).failures(moment, self.findings.tainted):
            self.findings.add_failure(failure, self._in_reading(failure.address))


# --- what is said ----------------------------------------------------------------------------------------------------

_NOT_ASKED = Problem(
    "form_not_asked",
    "Biểu này không thuộc kỳ báo cáo này. Hãy bỏ số liệu của biểu.",
    "This form is not asked for in this period. Leave it out.",
)
_NIL_WITH_VALUES = Problem(
    NIL + "_with_values",
    "Biểu vừa khai không phát sinh vừa có số liệu. Hãy bỏ một trong hai.",
    "The form is declared to have nothing to report, yet holds values. Remove one of the two.",
)
_WRONG_KIND = {
    "grid": Problem(
        "wrong_form_kind",
        "Biểu này có các dòng cố định, không nhận bản ghi.",
        "This form has fixed rows and takes no records.",
    ),
    "list": Problem(
        "wrong_form_kind",
        "Biểu này là danh sách bản ghi, không có các dòng cố định.",
        "This form is a list of records and has no fixed rows.",
    ),
}
_BLOCKED = Problem("blocked_cell", "Ô này không được ghi số liệu.", "Nothing may be entered in this cell.")
_FORM_MISSING = Problem(
    "form_missing",
    "Biểu chưa có số liệu. Nếu không phát sinh, hãy khai “Không phát sinh”.",
    "The form is not filled in. If there is nothing to report, declare so.",
)
_TOTAL_TOO_LARGE = Problem(
    "number_too_large",
    "Tổng của cột quá lớn. Hãy kiểm tra lại đơn vị tính.",
    "The total is too large. Check the unit of measure.",
)


def _unknown(code: str, vi: str, en: str, known: Any) -> Problem:
    shown = ", ".join(sorted(known)[:20])
    return Problem(code, f"Mẫu không có {vi} này. Có: {shown}.", f"There is no such {en}. There are: {shown}.", shown)


def _too_many_records(form: Form) -> Problem:
    return Problem(
        "too_many_records",
        f"Biểu có quá nhiều bản ghi; nhiều nhất {form.max_records}.",
        f"The form has too many records; at most {form.max_records}.",
        f"≤ {form.max_records}",
    )


def _cell_missing(label: Label) -> Problem:
    return Problem(
        "cell_missing",
        f"Chưa điền “{label.vi}”. Không có thì ghi 0; không áp dụng thì ghi N/A.",
        f"“{label.en}” is not filled in. Write 0 for none, N/A if it does not apply.",
    )


def _section_missing(section: OutlineSection) -> Problem:
    return Problem(
        "section_missing",
        f"Chưa viết mục “{section.title.vi}”.",
        f"The section “{section.title.en}” is not written.",
    )


def _shown(raw: Any) -> str | None:
    """What was found, short and printable."""
    if raw is None:
        return None
    text = format(raw, "f") if isinstance(raw, Decimal) and abs(raw.adjusted()) < 60 else str(raw)
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:_SHOWN])
    return text + "…" if len(str(raw)) > _SHOWN else text


def _rule_finding(failure: Failure, place: Place) -> Finding:
    rule = failure.rule
    found, expected = exact_text(failure.found), exact_text(failure.expected)
    difference = None
    vi, en = rule.message.vi, rule.message.en
    if found is not None and expected is not None:
        shown = [_people(failure.found, found), _people(failure.expected, expected)]
        vi += f": ghi {shown[0][0]}, đối chiếu {shown[1][0]}"
        en += f": found {shown[0][1]}, against {shown[1][1]}"
        if isinstance(failure.found, Decimal | Fraction):
            difference = exact_text(exact_difference(failure.found, failure.expected)) or "0"
            vi += f", chênh lệch {people_number(difference)[0]}"
            en += f", difference {people_number(difference)[1]}"
    return Finding(
        rule.id, rule.severity, "rule", f"{vi}.", f"{en}.", failure.address, place,
        found=found, expected=expected, difference=difference, beta=rule.beta,
    )  # fmt: skip


def _people(value: Any, text: str) -> tuple[str, str]:
    return people_number(text) if isinstance(value, Decimal | Fraction) else (f"“{text}”", f"“{text}”")
