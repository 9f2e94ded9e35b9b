"""Units of measure as forms write them, and the type of figure that goes with each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hub.drafting.cleaning import fold
from hub.drafting.vocabulary import data, says


@dataclass(frozen=True, slots=True)
class Measure:
    """One unit: the catalogue's possible codes for it, the type and decimals of its figures, its names."""

    codes: tuple[str, ...]
    type: str
    decimals: int
    vi: str
    en: str
    weak: bool = False
    """A word such as "xã" or "quyết định": in brackets after a heading it is more often a remark than a unit."""

    def code(self, known: Mapping[str, object]) -> str:
        """The first of the codes that the catalogue knows, else the first."""
        return next((code for code in self.codes if code in known), self.codes[0])


@cache
def _by_name() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for entry in data("measures.yaml")["measures"]:
        measure = Measure(
            tuple(entry["codes"]), entry["type"], entry.get("decimals", 0), entry["vi"], entry["en"],
            entry.get("weak", False),
        )  # fmt: skip
        for name in (*entry["names"], *entry["codes"]):
            found.setdefault(fold(str(name)), measure)
    return found


def measure_named(text: str) -> Measure | None:
    """The unit that the whole text names, or None. ``người/xã`` is a unit of its own, unknown here."""
    name = fold(text).strip(" .:;()")
    return _by_name().get(name) or _by_name().get(name.removeprefix("số ").removeprefix("lượng "))


_OWN = re.compile(r"\s*[(\[]\s*(?:đơn vị tính|đvt|đv tính|đơn vị|tính bằng)?\s*:?\s*(?P<unit>[^()\[\]]{1,30}?)\s*[)\]]", re.IGNORECASE)  # fmt: skip  # noqa: E501
_CAPTION = re.compile(
    r"(?:đơn vị tính|đvt|đv tính|đơn vị(?= ?:))[^:.…]{0,25}:\s*(?P<units>[^…()]{1,80})", re.IGNORECASE
)


def own_measure(label: str) -> tuple[str, Measure | None]:
    """A label with its unit in brackets, taken apart: ``Diện tích (ha)`` → (``Diện tích``, ha)."""
    for match in reversed(list(_OWN.finditer(label))):
        measure = measure_named(match["unit"])
        if measure is not None and (not measure.weak or ":" in match[0] or not says("text_start", label)):
            rest = (label[: match.start()] + label[match.end() :]).strip()
            return rest or label, measure
    tail = re.search(r"(?:^|[\s,;:-])(%|‰)$", label)
    if tail:
        return label, measure_named(tail[1])
    return label, None


def caption_measures(text: str) -> tuple[bool, list[Measure], str]:
    """(whether the text is a unit caption, the units it names, the words it uses)."""
    match = _CAPTION.search(text)
    if match is None or fold(text).startswith(("đơn vị báo cáo", "đơn vị nhận", "đơn vị gửi")):
        return False, [], ""
    words = match["units"].strip(" .:;")
    if text.strip().lower().startswith("đơn vị:") and measure_named(words) is None:
        return False, [], ""
    whole = measure_named(words)
    pieces = [whole] if whole else [measure_named(piece) for piece in re.split(r"[;,/]| và |-", words)]
    return True, [piece for piece in pieces if piece is not None], words


_COUNTED = re.compile(r"(?:tổng số|số lượng|số|tổng)\s+(?P<rest>.+)")


def counted_measure(label: str) -> Measure | None:
    """The unit that a count names itself: ``Số vụ việc tiếp lần đầu`` → vụ việc, ``Tổng số lượt tiếp`` → lượt."""
    match = _COUNTED.match(fold(label))
    if match is None:
        return None
    words = match["rest"].replace(",", " ,").split()
    for length in (3, 2, 1):
        if len(words) >= length:
            measure = measure_named(" ".join(words[:length]))
            if measure is not None and measure.type == "integer":
                return measure
    return None
