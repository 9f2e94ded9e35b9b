"""One line of a table's body, read but not yet understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hub.drafting.numbering import Token
from hub.drafting.vocabulary import says


@dataclass
class BodyRow:
    """One line below the heading. ``whole``: its label runs over the figures' columns too, so it has none."""

    row: int
    token: Token | None = None
    stt: str = ""
    label: str = ""
    group: str = ""
    formula: str = ""
    code: str = ""
    unit: str = ""
    whole: bool = False
    numbered: bool = False
    bold: bool = False
    indent: int = 0
    place: str = ""
    crossed: set[int] = field(default_factory=set)

    @property
    def named(self) -> bool:
        return bool(self.label) and not says("placeholder", self.label)

    @property
    def total(self) -> bool:
        return says("total", bare_label(self.label)) or says("subtotal_start", self.label)


def bare_label(label: str) -> str:
    """A label without the formula in brackets at its end."""
    return re.sub(r"\s*[(\[][\s=]*[\dIVXABCabc.+\-=()\s…]+[)\]]\s*\Z", "", label).strip() or label
