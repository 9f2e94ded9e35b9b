"""Whether a table is a grid of fixed rows, one line of each reporting unit, or a list of records."""

from __future__ import annotations

import re

from hub.drafting.cleaning import fold
from hub.drafting.grid import Table
from hub.drafting.heading import Heading, Leaf
from hub.drafting.lines import BodyRow
from hub.drafting.options import offered_in, printed_options
from hub.drafting.vocabulary import says


def kind_of(table: Table, heading: Heading, roles: list[str], body: list[BodyRow]) -> tuple[str, tuple[str, ...], int]:
    """(grid, list or one_row; the sections of a list; lines that are left out of a grid)."""
    named = [row for row in body if row.named and not row.total]
    empty = [row for row in body if not row.named]
    figures = [leaf for leaf, role in zip(heading.leaves, roles, strict=True) if role == "data"]
    leading = next((leaf for leaf, role in zip(heading.leaves, roles, strict=True) if role == "label"), None)
    of_units = leading is not None and says("stub_unit_name", leading.label)
    counts = _mostly_counts(figures) and not _records(table, heading, figures)
    if not named:
        return ("one_row", (), 0) if counts and (of_units or leading is None) else ("list", (), len(body))
    if of_units and counts and _are_examples(named, body):
        return "one_row", (), 0
    sections = _sections(named, empty, body)
    if sections:
        return "list", sections, len(empty)
    return "grid", (), len(empty)


_MOST_EXAMPLES = 4


def _are_examples(named: list[BodyRow], body: list[BodyRow]) -> bool:
    """Units by way of example: lines with dots go on, they are "số 1", "số 2", or a few of one kind of place."""
    labels = [fold(row.label) for row in named]
    dots = any(_goes_on(row) for row in body)
    numbered = any(re.search(r"(?:\bsố |\s)\d{1,2}\Z", label) and says("unit_noun_start", label) for label in labels)
    units = sum(says("unit_noun_start", label) for label in labels)
    alike = {label.split()[0] for label in labels}
    few = 2 <= len(labels) <= _MOST_EXAMPLES and units == len(labels) and len(alike) == 1
    return dots or numbered or (few and not any("cấp" in label for label in labels))


def _goes_on(row: BodyRow) -> bool:
    """A line that says "and so on"."""
    texts = (row.label, row.stt)
    return not row.total and any("…" in text or ".." in text or fold(text).startswith("v.v") for text in texts)


def _records(table: Table, heading: Heading, figures: list[Leaf]) -> bool:
    """Columns that only a register has: answers to choose from, dates, terms, names and other words.

    Remarks and reasons at the end do not count.
    """
    options = [leaf for leaf in figures if printed_options(leaf.label)[1] or offered_in(table, leaf, heading.body)]
    words = [leaf for leaf in figures if leaf not in options and _asks_for_words(leaf)]
    return bool(options) or len(words) >= LEAST_WORD_COLUMNS


LEAST_WORD_COLUMNS = 2


def _is_remark(label: str) -> bool:
    return says("note_column", label) or says("remark_column_start", label)


def _asks_for_words(leaf: Leaf) -> bool:
    label = leaf.label
    counted = says("count_start", label) or says("percent_in", label) or len(leaf.path) > 1
    return not _is_remark(label) and not counted and (says("date_start", label) or says("text_start", label))


def _mostly_counts(figures: list[Leaf]) -> bool:
    """Mostly counts, and the first column counts too; notes at the end do not matter."""
    texts = [says("text_start", leaf.label) or says("date_start", leaf.label) for leaf in figures]
    kept = [text for text, leaf in zip(texts, figures, strict=True) if not _is_remark(leaf.label)]
    first = figures[0] if figures else None
    names = first is not None and len(first.path) == 1 and (texts[0] or _names_records(first.label))
    return bool(kept) and not names and sum(kept) <= 0.25 * len(kept)


def _names_records(label: str) -> bool:
    return (says("stub_label_start", label) or says("stub_unit_name", label)) and not says("count_start", label)


def _sections(named: list[BodyRow], empty: list[BodyRow], body: list[BodyRow]) -> tuple[str, ...]:
    """Headings such as "I. Bán buôn" each followed by empty lines to fill in: the sections of a list."""
    if not empty or any(row.token is None or row.token.style not in ("roman", "upper", "arabic") for row in named):
        return ()
    styles = {row.token.style for row in named if row.token is not None}
    if len(styles) != 1:
        return ()
    for index, row in enumerate(body):
        if not row.named or row.total:
            continue
        after = next((other for other in body[index + 1 :]), None)
        if after is None or (after.named and not after.total):
            return ()
    return tuple(row.label for row in named)
