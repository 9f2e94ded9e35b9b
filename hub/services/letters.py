"""Letters: the digest of each morning is written, and whatever waits is sent, apart from all reporting (P24).

A letter is claimed before it is sent, so two schedulers do not send it twice. If the process dies between the server's
yes and the note of it, it is sent again under the same Message-ID, by which mail programs know the repeat.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol

from connectors.mail_server import LetterRefused, MailServer, ServerAway
from hub.config import Config
from hub.domain.access import Actor
from hub.domain.period import local_day
from hub.domain.visibility import allowed_nationally
from hub.errors import Forbidden
from hub.failpoints import reach
from hub.services import letter_texts, moves
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.letter_enclosure import NotTheirsAnyMore, enclosure_of
from hub.services.notifications import new_letter
from hub.store import mail, notifications
from hub.store.mail import Letter

MOST = 500
"""The most letters of one turn; the rest go with the next."""
LEASE = timedelta(minutes=30)
"""How long a claimed letter is left to whoever claimed it."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
KEEP_TRYING = timedelta(days=3)
"""How long a letter is tried before it is dead; a refusal for good ends it at once."""
DIGESTS_AT_ONCE = 100
"""How many people's digests are written in one transaction."""


class Outgoing(Protocol):
    def send(self, message: EmailMessage) -> None: ...


Opener = Callable[[Config], AbstractContextManager[Outgoing]]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one turn did. ``away``: what the server, or the way to it, answered instead of taking letters."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0
    away: str = ""


def server_of(config: Config) -> MailServer:
    """The mail server of the settings, not connected yet."""
    return MailServer(
        config.smtp_host, config.smtp_port, config.smtp_security, config.smtp_user, config.smtp_password,
        float(config.smtp_timeout),
    )  # fmt: skip


# --- Digests ---------------------------------------------------------------------------------------------------------


def write_digests(core: Core, now: datetime) -> int:
    """One letter for each person whose notices wait for the morning; how many. Repeating it writes none."""
    with core.database.read() as connection:
        people = notifications.awaiting_digest(connection, now)
    written = 0
    for start in range(0, len(people), DIGESTS_AT_ONCE):
        with core.database.write() as connection:
            letters = []
            for person in people[start : start + DIGESTS_AT_ONCE]:
                mail_id = new_id(now)
                taken = notifications.take_for_digest(connection, person.account_id, mail_id, now)
                if taken:
                    said = letter_texts.digest(core.config, person.language, taken, local_day(now))
                    letters.append(new_letter(mail_id, person, *said, now))
            mail.add(connection, letters)
            written += len(letters)
    return written


# --- Sending ---------------------------------------------------------------------------------------------------------


def send_due(core: Core, now: datetime, open_server: Opener = server_of) -> Delivered:
    """Each letter that is due was handed to the mail server once, and has its outcome.

    The first sign that the server is away ends the turn and puts off all letters: none is worn out by an outage.
    """
    letter = _claim(core, now) if core.config.smtp_host else None
    if letter is None:
        return Delivered()
    counted, away = Counter[str](), ""
    try:
        with open_server(core.config) as server:
            for _ in range(MOST):
                counted[_try(core, server, letter, now)] += 1
                if (following := _claim(core, now)) is None:
                    break
                letter = following
    except ServerAway as error:
        away = str(error)
        counted["dead" if _put_off(core, letter, away, now) else "postponed"] += 1
    return Delivered(counted["sent"], counted["postponed"], counted["dead"], away)


def any_due(core: Core, now: datetime) -> bool:
    """Whether a letter is due that could be sent."""
    if not core.config.smtp_host:
        return False
    with core.database.read() as connection:
        return mail.next_due(connection, now) is not None


def _claim(core: Core, now: datetime) -> Letter | None:
    """The next letter that is due, and nobody else's for the time of the lease."""
    with core.database.write() as connection:
        while (letter := mail.next_due(connection, now)) is not None:
            if mail.claim(connection, letter, now + LEASE):
                return letter
    return None


def _try(core: Core, server: Outgoing, letter: Letter, now: datetime) -> str:
    """``sent``, ``postponed`` or ``dead``, and so noted. ServerAway comes through."""
    try:
        enclosure = enclosure_of(core, letter.id, now)
    except NotTheirsAnyMore:
        return _refused(core, letter, "the reader may not have this edition any more", True, now)
    try:
        server.send(letter_texts.message(letter, core.config, enclosure))
    except LetterRefused as refusal:
        return _refused(core, letter, str(refusal), refusal.for_good, now)
    except ValueError as error:  # an address or subject that no header may hold
        return _refused(core, letter, str(error), True, now)
    reach("after-letter-before-note")
    with core.database.write() as connection:
        mail.note_sent(connection, letter.id, now)
    return "sent"


def _refused(core: Core, letter: Letter, reason: str, for_good: bool, now: datetime) -> str:
    over = for_good or now - letter.created_at >= KEEP_TRYING
    with core.database.write() as connection:
        if over:
            mail.give_up(connection, letter.id, reason)
        else:
            mail.postpone(connection, letter.id, now + wait_after(letter.tries), reason)
    return "dead" if over else "postponed"


def _put_off(core: Core, letter: Letter, reason: str, now: datetime) -> bool:
    """The server is away: this letter and every other waits; True if this one has waited long enough to be dead."""
    over = now - letter.created_at >= KEEP_TRYING
    until = now + wait_after(letter.tries)
    with core.database.write() as connection:
        if over:
            mail.give_up(connection, letter.id, reason)
        else:
            mail.postpone(connection, letter.id, until, reason)
        mail.put_off(connection, until, reason)
    return over


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many failures before: doubling up to a quarter of an hour, a quarter more or less."""
    doubled = min(FIRST_WAIT.total_seconds() * 2.0 ** min(tries, 10), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=doubled * (75 + secrets.randbelow(51)) / 100)


# --- The operator's view ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many letters wait, were sent and are dead, and the newest of those that wait or are dead."""

    counts: dict[str, int]
    letters: tuple[Letter, ...]


def listing(core: Core, actor: Actor, limit: int = 50) -> Waiting:
    """What has not been delivered. Forbidden unless the actor manages jobs."""
    _manager(actor)
    with core.database.read() as connection:
        rows = mail.listing(connection, ("dead", "waiting"), limit)
        return Waiting(mail.counts(connection), tuple(rows))


def retry(core: Core, actor: Actor, now: datetime, mail_id: str | None = None) -> int:
    """Dead letters, one or all, are tried again with the next turn; how many. Forbidden as above."""
    _manager(actor)
    with core.database.write() as connection:
        revived = mail.revive(connection, now, mail_id)
        if revived:
            moves.tell(connection, actor, "retry_mail", "mail", mail_id or "all", now, {"letters": revived})
    return revived


def _manager(actor: Actor) -> None:
    if not (allowed_nationally(actor, "manage_jobs") or actor.has("system")):
        raise Forbidden
