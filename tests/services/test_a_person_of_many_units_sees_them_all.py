"""However many units somebody acts for, they see the filings of these, and are served by an index."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import func, select

from hub.domain.visibility import Visibility
from hub.services import opening
from hub.store.filings import visible_to
from hub.store.tables import filing

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


def test_twenty_subtrees_show_what_they_show_one_by_one(core):
    opening.open_due(core, NOW, since=date(2026, 9, 1))
    places = ("VN/P1", "VN/P2/X21", "VN/G01")
    many = Visibility((*places, *(f"VN/none-{number}" for number in range(17))))

    def seen(connection, visibility):
        return set(connection.execute(select(filing.c.id).where(visible_to(visibility))).scalars())

    with core.database.read() as connection:
        alone = [seen(connection, Visibility((place,))) for place in places]
        together = seen(connection, many)
        of_all = connection.execute(select(func.count()).select_from(filing)).scalar_one()
    assert all(alone)
    assert together == set().union(*alone)
    assert len(together) < of_all
