"""National reports that are held back: too few units are in them, so they wait until enough are, or are let go.

A report is held while any regime that it draws on is under its floor. It is looked at again with every turn of the
scheduler and issued by itself; who may publish may let it go before, with a note that is kept, audited and printed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from hub.domain.access import SYSTEM, Actor
from hub.domain.form import Label
from hub.domain.notice import shortened
from hub.domain.org import NATION
from hub.domain.period import Period
from hub.domain.publish_floor import Shortfall
from hub.domain.visibility import allowed_nationally
from hub.errors import BadRequest, Conflict, Forbidden, HubError, Refused
from hub.services import moves, publication
from hub.services.core import Core
from hub.services.notifications import tell
from hub.services.publication import BelowFloor
from hub.services.seeing import may_read_report
from hub.store import publication_holds
from hub.store.database import Connection
from hub.store.publication_holds import HoldRow

Due = Literal["in_force", "held", "waiting"]
"""What became of a report at its hour: an edition stands, too few units are in it, or it has no figures yet."""
TITLE_LENGTH = 90


def publish_due(core: Core, report: str, period: str, now: datetime) -> Due:
    """The report is issued, or held with the national centre told of it once. Repeating it changes nothing."""
    try:
        publication.issue(core, SYSTEM, report, period, now)
    except BelowFloor as below:
        _hold(core, report, period, below.short, now)
        return "held"
    except HubError as error:
        if error.status >= 500:
            raise
        return "waiting"
    _lift(core, report, period, now)
    return "in_force"


def publish_held(core: Core, now: datetime) -> dict[Due, int]:
    """Every report that waits is looked at again; how many of them are issued now, and how many still wait."""
    with core.database.read() as connection:
        waiting = publication_holds.listing(connection)
    became = [publish_due(core, row.report, row.period, now) for row in waiting]
    return {"in_force": became.count("in_force"), "held": len(became) - became.count("in_force")}


def any_held(core: Core, now: datetime) -> bool:
    """Whether a report waits."""
    with core.database.read() as connection:
        return publication_holds.any_waiting(connection)


def listing(core: Core, actor: Actor, now: datetime, *, released: bool = False) -> list[HoldRow]:
    """The reports that wait and that the actor may read, the longest first; with ``released`` those let go, too."""
    with core.database.read() as connection:
        rows = publication_holds.listing(connection, released=released)
    readable = {name for name in {row.report for row in rows} if may_read_report(core, actor, name, now)}
    return [row for row in rows if row.report in readable]


def release(core: Core, actor: Actor, report: str, period: str, note: str, now: datetime) -> HoldRow:
    """The report may be issued under its floor, from now on; the same words again change nothing.

    Forbidden unless the actor may publish, BadRequest without a note, Refused where it is not held, Conflict where
    somebody let it go before with other words.
    """
    if not (allowed_nationally(actor, "publish") or actor.has("system")):
        raise Forbidden
    words, code = " ".join(note.split()), Period.parse(period).code
    if not words:
        raise BadRequest("Hãy ghi vì sao cho phép ban hành.", "Say why it may be issued.")
    short = publication.shortfall(core, report, code)
    with core.database.write() as connection:
        if short is not None:
            publication_holds.note(connection, report, code, short, now)
        if publication_holds.release(connection, report, code, actor.account_id, words, now):
            detail = {"report": report, "period": code, "note": words}
            moves.tell(connection, actor, "release_hold", "report", f"{report} {code}", now, detail)
        row = publication_holds.get(connection, report, code)
    if row is None:
        raise Refused("Báo cáo này không bị giữ lại.", "This report is not held.")
    if row.note != words:
        raise Conflict(
            f"Báo cáo này đã được cho phép ban hành trước đó, với lý do: {row.note}",
            f"This report was let go before, with these words: {row.note}",
        )
    return row


def _hold(core: Core, report: str, period: str, short: Shortfall, now: datetime) -> None:
    with core.database.write() as connection:
        if not publication_holds.note(connection, report, period, short, now):
            return
        _say(connection, core, report, period, short, now)
        detail = {
            "report": report, "period": period, "regime": short.regime, "accepted": short.accepted,
            "obliged": short.obliged, "floor": short.floor,
        }  # fmt: skip
        moves.tell(connection, SYSTEM, "hold", "report", f"{report} {period}", now, detail)


def _lift(core: Core, report: str, period: str, now: datetime) -> None:
    with core.database.read() as connection:
        row = publication_holds.get(connection, report, period)
    if row is None or row.released_at is not None:
        return
    with core.database.write() as connection:
        if publication_holds.lift(connection, report, period):
            moves.tell(
                connection, SYSTEM, "lift_hold", "report", f"{report} {period}", now,
                {"report": report, "period": period},
            )  # fmt: skip


def _say(connection: Connection, core: Core, report: str, period: str, short: Shortfall, now: datetime) -> None:
    definition = core.catalog.reports.get(report)
    title = definition.title if definition is not None else Label(report, report)
    when = Period.parse(period).label
    tell(
        connection, core, "held", now=now, unit_ids=(NATION,), path="/reports#held",
        occurrence=f"held {report} {period} {now.isoformat()}",
        subject=(
            f"Giữ lại: {shortened(title.vi, TITLE_LENGTH)} – {when.vi}",
            f"Held back: {shortened(title.en or title.vi, TITLE_LENGTH)} – {when.en}",
        ),
        body=(
            f"Báo cáo quốc gia chưa được ban hành vì còn thiếu đơn vị so với ngưỡng {short.floor} %: {title.vi}, "
            f"{when.vi}. Báo cáo tự ban hành khi đủ; trang Báo cáo quốc gia cho phép ban hành sớm kèm ghi chú.",
            f"The national report was not issued, for too few units are in it (floor {short.floor} %): "
            f"{title.en or title.vi}, {when.en}. It is issued by itself once there are enough; the page of national "
            "reports lets it go earlier, with a note.",
        ),
    )  # fmt: skip
