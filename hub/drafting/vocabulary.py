"""The words by which a form is understood: ``vocabulary.yaml``, compiled once."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hub.drafting.cleaning import fold


@cache
def data(name: str) -> Any:
    """The parsed YAML file of this package."""
    return yaml.safe_load((files("hub.drafting") / name).read_text("utf-8"))


@cache
def _pattern(key: str) -> re.Pattern[str]:
    body = "|".join(f"(?:{entry})" for entry in data("vocabulary.yaml")[key])
    if key.endswith("_in"):
        return re.compile(body)
    if key.endswith("_start"):
        return re.compile(f"(?:{body})")
    return re.compile(rf"(?:{body})\Z")


def says(key: str, text: str) -> bool:
    """True if the text matches the key's words: wholly, at its beginning (``_start``) or anywhere (``_in``)."""
    folded = fold(text)
    return _pattern(key).search(folded) is not None if key.endswith("_in") else _pattern(key).match(folded) is not None


def without_start(key: str, text: str) -> str:
    """The text after the opening words of the key and what separates them from the rest."""
    match = _pattern(key).match(fold(text))
    if match is None:
        return text
    plain = " ".join(text.split())
    return plain[match.end() :].lstrip(" :,.-–;)") if len(fold(text)) == len(plain) else plain


def frequencies_said(text: str) -> list[str]:
    """The frequencies that the words name, in the order of the calendar."""
    folded = fold(text)
    table = data("vocabulary.yaml")["frequency_in"]
    return [name for name, entries in table.items() if any(re.search(entry, folded) for entry in entries)]
