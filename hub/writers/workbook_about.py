"""What a filing's workbook says besides its forms: by when, to whom, whom to ask, and what was said of its places."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.form import Label

NOTE_AUTHOR = "Trao đổi / Remarks"
"""The author of notes on cells; another one than that of marks, which come off again by their author."""
_LONGEST_NOTE = 1_500
_MORE = "… (xem trang của báo cáo / see the report's page)"


@dataclass(frozen=True, slots=True)
class About:
    """``due``: the last day that is on time, as people write it, empty where the report has none.

    ``contact``: name, telephone and e-mail of whom to ask; empty where nobody is known.
    """

    due: str = ""
    window: str = ""
    receiver: Label | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Remarked:
    """What was said of one place (``F1/r02/c03``, ``F1``, ``outline/s1``, ``""`` for the whole report).

    ``place_text``: the place in words. ``lines``: each remark of the thread with who said it and when, oldest first.
    """

    place: str
    place_text: Label
    kind: Label
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The thread as one text, cut where a note would fill the screen."""
        text = "\n".join(self.lines)
        return text if len(text) <= _LONGEST_NOTE else text[:_LONGEST_NOTE] + _MORE
