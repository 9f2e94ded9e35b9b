"""Captions such as "Đơn vị tính: triệu đồng, người": the units they print, and which column each is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hub.drafting.cleaning import fold
from hub.drafting.measures import Measure, measure_named, printed_measure

_CAPTION = re.compile(
    r"(?P<key>đơn vị tính|đvt|đv\.? ?tính|đ\.v\.t\.?|đơn vị(?= ?:))[^:.…]{0,25}:\s*(?P<units>[^…]{1,250})",
    re.IGNORECASE,
)
_WITHOUT_COLON = re.compile(r"\W*(?:đơn vị tính|đvt|đv tính)(?: là)?\s+(?P<units>[^:…]{1,80}?)\W*", re.IGNORECASE)
_NAMED = (
    re.compile(r"(?:đối với |của )?(?P<name>.+?)\s*(?:\blà\b|:|=|\btính (?:bằng|theo)\b|\s[-–]\s)\s*(?P<unit>.+)"),
    re.compile(r"(?P<unit>[^()]+?)\s*\((?:đối với |cho )?(?P<name>[^()]+)\)"),
    re.compile(r"(?P<unit>.+?)\s+(?:cho|đối với)\s+(?P<name>.+)"),
)


@dataclass(frozen=True, slots=True)
class CaptionUnit:
    """One unit of a caption; ``name``: the measure it is said to be for ("diện tích"), or nothing."""

    measure: Measure
    name: str = ""


def caption_units(text: str) -> tuple[bool, list[CaptionUnit], str]:
    """(whether the text is a unit caption, the units it names, the words it uses)."""
    if fold(text).startswith(("đơn vị báo cáo", "đơn vị nhận", "đơn vị gửi")):
        return False, [], ""
    match = _CAPTION.search(text) or _WITHOUT_COLON.fullmatch(text)
    if match is None:
        return False, [], ""
    words = _closed(match["units"]).strip(" .:;")
    named_unit = fold(match.groupdict().get("key") or "đvt") != "đơn vị"
    found = _units(words, sure=named_unit and match.re is _CAPTION)
    if not found and (not named_unit or match.re is not _CAPTION):
        return False, [], ""
    return True, found, words


def _closed(text: str) -> str:
    """The text up to a bracket that was opened before it: "(ĐVT: ha)"."""
    depth = 0
    for position, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return text[:position]
    return text


def _units(words: str, *, sure: bool) -> list[CaptionUnit]:
    if (whole := measure_named(words)) is not None:
        return [CaptionUnit(whole)]
    pieces = [piece.strip(" .") for piece in re.split(r";|,(?![^()]*\))|\s+và\s+|\s[-–]\s(?=\S+\Z)", words)]
    found = [unit for piece in pieces if piece for unit in _piece(piece)]
    if not found and sure and len(pieces) == 1 and (new := printed_measure(words, sure=True)) is not None:
        return [CaptionUnit(new)]
    return found


def _piece(text: str) -> list[CaptionUnit]:
    """One unit; with the measure it is for; or several parted by strokes."""
    if (measure := measure_named(text)) is not None:
        return [CaptionUnit(measure)]
    for pattern in _NAMED:
        match = pattern.fullmatch(text)
        unit = printed_measure(match["unit"]) if match else None
        if match and unit is not None:
            return [CaptionUnit(unit, fold(match["name"]).strip(" ,"))]
    parts = [measure_named(part) for part in re.split(r"\s*[/-]\s*", text)]
    if len(parts) > 1 and all(parts):
        return [CaptionUnit(part) for part in parts if part is not None]
    new = printed_measure(text)
    return [CaptionUnit(new)] if new is not None else []


def unit_said_for(labels: Iterable[str], captions: Iterable[CaptionUnit]) -> Measure | None:
    """The unit that a caption gives to the measure which these labels (nearest first) name."""
    named = [unit for unit in captions if unit.name]
    for label in map(fold, labels):
        found = [unit for unit in named if _speaks_of(unit.name, label)]
        if found:
            return max(found, key=lambda unit: len(unit.name)).measure
    return None


def _speaks_of(name: str, label: str) -> bool:
    plain = re.sub(r"^(?:các )?(?:cột|chỉ tiêu|số liệu|phần)(?: về)? ", "", name).strip(' “”"')
    return bool(plain) and (re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", label) is not None)


def unit_of_type(kind: str | None, captions: Iterable[CaptionUnit]) -> Measure | None:
    """The unit for a column of that type among those not said to be for anything: shares only for shares.

    ``kind`` None: nothing is known of the column; it takes the first unit that is no share.
    """
    measures = [unit.measure for unit in captions if not unit.name]
    plain = [measure for measure in measures if measure.type != "percent"]
    if kind is None:
        return plain[0] if plain else None
    fitting = [measure for measure in measures if measure.type == kind]
    return fitting[0] if fitting else None
