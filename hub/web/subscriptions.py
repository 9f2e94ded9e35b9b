"""Who has each new edition of a national report: one's own subscriptions, and for the centre what was not delivered."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.visibility import allowed_nationally
from hub.errors import HubError
from hub.services import subscriptions
from hub.services.deliveries import REASONS
from hub.services.seeing import may_read_report
from hub.services.subscriptions import CHANNELS, FORMATS
from hub.web.current import actor, core, now
from hub.web.language import plain
from hub.web.listing import clean

blueprint = Blueprint("subscriptions", __name__)

DELIVERY_STATES: dict[str, tuple[str, str]] = {
    "waiting": ("đang chờ giao", "on its way"),
    "sent": ("đã giao", "delivered"),
    "dead": ("thôi giao", "given up"),
    "dropped": ("không còn được nhận", "not for you any more"),
}
TAGS = {"sent": "ok", "dead": "failed", "dropped": "returned"}


@blueprint.get("/subscriptions")
def show() -> str:
    return _page()


def _page(problem: HubError | None = None) -> str:
    who = actor()
    manages = allowed_nationally(who, "publish")
    readable = [each for each in core().catalog.reports.values() if may_read_report(core(), who, each.code, now())]
    return render_template(
        "pages/subscriptions.html",
        mine=subscriptions.mine(core(), who, now()),
        deliveries=subscriptions.on_their_way(core(), who),
        undelivered=subscriptions.not_delivered(core(), who) if manages else None,
        definitions=sorted(readable, key=lambda definition: plain(definition.title)),
        targets=subscriptions.targets(core().config) if manages else {},
        writes=bool(core().config.smtp_host),
        problem=problem,
        FORMATS=FORMATS,
        CHANNELS=CHANNELS,
        TARGETS=subscriptions.targets(core().config),
        DELIVERY_STATES=DELIVERY_STATES,
        TAGS=TAGS,
        REASONS=REASONS,
    )


@blueprint.post("/subscriptions")
def subscribe() -> AnyResponse:
    """Each new edition comes from now on; a second click changes nothing."""
    channel, _, target = clean(request.form.get("way")).partition(" ")
    try:
        subscriptions.subscribe(
            core(),
            actor(),
            clean(request.form.get("report")),
            clean(request.form.get("format")),
            channel,
            target,
            now(),
        )
    except HubError as error:
        if error.status not in {400, 404, 422}:
            raise
        return Response(_page(error), error.status)
    return redirect(url_for("subscriptions.show"), 303)


@blueprint.post("/subscriptions/<subscription_id>/end")
def end(subscription_id: str) -> AnyResponse:
    subscriptions.end(core(), actor(), subscription_id, now())
    return redirect(url_for("subscriptions.show"), 303)


@blueprint.post("/subscriptions/retry")
def retry() -> AnyResponse:
    """What was given up is tried again."""
    subscriptions.retry(core(), actor(), now())
    return redirect(url_for("subscriptions.show"), 303)
