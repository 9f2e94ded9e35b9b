"""What comes through a door: an Envelope of bytes, and the Reading a reader makes of it before anything is checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from hub.domain.findings import NOWHERE, Finding, Place
from hub.domain.form import Address

Door = Literal["form", "xlsx", "xml", "json", "csv", "docx", "xlsx_many"]
Intent = Literal["draft", "send", "dry_run"]
Notation = Literal["vi", "canonical"]
"""How number *text* is read. ``vi`` (people's doors: web form, workbook text cells, CSV with semicolons): ``.`` groups
thousands and ``,`` is the decimal mark. ``canonical`` (machine doors): ASCII digits with ``.`` as the decimal mark."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Bytes and what was said about them.

    ``seen_version``: the version the sender had before its eyes (0 for none); a newer one there is a conflict.
    ``seen_serial``: the latest unsaved change of the filing that its page showed.
    """

    content: bytes
    door: Door
    filename: str = ""
    media_type: str = "application/octet-stream"
    idempotency_key: str | None = None
    intent: Intent = "draft"
    filing_id: str | None = None
    seen_version: int | None = None
    seen_serial: int = 0
    via: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which filing a document says it is. ``None`` where it does not say."""

    regime: str | None = None
    edition: str | None = None
    unit: str | None = None
    period: str | None = None
    scope: str | None = None


class NotApplicable:
    """The one value that says: this cell does not apply here. Not missing, not zero, not nil."""

    _instance: NotApplicable | None = None

    def __new__(cls) -> NotApplicable:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "NOT_APPLICABLE"


NOT_APPLICABLE = NotApplicable()

Raw = str | Decimal | bool | date | NotApplicable
"""An unchecked value. Text is as typed. A ``Decimal`` came from a typed number (a JSON number, a workbook number cell)
and is exact. A blank cell is simply absent. No float ever."""


@dataclass(slots=True)
class RawForm:
    """One form as read: a grid fills ``cells`` by (row code, column code), a list fills ``records`` in order."""

    cells: dict[tuple[str, str], Raw] = field(default_factory=dict)
    records: list[dict[str, Raw]] = field(default_factory=list)
    nil: bool = False


def nowhere(address: Address) -> Place:
    return NOWHERE


@dataclass(slots=True)
class Reading:
    """Everything a reader found, unchecked. ``problems`` are findings of stage file, identity or structure.

    ``place`` says where a cell stood; it is called only for cells that get a finding.
    """

    door: Door
    notation: Notation
    identity: Identity = field(default_factory=Identity)
    forms: dict[str, RawForm] = field(default_factory=dict)
    outline: dict[str, str] = field(default_factory=dict)
    explanations: dict[str, str] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    place: Callable[[Address], Place] = nowhere
    secrecy: str | None = None
    """What the document says of state secrets in it (R06); None where it says nothing."""
    only_outline: bool = False
    """The document holds the narrative alone and nothing of the forms: they stay as the latest version has them."""
    doubted: set[Address] = field(default_factory=set)
    """Addresses whose mistake has its finding among the problems; ``F1.*.*`` stands for a form that was not read."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one arrival: what was stored and what was found. The same for every repeat of the same key."""

    submission_id: str
    received_at: datetime
    sha256: str
    size: int
    verdict: Literal["accepted", "refused", "dry_run"]
    filing_id: str | None
    version: int | None
    version_sha256: str | None
    state: str | None
    findings: tuple[Finding, ...]
    on_time: bool | None = None
    repeat_of: str | None = None
