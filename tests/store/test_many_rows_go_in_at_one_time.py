"""Many rows go into a table at one time; on either database the same is told where they may not."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DataError

from hub.store import tables
from hub.store.database import IntegrityError, is_unique_violation, one_of
from hub.store.in_bulk import insert_rows


def row(number: int, **changes: object) -> dict[str, object]:
    return {
        "number": number, "at": "2026-09-15T03:00:00.000000+00:00", "account_id": "a", "unit_id": "VN", "ip": "",
        "action": "receive", "object_type": "filing", "object_id": "Tổng hợp “số liệu”\t\\N\n", "result": "ok",
        "detail": "{}", "previous": f"{number:064}", "hash": f"{number + 1:064}",
    } | changes  # fmt: skip


def test_every_row_is_there_as_it_was_given(database) -> None:
    rows = [row(number) for number in range(1, 8)]
    with database.write() as connection:
        insert_rows(connection, insert(tables.event), rows)
    with database.read() as connection:
        found = connection.execute(select(tables.event).order_by(tables.event.c.number)).mappings().all()
    assert [dict(each) for each in found] == rows


def test_bytes_and_what_is_missing_are_kept_as_they_are(database) -> None:
    rows = [{"sha256": f"{number:064}", "content": bytes(range(256)) * number} for number in range(5)]
    with database.write() as connection:
        insert_rows(connection, insert(tables.submission_content), rows)
        content = tables.submission_content.c
        among = one_of(connection, content.sha256, [each["sha256"] for each in rows[1:]])
        found = connection.execute(select(content.content).where(among).order_by(content.sha256))
        assert [bytes(each) for (each,) in found] == [each["content"] for each in rows[1:]]


def test_a_key_that_is_there_already_is_told_alike(database) -> None:
    with pytest.raises(IntegrityError) as told, database.write() as connection:
        insert_rows(connection, insert(tables.event), [row(number) for number in (1, 2, 3, 4, 2)])
    assert is_unique_violation(told.value)
    with database.read() as connection:
        assert connection.execute(select(tables.event)).all() == []


def test_what_the_database_cannot_hold_is_told_and_the_connection_goes_on(postgres_database) -> None:
    with pytest.raises(DataError), postgres_database.write() as connection:
        insert_rows(connection, insert(tables.event), [row(number, detail="a\0b") for number in range(4)])
    with postgres_database.write() as connection:
        insert_rows(connection, insert(tables.event), [row(number) for number in range(1, 5)])
