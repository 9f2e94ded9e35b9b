"""Elements of an SVG: escaped, placed to a tenth of a pixel, coloured by class alone: the page's theme rules."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Literal

from hub.domain.chart import Mark, Quantity, Tone
from hub.domain.chart_table import said_of
from hub.domain.form import Label

Language = Literal["vi", "en"]
Layout = Literal["broad", "wide", "narrow"]
"""For a page's whole width, for half of it, for a telephone."""
WIDTHS: dict[Layout, int] = {"broad": 1160, "wide": 640, "narrow": 360}
Place = Decimal | int

LETTER = Decimal(7)
"""About how wide a letter of 12 pixels is: enough to know whether a text fits, never to place one."""
_NARROW, _WIDE = frozenset("iIl.,:;'|!()[]tfjr- /"), frozenset("mMwWĐ@%ƠƯOQGHN")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is drawn on: the language, the layout, and how wide it is in its own pixels."""

    language: Language
    layout: Layout

    @property
    def width(self) -> int:
        return WIDTHS[self.layout]

    def say(self, text: Label) -> str:
        """The text in the reader's language; Vietnamese where there is no English."""
        return (text.en or text.vi) if self.language == "en" else text.vi

    def said(self, name: Label, mark: Mark, quantity: Quantity) -> str:
        """``Quảng Ninh: 12,5 %; provisional``: what a mark says when asked."""
        return f"{self.say(name)}: {self.say(said_of(mark, quantity))}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was drawn, and how high and wide it became."""

    width: int
    height: int
    body: str


def number(value: Place) -> str:
    """A coordinate: at most one decimal, no trailing zero."""
    rounded = Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded.normalize():f}"


def attributes(**named: Place | str | None) -> str:
    """Attributes in order; ``_`` at the end and within names are dropped and become ``-``; None is left out."""
    texts = ((name.rstrip("_").replace("_", "-"), value) for name, value in named.items() if value is not None)
    return "".join(f' {name}="{escape(value if isinstance(value, str) else number(value))}"' for name, value in texts)


def element(name: str, content: str = "", **named: Place | str | None) -> str:
    """An element around content that is markup already."""
    return f"<{name}{attributes(**named)}>{content}</{name}>" if content else f"<{name}{attributes(**named)}/>"


def text(x: Place, y: Place, words: str, class_: str | None = None, anchor: str | None = None) -> str:
    """A line of text; nothing of it is read as markup."""
    return element("text", escape(words, quote=False), x=x, y=y, class_=class_, text_anchor=anchor)


def rect(x: Place, y: Place, width: Place, height: Place, class_: str | None = None, rx: int | None = None) -> str:
    return element("rect", x=x, y=y, width=width, height=height, class_=class_, rx=rx)


def line(x1: Place, y1: Place, x2: Place, y2: Place, class_: str) -> str:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def told(words: str, content: str, *, href: str | None = None, class_: str | None = None) -> str:
    """A mark that says what it is when pointed at, and leads on where it can.

    Its link is not among the stops of the Tab key: a chart of hundreds would be a trap, and its table has them all.
    """
    title = element("title", escape(words, quote=False))
    if href is None:
        return element("g", title + content, class_=class_)
    return element("a", title + content, href=href, class_=class_, tabindex="-1")


def tone_class(tone: Tone, provisional: bool = False) -> str:
    return f"ch-{tone} ch-provisional" if provisional else f"ch-{tone}"


def width_of(words: str, size: int = 12) -> Decimal:
    """About how wide a text is at that size, rather too much than too little."""
    letters = [one for one in unicodedata.normalize("NFD", words) if not unicodedata.combining(one)]
    units = sum(Decimal("0.6") if one in _NARROW else Decimal("1.3") if one in _WIDE else 1 for one in letters)
    return units * LETTER * size / 12


def wrapped(words: str, room: Place, *, size: int = 12, lines: int = 2) -> list[str]:
    """The words in at most so many lines of that room; what does not fit into the last ends with an ellipsis."""
    made: list[str] = [""]
    for word in words.split():
        longer = f"{made[-1]} {word}".strip()
        if width_of(longer, size) <= room or not made[-1]:
            made[-1] = longer
        elif len(made) < lines:
            made.append(word)
        else:
            made[-1] = longer
    return [fitted(one, room, size=size) for one in made]


def fitted(words: str, room: Place, *, size: int = 12) -> str:
    """The words, cut with an ellipsis if they are wider than the room."""
    if width_of(words, size) <= room:
        return words
    while words and width_of(f"{words}…", size) > room:
        words = words[:-1]
    return f"{words.rstrip()}…"
