"""Subscriptions: who may read a national report has each new edition of it by letter; the centre also by a connector.

A letter goes to the account's own address and leads to the edition's page. A connector hands the file to another
system, so only who may publish orders that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hub.config import Config
from hub.domain.access import Actor
from hub.domain.form import Label
from hub.domain.visibility import allowed_nationally
from hub.errors import BadRequest, Forbidden, NotFound, Refused
from hub.services import moves
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.seeing import may_read_report
from hub.store import accounts, deliveries, profiles, subscriptions
from hub.store.deliveries import Delivery
from hub.store.subscriptions import Subscription

FORMATS: Mapping[str, Label] = {
    "xlsx": Label("Bảng tính Excel (XLSX)", "Excel workbook (XLSX)"),
    "pdf": Label("PDF", "PDF"),
    "docx": Label("Word (DOCX)", "Word (DOCX)"),
    "csv": Label("CSV (một tệp zip)", "CSV (one zip file)"),
    "json": Label("JSON", "JSON"),
    "package": Label("Gói dữ liệu (zip)", "Data package (zip)"),
}
CHANNELS: Mapping[str, Label] = {
    "mail": Label("Thư điện tử", "E-mail"),
    "connector": Label("Kết nối giao tệp", "Delivery connector"),
}


def targets(config: Config) -> dict[str, Label]:
    """The delivery connectors that the settings switch on, by name."""
    known = {
        "folder": (config.deliver_folder, Label("Thư mục giao tệp", "Folder for deliveries")),
        "http": (config.deliver_url, Label("Hệ thống nhận qua HTTP", "System that takes files over HTTP")),
    }
    return {name: label for name, (setting, label) in known.items() if setting}


def subscribe(
    core: Core, actor: Actor, report: str, format: str, channel: str, target: str, now: datetime
) -> Subscription:
    """Each edition issued from now on comes to the actor; one that is active already is returned as it is.

    NotFound for a report that the actor may not read, BadRequest for an unknown format or channel, Forbidden for a
    connector unless the actor may publish, Refused without an address or a mail server.
    """
    if report not in core.catalog.reports or not may_read_report(core, actor, report, now):
        raise NotFound("Không có báo cáo quốc gia này.", "There is no such national report.")
    if format not in FORMATS or channel not in CHANNELS:
        raise BadRequest("Hãy chọn định dạng và cách nhận.", "Choose a format and a way to receive it.")
    if channel == "connector":
        _may_deliver(core, actor, target)
    with core.database.write() as connection:
        if channel == "mail":
            _may_write(core, profiles.get(connection, actor.account_id).email)
        new = Subscription(
            new_id(now), actor.account_id, report, format, channel, target if channel == "connector" else "", True, now,
            None,
        )  # fmt: skip
        kept = subscriptions.keep(connection, new)
        if kept.since == now:
            detail = {"report": report, "format": format, "channel": channel, "target": kept.target}
            moves.tell(connection, actor, "subscribe", "subscription", kept.id, now, detail)
    return kept


def _may_deliver(core: Core, actor: Actor, target: str) -> None:
    if not allowed_nationally(actor, "publish"):
        raise Forbidden
    if target not in targets(core.config):
        raise BadRequest("Kết nối này chưa được cấu hình.", "This connector is not set up.")


def _may_write(core: Core, address: str) -> None:
    if not core.config.smtp_host:
        raise Refused("Hệ thống chưa nối với máy chủ thư.", "The hub is not connected to a mail server.")
    if not address:
        raise Refused(
            "Hãy ghi địa chỉ thư điện tử trong hồ sơ của bạn trước.", "Write your e-mail address in your profile first."
        )


def end(core: Core, actor: Actor, subscription_id: str, now: datetime) -> None:
    """It brings nothing more; what is still on its way is dropped when its turn comes. Again it changes nothing.

    NotFound unless it is the actor's own, or the actor may publish.
    """
    with core.database.write() as connection:
        found = subscriptions.get(connection, subscription_id)
        if found is None or not (found.account_id == actor.account_id or _sees_all(actor)):
            raise NotFound
        if subscriptions.end(connection, subscription_id, now):
            detail = {"report": found.report, "account": found.account_id}
            moves.tell(connection, actor, "unsubscribe", "subscription", found.id, now, detail)


def mine(core: Core, actor: Actor, now: datetime) -> list[Subscription]:
    """The actor's active subscriptions, by report."""
    with core.database.read() as connection:
        return subscriptions.of_account(connection, actor.account_id)


def on_their_way(core: Core, actor: Actor, limit: int = 50) -> list[Delivery]:
    """The deliveries of the newest editions to the actor, whatever became of them."""
    with core.database.read() as connection:
        return deliveries.listing(connection, account_id=actor.account_id, limit=limit)


def not_delivered(core: Core, actor: Actor, limit: int = 50) -> tuple[dict[str, int], list[Delivery], dict[str, str]]:
    """How many deliveries there are of each state, those that wait or were given up, and whose they are, by account.

    Forbidden unless the actor may publish or manages jobs.
    """
    _manager(actor)
    with core.database.read() as connection:
        rows = deliveries.listing(connection, states=("waiting", "dead"), limit=limit)
        names = accounts.names_of(connection, {row.account_id for row in rows})
        return deliveries.counts(connection), rows, names


def retry(core: Core, actor: Actor, now: datetime) -> int:
    """What was given up is tried again with the next turn; how many. Forbidden as above."""
    _manager(actor)
    with core.database.write() as connection:
        revived = deliveries.revive(connection, now)
        if revived:
            moves.tell(connection, actor, "retry_delivery", "subscription", "all", now, {"deliveries": revived})
    return revived


def _sees_all(actor: Actor) -> bool:
    return allowed_nationally(actor, "publish") or actor.has("system")


def _manager(actor: Actor) -> None:
    if not (_sees_all(actor) or allowed_nationally(actor, "manage_jobs")):
        raise Forbidden
