"""Who receives a regime's reports on a day (R16)."""

from __future__ import annotations

from datetime import date

from hub.domain.org import NATION
from hub.domain.regime import Edition
from hub.services.core import Core


def owner_of(core: Core, edition: Edition, day: date) -> str:
    """The unit that owns the regime on a day: the successor of the owner its text names; the nation if none stands."""
    owner = core.orgs.find(edition.owner, edition.valid_from) or core.orgs.find(edition.owner, day)
    if owner is None:
        return NATION
    heirs = core.orgs.today(owner.id, day)
    return heirs[0].id if heirs else owner.id
