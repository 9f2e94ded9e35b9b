"""The list of national reports: the latest issue first, and one report's editions alone where they are asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.store.publications import PublicationRow
from hub.web.reports import newest


@pytest.fixture
def row(now):
    def make(name: str, period: str, seconds: int = 0) -> PublicationRow:
        return PublicationRow(
            id=name, report="thu", period=period, number=1, issued_at=now + timedelta(seconds=seconds),
            account_id="", note=None, manifest_sha256="",
        )  # fmt: skip

    return make


@pytest.fixture
def now(app):
    return app.config["CLOCK"]()


def test_what_was_issued_in_the_same_minute_is_listed_by_its_period(app, row):
    rows = [row("a", "2026-M02", 2), row("b", "2026-M09", 1), row("c", "2025-Y"), row("d", "2025-M12", 600)]
    with app.test_request_context():
        assert [each.id for each in newest(rows)] == ["d", "b", "a", "c"]


def test_one_report_s_editions_are_shown_alone(sign_in, make_actor, published):
    central = sign_in(make_actor("central", "VN"))
    everything, none = (central.get(f"/reports{asked}").get_data(as_text=True) for asked in ("", "?report=khac"))
    assert published.id in everything
    assert published.id in central.get("/reports?report=thu").get_data(as_text=True)
    assert none.count('scope="row"') == 0
