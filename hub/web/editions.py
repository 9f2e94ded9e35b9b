"""Editions of a national report over time: what changed between two of them and why, and what is held back."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.form import Label
from hub.domain.revision_note import note_label
from hub.errors import HubError, NotFound
from hub.services import holds, publication, publication_diff
from hub.store.publications import PublicationRow
from hub.web.current import actor, core, now
from hub.web.listing import clean, whole_number
from hub.web.rendering import number_vi
from hub.web.reports import listing_page

blueprint = Blueprint("editions", __name__)

PAGE_SIZE = 100
"""Figures on one page of changes."""
SHOWN_PARTS = 3
"""Reports named beside a figure; the rest stand on the page of that figure."""


def signed(value: Decimal, decimals: int) -> str:
    """A difference with its sign: ``+12``, ``−3,5``."""
    text = number_vi(abs(value), decimals)
    return text if not value else f"{'+' if value > 0 else '−'}{text}"


def note_of(row: PublicationRow) -> Label | str:
    """Why an edition was issued again, or what was noted of it; nothing where nobody said a word."""
    return note_label(row.note) if row.note else ""


@blueprint.app_context_processor
def _for_editions() -> dict[str, object]:
    return {"signed_figure": signed, "note_of": note_of}


@blueprint.get("/reports/<publication_id>/changes")
def changes(publication_id: str) -> str:
    """What two editions say differently, and whose reports are why; ``figure`` asks for one figure with all of them."""
    view = publication.view(core(), actor(), publication_id, now())
    row = view.row
    editions = [each for each in publication.listing(core(), actor(), now(), row.report) if each.period == row.period]
    against = clean(request.args.get("against")) or (view.older or view.newer or row).id
    page = max(1, min(whole_number(request.args.get("page"), 1), 10_000))
    figure = clean(request.args.get("figure")) or None
    found = publication_diff.changes(
        core(), actor(), publication_id, against, now(), skip=0 if figure else (page - 1) * PAGE_SIZE, most=PAGE_SIZE,
        figure=figure,
    )  # fmt: skip
    if figure is not None and not found.figures:
        raise NotFound("Số liệu này không thay đổi giữa hai ấn bản.", "This figure is the same in both editions.")
    return render_template(
        "pages/report_changes.html", view=view, found=found, editions=sorted(editions, key=lambda each: each.number),
        page=page, pages=-(-found.total // PAGE_SIZE), figure=figure, unit_said=_unit_said, shown_parts=SHOWN_PARTS,
        against=against,
    )  # fmt: skip


def _unit_said(unit_id: str) -> Label:
    return publication_diff.unit_name(core(), unit_id)


@blueprint.post("/holds/release")
def release() -> AnyResponse:
    """Lets a report go that is held under its floor, and issues it with the same words as its note."""
    report, period = clean(request.form.get("report")), clean(request.form.get("period"))
    try:
        held = holds.release(core(), actor(), report, period, clean(request.form.get("note"), 500), now())
        row = publication.issue(core(), actor(), report, held.period, now(), held.note)
    except HubError as error:
        if error.status not in {400, 404, 409, 422}:
            raise
        return Response(listing_page(error), error.status)
    return redirect(url_for("reports.show", publication_id=row.id), 303)
