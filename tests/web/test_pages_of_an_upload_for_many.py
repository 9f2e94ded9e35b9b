"""The upload for many on its pages: kept at once, one page of progress, results report by report, refused ones back."""

from __future__ import annotations

import io
import json

import pytest

from hub.services import uploads, worker_threads


@pytest.fixture
def both(report_of):
    """A sound report of X11 and a wrong one of X12."""
    return b'{"reports": [' + report_of("X11") + b"," + report_of("X12", **{"r02.c02": "mười"}) + b"]}"


@pytest.fixture
def sender(make_actor, sign_in):
    return sign_in(make_actor("approver", "VN"))


@pytest.fixture
def send(sender, both):
    def do(content=both, *, key="mot-khoa", intent="draft", **more):
        fields = {"file": (io.BytesIO(content), "nhieu.json"), "intent": intent, "form_key": key}
        return sender.post("/uploads", fields | more)

    return do


@pytest.fixture
def asleep(monkeypatch):
    """No worker begins by itself."""

    class Forgotten:
        def join(self, _seconds):
            return None

    monkeypatch.setattr(worker_threads.uploaded, "start", lambda *_: Forgotten())


def test_a_small_file_is_answered_at_once_report_by_report(send, sender, text_of, filing_of):
    answer = send()
    assert answer.status_code == 303
    page = text_of(sender.get(answer.location))
    assert "phiên bản 1" in page
    assert "Tải về báo cáo bị từ chối" in page
    assert (filing_of("X11").version, filing_of("X12").version) == (1, None)


def test_a_double_click_shows_the_same_page_and_takes_nothing_twice(send, filing_of, hub, sender):
    assert send().location == send().location
    assert filing_of("X11").version == 1
    assert len(uploads.mine(hub, sender.actor)) == 1


def test_a_large_file_shows_how_far_it_is_and_goes_on_without_the_page(asleep, send, sender, hub, text_of, filing_of):
    answer = send()
    page = sender.get(answer.location)
    assert "Đã đọc 0 phần trăm của tệp" in text_of(page)
    assert b'http-equiv="refresh"' in page.data
    assert uploads.work_on_left(hub, filing_of("X11").opened_at) == 1
    page = sender.get(answer.location)
    assert "phần trăm" not in text_of(page)
    assert b'http-equiv="refresh"' not in page.data


def test_the_refused_ones_are_a_download_and_come_in_again_corrected(send, sender, text_of, filing_of):
    location = send().location
    answer = sender.get(f"{location}/refused")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    document = json.loads(answer.data)
    (report,) = document["reports"]
    assert report["unit"] == "X12"
    report["forms"]["F1"]["cells"]["r02.c02"] = 1
    again = send(json.dumps(document).encode(), key="hai")
    assert "phiên bản 1" in text_of(sender.get(again.location))
    assert filing_of("X12").version == 1


def test_a_csv_without_its_columns_is_told_which(sender, text_of):
    fields = {"file": (io.BytesIO(b"unit,period\nX11,2026-M09\n"), "thieu.csv"), "intent": "draft", "form_key": "csv"}
    page = text_of(sender.post("/uploads", fields, follow_redirects=True))
    assert all(f"Cần cột: {column}." in page for column in ("form", "row", "column", "value"))


def test_a_trial_run_says_so_and_keeps_no_version(send, sender, text_of, filing_of):
    page = text_of(sender.get(send(intent="dry_run").location))
    assert "Đây là chạy thử." in page
    assert "Sẽ nhận được" in page
    assert filing_of("X11").version is None


def test_sending_without_the_declaration_is_refused_in_words(send, text_of, hub, sender):
    answer = send(intent="send")
    assert answer.status_code == 400
    assert "bí mật nhà nước" in text_of(answer)
    assert uploads.mine(hub, sender.actor) == []


def test_sending_with_the_declaration_sends(send, filing_of):
    send(intent="send", secrecy="none")
    assert filing_of("X11").state == "submitted"


def test_the_list_shows_ones_own_files(send, sender, text_of, make_actor, sign_in):
    location = send().location
    assert "nhieu.json" in text_of(sender.get("/uploads"))
    other = sign_in(make_actor("approver", "VN"))
    assert "nhieu.json" not in text_of(other.get("/uploads"))
    assert other.get(location).status_code == 404
    assert other.get(f"{location}/refused").status_code == 404


def test_no_file_is_said_in_words(sender, text_of):
    answer = sender.post("/uploads", {"form_key": "x"})
    assert answer.status_code == 400
    assert "Hãy chọn một tệp" in text_of(answer)


def test_pages_speak_english_at_a_click(send, sender, text_of):
    location = send().location
    sender.client.set_cookie("hub_language", "en")
    page = text_of(sender.get(location))
    assert "Download the refused reports" in page
    assert "Upload a file of many units" in text_of(sender.get("/uploads"))
