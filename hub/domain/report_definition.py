"""What a national report is made of, as written in data: which forms or figures, for the nation or unit by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.domain.form import Address, Label
from hub.domain.regime import Level

ReportKind = Literal["regime", "overview"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an overview: a figure of a regime's edition by its address, e.g. ``F1.r01.c03`` or ``F1.*.c04``.

    ``indicator`` is the national concept the figure stands for, if it is bound to one.
    """

    regime: str
    address: Address
    label: Label
    indicator: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One table.

    With a ``form``: that form of the report's regime. ``by`` *nation* gives its national figures (rows × columns of
    the form; for a list form the totals of its numeric columns and the number of records); *units* gives one line per
    unit of ``level`` (None: every unit that reports to the owner) with the form's figures across. ``columns`` empty
    means all numeric columns, ``rows`` empty all rows.

    With ``items`` (an overview): one line an item; *nation* gives one national column, *units* one column per unit.
    Coverage (accepted of obliged) stands beside every line.
    """

    by: Literal["nation", "units"]
    form: str | None = None
    title: Label | None = None
    level: Level | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportDefinition:
    """A national report. *regime*: its sections show forms of ``regime``. *overview*: items across regimes."""

    code: str
    title: Label
    kind: ReportKind
    regime: str | None
    sections: tuple[Section, ...]
