"""The texts that help people: each finding with an example of its fix, short pages, and the tour of a first visit.

They are data in ``templates/help``, every text in both languages; SchemaError names file and line of what is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from hub.catalog.document import Document, read_document
from hub.domain.form import Label
from hub.errors import SchemaError


@dataclass(frozen=True, slots=True)
class FindingHelp:
    """What a finding means, something wrong and the same put right, and where to click."""

    code: str
    means: Label
    wrong: Label
    right: Label
    where: Label


@dataclass(frozen=True, slots=True)
class Part:
    """A headed list of steps or points of a page; ``ordered`` where one follows the other."""

    title: Label
    points: tuple[Label, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """A short page of help. ``roles``: who needs it first; empty: everybody."""

    code: str
    title: Label
    intro: Label
    parts: tuple[Part, ...]
    roles: tuple[str, ...] = ()


@cache
def finding_helps() -> Mapping[str, FindingHelp]:
    """The help of every finding code, read once a process."""
    document = _read("findings.yaml")
    places = {name: _label(document, ["where", name], said) for name, said in document.data["where"].items()}
    return {code: _finding(document, code, entry, places) for code, entry in document.data["findings"].items()}


def _finding(document: Document, code: str, entry: Mapping[str, Any], places: Mapping[str, Label]) -> FindingHelp:
    texts = [_label(document, ["findings", code, name], entry.get(name)) for name in ("means", "wrong", "right")]
    if entry.get("where") not in places:
        raise SchemaError([document.problem(["findings", code, "where"], "is one of the places above")])
    means, wrong, right = texts
    return FindingHelp(code, means, wrong, right, places[entry["where"]])


@cache
def topics() -> Mapping[str, Topic]:
    """The pages of help by code, in the order they are offered."""
    document = _read("topics.yaml")
    return {code: _topic(document, code, entry) for code, entry in document.data["topics"].items()}


@cache
def tour() -> tuple[Part, ...]:
    """The steps of the tour, each with its title and what it says."""
    document = _read("topics.yaml")
    return tuple(_part(document, ["tour", number], step) for number, step in enumerate(document.data["tour"]))


def _read(name: str) -> Document:
    document = read_document(files("templates").joinpath("help", name), f"templates/help/{name}")
    if document.problems:
        raise SchemaError(list(document.problems))
    return document


def _topic(document: Document, code: str, entry: Mapping[str, Any]) -> Topic:
    keys = ["topics", code]
    return Topic(
        code,
        _label(document, [*keys, "title"], entry.get("title")),
        _label(document, [*keys, "intro"], entry.get("intro")),
        tuple(_part(document, [*keys, "parts", number], part) for number, part in enumerate(entry["parts"])),
        tuple(entry.get("roles", ())),
    )


def _part(document: Document, keys: list[str | int], entry: Mapping[str, Any]) -> Part:
    points = [_label(document, [*keys, "points", number], said) for number, said in enumerate(entry["points"])]
    return Part(_label(document, [*keys, "title"], entry.get("title")), tuple(points), bool(entry.get("ordered")))


def _label(document: Document, keys: list[str | int], said: Any) -> Label:
    """A pair of texts, or one text that is the same in both languages."""
    pair = said if isinstance(said, list) else [said, said]
    if len(pair) != 2 or not all(isinstance(text, str | int) and str(text).strip() for text in pair):
        raise SchemaError([document.problem(keys, "is a text in Vietnamese and in English")])
    return Label(str(pair[0]), str(pair[1]))
