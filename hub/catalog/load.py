"""Reads ``report_schemas`` into a Catalog: structure first, then meaning; every problem of every file at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from marshmallow import Schema

from hub.catalog.catalog import Catalog, Indicator, Unit
from hub.catalog.document import Document, check_structure, folders, read_document
from hub.catalog.draft import Draft, canonical_sha256
from hub.catalog.lint import lint_drafts, lint_indicators
from hub.catalog.lock import lock_problems, read_lock, removed_problems
from hub.catalog.metaschema import (
    METHODS,
    FormSchema,
    IndicatorsSchema,
    RegimeSchema,
    RulesSchema,
    UnitsSchema,
)
from hub.catalog.reports import load_reports
from hub.domain.form import Form, Label
from hub.domain.regime import Edition, Regime, Rule
from hub.errors import SchemaError


def load_catalog(root: Traversable | None = None) -> Catalog:
    """The Catalog of a folder laid out like ``report_schemas``, or of the packaged one (read once per process).

    SchemaError lists every problem, each with file and line.
    """
    return _packaged() if root is None else _load(root)


@lru_cache(maxsize=1)
def _packaged() -> Catalog:
    return _load(files("report_schemas"))


def _load(root: Traversable) -> Catalog:
    problems: list[str] = []
    units = _read_units(root, problems)
    indicators = _read_indicators(root, problems)
    drafts = list(_read_drafts(root, problems))
    problems += lint_indicators(root, indicators, units)
    problems += lint_drafts(drafts, units, indicators)
    locked = read_lock(root, problems)
    problems += lock_problems(locked, [draft.edition for draft in drafts])
    problems += removed_problems(locked, root)
    regimes = _regimes(drafts)
    reports = load_reports(root, regimes, _unread(root, drafts), problems)
    if problems or units is None or indicators is None:
        raise SchemaError(problems)
    return Catalog(regimes, reports, units, indicators, root)


def read_editions(root: Traversable) -> list[Edition]:
    """All editions of a folder, without regard to the lock. SchemaError as for :func:`load_catalog`."""
    problems: list[str] = []
    units, indicators = _read_units(root, problems), _read_indicators(root, problems)
    drafts = list(_read_drafts(root, problems))
    problems += lint_drafts(drafts, units, indicators)
    if problems:
        raise SchemaError(problems)
    return [draft.edition for draft in drafts]


def _read_drafts(root: Traversable, problems: list[str]) -> Iterator[Draft]:
    for regime in folders(root / "regimes"):
        for edition in folders(regime):
            draft = _read_draft(edition, regime.name, problems)
            if draft is not None:
                yield draft


def _read_draft(folder: Traversable, regime: str, problems: list[str]) -> Draft | None:
    """The edition of one folder; None if its structure does not hold (lint of meaning would only repeat that)."""
    path = f"regimes/{regime}/{folder.name}"
    if not (folder / "regime.yaml").is_file():
        problems.append(f"{path}: has no regime.yaml")
        return None
    found: list[str] = []
    document = read_document(folder / "regime.yaml", f"{path}/regime.yaml")
    data = check_structure(document, RegimeSchema(), found)
    if data is not None:
        found += _wrong_place(document, data, regime, folder.name)
    forms = _read_forms(folder, path, document, data, found)
    rules_document, rules = _read_rules(folder, path, found)
    problems += found
    if found:
        return None
    documents = {form.code: form_document for form_document, form in forms}
    sha256 = canonical_sha256(document, documents, rules_document)
    edition = _edition(folder.name, data, tuple(form for _, form in forms), rules, sha256)
    return Draft(document, documents, rules_document, data, edition)


def _unread(root: Traversable, drafts: list[Draft]) -> frozenset[str]:
    """The regimes with an edition that could not be read: nothing that names them can be judged."""
    read = {draft.edition.key for draft in drafts}
    return frozenset(
        regime.name
        for regime in folders(root / "regimes")
        if any(f"{regime.name}/{edition.name}" not in read for edition in folders(regime))
    )


def _wrong_place(document: Document, data: Mapping[str, Any], regime: str, edition: str) -> Iterator[str]:
    if data["code"] != regime:
        yield document.problem(["code"], f"is {data['code']!r} but the folder is {regime!r}")
    if data["valid_from"].isoformat() != edition:
        yield document.problem(["valid_from"], f"is {data['valid_from']} but the folder is {edition!r}")


def _read_forms(
    folder: Traversable, path: str, regime: Document, data: Mapping[str, Any] | None, problems: list[str]
) -> list[tuple[Document, Form]]:
    """The forms in the order that ``forms:`` of regime.yaml gives; each file is named by its form's code."""
    place = folder / "forms"
    present = sorted(item.name for item in place.iterdir() if item.name.endswith(".yaml")) if place.is_dir() else []
    listed = [f"{code}.yaml" for code in data["forms"]] if data is not None else present
    problems += [
        f"{path}/forms/{name}:1: is not listed under forms in regime.yaml" for name in present if name not in listed
    ]
    found = []
    for position, name in enumerate(listed):
        if name not in present:
            problems.append(regime.problem(["forms", position], f"there is no file forms/{name}"))
            continue
        document = read_document(place / name, f"{path}/forms/{name}")
        form = check_structure(document, FormSchema(), problems)
        if form is not None and f"{form.code}.yaml" != name:
            problems.append(document.problem(["code"], f"is {form.code!r} but the file is {name}"))
        elif form is not None:
            found.append((document, form))
    return found


def _read_rules(folder: Traversable, path: str, problems: list[str]) -> tuple[Document | None, tuple[Rule, ...]]:
    if not (folder / "rules.yaml").is_file():
        return None, ()
    document = read_document(folder / "rules.yaml", f"{path}/rules.yaml")
    data = check_structure(document, RulesSchema(), problems)
    return document, tuple(data["rules"]) if data is not None else ()


def _edition(
    code: str, data: Mapping[str, Any], forms: tuple[Form, ...], rules: tuple[Rule, ...], sha256: str
) -> Edition:
    dues = {pair: rule for due in data["dues"] for pair, rule in due.items()}
    nothing = Label("", "")
    return Edition(
        regime=data["code"],
        code=code,
        title=data["title"] or nothing,
        receiver=data["receiver"] or nothing,
        content_kind=data["content_kind"] or "both",
        reporters=tuple(data["reporters"]),
        frequencies=tuple(data["frequencies"]),
        parts={frequency: tuple(numbers) for frequency, numbers in data["parts"].items()},
        dues=dues,
        forms=forms,
        rules=rules,
        outline=tuple(data["outline"]),
        sign_off=tuple(data["sign_off"]),
        sha256=sha256,
        source=_source(data),
        **{name: data[name] for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE = (
    "valid_from", "valid_to", "report_type", "owner", "legal_basis", "fidelity", "windows", "holiday_roll", "late_days",
    "notes",
)  # fmt: skip


def _source(data: Mapping[str, Any]) -> dict[str, str]:
    """What else is known of the text: class, issuer, ways of sending, process guide, and what has not been read."""
    known = {
        "regime_class": data["regime_class"],
        "issuer": data["issuer"]["name"] if data["issuer"] else "",
        "issuer_kind": data["issuer"]["kind"] if data["issuer"] else "",
        "methods_vi": "; ".join(METHODS[method].vi for method in data["methods"]),
        "methods_en": "; ".join(METHODS[method].en for method in data["methods"]),
        "process": data["process"],
    }
    known |= {f"unread.{item}": reason for item, reason in data["unread"].items()}
    return {name: text for name, text in known.items() if text}


def _regimes(drafts: list[Draft]) -> dict[str, Regime]:
    """Editions by regime, oldest first. An edition that names no last day ends the day before the next one begins."""
    by_code: dict[str, list[Edition]] = {}
    for draft in drafts:
        by_code.setdefault(draft.edition.regime, []).append(draft.edition)
    return {code: Regime(code, _closed(sorted(editions, key=_first_day))) for code, editions in by_code.items()}


def _first_day(edition: Edition) -> str:
    return edition.valid_from.isoformat()


def _closed(editions: list[Edition]) -> tuple[Edition, ...]:
    following = [*editions[1:], None]
    return tuple(
        replace(edition, valid_to=after.valid_from - timedelta(days=1))
        if after is not None and edition.valid_to is None
        else edition
        for edition, after in zip(editions, following, strict=True)
    )


def _read_units(root: Traversable, problems: list[str]) -> dict[str, Unit] | None:
    entries = _read_list(root, "units.yaml", UnitsSchema(), "units", problems)
    if entries is None:
        return None
    return {entry["code"]: Unit(entry["code"], Label(entry["vi"], entry["en"])) for entry in entries}


def _read_indicators(root: Traversable, problems: list[str]) -> dict[str, Indicator] | None:
    entries = _read_list(root, "indicators.yaml", IndicatorsSchema(), "indicators", problems)
    if entries is None:
        return None
    made = (Indicator(e["code"], Label(e["vi"], e["en"]), e["unit"], e["rollup"]) for e in entries)
    return {indicator.code: indicator for indicator in made}


def _read_list(
    root: Traversable, name: str, schema: Schema, key: str, problems: list[str]
) -> list[dict[str, Any]] | None:
    """The entries of a shared list, or None if its structure does not hold; a code given twice is a problem."""
    if not (root / name).is_file():
        return []
    document = read_document(root / name, name)
    data = check_structure(document, schema, problems)
    if data is None:
        return None
    entries: list[dict[str, Any]] = data[key]
    seen: set[str] = set()
    for position, entry in enumerate(entries):
        if entry["code"] in seen:
            problems.append(document.problem([key, position], f"the code {entry['code']!r} stands twice"))
        seen.add(entry["code"])
    return entries
