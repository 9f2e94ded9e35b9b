"""Choosing national figures and taking them away: at once while they are few, else as a file made in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.export_request import FORMATS, ExportRequest, Format, is_level, request_of
from hub.domain.form import Label
from hub.domain.observation import Basis, Measure
from hub.domain.period import Period, local_day
from hub.errors import HubError, NotFound
from hub.services import exports, figures, punctuality, worker_threads
from hub.services.exports import Size
from hub.services.figure_access import edition_now, reach
from hub.services.figure_picture import levels_of
from hub.services.punctuality_file import punctuality_file
from hub.store.exports import ExportJob
from hub.web.current import actor, core, now
from hub.web.language import plain
from hub.web.listing import clean
from hub.web.national_figure import known_moment
from hub.web.national_punctuality import asked_of
from hub.web.national_words import LEVEL_NAMES, known_on
from hub.web.rendering import FREQUENCY_NAMES, regime_title
from hub.web.security import secure_download

blueprint = Blueprint("data", __name__, url_prefix="/data")

WAIT_SECONDS = 1.0
"""How long the answer waits for the file: most are ready when the page comes."""
LINES = 20
MOST_CHOSEN = 500
STATES: dict[str, tuple[str, str]] = {
    "waiting": ("đang chờ", "waiting"),
    "working": ("đang lập", "being made"),
    "done": ("đã xong", "ready"),
    "failed": ("không lập được", "could not be made"),
    "expired": ("hết hạn lưu", "no longer kept"),
}
LEVELS: Mapping[str, tuple[str, str]] = {
    "": ("Cả nước và các đơn vị trực tiếp báo cáo", "The nation and all units right below it"),
    "nation": ("Chỉ số liệu cả nước", "The nation alone"),
} | LEVEL_NAMES


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from of one regime."""

    measures: list[Measure]
    periods: list[Period]
    levels: list[str]
    frequencies: list[str]


@blueprint.get("")
def show() -> str:
    """First the regime, then figures, units and periods; then the first lines and the file."""
    return _page()


def _page(problem: HubError | None = None) -> str:
    regimes = _regimes()
    regime = clean(request.values.get("regime"))
    asked = _asked(request.values) if regime in regimes else None
    size, shown = None, None
    if asked is not None and asked.measures:
        try:
            size = exports.size(core(), actor(), asked, now())
            shown = exports.preview(core(), actor(), asked, now()) if not size.too_many else None
        except HubError as error:
            if error.status not in {400, 422}:
                raise
            problem = problem or error
    return render_template(
        "pages/data.html",
        regimes=regimes,
        regime=regime if regime in regimes else "",
        choices=_choices(regime) if regime in regimes else None,
        asked=asked,
        query=_query(asked) if asked is not None else {},
        size=size,
        shown=shown,
        lines=shown.observations[:LINES] if shown is not None else (),
        offered=_offered(size),
        mine=exports.mine(core(), actor()),
        provinces=core().orgs.on(local_day(now()), "province"),
        described=_described,
        problem=problem,
        FORMATS=FORMATS,
        EXPORT_STATES=STATES,
        DATA_LEVELS=LEVELS,
        FREQUENCIES=FREQUENCY_NAMES,
    )


@blueprint.get("/file")
def file() -> Response:
    """A file that is made while one waits."""
    made = exports.file(core(), actor(), _asked(request.args), now())
    return secure_download(Response(made.content, content_type=made.media_type), made.name)


@blueprint.post("/exports")
def order() -> AnyResponse:
    """A file made in the background; a double click leads to the same one."""
    try:
        job_id = exports.order(core(), actor(), _asked(request.form), request.form.get("form_key", ""), now())
    except HubError as error:
        if error.status not in {400, 422}:
            raise
        return make_response(_page(error), error.status)
    worker_threads.exported.start(core(), job_id, now()).join(WAIT_SECONDS)
    return redirect(url_for("data.export", job_id=job_id), 303)


@blueprint.get("/exports/<job_id>")
def export(job_id: str) -> str:
    """How far a file is, and the file."""
    job = exports.open_one(core(), actor(), job_id)
    asked = request_of(job.request)
    return render_template(
        "pages/data_export.html", job=job, asked=asked, query=_query(asked), described=_described(job),
        FORMATS=FORMATS, EXPORT_STATES=STATES, share=100 * job.done // max(job.total, 1),
    )  # fmt: skip


@blueprint.get("/exports/<job_id>/file")
def exported(job_id: str) -> Response:
    made = exports.made(core(), actor(), job_id, now())
    return secure_download(Response(made.content, content_type=made.media_type), made.name)


@blueprint.get("/punctuality")
def punctual() -> Response:
    """The heat map of punctuality with its counts, as a workbook or as CSV, by the same filters as its page."""
    view = punctuality.heat(core(), actor(), asked_of(request.args), now())
    name, media_type, content = punctuality_file(core(), view, request.args.get("format") == "csv", now())
    return secure_download(Response(content, content_type=media_type), name)


# --- what is asked and what there is ---------------------------------------------------------------------------------


def _regimes() -> list[str]:
    """The regimes of which there is anything for the reader, by title. NotFound where there are none."""
    found = [code for code in core().catalog.regimes if not reach(core(), actor(), code, now()).nothing]
    if not found:
        raise NotFound
    return sorted(found, key=lambda code: plain(regime_title(code)))


def _choices(regime: str) -> Choices:
    levels, periods = levels_of(edition_now(core(), regime, now())), figures.periods(core(), actor(), regime, now())
    return Choices(
        figures.measures(core(), actor(), now(), regime),
        periods,
        ["", "nation", *(level for level in ("province", "ministry", "commune") if level in levels)],
        sorted({period.frequency for period in periods}),
    )


def _asked(values: MultiDict[str, str]) -> ExportRequest:
    """The request as fields of a form or of an address; what a field does not know is left out."""
    basis: Basis = "today" if values.get("basis") == "today" else "then"
    level, format = clean(values.get("level")), clean(values.get("format"))
    known: dict[str, Format] = {each: each for each in FORMATS}
    frequency = clean(values.get("frequency"))
    measures = dict.fromkeys(text for each in values.getlist("m")[:MOST_CHOSEN] if (text := clean(each)))
    return ExportRequest(
        clean(values.get("regime")), tuple(measures), known.get(format, "xlsx"), level if is_level(level) else "",  # type: ignore[arg-type]
        clean(values.get("within")), clean(values.get("first")), clean(values.get("last")),
        frequency if frequency in FREQUENCY_NAMES else "", basis, known_moment(values.get("known_at")),
    )  # fmt: skip


def _query(asked: ExportRequest) -> dict[str, str | list[str]]:
    """The request as fields again, without its format."""
    fields: dict[str, str | list[str]] = {
        "regime": asked.regime, "m": list(asked.measures), "level": asked.level, "within": asked.within,
        "first": asked.first, "last": asked.last, "frequency": asked.frequency, "basis": asked.basis,
        "known_at": known_on(asked.known_at) if asked.known_at is not None else "",
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value}


def _offered(size: Size | None) -> list[Format]:
    return [each for each in FORMATS if size is not None and (each != "pdf" or size.printable)]


def _described(job: ExportJob) -> Label:
    """What an export is of, in a few words."""
    asked = request_of(job.request)
    title, format = regime_title(asked.regime), FORMATS[asked.format]
    count = len(asked.measures)
    return Label(
        f"{_words(title, 0)} – {count} chỉ tiêu, {format.vi}", f"{_words(title, 1)} – figures: {count}, {format.en}"
    )


def _words(said: Label | tuple[str, str] | str, place: int) -> str:
    if isinstance(said, str):
        return said
    return (said.vi, said.en or said.vi)[place] if isinstance(said, Label) else said[place]
