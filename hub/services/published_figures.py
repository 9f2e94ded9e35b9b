"""What the latest editions of the national reports show, to say which figures were revised since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from hub.domain.form import Address
from hub.domain.rebasing import Rolled
from hub.domain.report import reference
from hub.readers.tables_json import read_tables_json
from hub.services.core import Core
from hub.store import publications_shown
from hub.store.database import Connection


class Published:
    """The published figures by regime and period; the newest edition that shows a figure counts."""

    def __init__(self, shown: Mapping[tuple[str, str], Mapping[str, Decimal]]) -> None:
        self._shown = shown

    def shows(self, rolled: Rolled) -> bool:
        """True if there is anything to compare the figures of a regime and period with."""
        return (rolled.edition.regime, rolled.period.code) in self._shown

    def differs(self, rolled: Rolled, address: Address, value: Decimal | None) -> bool:
        """True if the newest edition that shows the figure of that unit and period shows another one.

        ``address`` and ``value`` as the edition of the time has them.
        """
        its = self._shown.get((rolled.edition.regime, rolled.period.code), {})
        name = reference(rolled.edition.regime, rolled.unit_id, address)
        return name in its and its[name] != value


def published_by(
    core: Core, connection: Connection, rows: Iterable[Rolled], regimes: Collection[str], at: datetime
) -> Published:
    """What the reports of single regimes showed at a moment of the periods of these rows.

    Only editions that are older than a row are opened: what was published from it cannot differ from it.
    """
    reports = {
        code: definition.regime or ""
        for code, definition in core.catalog.reports.items()
        if definition.kind == "regime" and definition.regime in regimes
    }
    made: dict[tuple[str, str], datetime] = {}
    for row in rows:
        name = row.edition.regime, row.period.code
        made[name] = max(made.get(name, row.at or at), row.at or at)
    latest = publications_shown.latest(connection, sorted(reports), {code for _, code in made}, at)
    opened = [each for each in latest if made.get((reports[each.report], each.period), _NEVER) > each.issued_at]
    contents = publications_shown.contents(connection, opened)
    shown: dict[tuple[str, str], dict[str, Decimal]] = {}
    for each in opened:  # the oldest first, so that the newest edition has the last word
        shown.setdefault((reports[each.report], each.period), {}).update(_figures(contents[each.id]))
    return Published(shown)


_NEVER = datetime.min.replace(tzinfo=UTC)


def _figures(content: bytes) -> dict[str, Decimal]:
    """Every figure of an issued edition by the name it is traced by."""
    tables = read_tables_json(content).tables
    cells = (cell for table in tables for line in table.rows for cell in line.cells)
    return {cell.ref: cell.value for cell in cells if cell.ref is not None and isinstance(cell.value, Decimal)}
