"""The page of jobs says in words what runs when and how it went; people pause a job there and have it run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.services import job_control, runs
from scheduler.jobs import JOBS

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
PAUSED = "Chờ Bộ xác nhận số liệu"


@pytest.fixture
def central(make_actor, sign_in):
    return sign_in(make_actor("central", "VN"))


@pytest.fixture
def failed(hub):
    """The digest took seven seconds and failed."""
    runs.claim(hub, "digest", "2026-09-15T00:00Z", "w1", NOW - timedelta(seconds=7), 60)
    runs.finish(hub, "digest", "2026-09-15T00:00Z", "failed", "hết giấy\nout of paper", NOW)
    return "2026-09-15T00:00Z"


def test_every_job_stands_there_with_what_it_does(central, text_of):
    page = text_of(central.get("/admin/jobs"))
    for job in JOBS:
        assert job.title[0] in page
        assert job.about[0] in page
    assert "5 phút một lần" in page
    assert "bộ lập lịch chưa được khởi động" in page


def test_a_run_is_told_in_the_readers_language_with_how_long_it_took(central, failed, text_of):
    page = text_of(central.get("/admin/jobs/digest"))
    assert "hết giấy" in page
    assert "7 giây" in page
    central.client.set_cookie("hub_language", "en")
    page = text_of(central.get("/admin/jobs/digest"))
    assert "out of paper" in page
    assert "7 s" in page
    assert "hết giấy" not in page


def test_a_paused_job_says_who_stopped_it_and_why_until_it_goes_on(hub, central, text_of):
    central.post("/admin/jobs/roll_up/pause", {"reason": PAUSED})
    page = text_of(central.get("/admin/jobs/roll_up"))
    assert PAUSED in page
    assert "central VN" in page
    assert "tạm dừng" in text_of(central.get("/admin/jobs"))
    central.post("/admin/jobs/roll_up/resume", {})
    assert PAUSED not in text_of(central.get("/admin/jobs/roll_up"))


def test_a_second_reason_for_a_job_that_stands_still_is_kept_for_its_writer(central, text_of):
    central.post("/admin/jobs/roll_up/pause", {"reason": PAUSED})
    refused = central.post("/admin/jobs/roll_up/pause", {"reason": "Lý do khác"})
    assert refused.status_code == 409
    assert "Lý do khác" in text_of(refused)


def test_a_failed_run_is_asked_for_once_more_and_the_button_goes(hub, central, failed, text_of):
    page = central.get("/admin/jobs/digest").get_data(as_text=True)
    assert page.count(f'value="{failed}#2"') == 2, "run now, and again beside the run that failed"
    assert central.post("/admin/jobs/digest/run", {"occurrence": f"{failed}#2"}).status_code == 303
    assert [each.occurrence for each in job_control.standing(hub, "digest").asked] == [f"{failed}#2"]
    page = central.get("/admin/jobs/digest").get_data(as_text=True)
    assert f'value="{failed}#2"' not in page
    assert "sắp chạy theo yêu cầu" in page


@pytest.mark.parametrize("occurrence", ["", "x", "2031-01-01T00:00Z", "zzz#2"])
def test_a_run_that_no_page_offered_is_refused(hub, central, failed, occurrence):
    assert central.post("/admin/jobs/digest/run", {"occurrence": occurrence}).status_code == 400
    assert job_control.standing(hub, "digest").asked == ()


def test_a_long_run_shows_how_far_it_is(hub, central, text_of):
    runs.claim(hub, "roll_up", "2026-09-15T03:00Z", "w1", NOW, 900)
    runs.note(hub, "roll_up", "2026-09-15T03:00Z", "w1", "đã xong 3 trong 12\n3 of 12 done", NOW, 900)
    page = text_of(central.get("/admin/jobs/roll_up"))
    assert "đã xong 3 trong 12" in page
    assert "Chạy ngay" not in page, "it is running"


def test_a_job_that_is_not_there_is_not_found(central):
    assert central.get("/admin/jobs/nothing").status_code == 404
    assert central.post("/admin/jobs/nothing/pause", {"reason": "x"}).status_code == 404
