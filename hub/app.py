"""The web application: the only module that sees pages, API and core together."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from hub.api import editions as api_editions
from hub.api import errors as api_errors
from hub.api import figures as api_figures
from hub.api import kpi as api_kpi
from hub.api import odata, openapi, sdmx, v1
from hub.api import uploads as api_uploads
from hub.config import Config
from hub.demonstration.sample_files import make_files
from hub.errors import BadRequest, ConfigError, HubError, NotFound, TooLarge, TooManyRequests, Unavailable
from hub.services.core import Core
from hub.services.pulled_editions import PulledFiles
from hub.web import (
    admin,
    admission,
    api_docs,
    assets,
    attachments,
    board,
    campaigns,
    compression,
    contacts,
    data,
    desk,
    documents,
    due_calendar,
    editions,
    entry,
    errors,
    extensions,
    guides,
    help,
    inbox,
    jobs,
    kpi,
    language,
    look,
    marked,
    national,
    national_compare,
    national_figure,
    national_punctuality,
    notifications,
    pulled,
    rates,
    receipts,
    regime_trial,
    regimes,
    remarks,
    rendering,
    reports,
    request_id,
    review,
    rollup,
    security,
    sign_in,
    signing,
    subscriptions,
    unsaved,
    upload_many,
    workshop,
)
from hub.web.arrival import ArrivalTime, Clock, system_clock
from hub.web.current import actor
from scheduler.jobs import JOBS

API = ("/api/", "/sdmx/", "/odata/")
"""Where programs come in: no cookies there, and no pages."""
OPEN_ENDPOINTS = frozenset(
    {
        "static", "sign_in.show", "sign_in.enter", "language.choose", "look.choose", "api_v1.health",
        "api_v1.openapi_document", "api_docs.show",
    }
)  # fmt: skip
"""What a stranger may call; everything else needs a session, or in the API a token."""

PAGES = (
    language,
    look,
    marked,
    sign_in,
    desk,
    upload_many,
    due_calendar,
    help,
    guides,
    entry,
    unsaved,
    inbox,
    extensions,
    contacts,
    review,
    remarks,
    rollup,
    signing,
    documents,
    receipts,
    attachments,
    reports,
    editions,
    subscriptions,
    national,
    national_figure,
    national_compare,
    national_punctuality,
    data,
    kpi,
    campaigns,
    board,
    regimes,
    regime_trial,
    workshop,
    notifications,
    admin,
    jobs,
    api_docs,
)
"""The modules of pages, one a line; each has a ``blueprint``."""

log = logging.getLogger("hub.web")


class WrongMethod(BadRequest):
    code, status = "method_not_allowed", 405
    vi, en = "Thao tác này không được hỗ trợ ở địa chỉ này.", "This address does not support that method."


class WrongType(BadRequest):
    code, status = "unsupported_type", 415
    vi, en = "Loại nội dung không được hỗ trợ.", "The content type is not supported."


def _sign_for_show() -> object:
    """What signs documents of the demonstration; loaded there alone, with all that makes certificates."""
    from hub.demonstration.authority import sign_for_show

    return sign_for_show


def create_app(core: Core, clock: Clock = system_clock) -> Flask:
    """The WSGI application over an open core. ``clock`` gives the arrival time of each request, aware and in UTC.

    ConfigError in debug mode: its error pages run code for whoever sees them.
    """
    app = Flask("hub", static_folder=None)
    if app.debug:
        raise ConfigError("Không chạy hệ thống ở chế độ gỡ lỗi (FLASK_DEBUG).", "The hub does not run in debug mode.")
    app.config.update(
        CLOCK=clock,
        MAX_CONTENT_LENGTH=core.config.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=core.config.max_upload_bytes,
        MAX_FORM_PARTS=1_000,
        OPEN_ENDPOINTS=OPEN_ENDPOINTS,
        MAKE_SAMPLES=make_files,
        JOBS=JOBS,
        API_DOCUMENT=openapi.document,
        SIGN_FOR_SHOW=_sign_for_show() if core.config.demonstration else None,
    )
    app.extensions["hub"] = core
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    assets.install(app)
    rendering.install(app)
    _guard(app, core.config)
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    app.register_blueprint(v1.blueprint)
    app.extensions[v1.PULLED] = files = PulledFiles()
    app.register_blueprint(api_figures.blueprint)
    app.register_blueprint(api_uploads.blueprint)
    app.register_blueprint(api_editions.blueprint)
    app.register_blueprint(sdmx.blueprint)
    app.register_blueprint(odata.blueprint)
    app.register_blueprint(api_kpi.blueprint)
    at_once = pulled.PulledAtOnce(app.wsgi_app, app, files)
    # The instance's clock is looked up at every request, so that a test may move it.
    app.wsgi_app = ArrivalTime(at_once, lambda: app.config["CLOCK"]())  # type: ignore[method-assign]
    return app


def _guard(app: Flask, config: Config) -> None:
    """Order matters: how often first, then cross-site (no body read), then who it is, then if the change was meant."""
    request_id.install(app)
    admission.install(app)
    rates.install(app, config, lambda: request.path.startswith(API))
    app.before_request(_before)
    app.after_request(compression.compress)
    app.after_request(language.mark_language)
    app.after_request(security.keep_form_token)
    app.after_request(security.add_headers)
    app.register_error_handler(HubError, _refused)
    app.register_error_handler(HTTPException, _refused_by_http)
    app.register_error_handler(Exception, _unforeseen)


def _before() -> AnyResponse | None:
    g.actor, g.csrf = None, None
    if request.path.startswith(API):
        return None  # the API has no cookies: hub.api.v1 asks for the token
    security.refuse_cross_site()
    security.load_session()
    if request.endpoint is not None and security.requires_sign_in():
        actor()
    security.refuse_forged()
    return sign_in.insist_on_new_password()


def _refused(error: HubError) -> Response:
    if error.status >= 500:
        log.error("refused with %s: %s", error.code, type(error).__name__)
    return api_errors.problem(error) if request.path.startswith(API) else errors.error_page(error)


def _refused_by_http(error: HTTPException) -> Response:
    response = _refused(as_hub_error(error))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def as_hub_error(error: HTTPException) -> HubError:
    """The framework's refusal in the hub's own words; redirects are not errors and never come here."""
    kinds: dict[int, type[HubError]] = {
        404: NotFound, 405: WrongMethod, 413: TooLarge, 415: WrongType, 429: TooManyRequests, 503: Unavailable,
    }  # fmt: skip
    status = error.code or 500
    return kinds.get(status, BadRequest if status < 500 else HubError)()


def _unforeseen(error: Exception) -> Response:
    """Nothing of the error reaches the reader but a number that the operator finds in the log."""
    number = secrets.token_hex(4)
    log.exception(
        "unforeseen error %s on %s %s, request %s", number, request.method, request.endpoint, request_id.request_id(),
        exc_info=error,
    )  # fmt: skip
    refusal = HubError(f"Hệ thống gặp lỗi (mã {number}). Hãy thử lại sau.", f"The hub met an error (number {number}).")
    return api_errors.problem(refusal) if request.path.startswith(API) else errors.last_resort(refusal)
