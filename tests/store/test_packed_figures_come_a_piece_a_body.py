"""The packed figures of a campaign, put together by the database: every row once, in the piece of its body."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import insert

from hub.store import packed_columns, tables
from hub.store.database import Database

AT = "2026-09-15T03:00:00.000000+00:00"
CELLS = 3
PATHS = (
    "VN",  # the nation's own report
    "VN/P01", "VN/P01/X1", "VN/P01/X2", "VN/P01/X2/Y1",
    "VN/P01-20080801", "VN/P01-20080801/X9",  # stands between the two ranges of P01
    "VN/P02/X3", "VN/P020/X4", "VN/P1",
)  # fmt: skip
"""In tree order as people see it; the key sorts them otherwise."""


@pytest.fixture
def rows(database: Database) -> dict[str, tuple[bytes, bytes]]:
    """Path → figures and presence, zero bytes among them; a second campaign beside it."""
    chance = random.Random(5)
    made = {path: (bytes([0, *chance.randbytes(CELLS * 8 - 1)]), chance.randbytes(CELLS)) for path in PATHS}
    with database.write() as connection:
        edition = {"key": "A/1", "regime": "A", "code": "1", "sha256": "0", "first_used_at": AT}
        connection.execute(insert(tables.edition).values(edition))
        for period in ("2026-M08", "2026-M09"):
            for path, (figures, presence) in made.items():
                filing = f"{period}{path}"
                connection.execute(insert(tables.filing).values(_filing(filing, period, path)))
                standing = {"edition": "A/1", "period": period, "scope": "own", "unit_path": path, "filing_id": filing}
                packed = {"version": 1, "version_sha256": "0", "figures": figures, "presence": presence}
                connection.execute(insert(tables.standing).values(standing | packed))
    return made


def _filing(filing: str, period: str, path: str) -> dict[str, object]:
    return {
        "id": filing, "edition": "A/1", "regime": "A", "unit_id": path.rsplit("/", 1)[-1], "unit_path": path,
        "level": "commune", "period": period, "frequency": "month", "scope": "own", "receiver_id": "VN",
        "window_start": "2026-09-01", "window_end": "2026-09-30", "due_at": AT, "state": "accepted", "revision": 1,
        "attempt": 1, "excluded": False, "first_sent_at": AT, "opened_at": AT, "changed_at": AT,
    }  # fmt: skip


def test_every_row_is_in_the_piece_of_its_body_with_its_own_presence(database, rows):
    with database.read() as connection:
        pieces = packed_columns.read(connection, "A/1", "2026-M09", "own")
    assert [(piece.body, piece.rows) for piece in pieces] == [
        ("", 1), ("P01", 4), ("P01-20080801", 2), ("P02", 1), ("P020", 1), ("P1", 1),
    ]  # fmt: skip
    for piece in pieces:
        figures = [piece.figures[at : at + CELLS * 8] for at in range(0, len(piece.figures), CELLS * 8)]
        presence = [piece.presence[at : at + CELLS] for at in range(0, len(piece.presence), CELLS)]
        wanted = [packed for path, packed in rows.items() if [*path.split("/"), ""][1] == piece.body]
        assert sorted(zip(figures, presence, strict=True)) == sorted(wanted)


def test_a_campaign_without_reports_has_no_piece(database):
    with database.read() as connection:
        assert packed_columns.read(connection, "A/1", "2026-M10", "own") == []
