"""Roll-ups verified: built again from the very versions they name, they give the same figures (R29)."""

from __future__ import annotations

from hub.domain.filing import FilingRow
from hub.domain.packing import FigureOverflow
from hub.domain.parts import DIFFERS, differences
from hub.domain.regime import Edition
from hub.domain.values import from_canonical
from hub.services.core import Core
from hub.services.rollup_filing import brought_together
from hub.store import filings, rollup_sources, versions
from hub.store.database import Connection
from hub.store.rollup_sources import Source


def problems(core: Core, connection: Connection, source: Source) -> list[str]:
    """What does not hold of a built version (R29).

    Its parts are the versions it names and make the figures it keeps; of the version that was sent, every figure that
    is not what they make was told and explained.
    """
    name = f"roll-up {source.filing_id} version {source.version}"
    row = filings.get(connection, source.filing_id)
    edition = core.catalog.editions.get(row.edition) if row is not None else None
    if row is None or edition is None:
        return []  # said once, for the edition
    try:
        again = brought_together(connection, edition, source.lineage.parts)
    except (KeyError, ValueError, FigureOverflow):
        return [f"{name}: its parts are not the versions that were rolled up"]
    if source.lineage.functions != tuple(figure.rollup.kind for figure in edition.figures):
        return [f"{name}: its figures were brought together in other ways than the edition's"]
    if again.vector.packed() != source.lineage.vector.packed():
        return [f"{name}: its parts make other figures than those kept"]
    return _undeclared(connection, row, edition, source)


def _undeclared(connection: Connection, row: FilingRow, edition: Edition, source: Source) -> list[str]:
    """The figures of the sent version that are not its parts' and were not explained."""
    number = row.sent_version
    goes_back_to = rollup_sources.latest(connection, row.id, number)
    if number is None or goes_back_to is None or goes_back_to.version != source.version:
        return []
    try:
        values = from_canonical(edition, versions.get(connection, row.id, number).document)
    except (KeyError, ValueError):
        return []  # said of the version itself
    explained = versions.explanations(connection, row.id, number)
    return [
        f"roll-up {row.id} version {number}: {each.figure.address} differs from its parts without a reason"
        for each in differences(edition, values, source.lineage.vector)
        if f"{DIFFERS}@{each.figure.address}" not in explained
    ]
