"""What the writers and the readers of documents agree on: names, headers, and text that a spreadsheet must not run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.domain.regime import Edition

if TYPE_CHECKING:
    from hub.domain.values import Values

XML_NAMESPACE = "urn:vn:hub:report:1"
CSV_IDENTITY = ("regime", "unit", "period", "scope")
CSV_CELL = ("form", "row", "column", "value")
CSV_HEADER = CSV_IDENTITY + CSV_CELL
REASON_HEADER = ("Lý do", "Reason", "Vị trí / Place", "Đã nhập / Found", "Cho phép / Allowed")
"""Columns of a file in which refused reports are given back; the readers pass over them."""
REASONS_KEY = "refused_because"
"""The same in a JSON report."""
NIL_COLUMN = "nil"
OUTLINE_FORM = "outline"
NOT_APPLICABLE_TEXT = "N/A"
SCOPES = ("own", "rollup")
NO_SECRET = "none"  # noqa: S105 - a declaration, no password
"""The one declaration of secrecy under which a report is taken (R06)."""

_ACTIVE = re.compile(r"'*(?:\s*[=+\-@|%＝＋－＠]|[\t\r\n])")


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """One filing's values with the identity a document carries. ``explanations`` maps a finding's key to its text."""

    edition: Edition
    unit: str
    period: str
    scope: str
    values: Values
    explanations: Mapping[str, str] = field(default_factory=dict)


def neutralise(text: str) -> str:
    """Text that a spreadsheet shows and never runs (P30): what could begin a formula gets one apostrophe in front.

    :func:`restore` gives back exactly ``text``.
    """
    return f"'{text}" if _ACTIVE.match(text) else text


def restore(text: str) -> str:
    """The text that was given to :func:`neutralise`; any other text, such as ``'tis``, comes back unchanged."""
    return text[1:] if text.startswith("'") and _ACTIVE.match(text, 1) else text


def cell_field(form: str, row: str, column: str) -> str:
    """Name of a web form's field for a grid cell."""
    return f"cell.{form}.{row}.{column}"


def record_field(form: str, number: int, column: str) -> str:
    """Name of a web form's field for a cell of a list; ``number`` counts from 1."""
    return f"rec.{form}.{number}.{column}"


def nil_field(form: str) -> str:
    return f"nil.{form}"


def outline_field(section: str) -> str:
    return f"outline.{section}"


def explain_field(key: str) -> str:
    return f"explain.{key}"
