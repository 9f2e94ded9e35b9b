"""The form while it is being drafted: columns, rows and rules that later steps still change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hub.drafting.captions import CaptionUnit
from hub.drafting.grid import Table
from hub.drafting.heading import Heading, Leaf
from hub.drafting.measures import Measure
from hub.drafting.numbering import Token


@dataclass
class ColumnDraft:
    """``leaf`` is None for a column that the form does not print (the section of a list)."""

    code: str
    label: str
    group: tuple[str, ...]
    leaf: Leaf | None
    index: int
    type: str = "integer"
    decimals: int = 0
    measure: Measure | None = None
    required: bool = True
    of: str | None = None
    rollup: Any = "none"
    choices: tuple[str, ...] = ()
    inferred: bool = False

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "decimal", "money", "percent")

    @property
    def place(self) -> str:
        return self.leaf.place if self.leaf else ""

    @property
    def path(self) -> tuple[str, ...]:
        return (*self.group, self.label)

    @property
    def full(self) -> str:
        """The label with its groups, for people."""
        return " > ".join(self.path)


@dataclass
class RowDraft:
    """``kind``: data, or heading (a row without figures that only orders what follows)."""

    code: str
    label: str
    row: int
    place: str = ""
    token: Token | None = None
    printed_code: str = ""
    kind: str = "data"
    marker: str = ""
    """What introduced it: ``of_which``, ``split`` or nothing."""
    total: bool = False
    parent: int | None = None
    of: str | None = None
    measure: Measure | None = None
    bold: bool = False
    indent: int = 0
    inferred: bool = False
    formula: str = ""


@dataclass
class RuleDraft:
    """``parts``: what the rule adds up, if it is a plain sum."""

    expr: str
    source: str = "inferred"
    severity: str = "warning"
    computes: str | None = None
    parts: tuple[str, ...] = ()
    tolerance: str | None = None
    vi: str = ""
    en: str = ""
    place: str = ""


@dataclass
class FormDraft:
    code: str
    table: Table
    heading: Heading
    kind: str = "grid"
    title: str = ""
    number: str = ""
    row_axis: str = ""
    place: str = ""
    columns: list[ColumnDraft] = field(default_factory=list)
    rows: list[RowDraft] = field(default_factory=list)
    """Data rows and headings, in the order of the form."""
    blocked: list[str] = field(default_factory=list)
    rules: list[RuleDraft] = field(default_factory=list)
    captions: tuple[CaptionUnit, ...] = ()
    frequencies: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    """The lines below the table, each with its place."""

    @property
    def data_rows(self) -> list[RowDraft]:
        return [row for row in self.rows if row.kind == "data"]
