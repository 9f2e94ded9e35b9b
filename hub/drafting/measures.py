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
    """The unit that the whole text names, or None. ``1.000 con`` is thousands of a known unit; ``người/xã`` is
    a unit of its own, unknown here."""
    name = fold(text).strip(" .:;()")
    known = _by_name()
    found = known.get(name) or known.get(name.removeprefix("số ").removeprefix("lượng "))
    return found or _scaled(name)


_SCALES = {"1.000": ("1.000", "nghìn", "thousand"), "1000": ("1.000", "nghìn", "thousand"),
           "nghìn": ("nghìn", "nghìn", "thousand"), "ngàn": ("nghìn", "nghìn", "thousand"),
           "triệu": ("triệu", "triệu", "million"), "1.000.000": ("triệu", "triệu", "million"),
           "tỷ": ("tỷ", "tỷ", "billion")}  # fmt: skip


def _scaled(name: str) -> Measure | None:
    """Thousands or millions of a unit: no longer whole numbers, unless they are money."""
    scale, _, rest = name.partition(" ")
    if scale not in _SCALES or not rest:
        return None
    unit = _by_name().get(rest) or (_compound(rest) if _joins_units(rest) else None)
    if unit is None:
        return None
    code, vi, en = _SCALES[scale]
    kind, decimals = ("money", unit.decimals) if unit.type == "money" else ("decimal", 2)
    return Measure((f"{code} {unit.codes[0]}",), kind, decimals, f"{vi} {unit.vi}", f"{en} {unit.en}")


# --- units that the vocabulary does not know -------------------------------------------------------------------------

_MOST_WORDS = 4
MOST_LIKELY_WORDS = 2
_WORD = r"[^\W\d_]+[²³23]?"
_JOINED = re.compile(rf"{_WORD}(?: {_WORD})?(?:\s*[./]\s*{_WORD}(?: {_WORD})?)+")


def printed_measure(text: str, *, sure: bool = False, likely: bool = False) -> Measure | None:
    """The unit that a text in the place of a unit prints: a known one, else a new one if it can be no remark.

    ``sure``: words such as "ĐVT:" say that a unit stands here; ``likely``: units stand in such places of this table.
    """
    known = measure_named(text)
    if known is not None:
        return known
    name = " ".join(text.split()).strip(" .:;()")
    words = fold(name).split()
    if says("counter", name):
        return _compound(name)
    if not words or len(words) > _MOST_WORDS or says("remark_in", name) or re.search(r"[=+<>…*]|\d\D*\d{4}", name):
        return None
    short = likely and len(words) <= MOST_LIKELY_WORDS and name == name.lower() and all(w.isalpha() for w in words)
    if sure or short or _joins_units(fold(name)) or _extends_a_unit(words):
        return _compound(name)
    return None


def _joins_units(name: str) -> bool:
    """``hành khách.km``, ``vụ/năm``: units joined by a dot or a stroke, one of them at least a known one."""
    if not _JOINED.fullmatch(name):
        return False
    pieces = [piece.strip() for piece in re.split(r"[./]", name)]
    known = [unit for piece in pieces if (unit := _by_name().get(piece)) is not None and not unit.weak]
    return len(known) == len(pieces) or any(unit.type != "integer" for unit in known)


def _extends_a_unit(words: list[str]) -> bool:
    """``lượt xe``, ``vụ tai nạn``: a known unit said more closely."""
    first = [unit for length in range(1, len(words)) if (unit := _by_name().get(" ".join(words[:length]))) is not None]
    plain = all(word.isalpha() or word.strip(",").isalpha() for word in words)
    return bool(first) and plain and not first[-1].weak and first[-1].type != "percent"


def _compound(name: str) -> Measure:
    """A unit of its own, with the type of the known units in it."""
    pieces = [piece for piece in re.split(r"[./]", fold(name)) if piece.strip()]
    known = [unit for piece in pieces if (unit := _by_name().get(piece.strip())) is not None]
    divided = len(pieces) > 1 or bool(re.match(r"(1\.?000|nghìn|ngàn|triệu|tỷ)\b", fold(name)))
    if known and known[0].type == "money":
        return Measure((name,), "money", known[0].decimals, name, name)
    decimal = divided or any(unit.type == "decimal" for unit in known)
    return Measure((name,), "decimal" if decimal else "integer", 2 if decimal else 0, name, name)


# --- units in brackets -----------------------------------------------------------------------------------------------

_OWN = re.compile(
    r"\s*[(\[]\s*(?P<said>đơn vị tính|đvt|đv tính|đơn vị(?=\s*:)|tính bằng|tính theo)?\s*:?\s*"
    r"(?P<unit>[^()\[\]]{1,40}?)\s*[)\]]",
    re.IGNORECASE,
)


def own_measure(label: str, *, likely: bool = False) -> tuple[str, Measure | None]:
    """A label with its unit in brackets, taken apart: ``Diện tích (ha)`` → (``Diện tích``, ha).

    ``likely``: other headings of the table end in units, so a short word that is no known unit is one too.
    """
    for match in reversed(list(_OWN.finditer(label))):
        last = match.end() == len(label.rstrip(" :*."))
        measure = measure_named(match["unit"])
        if measure is None and (match["said"] or (last and _may_have_a_unit(label))):
            counted = says("count_start", label) or says("decimal_in", label)
            measure = printed_measure(match["unit"], sure=match["said"] is not None, likely=likely or counted)
        if measure is not None and (not measure.weak or ":" in match[0] or _may_have_a_weak_unit(label)):
            rest = (label[: match.start()] + label[match.end() :]).strip()
            return rest or label, measure
    tail = re.search(r"(?:^|[\s,;:-])(%|‰)$", label)
    if tail:
        return label, measure_named(tail[1])
    return label, None


def _may_have_a_unit(label: str) -> bool:
    return says("count_start", label) or not (says("text_start", label) or says("date_start", label))


def _may_have_a_weak_unit(label: str) -> bool:
    """ "Thời hạn (tháng)" is in months; "Địa bàn (xã)" is a remark."""
    return fold(label).startswith(("thời hạn", "thời gian")) or not says("text_start", label)


def counts_another_thing(label: str, unit: Measure) -> bool:
    """True if the heading counts what is surely not the unit: a longer noun, or two things at once."""
    match = _COUNTED.match(fold(label))
    if match is None or counted_measure(label) is not None or fold(unit.vi) in fold(label):
        return False
    return says("compound_start", match["rest"]) or re.match(r"[^,;()]{2,20}(?:,| và) số ", match["rest"]) is not None


def bracketed_measure(label: str) -> Measure | None:
    """The known unit in brackets at the label's end."""
    match = next((m for m in reversed(list(_OWN.finditer(label)))), None)
    return measure_named(match["unit"]) if match else None


# --- counts that name what they count --------------------------------------------------------------------------------

_COUNTED = re.compile(r"(?:tổng số lượng|tổng số|số lượng|số|tổng)\s+(?P<rest>.+)")


def counted_measure(label: str) -> Measure | None:
    """The unit that a count names itself: ``Số vụ việc tiếp lần đầu`` → vụ việc, ``Tổng số lượt tiếp`` → lượt.

    None where the noun goes on (``Số nhà máy``) or where two things are counted (``Số hộ, số khẩu``).
    """
    match = _COUNTED.match(fold(label))
    if match is None:
        return None
    words = re.sub(r"([,;/()])", r" \1 ", match["rest"]).split()
    for length in (4, 3, 2, 1):
        measure = measure_named(" ".join(words[:length]).replace(" ,", ",")) if len(words) >= length else None
        if measure is not None and measure.type == "integer":
            return None if _goes_on(words[:length], words[length:]) else measure
    return None


def _goes_on(noun: list[str], rest: list[str]) -> bool:
    """True if the words after the noun make another noun of it, or name a second thing beside it."""
    if rest and rest[0] in (",", "/", ";", "và", "hoặc"):
        after = " ".join(rest[1:]).removeprefix("số ").split()
        return bool(after) and not says("predicate_start", " ".join(after))
    return len(noun) == 1 and says("compound_start", " ".join([*noun, *rest]))
