"""Levels and deadlines as printed → reporters and dues of the edition, where they can be read without doubt."""

from __future__ import annotations

import re
from typing import Any

from hub.drafting.cleaning import fold
from hub.drafting.vocabulary import frequencies_said

_LEVELS: tuple[tuple[str, str], ...] = (
    ("commune", r"\b(cấp xã|ubnd xã|ủy ban nhân dân xã|ubnd các xã|xã, phường|phường, xã|trạm y tế)\b"),
    ("province", r"\b(cấp tỉnh|tỉnh|thành phố trực thuộc|sở|ubnd tỉnh|các tỉnh|địa phương)\b"),
    ("ministry", r"\b(bộ, ngành|bộ, cơ quan|các bộ|cơ quan ngang bộ|bộ, ban|bộ/ngành)\b"),
)


def levels_said(text: str) -> list[str]:
    """The levels of the hub that the words name."""
    folded = fold(text)
    return [level for level, pattern in _LEVELS if re.search(pattern, folded)]


def reporters(levels: list[str]) -> list[dict[str, Any]]:
    """Each level with its own figures; communes send to the province where provinces report too."""
    return [
        {
            "level": level,
            "scope": "own",
            "receiver": "province" if level == "commune" and "province" in levels else "owner",
        }
        for level in levels
    ]


_DAY = re.compile(
    r"(?P<before>trước )?(?:(?:^(?=\d)|(?:chậm nhất (?:là )?)?ngày )|mùng |và (?=\d{1,2}\s*[/.-]))(?P<day>\d{1,2})"
    r"(?:\s*[/.-]\s*(?P<month>\d{1,2})|\s*tháng\s+(?P<word_month>\d{1,2}))?(?P<rest>[^;,.]*?(?=\bvà\b|[;,.]|\Z))"
)


def dues(text: str, frequencies: list[str], levels: list[str], ground: str) -> list[dict[str, Any]]:
    """The deadlines of the edition that the words give; nothing where they cannot be matched to a frequency."""
    found = list(_DAY.finditer(fold(text)))
    result: list[dict[str, Any]] = []
    if not levels or not frequencies:
        return result
    named = _by_name(text, frequencies)
    if named:
        pairs = [(frequency, _rule(match, frequency)) for frequency, match in named]
    elif len(found) == 1 and len(frequencies) == 1:
        rule = _rule(found[0], frequencies[0])
        pairs = [(frequencies[0], rule)]
    else:
        pairs = [
            (frequency, rule) for frequency, match in _matched(found, frequencies) if (rule := _rule(match, frequency))
        ]
    for frequency, rule in pairs:
        if rule is not None:
            result.append({"levels": levels, "frequencies": [frequency], **rule, "ground": ground})
    return result


def _by_name(text: str, frequencies: list[str]) -> list[tuple[str, re.Match[str]]]:
    """Deadlines that say which report they are for: "Báo cáo 6 tháng: ngày 15/6; báo cáo năm: ngày 15/12"."""
    pairs: dict[str, re.Match[str]] = {}
    for piece in re.split(r"[;\n]|, (?=báo cáo)", fold(text)):
        said = [name for name in frequencies_said(piece.split("ngày")[0]) if name in frequencies]
        if len(said) == 1 and (match := _DAY.search(piece)):
            pairs.setdefault(said[0], match)
    return list(pairs.items())


def _matched(found: list[re.Match[str]], frequencies: list[str]) -> list[tuple[str, re.Match[str]]]:
    """Half-years and years are told apart by the month of the day: July and January."""
    pairs = []
    for match in found:
        month = int(match["month"] or match["word_month"] or 0)
        if "half_yearly" in frequencies and month in (6, 7):
            pairs.append(("half_yearly", match))
        elif "yearly" in frequencies and (month in (1, 2, 3, 12)):
            pairs.append(("yearly", match))
    return pairs


def _rule(match: re.Match[str], frequency: str) -> dict[str, Any] | None:
    day = int(match["day"])
    month = int(match["month"] or match["word_month"] or 0)
    rest = match["rest"]
    if not 1 <= day <= 31 or month > 12:
        return None
    months = _months(month, rest, frequency)
    if months is None:
        return None
    rule: dict[str, Any] = {"anchor": "period_end"}
    if months:
        rule["months"] = months
    rule["day"] = day
    strict = match["before"] or (match[0].startswith("và") and "trước ngày" in match.string[: match.start()])
    if strict:
        rule["before"] = True
    return rule


def _months(month: int, rest: str, frequency: str) -> int | None:
    """Months from the period's last month to the month of the deadline."""
    following = re.search(r"(tháng|quý|kỳ|năm) (sau|tiếp|kế tiếp)|sau (kỳ|quý|tháng|năm)|tháng đầu", rest) is not None
    if month == 0:
        if frequency not in ("monthly", "quarterly") and not following:
            return None
        return 1 if following else 0
    if frequency == "yearly":
        return month if following or month <= 6 else month - 12
    if frequency == "half_yearly":
        return {6: 0, 7: 1, 12: 0, 1: 1}.get(month)
    return None
