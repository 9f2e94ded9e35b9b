"""What the colours, shapes and dashes of a chart mean, in words above it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hub.writers.charts.svg import Paper, text, width_of

KEY, GAP, LINE = 18, 16, 20


def legend(paper: Paper, entries: Sequence[tuple[str, str]], top: int, width: int | None = None) -> tuple[str, int]:
    """Entries of (markup of a key drawn within 14 × 12 pixels at 0,0; words), in lines; and where they end."""
    room, x, y, drawn = Decimal(width or paper.width), Decimal(0), top, []
    for key, words in entries:
        start = KEY if key else 0
        wide = start + width_of(words)
        if x and x + wide > room:
            x, y = Decimal(0), y + LINE
        drawn.append(f'<g transform="translate({int(x)} {y})">{key}{text(start, 10, words)}</g>')
        x += wide + GAP
    return "".join(drawn), y + LINE if entries else top
