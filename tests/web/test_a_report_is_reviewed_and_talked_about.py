"""The receiver's review, returns point by point, threads and versions on the pages, for whom they are meant."""

from __future__ import annotations

import re

import pytest

from hub.services import remarks

CANARY = "CANARY-NOI-BO"
POINTS = {"point:F1/r02/c04": "Kinh phí chưa khớp", "point_place": "outline/s1", "point_text": "Viết rõ nguyên nhân"}


@pytest.fixture
def officer(make_actor, sign_in):
    return sign_in(make_actor("officer", "P1"))


@pytest.fixture
def reporter(make_actor, sign_in):
    return sign_in(make_actor("reporter", "X11"))


@pytest.fixture
def path(filing_of):
    return f"/filings/{filing_of('X11').id}"


@pytest.fixture
def send_back(officer, filing_of, path):
    """``send_back(**fields)``: the officer's return of X11 from the page as it stands."""

    def do(revision: int | None = None, **fields: str):
        row = filing_of("X11")
        data = {"action": "send_back", "revision": revision or row.revision, "version": row.sent_version or ""}
        return officer.post(f"{path}/decide", data | {"reason": ""} | fields)

    return do


def key_of(page, form: str) -> str:
    """The key that the page's form carries."""
    html = page.get_data(as_text=True)
    return re.search(r'name="form_key" value="([^"]+)"', html[html.index(form) :])[1]


def test_the_officer_sees_what_stands_out_and_the_unit_does_not(officer, reporter, submit, path, text_of):
    for unit, men in (("X11", 400), ("X12", 5), ("X13", 6)):
        submit(unit, men=men)
    seen = officer.get(f"{path}?review=all&form=F1").get_data(as_text=True)
    assert 'id="review"' in seen
    assert "trung vị 5,5; giữa 5,25 – 5,75" in seen, "5 and 6: their quartiles lie between them"
    assert "từ 5 đến 6 · đứng thứ 1/3" in " ".join(seen.replace("<span>", "").split()).replace("</span>", "")
    assert 'class="spread"' in seen
    assert 'id="review"' not in reporter.get(path).get_data(as_text=True)


def test_a_return_with_points_is_shown_to_the_unit_with_values_and_answer_boxes(
    send_back, reporter, submit, path, text_of, filing_of
):
    submit("X11")
    assert send_back(resend_due="20/09/2026", **POINTS).status_code == 303
    page = text_of(reporter.get(path))
    assert "0/2 điểm đã trả lời" in page
    assert "Biểu F1, dòng Nam, cột Kinh phí" in page
    assert "Khi bị trả lại: 4,50 → hiện nay: 4,50" in " ".join(page.split())
    assert "Thuyết minh: Đánh giá chung" in page
    assert "Gửi lại trước hết ngày 20/09/2026." in page


def test_before_sending_again_what_is_not_answered_is_named_and_stops_nothing(
    send_back, submit, make_actor, sign_in, reporter, form_of, path, text_of, filing_of
):
    submit("X11")
    send_back(**POINTS)
    reporter.post(path, form_of(men="9") | {"action": "check", "version": "1"})
    approver = sign_in(make_actor("approver", "X11"))
    page = " ".join(text_of(approver.get(path)).split())
    assert "Còn 2 điểm trong lý do trả lại chưa được trả lời; vẫn gửi được." in page
    row = filing_of("X11")
    sent = approver.post(f"{path}/move", {"action": "send", "revision": row.revision, "secrecy": "none"})
    assert sent.status_code == 303
    assert filing_of("X11").state == "submitted"


def test_clicking_return_twice_is_one_return_and_no_error_page(send_back, submit, filing_of, hub, path, make_actor):
    submit("X11")
    revision = filing_of("X11").revision
    answers = [send_back(revision, **POINTS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert filing_of("X11").revision == revision + 1
    found = remarks.points(hub, make_actor("officer", "P1"), filing_of("X11").id, filing_of("X11").opened_at)
    assert len(found) == 2


@pytest.mark.parametrize("action", ["accept", "exclude"])
def test_clicking_a_decision_twice_is_one_decision(action, officer, submit, filing_of, path):
    submit("X11")
    row = filing_of("X11")
    data = {"action": action, "revision": row.revision, "version": row.sent_version, "reason": "Sáp nhập"}
    assert [officer.post(f"{path}/decide", data).status_code for _ in range(2)] == [303, 303]
    assert filing_of("X11").revision == row.revision + 1


def test_somebody_elses_decision_meanwhile_is_told_as_before(officer, submit, accept, filing_of, path, text_of):
    submit("X11")
    row = filing_of("X11")
    accept("X11")
    answer = officer.post(f"{path}/decide", {"action": "accept", "revision": row.revision, "version": 1})
    assert answer.status_code == 409
    assert "vừa được người khác thay đổi" in text_of(answer)


def test_a_refused_return_keeps_all_that_was_written(send_back, submit, filing_of):
    submit("X11")
    answer = send_back(resend_due="31/02/2026", **POINTS)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'value="31/02/2026"' in html
    assert "Viết rõ nguyên nhân" in html
    assert filing_of("X11").state == "submitted"


def test_a_remark_is_written_answered_and_settled_and_each_click_counts_once(reporter, officer, submit, path, text_of):
    submit("X11")
    key = key_of(officer.get(path), 'id="remark-form"')
    asked = {"kind": "question.both", "place": "F1/r02/c04", "text": "Lấy ở đâu?", "form_key": key}
    first, again = (officer.post(f"{path}/remarks", asked) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    remark = first.location.rpartition("#remark-")[2]
    answer = {"text": "Từ sổ cái", "form_key": key_of(reporter.get(path), f'id="remark-{remark}"')}
    for _ in range(2):
        assert reporter.post(f"{path}/remarks/{remark}/answer", answer).status_code == 303
    page = officer.get(path)
    assert text_of(page).count("Từ sổ cái") == 1
    assert 'class="remark-marker open"' in page.get_data(as_text=True)
    for _ in range(2):
        assert officer.post(f"{path}/remarks/{remark}/settle", {"settled": "1"}).status_code == 303
    assert "1 chưa xong" not in text_of(reporter.get(path))


def test_what_the_unit_says_to_itself_is_on_no_page_of_anybody_else(reporter, submit, path, sign_in, make_actor):
    submit("X11")
    key = key_of(reporter.get(path), 'id="remark-form"')
    data = {"kind": "comment.unit", "place": "F1/r02/c04", "text": CANARY, "form_key": key}
    answer = reporter.post(f"{path}/remarks", data)
    remark = answer.location.rpartition("#remark-")[2]
    assert CANARY in reporter.get(path).get_data(as_text=True)
    for role, unit in (("officer", "P1"), ("central", "VN"), ("reporter", "P1")):
        other = sign_in(make_actor(role, unit))
        seen = other.get(f"{path}?review=all").get_data(as_text=True)
        assert CANARY not in seen
        assert remark not in seen
        assert "remark-marker" not in seen
        assert other.post(f"{path}/remarks/{remark}/answer", {"text": "x", "form_key": "abcdefgh"}).status_code in {
            403, 404,
        }  # fmt: skip


def test_a_remark_too_long_comes_back_with_its_text(reporter, submit, path):
    submit("X11")
    key = key_of(reporter.get(path), 'id="remark-form"')
    data = {"kind": "comment.unit", "place": "F1", "text": "dài " * 1001, "form_key": key}
    answer = reporter.post(f"{path}/remarks", data)
    assert answer.status_code == 400
    assert "dài dài dài" in answer.get_data(as_text=True)


def test_text_of_a_remark_is_never_markup(reporter, officer, submit, path):
    submit("X11")
    key = key_of(reporter.get(path), 'id="remark-form"')
    data = {"kind": "comment.both", "place": "", "text": "<script>x</script>\nhai dòng", "form_key": key}
    reporter.post(f"{path}/remarks", data)
    html = officer.get(path).get_data(as_text=True)
    assert "&lt;script&gt;x&lt;/script&gt;<br>hai dòng" in html


def test_versions_that_are_the_same_say_so_and_any_pair_can_be_chosen(send_back, officer, submit, path, text_of):
    submit("X11")
    send_back(reason="Sai")
    submit("X11", men=9)
    page = officer.get(f"{path}/compare")
    assert "So sánh phiên bản 1 và 2" in text_of(page), "at first the last two"
    html = page.get_data(as_text=True)
    assert html.count("<option") == 4
    assert "chính nó" in text_of(officer.get(f"{path}/compare?old=2&new=2"))
    everything = officer.get(f"{path}/compare?old=1&new=2&all=1")
    assert "Đánh giá chung" in text_of(everything)
    assert officer.get(f"{path}/compare?old=0&new=2").status_code == 404


def test_the_pages_of_review_speak_english_when_asked(send_back, officer, reporter, submit, path, text_of):
    for browser in (officer, reporter):
        browser.client.set_cookie("hub_language", "en")
    submit("X11")
    assert "Figures under review" in text_of(officer.get(path))
    send_back(**POINTS)
    assert "0 of 2 points answered" in text_of(reporter.get(path))
    assert "Who did what" in text_of(reporter.get(path))


def test_bulk_acceptance_says_why_not_in_the_chosen_language(officer, submit, filing_of, text_of):
    officer.client.set_cookie("hub_language", "en")
    answer = officer.post("/inbox/accept", {"filing": [filing_of("X12").id, "khong-co"]})
    assert "The report still has warnings" in text_of(answer)
