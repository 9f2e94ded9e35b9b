"""The ledger of sendings: every campaign counted by unit right below the nation, kept between pages and always exact.

Counting the filings of all communes takes most of a second, and a page may not. So each process keeps the counts with
the number and hash of the last audit line it knows. Every change of a filing writes such a line in its own transaction
(R40): whoever looks next reads the lines since and counts the campaigns they tell of again, and no others.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from hub.services.core import Core
from hub.store import punctuality
from hub.store.database import Connection, Database
from hub.store.punctuality import Campaign, Cell, Change

MOST_LINES = 5_000
"""So many audit lines behind, counting everything anew is cheaper than reading what happened."""

Counted = Mapping[Campaign, tuple[Cell, ...]]


class SendingLedger:
    """The counts of one database. Safe to share between threads: the first one counts, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Change | None = None
        self._since = 0
        self._counted: dict[Campaign, tuple[Cell, ...]] = {}

    def counted(self, connection: Connection, year: int) -> Counted:
        """Every campaign of the periods of that year and later, as the connection's moment sees them."""
        with self._lock:
            if self._last is None or year < self._since or not self._follow(connection, self._last):
                self._count(connection, year)
            return self._counted

    def _count(self, connection: Connection, year: int) -> None:
        self._last = punctuality.last_change(connection)
        self._since = min(year, self._since or year)
        self._counted = punctuality.cells_since(connection, self._since)

    def _follow(self, connection: Connection, last: Change) -> bool:
        """Take in what happened since.

        False where the chain does not go on from there (a restored database), and after a line of an unknown kind.
        """
        lines = punctuality.changes_from(connection, max(last.number, 1), MOST_LINES)
        known = lines[0] if lines else Change(0, "")
        if len(lines) == MOST_LINES or (last.number and (known.number, known.hash) != (last.number, last.hash)):
            return False
        new = lines[1:] if last.number else lines
        if any(line.anything for line in new):
            return False
        changed = {line.campaign for line in new if line.campaign is not None}
        changed |= punctuality.campaigns_of(connection, punctuality.ids_of(new))
        changed = {campaign for campaign in changed if campaign[1] >= f"{self._since:04}"}
        if changed:
            kept = {campaign: cells for campaign, cells in self._counted.items() if campaign not in changed}
            self._counted = kept | punctuality.cells_of(connection, changed)
        self._last = new[-1] if new else last
        return True


_LEDGERS: WeakKeyDictionary[Database, SendingLedger] = WeakKeyDictionary()
_ONE_AT_A_TIME = threading.Lock()


def ledger_of(core: Core) -> SendingLedger:
    """The ledger of a hub's database."""
    with _ONE_AT_A_TIME:
        return _LEDGERS.setdefault(core.database, SendingLedger())
