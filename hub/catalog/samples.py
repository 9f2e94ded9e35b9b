"""Reads the sample reports that stand beside an edition, in ``samples/``: not a part of its hash.

``<name>.json`` is a right report as the JSON door takes it (without ``edition``), with ``before`` naming the samples
that stand for the period before and the same period last year. ``invalid.yaml`` changes right ones and says exactly
which findings must come of it. Only structure is checked here; whether the hub judges so is asked by whoever runs them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from hub.catalog.document import Document, check_structure, read_document
from hub.catalog.metaschema import InvalidSamplesSchema, ValidSampleSchema
from hub.catalog.roots import EditionFolder
from hub.domain.regime import Severity


@dataclass(frozen=True, slots=True)
class ValidSample:
    """``body`` is what the JSON door takes. ``before``: ``prev`` and ``last_year`` → the name of another sample."""

    name: str
    body: Mapping[str, Any]
    before: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """``at`` is an address as people write it; empty where the finding is about the whole report."""

    code: str
    at: str
    severity: Severity
    rule: str | None


@dataclass(frozen=True, slots=True)
class InvalidSample:
    """The right sample ``of`` with values set (None: removed) and forms declared nil, and what must be found then."""

    name: str
    of: str
    set: Mapping[str, Any]
    nil: tuple[str, ...]
    findings: tuple[ExpectedFinding, ...]


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples whose structure holds, by name in order; ``problems`` say with file and line what does not."""

    valid: tuple[ValidSample, ...] = ()
    invalid: tuple[InvalidSample, ...] = ()
    problems: tuple[str, ...] = ()


def read_samples(edition: EditionFolder) -> Samples:
    """The samples of an edition, in force or draft; empty if it has none. Never raises for what stands in a file."""
    place, path = edition.place / "samples", f"{edition.path}/samples"
    if not place.is_dir():
        return Samples()
    problems: list[str] = []
    names = sorted(item.name.removesuffix(".json") for item in place.iterdir() if item.name.endswith(".json"))
    documents = {name: read_document(place / f"{name}.json", f"{path}/{name}.json") for name in names}
    valid = tuple(sample for name, document in documents.items() if (sample := _valid(place, name, document, problems)))
    for sample in valid:
        for before, name in sample.before.items():
            if name not in documents:
                problems.append(documents[sample.name].problem(["before", before], f"there is no sample {name!r}"))
    invalid = _read_invalid(place, path, documents, problems)
    return Samples(valid, invalid, tuple(problems))


def _valid(place: Traversable, name: str, document: Document, problems: list[str]) -> ValidSample | None:
    """JSON is read twice: as YAML, which knows its lines, for the structure; as JSON for the values."""
    data = check_structure(document, ValidSampleSchema(), problems)
    if data is None:
        return None
    try:
        body = json.loads((place / f"{name}.json").read_bytes(), parse_float=str)
    except ValueError as error:
        problems.append(f"{document.path}:{getattr(error, 'lineno', 1)}: is not JSON")
        return None
    body.pop("before", None)
    return ValidSample(name, body, data["before"])


def _read_invalid(
    place: Traversable, path: str, valid: Mapping[str, Document], problems: list[str]
) -> tuple[InvalidSample, ...]:
    if not (place / "invalid.yaml").is_file():
        return ()
    document = read_document(place / "invalid.yaml", f"{path}/invalid.yaml")
    data = check_structure(document, InvalidSamplesSchema(), problems)
    if data is None:
        return ()
    problems += _invalid_problems(document, data["invalid"], valid)
    return tuple(_invalid(entry) for entry in data["invalid"])


def _invalid(entry: Mapping[str, Any]) -> InvalidSample:
    findings = tuple(ExpectedFinding(**finding) for finding in entry["findings"])
    return InvalidSample(entry["name"], entry["of"], entry["set"], tuple(entry["nil"]), findings)


def _invalid_problems(
    document: Document, entries: list[Mapping[str, Any]], valid: Mapping[str, Document]
) -> Iterator[str]:
    seen: set[str] = set()
    for position, entry in enumerate(entries):
        here = ("invalid", position)
        if entry["name"] in seen:
            yield document.problem(here, f"the sample {entry['name']!r} stands twice")
        seen.add(entry["name"])
        if entry["of"] not in valid:
            yield document.problem([*here, "of"], f"there is no sample {entry['of']!r}")
        if not entry["set"] and not entry["nil"]:
            yield document.problem(here, "changes nothing")
