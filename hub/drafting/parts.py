"""Whether labels side by side can be the parts of one whole: the words that forbid an inferred sum."""

from __future__ import annotations

from collections.abc import Sequence

from hub.drafting.cleaning import fold
from hub.drafting.measures import counted_measure
from hub.drafting.vocabulary import says


def can_add_up(whole: str, parts: Sequence[str]) -> bool:
    """False if the parts count different things, one is a total or a subset of another, or the whole is a topic."""
    counted = {unit.codes[0] for label in parts if (unit := counted_measure(label)) is not None}
    totals = [says("total_start", label) for label in parts]
    return (
        len(counted) <= 1 and not (any(totals) and not all(totals)) and not _nested(parts) and not _topic(whole, parts)
    )


def _nested(parts: Sequence[str]) -> bool:
    """ "Số hồ sơ" and "Số hồ sơ đúng hạn": the one is part of the other."""
    folded = [fold(label).strip(" .:") for label in parts]
    return any(a != b and b.startswith(f"{a} ") and len(a.split()) > 1 for a in folded for b in folded)


def _topic(whole: str, parts: Sequence[str]) -> bool:
    """ "I. Công tác tuyên truyền" over "Số cuộc", "Số lượt người" is a topic, not their total."""
    numbers = [fold(label).startswith(("số ", "tổng số ")) for label in parts]
    if not all(numbers) or says("total_start", whole) or fold(whole).startswith("số "):
        return False
    counted = next((unit for label in parts if (unit := counted_measure(label)) is not None), None)
    return counted is None or counted.vi not in fold(whole)


def overlapping(labels: Sequence[str]) -> list[int]:
    """The places of parts that lie across the others ("Nữ", "Dân tộc thiểu số", "Đảng viên").

    Children or disabled people are a part of their own where no such part stands beside them.
    """
    found = [i for i, label in enumerate(labels) if says("overlapping_start", label)]
    crossing = any(says("crossing_start", labels[i]) for i in found)
    kinds = {" ".join(fold(labels[i]).split()[:2]) for i in found}
    return found if crossing or (len(found) == len(labels) and len(kinds) == len(labels)) else []
