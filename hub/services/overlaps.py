"""Which figures of the regimes of today are probably asked for twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from hub.catalog.catalog import Catalog
from hub.domain.overlap import OverlapGroup, overlaps
from hub.domain.regime import Edition


def likely_duplicates(
    catalog: Catalog, day: date, minimum: Decimal = Decimal("0.6"), *, drafts: bool = False
) -> list[OverlapGroup]:
    """Groups of likely duplicates between regimes, one edition each: the one in force on the day, else the newest.

    ``drafts`` also looks at the newest draft of every regime that has no edition in force. SchemaError if one of these
    cannot be read.
    """
    editions = list(_current(catalog, day))
    if drafts:
        editions += _drafted(catalog)
    return overlaps(editions, minimum)


def _current(catalog: Catalog, day: date) -> Iterator[Edition]:
    for _, regime in sorted(catalog.regimes.items()):
        yield regime.edition_on(day) or regime.editions[-1]


def _drafted(catalog: Catalog) -> Iterator[Edition]:
    newest = {key.partition("/")[0]: key for key in sorted(catalog.drafts)}
    for code, key in newest.items():
        if code not in catalog.regimes:
            yield catalog.drafts[key]
