"""The English of the hub's own texts, by the Vietnamese text; the catalogues lie in ``templates/translations``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel.messages.pofile import read_po

from hub.errors import ConfigError

Key = tuple[str | None, str]
"""(context or None, Vietnamese text)."""


@cache
def english() -> Mapping[Key, str]:
    """Every English text of all catalogues; read once a process.

    ConfigError if two catalogues translate the same text differently.
    """
    found: dict[Key, str] = {}
    for name, content in catalogues():
        for key, text in texts_of(content).items():
            if found.setdefault(key, text) != text:
                raise ConfigError(
                    f"{name}: “{key[1]}” đã có bản dịch khác.", f"{name}: “{key[1]}” has another translation elsewhere."
                )
    return found


def catalogues() -> Iterable[tuple[str, bytes]]:
    """(file name, content) of each catalogue, by name."""
    folder = files("templates").joinpath("translations", "en")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".po"):
            yield entry.name, entry.read_bytes()


def texts_of(content: bytes) -> Mapping[Key, str]:
    """What one catalogue translates; empty and doubtful (fuzzy) lines are left out."""
    messages = read_po(BytesIO(content), locale="en", abort_invalid=True)
    return {(m.context, str(m.id)): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}


def found_in(language: str, text: str, context: str | None = None) -> str:
    """The text in a language, its places not filled yet; Vietnamese where there is no English."""
    return english().get((context, text), text) if language == "en" else text


def text_in(language: str, text: str, /, **values: Any) -> str:
    """A text in a given language with its ``%(name)s`` places filled (a plain per cent sign is written ``%%``)."""
    return found_in(language, text) % values


def pair(text: str, /, **values: Any) -> tuple[str, str]:
    """The text in Vietnamese and in English."""
    return text_in("vi", text, **values), text_in("en", text, **values)
