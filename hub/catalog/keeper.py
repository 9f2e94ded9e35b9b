"""The Catalog of a running hub: read again as soon as an edition is brought into force, without a restart.

A Catalog never changes; the keeper puts a new one in the place of the old. Editions are only ever added to what is in
force, so whoever still holds the old one sees nothing wrong, only nothing new.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.catalog.catalog import Catalog
from hub.catalog.load import load_catalog
from hub.catalog.lock import LOCK_FILE
from hub.errors import SchemaError

EVERY = 1.0
"""Seconds between two looks at the locks."""

Stamp = tuple[tuple[int, int, int] | None, ...]
log = logging.getLogger("hub.catalog")


class CatalogKeeper:
    """Knows the current Catalog of some folders; threads may share one, processes each have their own.

    ``first`` loads the Catalog now. Later, when a lock in ``roots`` (the base, then its overlays) has changed and the
    data then do not hold, the Catalog in use stays and the log says why.
    """

    def __init__(
        self, first: Callable[[], Catalog], roots: Sequence[Traversable], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._roots, self._clock = tuple(roots), clock
        self._busy = threading.Lock()
        self._stamp = self._read_stamp()  # before loading: what is locked meanwhile is seen at the next look
        self._looked = clock()
        self._catalog = first()

    @property
    def current(self) -> Catalog:
        """What is in force; the locks are looked at once a second at most, by one thread."""
        if self._clock() - self._looked >= EVERY:
            self.look(wait=False)
        return self._catalog

    def look(self, *, wait: bool = True) -> None:
        """Look at the locks now. Without ``wait`` a thread that finds another one looking goes on with what it has."""
        if not self._busy.acquire(blocking=wait):
            return
        try:
            stamp = self._read_stamp()
            if stamp != self._stamp:
                self._reload()
                self._stamp = stamp
            self._looked = self._clock()
        finally:
            self._busy.release()

    def _reload(self) -> None:
        try:
            self._catalog = load_catalog(self._roots[0], self._roots[1:])
        except (SchemaError, OSError) as error:
            log.error("the regimes on disk do not hold, those in use stay: %s", error)
        else:
            log.info("took in what was brought into force: %d editions", len(self._catalog.editions))

    def _read_stamp(self) -> Stamp:
        return tuple(_stamp_of(Path(str(root)) / LOCK_FILE) for root in self._roots)


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    """What changes whenever the file is replaced or written; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def keep(
    base: Traversable, overlays: Sequence[Traversable] = (), clock: Callable[[], float] = time.monotonic
) -> CatalogKeeper:
    """A keeper of those folders. SchemaError if what is in force there does not hold."""
    return CatalogKeeper(lambda: load_catalog(base, overlays), (base, *overlays), clock)
