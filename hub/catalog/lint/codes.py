"""Codes that stand twice in a list."""

from __future__ import annotations

from collections.abc import Iterator

from hub.catalog.document import Document


def twice(document: Document, keys: list[str], codes: list[str]) -> Iterator[str]:
    """One problem for each code that stood before."""
    seen: set[str] = set()
    for position, code in enumerate(codes):
        if code in seen:
            yield document.problem([*keys, position], f"the code {code!r} stands twice")
        seen.add(code)
