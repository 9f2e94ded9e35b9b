"""What a draft missed (-), added (+) or says otherwise (~), in words, for whoever reads a score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from relations import implied, of_expectation, of_expression
from scoring import (
    ALIKE,
    Draft,
    Form,
    _align,
    _column_likeness,
    _either,
    _fair_parents,
    _form_likeness,
    _path,
    align_rows,
    unit,
)


def differences(expected: Mapping[str, Any], draft: Draft) -> Iterator[str]:
    """One line a difference."""
    printed = set(expected.get("frequencies") or ())
    if printed and printed != set(draft.frequencies):
        yield f"~ frequencies {sorted(printed)} drafted {sorted(draft.frequencies)}"
    pairs = _align(expected["forms"], draft.forms, _form_likeness, 0.2)
    known = {id(thing) for pair in pairs for thing in pair}
    yield from (f"- form {form['title']}" for form in expected["forms"] if id(form) not in known)
    yield from (f"+ form {form['title']['vi']}" for form in draft.forms if id(form) not in known)
    for form, drafted in pairs:
        yield f"form {form['title']}"
        yield from (f"  {line}" for line in _of_form(form, drafted, draft))


def _of_form(form: Form, drafted: Form, draft: Draft) -> Iterator[str]:
    if form["kind"] != drafted["kind"]:
        yield f"~ kind {form['kind']} drafted {drafted['kind']}"
    shown = drafted["title"]["vi"]
    if form["title"].casefold() not in shown.casefold():
        yield f"~ title drafted {shown}"
    columns = _align(form["columns"], drafted["columns"], _column_likeness, ALIKE)
    rows = align_rows(form, drafted)
    yield from _unpaired("column", form["columns"], drafted["columns"], columns, _path)
    if form["rows"] and form["rows"][0]["label"] == "*":
        if len(drafted.get("rows") or ()) != 1:
            yield f"~ one row drafted {[row['vi'] for row in drafted.get('rows') or ()]}"
        rows = []
    else:
        yield from _unpaired(
            "row", form["rows"], drafted.get("rows") or (), rows, lambda row: row.get("label") or row["vi"]
        )
    for expected, item in columns:
        if _path(expected) != _path(item):
            yield f"~ path {_path(expected)!r} drafted {_path(item)!r}"
        if item["type"] not in _either(expected["type"]):
            yield f"~ type of {_path(expected)!r}: {expected['type']} drafted {item['type']}"
    for expected, item in (*columns, *rows):
        fair = [unit(text) for text in _either(expected.get("unit"))]
        if unit(item.get("unit")) not in fair:
            yield f"~ unit of {expected['label']!r}: {fair} drafted {item.get('unit')}"
    yield from _parent_lines(form, rows)
    yield from _rule_lines(form, drafted, draft, (*columns, *rows))


def _unpaired(what: str, expected: Any, drafted: Any, pairs: Any, name: Any) -> Iterator[str]:
    known = {id(thing) for pair in pairs for thing in pair}
    yield from (f"- {what} {name(thing)}" for thing in expected if id(thing) not in known)
    yield from (f"+ {what} {name(thing)}" for thing in drafted if id(thing) not in known)


def _parent_lines(form: Form, rows: Any) -> Iterator[str]:
    by_number = {row["n"]: row for row in form["rows"]}
    code_of = {row["n"]: item["code"] for row, item in rows}
    for row, item in rows:
        fair = _fair_parents(row, by_number, code_of)
        if not row.get("heading") and item.get("of") not in fair:
            yield f"~ parent of {row['label']!r}: {sorted(map(str, fair))} drafted {item.get('of')}"


def _rule_lines(form: Form, drafted: Form, draft: Draft, pairs: Any) -> Iterator[str]:
    numbers = {item["code"]: thing["n"] for thing, item in pairs}
    wanted: dict[Any, Any] = {}
    free = set()
    for rule in form["rules"]:
        for relation in of_expectation(rule):
            if rule.get("optional"):
                free.add(relation)
            else:
                wanted[relation] = rule
    shown = {
        relation: rule["expr"]
        for rule in draft.rules
        if rule.get("form") == drafted["code"]
        for relation in of_expression(rule["expr"], numbers.get)
    }
    both = set(wanted) | set(shown)
    yield from (f"- rule {wanted[relation]}" for relation in wanted if relation not in shown)
    for relation, text in shown.items():
        if relation not in wanted and relation not in free and not implied(relation, both):
            yield f"+ rule {text}"
