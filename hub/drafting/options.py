"""Answers to choose from: those that cells offer, and those in brackets after a heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from hub.drafting.grid import Table
from hub.drafting.heading import Leaf
from hub.drafting.measures import measure_named
from hub.drafting.vocabulary import says

MOST_OPTIONS = 8
_OPTIONS = re.compile(r"\(\s*(?:ghi|chọn|đánh dấu)?:?\s*([^()]*[/|;][^()]*|[^()]*\bhoặc\b[^()]*)\)")


def offered_in(table: Table, leaf: Leaf | None, rows: Iterable[int]) -> tuple[str, ...]:
    """The list that most cells of a column offer; nothing if it is a list of numbers."""
    if leaf is None:
        return ()
    offered = Counter(found for row in rows if (found := table.at(row, leaf.first).choices))
    entries = offered.most_common(1)[0][0] if offered else ()
    return () if all(entry.replace(".", "").isdigit() for entry in entries) else entries


def printed_options(label: str) -> tuple[str, tuple[str, ...]]:
    """(the label without them, the answers printed in brackets after it): ``Kết quả (Đạt/Không đạt)``."""
    match = _OPTIONS.search(label)
    if match is None:
        return label, ()
    entries = tuple(part.strip() for part in re.split(r"\s*[/|;]\s*|\s+hoặc\s+", match[1]) if part.strip())
    if not 2 <= len(entries) <= MOST_OPTIONS or not _are_answers(label, entries):
        return label, ()
    return (label[: match.start()] + label[match.end() :]).strip() or label, entries


def _are_answers(label: str, entries: tuple[str, ...]) -> bool:
    if all(says("choice_word", entry) for entry in entries):
        return True
    measures = [measure for entry in entries if (measure := measure_named(entry)) is not None]
    figures = any(measure.type != "integer" for measure in measures) or any(e[:1].isdigit() for e in entries)
    return not figures and says("choice_heading_start", label) and all(len(entry.split()) <= 15 for entry in entries)
