"""What a chart shows, and nothing of how it is drawn: one specification for page, print, PDF and the table behind it.

Figures are exact. What is missing is a mark without a value, never a zero; what may still change is ``provisional``.
Every text is in both languages. ``href`` leads on from a mark, towards where its figure comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hub.domain.form import Label

Tone = Literal["plain", "good", "half", "bad", "none"]
"""How something stands: nothing to judge, good, middling, bad, nothing there. Never told by colour alone."""
TONES: dict[Tone, tuple[str, Label]] = {
    "plain": ("", Label("", "")),
    "good": ("✓", Label("tốt", "good")),
    "half": ("▲", Label("cần chú ý", "needs attention")),
    "bad": ("×", Label("kém", "poor")),
    "none": ("–", Label("chưa có số liệu", "no figures")),
}
"""The sign that stands for a tone beside its colour, and its plain words."""

EMPTY = Label("", "")
UNIT, PROVINCE = Label("Đơn vị", "Unit"), Label("Địa phương", "Province")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What figures count: their unit of measure (empty where they have none) and the decimals they are shown with."""

    unit: Label = EMPTY
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands around a chart. Without a ``description`` the chart says itself, from its figures, what it shows.

    ``coverage``: how many units are in it and what that means; ``source``: where the figures come from.
    """

    title: Label
    description: Label | None = None
    source: Label | None = None
    coverage: Label | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure. ``value`` None: there is none. ``note`` says more of it, such as "58/63 units"."""

    value: Decimal | None
    href: str | None = None
    note: Label | None = None
    provisional: bool = False
    tone: Tone = "plain"


MISSING = Mark(None)


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure to compare with, drawn as a line across: a target, the national figure, a threshold."""

    name: Label
    value: Decimal


@dataclass(frozen=True, slots=True)
class Break:
    """Something that happened before ``position`` of the axis (0 is its first), such as a merger of provinces."""

    position: int
    name: Label


@dataclass(frozen=True, slots=True)
class Track:
    """One line of a line chart: a mark for every position of its axis."""

    name: Label
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Figures over periods: a gap where one is missing, dashed up to one that is provisional. At most six tracks.

    ``axis`` are the short names of the periods, ``periods`` the full ones for the table (the short ones if empty).
    """

    caption: Caption
    quantity: Quantity
    axis: tuple[Label, ...]
    tracks: tuple[Track, ...]
    references: tuple[Reference, ...] = ()
    breaks: tuple[Break, ...] = ()
    periods: tuple[Label, ...] = ()
    from_zero: bool = True


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a ranking. ``own``: the reader's own unit, or the one the page is about."""

    name: Label
    mark: Mark
    own: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A ranking as horizontal bars, in the order given; long names are kept whole."""

    caption: Caption
    quantity: Quantity
    bars: tuple[Bar, ...]
    references: tuple[Reference, ...] = ()
    head: Label = UNIT


@dataclass(frozen=True, slots=True)
class Part:
    """A part that every stack has, in order from the left."""

    name: Label
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Stack:
    """A horizontal bar of parts: one mark for each part. ``href`` leads on from its name."""

    name: Label
    marks: tuple[Mark, ...]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Stacked:
    """Wholes and their parts. With ``shares`` every bar is as long as the next one and shows shares of its whole."""

    caption: Caption
    quantity: Quantity
    parts: tuple[Part, ...]
    stacks: tuple[Stack, ...]
    shares: bool = False
    head: Label = UNIT


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """A column of a heat map; ``name`` is short enough to stand upright above it, ``full`` says it whole."""

    name: Label
    full: Label | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class HeatCell:
    """How one thing stands: a few signs such as ``98`` or ``✓``, and the words for them."""

    text: str
    words: Label
    tone: Tone = "plain"
    href: str | None = None


@dataclass(frozen=True, slots=True)
class HeatRow:
    name: Label
    cells: tuple[HeatCell | None, ...]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Heat:
    """Units against columns, one cell each; None where there is nothing that could stand in any way."""

    caption: Caption
    columns: tuple[HeatColumn, ...]
    rows: tuple[HeatRow, ...]
    head: Label = UNIT
    words: tuple[tuple[Tone, Label], ...] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """A province on the tile map: column and line of its square, its name whole and as short as fits a square."""

    x: int
    y: int
    name: Label
    short: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Island:
    """Land of a province apart from its square, such as an archipelago; ``of`` is the tile's place in the list."""

    x: int
    y: int
    name: Label
    of: int


@dataclass(frozen=True, slots=True)
class Tiles:
    """Provinces as squares that lie to each other about as the provinces do.

    ``by`` says what fills a square: its figure, in ``classes`` of about equally many provinces, or its tone.
    """

    caption: Caption
    quantity: Quantity
    tiles: tuple[Tile, ...]
    islands: tuple[Island, ...] = ()
    by: Literal["value", "tone"] = "value"
    classes: int = 5
    words: tuple[tuple[Tone, Label], ...] = ()
    head: Label = PROVINCE


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line without axes, to stand within a text or a table that says its figures."""

    caption: Caption
    quantity: Quantity
    axis: tuple[Label, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Part of a bullet's scale, from the band before it up to ``upto``."""

    upto: Decimal
    name: Label
    tone: Tone


@dataclass(frozen=True, slots=True)
class Bullet:
    """One figure against its target on a scale of bands, which begins at ``start`` and ends with the last band."""

    caption: Caption
    quantity: Quantity
    mark: Mark
    target: Decimal | None = None
    bands: tuple[Band, ...] = ()
    start: Decimal = Decimal(0)


Chart = Line | Bars | Stacked | Heat | Tiles | Spark | Bullet
