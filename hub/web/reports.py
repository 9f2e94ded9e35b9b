"""National reports: issued editions, the way down from a figure to what was received, and who is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.org import NATION
from hub.domain.period import Period
from hub.domain.tables import Cell, Document, HeaderCell, Table, placed_header
from hub.domain.visibility import allowed_nationally
from hub.errors import BadRequest, Forbidden, HubError, NotFound
from hub.services import aggregation, holds, publication, review, tracing
from hub.services.kept import Kept
from hub.services.overview import CampaignRow
from hub.services.seeing import may_read_regime
from hub.store.publications import PublicationRow
from hub.web.current import actor, core, now
from hub.web.language import Language, chosen, plain
from hub.web.listing import clean, named_day
from hub.web.rendering import has_role, number_vi
from hub.web.security import secure_download

blueprint = Blueprint("reports", __name__)

_drawn: Kept[tuple[str, str, str], Markup] = Kept(32 * 1024 * 1024)
WIDE = 6
"""Columns beyond which a single row reads better down the page."""


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One line of a table's head, in order."""

    cells: tuple[HeaderCell, ...]


def head_lines(table: Table) -> tuple[HeadLine, ...]:
    """The head of a published table, line by line, its cells in the order in which HTML wants them."""
    lines: list[list[HeaderCell]] = [[] for _ in table.header]
    for line, _, cell in placed_header(table):
        lines[line].append(cell)
    return tuple(HeadLine(tuple(cells)) for cells in lines)


def turned(table: Table) -> list[tuple[str, Cell]]:
    """The one row of a wide table as (heading, cell) pairs going down the page; empty for any other table."""
    if len(table.rows) != 1 or len(table.column_codes) <= WIDE or not table.header:
        return []
    names: list[list[str]] = [[] for _ in range(len(table.column_codes) + 1)]
    for _, column, head in placed_header(table):
        for covered in names[column : column + head.span_cols]:
            covered.append(plain(head.label))
    told = zip(table.column_codes, names[1:], table.rows[0].cells, strict=True)
    return [(": ".join(word for word in words if word != f"({code})"), cell) for code, words, cell in told]


def shown(cell: Cell) -> str:
    """The text of a published cell."""
    if cell.value is None:
        return "…" if cell.mark == "missing" else "–"
    return cell.value if isinstance(cell.value, str) else number_vi(cell.value, cell.decimals)


@blueprint.app_context_processor
def _for_tables() -> dict[str, object]:
    return {
        "head_lines": head_lines, "turned": turned, "shown_cell": shown, "report_title": report_title,
        "campaign_url": campaign_url,
    }  # fmt: skip


def report_title(code: str) -> str:
    """The title of a national report in the reader's language; its code if the catalogue no longer has it."""
    definition = core().catalog.reports.get(code)
    return plain(definition.title) if definition is not None else code


def campaign_url(row: CampaignRow) -> str:
    regime, _, edition = row.edition.partition("/")
    return url_for("reports.coverage", regime=regime, edition=edition, period=row.period.code)


@blueprint.get("/reports")
def listing() -> str:
    return listing_page()


def newest(rows: Iterable[PublicationRow]) -> list[PublicationRow]:
    """The latest issue first; what was issued in the same minute, the latest period first, then by title."""
    by_title = sorted(rows, key=lambda row: report_title(row.report))
    by_period = sorted(by_title, key=lambda row: Period.parse(row.period).end, reverse=True)
    return sorted(by_period, key=lambda row: row.issued_at.replace(second=0, microsecond=0), reverse=True)


def latest_numbers(rows: Iterable[PublicationRow]) -> dict[tuple[str, str], int]:
    """(report, period) → the number of its newest edition."""
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row.report, row.period
        found[key] = max(row.number, found.get(key, 0))
    return found


def listing_page(problem: HubError | None = None) -> str:
    """The list of editions with what is held; ``problem``: what was asked for and could not be done."""
    who, asked, on = actor(), clean(request.args.get("report")), named_day(request.args.get("on"))
    issued = publication.listing(core(), who, now())
    shown = publication.listing(core(), who, now(), on=on) if on is not None else issued
    return render_template(
        "pages/reports.html",
        publications=newest(row for row in shown if asked in {"", row.report}),
        asked=asked,
        on=on,
        latest=latest_numbers(issued),
        held=holds.listing(core(), who, now()),
        codes=sorted({row.report for row in issued}, key=report_title),
        definitions=sorted(core().catalog.reports.values(), key=lambda definition: plain(definition.title)),
        may_publish=allowed_nationally(who, "publish"),
        problem=problem,
    )


@blueprint.post("/reports")
def issue() -> AnyResponse:
    """Issues a new edition, or finds the one that the same figures already gave."""
    try:
        row = publication.issue(
            core(), actor(), request.form.get("report", ""), request.form.get("period", "").strip(), now(),
            note=clean(request.form.get("note"), 500) or None,
        )  # fmt: skip
    except HubError as error:
        if error.status not in {400, 404, 422}:
            raise
        return Response(listing_page(error), error.status)
    return redirect(url_for("reports.show", publication_id=row.id), 303)


@blueprint.get("/reports/<publication_id>")
def show(publication_id: str) -> str:
    view = publication.view(core(), actor(), publication_id, now())
    tables = published_tables(publication_id, chosen(), view.document)
    return render_template("pages/report.html", view=view, document=view.document, tables=tables)


def published_tables(publication_id: str, language: Language, document: Document) -> Markup:
    """The edition's tables in the reader's language; drawn once, since an edition never changes."""
    key = core().database.url, publication_id, language
    drawn = _drawn.get(key)
    if drawn is None:
        page = render_template("partials/published_tables.html", publication_id=publication_id, document=document)
        drawn = Markup(page)  # noqa: S704  # the template escaped it
        _drawn.keep(key, drawn, len(drawn))
    return drawn


@blueprint.get("/reports/<publication_id>/trace")
def trace(publication_id: str) -> str:
    """From a published figure to the units, versions, submissions and cells it came from."""
    cell = clean(request.args.get("cell"))
    if not cell:
        raise BadRequest("Thiếu ô cần truy nguồn.", "Say which cell to trace.")
    found = tracing.trace(core(), actor(), publication_id, cell, now())
    return render_template("pages/trace.html", trace=found)


@blueprint.get("/reports/<publication_id>/files/<name>")
def file(publication_id: str, name: str) -> Response:
    media_type, content = publication.file(core(), actor(), publication_id, name, now())
    return secure_download(Response(content, content_type=media_type), name)


@blueprint.get("/coverage/<regime>/<edition>/<period>")
def coverage(regime: str, edition: str, period: str) -> str:
    """Who is in the figures of a campaign, who is missing and who is excluded: the nation's, or a province's own."""
    found = core().catalog.edition(f"{regime}/{edition}")
    wanted = Period.parse(period)
    who = actor()
    if not has_role("officer", "central"):
        raise Forbidden()
    nationwide = may_read_regime(core(), who, found.regime, now())
    try:
        view = aggregation.view(core(), who, found.key, wanted.code, now(), NATION if nationwide else who.unit_id)
    except NotFound:
        view = None
    return render_template(
        "pages/coverage.html",
        edition=found,
        period=wanted,
        view=view,
        awaited=review.awaited(core(), who, found.key, wanted.code, now()),
        may_aggregate=allowed_nationally(who, "aggregate"),
    )


@blueprint.post("/coverage/<regime>/<edition>/<period>")
def roll_up(regime: str, edition: str, period: str) -> AnyResponse:
    """Rolls the campaign up now, as the scheduler does by itself."""
    found = core().catalog.edition(f"{regime}/{edition}")
    aggregation.run(core(), actor(), found.key, Period.parse(period).code, now())
    return redirect(url_for("reports.coverage", regime=regime, edition=edition, period=period), 303)
