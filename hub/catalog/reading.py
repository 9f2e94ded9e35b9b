"""Reads the folder of one edition: its structure checked, its data hashed, and the domain object they describe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from hub.catalog.document import Document, check_structure, read_document
from hub.catalog.draft import Draft, canonical_sha256
from hub.catalog.metaschema import METHODS, FormSchema, RegimeSchema, RulesSchema
from hub.catalog.roots import EditionFolder
from hub.domain.form import Form, Label
from hub.domain.regime import Edition, Rule
from hub.domain.units import Conversion

NO_CONVERSIONS: Mapping[str, Conversion] = MappingProxyType({})


def read_draft(
    edition: EditionFolder, problems: list[str], conversions: Mapping[str, Conversion] = NO_CONVERSIONS
) -> Draft | None:
    """The edition of one folder; None if its structure does not hold (lint of meaning would only repeat that).

    ``conversions``: what the units of measure are worth; the edition carries them, and its hash does not cover them.
    """
    folder, path = edition.place, edition.path
    if not (folder / "regime.yaml").is_file():
        problems.append(f"{path}: has no regime.yaml")
        return None
    found: list[str] = []
    document = read_document(folder / "regime.yaml", f"{path}/regime.yaml")
    data = check_structure(document, RegimeSchema(), found)
    if data is not None:
        found += _wrong_place(document, data, edition.regime, edition.code)
    forms = _read_forms(folder, path, document, data, found)
    rules_document, rules = _read_rules(folder, path, found)
    problems += found
    if found:
        return None
    documents = {form.code: form_document for form_document, form in forms}
    sha256 = canonical_sha256(document, documents, rules_document)
    read = _edition(edition.code, data, tuple(form for _, form in forms), rules, conversions, sha256)
    return Draft(document, documents, rules_document, data, read)


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
    code: str,
    data: Mapping[str, Any],
    forms: tuple[Form, ...],
    rules: tuple[Rule, ...],
    conversions: Mapping[str, Conversion],
    sha256: str,
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
        conversions=conversions,
        sha256=sha256,
        source=_source(data),
        **{name: data[name] for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE = (
    "valid_from", "valid_to", "report_type", "owner", "legal_basis", "fidelity", "windows", "holiday_roll", "late_days",
    "notes", "first_years", "continues", "reminders", "swing", "publish_floor",
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
