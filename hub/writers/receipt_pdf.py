"""The receipt of a sending as one printed page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub.writers.official_table import breakable
from hub.writers.typesetting import qr_svg, typeset


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """All that stands on the receipt. ``facts``: pairs of what and the text; ``hashes``: what and its SHA-256."""

    number: str
    day: date
    facts: Sequence[tuple[str, str]]
    signatures: Sequence[str]
    hashes: Sequence[tuple[str, str]]
    link: str
    demonstration: bool = False


def write_receipt_pdf(words: ReceiptWords) -> bytes:
    """One page of A4; the same bytes for the same words."""
    return typeset(
        "receipt",
        {
            "number": words.number,
            "day": [words.day.year, words.day.month, words.day.day],
            "facts": [[what, breakable(text)] for what, text in words.facts],
            "signatures": [breakable(each) for each in words.signatures],
            "hashes": [list(pair) for pair in words.hashes],
            "link": words.link,
            "qr": qr_svg(words.link).decode(),
            "demonstration": words.demonstration,
        },
    )
