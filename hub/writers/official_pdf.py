"""A version of a report as a document of official layout (Decree 30/2020): what is signed, printed and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.domain.form import Form
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Values
from hub.writers.official_table import breakable, table_of
from hub.writers.typesetting import qr_svg, typeset

TAGGED_CELLS = 6_000
"""Above this a document carries no structure for readers aloud: they read the report on its page."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands around a report. ``superior``: the body above, empty if none; ``heading``: the issuing body in lines.

    ``body``: the same in running text; ``link``: what the QR code says.
    """

    superior: str
    heading: Sequence[str]
    body: str
    place: str
    day: date
    receiver: str
    period: str
    basis: str
    filing_id: str
    version: int
    version_sha256: str
    link: str
    demonstration: bool = False


def write_official_pdf(
    letterhead: Letterhead, edition: Edition, forms: Sequence[Form], values: Values, document: bytes
) -> bytes:
    """The report as PDF/A-3 with its canonical ``document`` attached as ``report.json``; the same bytes every time."""
    data = report_data(letterhead, edition, forms, values) | {"document": document.decode()}
    cells = sum(len(part["rows"]) * len(part["codes"]) for form in data["forms"] for part in form["blocks"])
    return typeset("report", data, tagged=cells <= TAGGED_CELLS)


def report_data(letterhead: Letterhead, edition: Edition, forms: Sequence[Form], values: Values) -> dict[str, Any]:
    """All that the printed report says, as texts."""
    day = letterhead.day
    return {
        "superior": letterhead.superior.upper(),
        "heading": [line.upper() for line in letterhead.heading],
        "body": letterhead.body,
        "place": letterhead.place,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "said_day": f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}",
        "title": breakable(edition.title.vi),
        "period": letterhead.period,
        "receiver": letterhead.receiver,
        "basis": breakable(letterhead.basis),
        "sections": [
            {"title": section.title.vi, "paragraphs": _paragraphs(values.outline.get(section.code, ""))}
            for section in edition.outline
        ],
        "forms": [table_of(form, values.forms.get(form.code, FormValues())) for form in forms],
        "filing": letterhead.filing_id,
        "version": letterhead.version,
        "sha256": letterhead.version_sha256,
        "edition": edition.key,
        "edition_sha256": edition.sha256,
        "qr": qr_svg(letterhead.link).decode(),
        "demonstration": letterhead.demonstration,
    }


def _paragraphs(text: str) -> list[str]:
    return [breakable(line.strip()) for line in text.splitlines() if line.strip()]
