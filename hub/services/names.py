"""Names of the people behind account ids, for pages about what they did where the reader may see it."""

from __future__ import annotations

from collections.abc import Iterable

from hub.services.core import Core
from hub.store import accounts


def names_of(core: Core, account_ids: Iterable[str]) -> dict[str, str]:
    """Account id → the person's name; an account that is not there, such as the system's, is left out."""
    with core.database.read() as connection:
        return accounts.names_of(connection, account_ids)
