"""The calendar file: RFC 5545 lines that every calendar program reads, letters never cut."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hub.writers.icalendar import CalendarDay, write_icalendar

MADE = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LONG = CalendarDay(
    "thu-01-2026-m09-x11-own@hub", date(2026, 12, 31),
    "Hạn gửi: Báo cáo tình hình, kết quả thực hiện; cơ chế một cửa, một cửa liên thông trên địa bàn tỉnh", "Xã\nX11",
)  # fmt: skip


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_a_day_is_a_whole_day_that_ends_on_the_next():
    lines = unfolded(write_icalendar([LONG], "Hạn gửi", MADE))
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "DTSTAMP:20260915T030000Z" in lines
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_no_line_is_longer_than_75_bytes_and_every_letter_comes_back():
    content = write_icalendar([LONG], "Hạn gửi", MADE)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    summary = next(line for line in unfolded(content) if line.startswith("SUMMARY:"))
    plain = summary.removeprefix("SUMMARY:").replace("\\,", ",").replace("\\;", ";")
    assert plain == LONG.summary
    assert "DESCRIPTION:Xã\\nX11" in unfolded(content)


def test_the_same_day_has_the_same_name_however_often_it_is_written():
    once, again = (write_icalendar([LONG], "x", MADE) for _ in range(2))
    assert once == again
    assert once.count(b"UID:thu-01-2026-m09-x11-own@hub") == 1
