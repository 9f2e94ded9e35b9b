"""Samples of an edition: reports that are right, and reports each wrong in one way, with the findings that must come.

Right ones are invented by :mod:`hub.demonstration.figures`. Wrong ones change a right one as little as possible: one
for each rule that figures of the report itself can break, and one for each kind of mistake that people make in a cell.
What is made here is a proposal: a person reads it before it is kept beside the edition.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count, islice

from hub.demonstration.figures import CannotInvent, make_values
from hub.domain.findings import Finding
from hub.domain.form import ALL_RECORDS, Address, Column
from hub.domain.org import OrgRegister
from hub.domain.period import Period
from hub.domain.regime import Edition, Frequency, Reporter, Rule
from hub.domain.rule_binding import THIS
from hub.domain.rule_grammar import Call, Name, walk
from hub.domain.rules import compile_rules
from hub.domain.totals import computed
from hub.services.samples import Body, Change, box_of, changed, findings_of, values_of
from hub.writers.json import write_json

_YEAR = 2026
"""Samples of editions in force are of this year, or of the first whole year after a later first day."""
_RECORDS = 2
"""How many records a list has in a sample: enough for rules between records, few enough to read."""
_TRIED_PLACES = 24
"""How many cells a rule is tried at before it is given up."""


@dataclass(frozen=True, slots=True)
class Right:
    """A right report; ``before`` names the sample of the period before, where there is one."""

    body: Body
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """One planted mistake: the cells to change in the right sample ``of``, and exactly the findings that come of it."""

    name: str
    of: str
    change: Change
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Samples of one edition, and the ids of rules that no change to a right report broke."""

    right: Mapping[str, Right]
    wrong: tuple[Wrong, ...]
    unbroken: tuple[str, ...] = ()


def propose(edition: Edition, orgs: OrgRegister) -> Proposal:
    """Samples for every frequency of an edition, and for the period after where rules look back.

    CannotInvent if no figures keep its rules.
    """
    right = dict(_rights(edition, orgs))
    wrong: dict[str, Wrong] = {}
    for name, sample in right.items():
        rules = [rule for rule in edition.rules if _short(edition, rule) not in wrong]
        report = _Report(edition, name, sample.body, right[sample.before].body if sample.before else None)
        for each in (*_broken_rules(report, rules), *_cell_mistakes(report)):
            wrong.setdefault(each.name, each)
    unbroken = tuple(rule.id for rule in edition.rules if _short(edition, rule) not in wrong)
    return Proposal(right, tuple(wrong.values()), unbroken)


def _rights(edition: Edition, orgs: OrgRegister) -> Iterator[tuple[str, Right]]:
    for frequency in edition.frequencies:
        periods = list(islice(_periods(edition, frequency), 2))
        for period in periods[:1]:
            first = _right(edition, orgs, period)
            yield frequency, Right(first)
            if _looks_back(edition) and len(periods) == 2 and periods[1].previous() == period:
                yield f"{frequency}-next", Right(_right(edition, orgs, periods[1], first), frequency)


def _looks_back(edition: Edition) -> bool:
    trees = (tree for bound in compile_rules(edition).bound for tree in (bound.test, bound.when) if tree is not None)
    return any(isinstance(node, Call) and node.function == "prev" for tree in trees for node in walk(tree))


@dataclass(frozen=True, slots=True)
class _Report:
    """A right sample while mistakes are planted in it."""

    edition: Edition
    name: str
    body: Body
    previous: Body | None

    def findings(self, change: Change) -> tuple[Finding, ...]:
        return tuple(findings_of(self.edition, changed(self.body, change), self.previous))


def _short(edition: Edition, rule: Rule) -> str:
    """The rule's id without the regime's code, as the name of the mistake that breaks it."""
    return rule.id.removeprefix(f"{edition.regime}-").lower()


def _periods(edition: Edition, frequency: Frequency) -> Iterator[Period]:
    """The periods that the edition asks for in its first whole years, in order."""
    year = edition.valid_from.year if edition.valid_to is not None else max(edition.valid_from.year + 1, _YEAR)
    for each in range(year, year + 8):
        for period in _of_year(frequency, each):
            if edition.in_force(period.end) and edition.asks_for(period.frequency, period.index, period.year):
                yield period


def _of_year(frequency: Frequency, year: int) -> Iterator[Period]:
    for index in count(1):
        try:
            yield Period(frequency, year, index)
        except ValueError:
            return


def _right(edition: Edition, orgs: OrgRegister, period: Period, before: Body | None = None) -> Body:
    reporter, unit = _reporting(edition, orgs, period.end)
    previous = values_of(edition, before) if before is not None else None
    values = make_values(
        edition, period.frequency, unit, period.code, 1, records=_RECORDS, level=reporter.level, previous=previous
    )
    body: Body = json.loads(write_json(edition, unit, period.code, reporter.scope, values))
    del body["edition"]
    return body


def _reporting(edition: Edition, orgs: OrgRegister, day: date) -> tuple[Reporter, str]:
    """A unit that reports on that day, one that sends first-hand figures if the register knows any."""
    for reporter in sorted(edition.reporters, key=lambda each: each.scope != "own"):
        if reporter.level != "district":
            for unit in orgs.on(day, reporter.level):
                if not reporter.units or unit.id in reporter.units:
                    return reporter, unit.id
    raise CannotInvent(
        f"Không có đơn vị nào phải báo cáo {edition.key} ngày {day:%d/%m/%Y}.",
        f"No unit reports {edition.key} on {day}.",
    )


# --- Breaking rules --------------------------------------------------------------------------------------------------


def _broken_rules(report: _Report, rules: Iterable[Rule]) -> Iterator[Wrong]:
    for rule in rules:
        best = _break(report, rule)
        if best is not None:
            yield Wrong(_short(report.edition, rule), report.name, *best)


def _break(report: _Report, rule: Rule) -> tuple[Change, tuple[Finding, ...]] | None:
    """The change with the fewest findings among those that make the rule fail; None if none of those tried does."""
    single = list(_changes(report.edition, rule, report.body))
    return _best(report, rule, single) or _best(report, rule, _pairs(report.edition, single))


def _best(report: _Report, rule: Rule, tried: Iterable[Change]) -> tuple[Change, tuple[Finding, ...]] | None:
    best: tuple[Change, tuple[Finding, ...]] | None = None
    for change in tried:
        findings = report.findings(change)
        if any(finding.code == rule.id for finding in findings) and (best is None or len(findings) < len(best[1])):
            best = change, findings
            if len(findings) == 1:
                break
    return best


def _changes(edition: Edition, rule: Rule, body: Body) -> Iterator[dict[str, str | None]]:
    """Cells that the rule reads, each changed a little, much, to nothing, and to each choice."""
    for address in list(_cells_of(edition, rule, body))[:_TRIED_PLACES]:
        box, key = box_of(body, str(address))
        for text in _other_texts(_column(edition, address), box.get(key)):
            yield {str(address): text}


def _pairs(edition: Edition, single: list[dict[str, str | None]]) -> Iterator[dict[str, str | None]]:
    """Two changes at once, the first to another choice: for rules that hold only of some choices."""
    for first in single:
        ((at, text),) = first.items()
        if text is not None and any(text in codes for codes in _choice_codes(edition)):
            yield from (first | second for second in single if at not in second)


def _choice_codes(edition: Edition) -> Iterator[set[str]]:
    for form in edition.forms:
        for column in form.columns:
            if column.choices:
                yield {choice.code for choice in column.choices}


def _cells_of(edition: Edition, rule: Rule, body: Body) -> Iterator[Address]:
    """Cells of the report that the rule's names stand for, those it would compute last."""
    targets = {cell.target for cell in computed(edition)}
    found: dict[Address, None] = {}
    for bound in compile_rules(edition).bound:
        if bound.rule is rule:
            for each in bound.names:
                found |= dict.fromkeys(_places(edition, each, body))
    last = [at for at in found if {tuple(at), (at.form, THIS, at.column)} & targets]
    yield from (address for address in found if address not in last)
    yield from last


def _places(edition: Edition, name: Name, body: Body) -> Iterator[Address]:
    code, row, column = name.parts
    if code not in body["forms"] or column == "#":
        return
    form, said = edition.form(code), body["forms"][code]
    rows: Iterable[str] = [row] if row not in (THIS, ALL_RECORDS) else [each.code for each in form.rows]
    if form.kind == "list":
        rows = [str(number) for number in range(1, len(said.get("records", ())) + 1)]
    columns = [column] if column != ALL_RECORDS else [each.code for each in form.columns if each.numeric]
    for at in rows:
        for each in columns:
            if (at, each) not in form.blocked:
                yield Address(code, at, each)


def _other_texts(column: Column, text: str | None) -> Iterator[str | None]:
    if column.numeric:
        yield from _other_numbers(column, text)
    elif column.type == "choice":
        yield from (choice.code for choice in column.choices if choice.code != text)
    elif column.type == "date":
        yield from ("2015-01-01", "2031-12-31")
    else:
        yield "Nội dung khác"
    yield None


def _other_numbers(column: Column, text: str | None) -> Iterator[str]:
    step = Decimal(1).scaleb(-column.decimals)
    value = Decimal(text) if text not in (None, "N/A") else Decimal(0)
    tried = [value + step, value - step, value + 1, value + 10, value * 2 + 1, value / 2, Decimal(0), value + 1000]
    tried += [value * 1000 + 1000]
    seen = {value}
    for each in tried:
        number = each.quantize(step)
        if number not in seen and _within(column, number):
            seen.add(number)
            yield format(number, "f")


def _within(column: Column, number: Decimal) -> bool:
    low = column.minimum is None or number >= column.minimum
    return low and (column.maximum is None or number <= column.maximum)


# --- Mistakes in one cell --------------------------------------------------------------------------------------------


def _cell_mistakes(report: _Report) -> Iterator[Wrong]:
    for kind, suits, text in _MISTAKES:
        address = next((at for at in _filled(report.edition, report.body) if suits(_column(report.edition, at))), None)
        if address is not None:
            change = {str(address): text}
            findings = report.findings(change)
            if findings:
                yield Wrong(kind, report.name, change, findings)


_MISTAKES: tuple[tuple[str, Callable[[Column], bool], str | None], ...] = (
    ("words-for-a-number", lambda column: column.numeric, "khoảng mười hai"),
    ("too-many-decimals", lambda column: column.type == "integer", "1.5"),
    ("below-the-minimum", lambda column: column.numeric and column.minimum is not None, "-1"),
    ("required-cell-left-out", lambda column: column.required, None),
    ("no-such-choice", lambda column: column.type == "choice", "khong-co"),
    ("no-such-day", lambda column: column.type == "date", "2026-02-30"),
)


def _column(edition: Edition, address: Address) -> Column:
    return edition.form(address.form).column(address.column)


def _filled(edition: Edition, body: Body) -> Iterator[Address]:
    """The cells of a report that people fill: those that no rule computes."""
    targets = {(cell.target[0], cell.target[1], cell.target[2]) for cell in computed(edition)}
    for form in edition.forms:
        said = body["forms"].get(form.code, {})
        for key in said.get("cells", ()):
            row, column = key.split(".")
            if (form.code, row, column) not in targets:
                yield Address(form.code, row, column)
        for number, record in enumerate(said.get("records", ()), start=1):
            for column in record:
                if (form.code, THIS, column) not in targets:
                    yield Address(form.code, str(number), column)
