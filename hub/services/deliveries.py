"""Deliveries: each issued edition comes to each of its subscribers once, or visibly not at all (P24).

An edition is on its way with the transaction that issues it. A delivery is claimed before it is tried, so two
schedulers do not try it at once. A letter is written in the transaction that notes it. A connector is handed the same
key again if the process dies between its yes and the note of it. Rights are looked at when the turn comes, not when
somebody subscribed.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from connectors.base import ConnectorFault
from connectors.http_push import HttpPush
from connectors.outgoing import OutgoingConnector, Parcel, ParcelRefused, TargetAway
from connectors.outgoing_folder import OutgoingFolder
from hub.config import Config
from hub.domain.access import SYSTEM, Actor
from hub.domain.form import Label
from hub.domain.notice import shortened
from hub.domain.period import Period
from hub.failpoints import reach
from hub.services import letter_texts, moves
from hub.services.core import Core
from hub.services.edition_files import file_in
from hub.services.ids import new_id
from hub.services.notifications import new_letter
from hub.services.seeing import may_read_report
from hub.store import accounts, mail, notifications, publications, subscriptions
from hub.store import deliveries as store
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.publications import PublicationFile, PublicationRow

MOST = 500
"""The most deliveries of one turn; the rest go with the next."""
LEASE = timedelta(minutes=30)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_TRIES = 12
"""After so many tries, about two days, a delivery is given up; somebody may have it tried again."""
TITLE_LENGTH = 90

NO_FILE, NOT_THEIRS, NO_MAIL_SERVER, NO_ADDRESS, NOT_SET_UP = (
    "no_file", "not_theirs", "no_mail_server", "no_address", "not_set_up",
)  # fmt: skip
"""Why a delivery did not go, where the hub itself says so; what another system answered is kept in its words."""
REASONS: Mapping[str, Label] = {
    NO_FILE: Label("Ấn bản không có tệp ở định dạng này", "The edition was issued without a file in this format"),
    NOT_THEIRS: Label(
        "Đã thôi đăng ký, hoặc không còn được đọc báo cáo", "The subscription ended, or the report may not be read"
    ),
    NO_MAIL_SERVER: Label("Chưa nối với máy chủ thư", "No mail server is set up"),
    NO_ADDRESS: Label("Tài khoản chưa có địa chỉ thư", "The account has no e-mail address"),
    NOT_SET_UP: Label("Kết nối chưa được cấu hình", "The connector is not set up"),
}

Opener = Callable[[Config, str], OutgoingConnector]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one turn did."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0
    dropped: int = 0


def target_of(config: Config, name: str) -> OutgoingConnector:
    """The delivery connector of that name. TargetAway if the settings do not switch it on, or not rightly."""
    try:
        if name == "folder" and config.deliver_folder:
            return OutgoingFolder(Path(config.deliver_folder))
        if name == "http" and config.deliver_url:
            return HttpPush(config.deliver_url, config.deliver_token)
    except ConnectorFault as fault:
        raise TargetAway(fault.message_en) from None
    raise TargetAway(NOT_SET_UP)


def plan(connection: Connection, row: PublicationRow) -> int:
    """The edition is on its way to everybody who subscribes to its report; inside the transaction that issues it."""
    wanted = [each.id for each in subscriptions.of_report(connection, row.report)]
    return store.plan(connection, row.id, wanted, row.issued_at)


def any_due(core: Core, now: datetime) -> bool:
    """Whether a delivery is due."""
    with core.database.read() as connection:
        return store.any_due(connection, now)


def deliver_due(core: Core, now: datetime, open_target: Opener = target_of) -> Delivered:
    """Each delivery that is due was tried once, and has its outcome."""
    counted = Counter[str]()
    for _ in range(MOST):
        if (delivery := _claim(core, now)) is None:
            break
        counted[_try(core, delivery, now, open_target)] += 1
    return Delivered(counted["sent"], counted["postponed"], counted["dead"], counted["dropped"])


def may_still_have(core: Core, connection: Connection, delivery: Delivery, now: datetime) -> bool:
    """Whether the subscriber's account and subscription are active and they may read the report (R44)."""
    subscription = subscriptions.get(connection, delivery.subscription_id)
    account = accounts.find(connection, delivery.account_id)
    if subscription is None or not subscription.active or account is None or not account.active:
        return False
    actor = Actor(account.id, account.name, account.unit_id, accounts.grants_of(connection, account.id))
    return may_read_report(core, actor, delivery.report, now)


def _claim(core: Core, now: datetime) -> Delivery | None:
    with core.database.write() as connection:
        while (delivery := store.next_due(connection, now)) is not None:
            if store.claim(connection, delivery, now + LEASE):
                return delivery
    return None


def _try(core: Core, delivery: Delivery, now: datetime, open_target: Opener) -> str:
    """``sent``, ``postponed``, ``dead`` or ``dropped``, and so noted."""
    with core.database.read() as connection:
        allowed = may_still_have(core, connection, delivery, now)
        found = publications.get(connection, delivery.publication_id)
        assert found is not None
        file = file_in(core, connection, found[0], delivery.format) if allowed else None
    if not allowed:
        with core.database.write() as connection:
            store.drop(connection, delivery, NOT_THEIRS)
        return "dropped"
    try:
        if delivery.channel == "mail":
            return _write_letter(core, delivery, found[0], now)
        if file is None:
            raise ParcelRefused(NO_FILE)
        open_target(core.config, delivery.target).deliver(parcel_of(delivery, found[0], file))
    except ParcelRefused as refusal:
        return _give_up(core, delivery, str(refusal))
    except TargetAway as away:
        return _postpone(core, delivery, str(away), now)
    reach("after-delivery-before-note")
    with core.database.write() as connection:
        if store.note_sent(connection, delivery, now):
            _record(connection, delivery, now)
    return "sent"


def _write_letter(core: Core, delivery: Delivery, row: PublicationRow, now: datetime) -> str:
    """A letter waits to be sent, and says where the edition is; it and the note of it together or not at all."""
    if not core.config.smtp_host:
        raise TargetAway(NO_MAIL_SERVER)
    with core.database.write() as connection:
        people = notifications.people(connection, "published", (delivery.account_id,))
        if not people or not people[0].email:
            store.give_up(connection, delivery, NO_ADDRESS)
            return "dead"
        language = "en" if people[0].language == "en" else "vi"
        subject, body = _words(core, row, language)
        mail_id = new_id(now)
        if store.note_sent(connection, delivery, now, mail_id):
            said = letter_texts.alone(core.config, language, subject, body, f"/reports/{row.id}")
            mail.add(connection, [new_letter(mail_id, people[0], *said, now)])
            _record(connection, delivery, now)
    return "sent"


def _words(core: Core, row: PublicationRow, language: str) -> tuple[str, str]:
    definition, period = core.catalog.reports.get(row.report), Period.parse(row.period).label
    title = (definition.title.en or definition.title.vi) if definition is not None else row.report
    if language == "en":
        subject = f"Edition {row.number}: {shortened(title, TITLE_LENGTH)} – {period.en}"
        return subject, f"You asked for each new edition of this report: {title}, {period.en}, edition {row.number}."
    title = definition.title.vi if definition is not None else row.report
    subject = f"Ấn bản số {row.number}: {shortened(title, TITLE_LENGTH)} – {period.vi}"
    return subject, f"Bạn đã đăng ký nhận ấn bản mới của báo cáo: {title}, {period.vi}, ấn bản số {row.number}."


def parcel_of(delivery: Delivery, row: PublicationRow, file: PublicationFile) -> Parcel:
    """The file with all that names it. The key is that of the subscription and the edition, whatever the try."""
    about = {
        "report": row.report, "period": row.period, "edition": str(row.number),
        "issued_at": row.issued_at.isoformat(), "manifest_sha256": row.manifest_sha256,
    }  # fmt: skip
    key = f"{delivery.subscription_id}:{delivery.publication_id}"
    return Parcel(key, file.name, file.media_type, file.content, file.sha256, about)


def _give_up(core: Core, delivery: Delivery, reason: str) -> str:
    with core.database.write() as connection:
        store.give_up(connection, delivery, reason)
    return "dead"


def _postpone(core: Core, delivery: Delivery, reason: str, now: datetime) -> str:
    """This delivery waits, and with it whatever else goes to the same connector: none is worn out by an outage."""
    if delivery.tries + 1 >= MOST_TRIES:
        return _give_up(core, delivery, reason)
    until = now + wait_after(delivery.tries)
    with core.database.write() as connection:
        store.postpone(connection, delivery, until, reason)
        if delivery.channel == "connector":
            store.put_off(connection, delivery.target, until, reason)
    return "postponed"


def _record(connection: Connection, delivery: Delivery, now: datetime) -> None:
    detail = {
        "publication": delivery.publication_id, "account": delivery.account_id, "format": delivery.format,
        "channel": delivery.channel, "target": delivery.target,
    }  # fmt: skip
    moves.tell(connection, SYSTEM, "deliver", "subscription", delivery.subscription_id, now, detail)


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many failures before: doubling up to six hours, a quarter more or less."""
    doubled: timedelta = min(FIRST_WAIT * (1 << min(tries, 12)), LONGEST_WAIT)
    return doubled * (75 + secrets.randbelow(51)) / 100
