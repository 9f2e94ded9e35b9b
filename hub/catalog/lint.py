"""The meaning of regime data: every check that structure alone cannot make. Each function yields all problems it finds.

Rules cited as Rnn are those of the legal and domain rules that the hub implements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable
from itertools import pairwise

from hub.catalog.concepts import Indicator, Unit
from hub.catalog.document import Document, read_document
from hub.catalog.draft import Draft
from hub.domain.form import NUMERIC, Column, Form, Row
from hub.domain.period import NoLegalDate, law_due, law_window
from hub.domain.regime import DayRule, WindowRule
from hub.domain.rules import rule_problems

PERIODIC_ISSUERS: frozenset[str] = frozenset({"government", "prime_minister", "minister", "provincial_committee"})
"""Who may issue a periodic regime (R03)."""
Units = Mapping[str, Unit] | None
Indicators = Mapping[str, Indicator] | None
"""None: the shared file could not be read, so what names its entries is left unjudged."""


def lint_drafts(drafts: Iterable[Draft], units: Units, indicators: Indicators) -> Iterator[str]:
    """All problems of meaning of all editions, in the order of their files."""
    drafts = list(drafts)
    for draft in drafts:
        yield from _lint_items(draft)
        yield from _lint_issuer(draft)
        yield from _lint_routing(draft)
        yield from _lint_dates(draft)
        yield from _lint_outline(draft)
        for position, form in enumerate(draft.edition.forms):
            yield from _lint_listing(draft, position, form)
            yield from lint_form(draft.forms[form.code], form, units, indicators)
        yield from _lint_rules(draft)
    yield from _lint_overlaps(drafts)


def lint_indicators(root: Traversable, indicators: Indicators, units: Units) -> Iterator[str]:
    """Indicators whose unit of measure is not in ``units.yaml``."""
    if indicators is None or units is None:
        return
    unknown = [indicator for indicator in indicators.values() if indicator.unit and indicator.unit not in units]
    if not unknown:
        return
    document = read_document(root / "indicators.yaml", "indicators.yaml")
    order = list(indicators)
    for indicator in unknown:
        keys = ("indicators", order.index(indicator.code), "unit")
        yield document.problem(keys, f"the unit {indicator.unit!r} is not in units.yaml")


# --- The regime itself -----------------------------------------------------------------------------------------------


def _lint_items(draft: Draft) -> Iterator[str]:
    """R02, R04, R05: a periodic regime says all of items 1-9; forms if it asks for data; a process if it has levels."""
    data, unread = draft.data, draft.data["unread"]
    edition = draft.edition
    filled = {
        "title": data["title"],
        "content_kind": data["content_kind"],
        "reporters": data["reporters"],
        "receiver": data["receiver"],
        "methods": data["methods"],
        "frequency": data["frequencies"],
        "outline": data["outline"] or edition.report_type != "periodic",
        "process": data["process"] or not _has_levels(draft),
    }
    for item, value in filled.items():
        if value and item in unread:
            yield draft.regime.problem(["unread", item], "is said to be unread but is filled")
        if not value and item not in unread:
            yield draft.regime.problem([], f"does not say its {item.replace('_', ' ')} (R02)")
    if data["legal_basis"] is None:
        yield draft.regime.problem([], "has no legal basis (R02)")
    if data["content_kind"] in {"data", "both"} and not edition.forms:
        yield draft.regime.problem(["content_kind"], "asks for data but has no forms (R04)")
    if data["content_kind"] == "narrative" and edition.forms:
        yield draft.regime.problem(["content_kind"], "is narrative only but has forms (R05)")
    if data["content_kind"] == "data" and edition.outline:
        yield draft.regime.problem(["content_kind"], "is data only but has an outline (R05)")


def _has_levels(draft: Draft) -> bool:
    return any(reporter.receiver != "owner" for reporter in draft.edition.reporters)


def _lint_issuer(draft: Draft) -> Iterator[str]:
    """R03: who may issue what."""
    issuer = draft.data["issuer"]
    if issuer is None:
        yield draft.regime.problem([], "has no issuer (R02)")
    elif draft.edition.report_type == "periodic" and issuer["kind"] not in PERIODIC_ISSUERS:
        yield draft.regime.problem(["issuer", "kind"], f"{issuer['kind']} may not issue a periodic regime (R03)")


def _lint_routing(draft: Draft) -> Iterator[str]:
    reporters = draft.edition.reporters
    yield from _twice(draft.regime, ["reporters"], [f"{r.level}/{r.scope}" for r in reporters])
    levels = {reporter.level for reporter in reporters}
    for position, reporter in enumerate(reporters):
        if reporter.receiver != "owner" and reporter.receiver not in levels:
            text = f"sends to the {reporter.receiver} level, which does not report"
            yield draft.regime.problem(["reporters", position, "receiver"], text)
    yield from _twice(draft.regime, ["frequencies"], list(draft.edition.frequencies))
    for name in ("parts", "windows"):
        for frequency in draft.data[name]:
            if frequency not in draft.edition.frequencies:
                yield draft.regime.problem([name, frequency], "is not one of the regime's frequencies")


def _lint_outline(draft: Draft) -> Iterator[str]:
    yield from _twice(draft.regime, ["outline"], [section.code for section in draft.edition.outline])


def _lint_overlaps(drafts: Iterable[Draft]) -> Iterator[str]:
    """R12: two editions of a regime are never in force on one day."""
    ordered = sorted(drafts, key=lambda draft: (draft.edition.regime, draft.edition.valid_from))
    for draft in ordered:
        last = draft.edition.valid_to
        if last is not None and last < draft.edition.valid_from:
            yield draft.regime.problem(["valid_to"], f"{last} is before the first day")
    for earlier, later in pairwise(ordered):
        last = earlier.edition.valid_to
        if earlier.edition.regime == later.edition.regime and last is not None and last >= later.edition.valid_from:
            yield earlier.regime.problem(["valid_to"], f"{last} overlaps the edition {later.edition.code}")


# --- Windows and deadlines (R08) -------------------------------------------------------------------------------------


def _lint_dates(draft: Draft) -> Iterator[str]:
    edition = draft.edition
    for frequency in edition.frequencies:
        yield from _lint_window(draft, frequency)
        for level in {reporter.level: None for reporter in edition.reporters}:
            if (level, frequency) not in edition.dues and _law_due(level, frequency) is None:
                yield draft.regime.problem(
                    ["dues"], f"no deadline for {level}, {frequency}, and the decree has none (R08)"
                )
    seen: Counter[tuple[str, str]] = Counter(pair for due in draft.data["dues"] for pair in due)
    for position, due in enumerate(draft.data["dues"]):
        for (level, frequency), rule in due.items():
            yield from _lint_due(draft, position, level, frequency, rule, seen[level, frequency])


def _lint_due(draft: Draft, position: int, level: str, frequency: str, rule: DayRule, times: int) -> Iterator[str]:
    here = ("dues", position)
    pair = f"{level}, {frequency}"
    if times > 1:
        yield draft.regime.problem(here, f"the deadline for {pair} is given {times} times")
    if all(reporter.level != level for reporter in draft.edition.reporters):
        yield draft.regime.problem(here, f"the level {level} does not report")
    if frequency not in draft.edition.frequencies:
        yield draft.regime.problem(here, f"{frequency} is not one of the regime's frequencies")
    if not rule.ground and replace(rule, ground="") != _law_due(level, frequency):
        yield draft.regime.problem(
            here, f"the deadline for {pair} departs from the decree without a legal ground (R08)"
        )


def _lint_window(draft: Draft, frequency: str) -> Iterator[str]:
    rule = draft.edition.windows.get(frequency)
    if rule is None:
        if _law_window(frequency) is None:
            yield draft.regime.problem(["windows"], f"no window for {frequency}, and the decree has none (R08)")
        return
    bare = WindowRule(replace(rule.start, ground=""), replace(rule.end, ground=""))
    if bare != _law_window(frequency) and not (rule.start.ground and rule.end.ground):
        yield draft.regime.problem(["windows", frequency], "departs from the decree without a legal ground (R08)")
    if "window_end" in (rule.start.anchor, rule.end.anchor):
        yield draft.regime.problem(["windows", frequency], "a window cannot be counted from its own end")


def _law_due(level: str, frequency: str) -> DayRule | None:
    try:
        return law_due(level, frequency)
    except NoLegalDate:
        return None


def _law_window(frequency: str) -> WindowRule | None:
    try:
        return law_window(frequency)
    except NoLegalDate:
        return None


# --- Forms -----------------------------------------------------------------------------------------------------------


def _lint_listing(draft: Draft, position: int, form: Form) -> Iterator[str]:
    for frequency in form.frequencies:
        if frequency not in draft.edition.frequencies:
            yield draft.forms[form.code].problem(["frequencies"], f"{frequency} is not one of the regime's frequencies")
    codes = [other.code for other in draft.edition.forms]
    if codes.index(form.code) != position:
        yield draft.regime.problem(["forms", position], f"the code {form.code!r} stands twice")


def lint_form(document: Document, form: Form, units: Units, indicators: Indicators) -> Iterator[str]:
    """All problems of meaning of one form."""
    yield from _twice(document, ["columns"], [column.code for column in form.columns])
    yield from _twice(document, ["rows"], [row.code for row in form.rows])
    yield from _lint_parts(document, "columns", form.columns)
    yield from _lint_parts(document, "rows", form.rows)
    if (form.kind == "grid") != bool(form.rows):
        yield document.problem(["kind"], "a grid has rows and a list has none")
    columns = {column.code: column for column in form.columns}
    for position, column in enumerate(form.columns):
        for text in (*_lint_column(column, columns), *_lint_binding(column, units, indicators)):
            yield document.problem(["columns", position], f"{column.code}: {text}")
    for position, row in enumerate(form.rows):
        if row.code in columns:
            yield document.problem(["rows", position], f"{row.code} is both a row and a column")
        if row.unit is not None and units is not None and row.unit not in units:
            yield document.problem(["rows", position, "unit"], f"the unit {row.unit!r} is not in units.yaml")
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


def _lint_binding(column: Column, units: Units, indicators: Indicators) -> Iterator[str]:
    if column.unit is not None and units is not None and column.unit not in units:
        yield f"the unit {column.unit!r} is not in units.yaml"
    if column.indicator is None or indicators is None:
        return
    indicator = indicators.get(column.indicator)
    if indicator is None:
        yield f"the indicator {column.indicator!r} is not in indicators.yaml"
        return
    if not column.numeric:
        yield "only a numeric column is bound to an indicator"
    if indicator.unit != column.unit:
        yield f"the unit {column.unit!r} is not that of its indicator ({indicator.unit!r})"
    if (indicator.rollup.kind, indicator.rollup.over_time) != (column.rollup.kind, column.rollup.over_time):
        yield "its roll-up is not that of its indicator"


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


# --- Rules -----------------------------------------------------------------------------------------------------------


def _lint_rules(draft: Draft) -> Iterator[str]:
    document = draft.rules
    if document is None:
        return
    rules = draft.edition.rules
    yield from _twice(document, ["rules"], [rule.id for rule in rules])
    for position, rule in enumerate(rules):
        if not rule.id.startswith(f"{draft.edition.regime}-"):
            text = f"the rule id {rule.id!r} does not begin with the regime's code"
            yield document.problem(["rules", position], text)
    positions = {rule.id: position for position, rule in reversed(list(enumerate(rules)))}
    for problem in rule_problems(draft.edition):
        yield document.problem(["rules", positions[problem.rule_id]], f"{problem.rule_id}: {problem.message}")
    for position, text in _lint_computed(draft):
        yield document.problem(["rules", position], f"{rules[position].id}: {text}")


def _lint_computed(draft: Draft) -> Iterator[tuple[int, str]]:
    """A row or column is computed by one rule only."""
    computed: set[tuple[str | None, str]] = set()
    for position, rule in enumerate(draft.edition.rules):
        if rule.computes is not None and (rule.form, rule.computes) in computed:
            yield position, f"{rule.computes} is already computed by another rule"
        computed.add((rule.form, rule.computes or ""))


def _twice(document: Document, keys: list[str], codes: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for position, code in enumerate(codes):
        if code in seen:
            yield document.problem([*keys, position], f"the code {code!r} stands twice")
        seen.add(code)
