"""What people say of themselves, and what they want to be written about; each only of themselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.notice import MAIL_NAMES, Kind, kinds_for
from hub.errors import BadRequest
from hub.services import moves
from hub.services.core import Core
from hub.store import notifications, profiles
from hub.store.profiles import Profile

__all__ = ["Profile", "ProfileView", "address_of", "keep", "phone_of", "view"]

LANGUAGES = frozenset({"vi", "en"})
_ADDRESS = re.compile(
    r"(?=.{6,200}\Z)(?!.*\.\.)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-][A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])",
    re.ASCII,
)
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{5,38}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProfileView:
    """``kinds``: what may be told to somebody with this person's roles; ``choices``: kind → letter, for each of them.

    ``letters``: whether this hub sends letters at all.
    """

    profile: Profile
    kinds: Mapping[str, Kind]
    choices: Mapping[str, str]
    letters: bool


def view(core: Core, actor: Actor) -> ProfileView:
    """The actor's own profile and choices, the defaults filled in."""
    kinds = kinds_for(actor.roles())
    with core.database.read() as connection:
        profile = profiles.get(connection, actor.account_id)
        chosen = notifications.choices_of(connection, actor.account_id)
    choices = {code: chosen.get(code, kind.mail) for code, kind in kinds.items()}
    return ProfileView(profile, kinds, choices, bool(core.config.smtp_host))


def keep(
    core: Core, actor: Actor, *, email: str, phone: str, language: str, choices: Mapping[str, str], now: datetime
) -> None:
    """The actor's own address, telephone, language and choices are these. BadRequest, in words, for what is none.

    An empty address or telephone is none. The audit line says what changed, not to what.
    """
    said = {"email": address_of(email), "phone": phone_of(phone), "language": _language(language)}
    kinds = kinds_for(actor.roles())
    wanted = {kind: mail for kind, mail in choices.items() if kind in kinds}
    if not set(wanted.values()) <= set(MAIL_NAMES):
        raise BadRequest
    with core.database.write() as connection:
        before = profiles.get(connection, actor.account_id)
        chosen = notifications.choices_of(connection, actor.account_id)
        changed = [name for name, value in said.items() if getattr(before, name) != value]
        new = {kind: mail for kind, mail in wanted.items() if chosen.get(kind, kinds[kind].mail) != mail}
        if not changed and not new:
            return
        profiles.keep(connection, actor.account_id, **said, now=now)
        notifications.choose(connection, actor.account_id, new)
        detail = {"changed": sorted(changed), "choices": new}
        moves.tell(connection, actor, "profile", "account", actor.account_id, now, detail)


def has_toured(core: Core, actor: Actor) -> bool:
    """Whether the actor has put the tour of a first visit aside."""
    with core.database.read() as connection:
        return profiles.get(connection, actor.account_id).toured_at is not None


def note_tour(core: Core, actor: Actor, *, seen: bool, now: datetime) -> None:
    """The tour is not shown to the actor again, or is; doing so twice changes nothing more."""
    with core.database.write() as connection:
        if (profiles.get(connection, actor.account_id).toured_at is not None) != seen:
            profiles.note_tour(connection, actor.account_id, now if seen else None, now)


def address_of(text: str) -> str:
    """The address as it is kept; empty for none. BadRequest for what no mail server would take."""
    address = unicodedata.normalize("NFC", text).strip()
    if address and not _ADDRESS.fullmatch(address):
        raise BadRequest(
            "Địa chỉ thư không hợp lệ. Ví dụ đúng: nguyenvana@tinh.gov.vn.",
            "This is no e-mail address. A right one: nguyenvana@tinh.gov.vn.",
        )
    return address


def phone_of(text: str) -> str:
    """The telephone number as it is kept; empty for none. BadRequest for what nobody can call."""
    phone = " ".join(text.split())
    if phone and not _PHONE.fullmatch(phone):
        raise BadRequest(
            "Số điện thoại chỉ gồm chữ số, dấu cách và dấu +, ví dụ: 024 3826 3826.",
            "A telephone number holds digits, spaces and +, for example: 024 3826 3826.",
        )
    return phone


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise BadRequest("Hãy chọn tiếng Việt hoặc tiếng Anh.", "Choose Vietnamese or English.")
    return text
