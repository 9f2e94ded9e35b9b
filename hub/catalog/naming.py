"""Which edition is meant: by a name that a person typed, or by what a document says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from hub.domain.envelope import Identity
from hub.domain.period import Period
from hub.domain.regime import Edition, Regime
from hub.errors import NotFound


def edition_named(editions: Mapping[str, Edition], drafts: Mapping[str, Edition], name: str) -> Edition:
    """The edition of a key, or the last one of a regime's code, in force or draft. NotFound if there is none."""
    if name in editions:
        return editions[name]
    if name in drafts:
        return drafts[name]
    of_code = sorted(key for key in {*editions, *drafts} if key.startswith(f"{name}/"))
    if not of_code:
        raise NotFound(f"Không có ấn bản {name}.", f"There is no edition {name}.")
    return edition_named(editions, drafts, of_code[-1])


def edition_said(regimes: Mapping[str, Regime], drafts: Mapping[str, Edition], said: Identity) -> Edition | None:
    """The edition in force at the end of the period that a document names; else the regime's last draft; else None."""
    code = said.regime or ""
    try:
        day = Period.parse(said.period or "").end
    except ValueError:
        day = None
    found = regimes[code].edition_on(day) if code in regimes and day is not None else None
    if found is not None:
        return found
    editions = {edition.key: edition for edition in regimes[code].editions} if code in regimes else {}
    try:
        return edition_named(editions, drafts, code)
    except NotFound:
        return None
