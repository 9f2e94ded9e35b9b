"""What the entry page shows of unsaved typing and of two people's changes, without any script."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("entry_page", Path(__file__).with_name("entry_page.py"))
pages = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(pages)

MEN, NOTE = "cell.F1.r02.c02", "outline.s1"


@pytest.fixture
def path(filing_of):
    return f"/filings/{filing_of('X11').id}"


@pytest.fixture
def lan(sign_in, make_actor):
    return sign_in(make_actor("reporter", "X11"))


@pytest.fixture
def huy(sign_in, make_actor):
    return sign_in(make_actor("approver", "X11"))


@pytest.fixture
def autosave(path):
    def post(browser, texts, version=0, seen=0):
        changes = {name: {"text": text, "was": ""} for name, text in texts.items()}
        body = {"version": version, "seen": seen, "changes": changes}
        return browser.client.post(f"{path}/unsaved", json=body, headers={"X-CSRF-Token": browser.csrf})

    return post


def shown(browser, path):
    return pages.form_to(browser.get(path), path)


def test_the_page_after_a_crash_shows_what_was_typed_with_who_and_when(lan, huy, autosave, path, text_of):
    autosave(lan, {MEN: "khoảng mười", NOTE: "Dở <b>dang</b>"})
    page = huy.get(path)
    fields = pages.form_to(page, path)
    assert (fields[MEN], fields[NOTE]) == ("khoảng mười", "Dở <b>dang</b>")
    assert "Ô chưa lưu thành phiên bản: 2, do reporter X11 nhập, lần cuối lúc 10:00 15/09/2026" in text_of(page)


def test_a_page_with_nothing_unsaved_says_nothing(lan, path, text_of):
    assert "chưa lưu thành phiên bản" not in text_of(lan.get(path))


def test_saving_the_page_that_showed_it_settles_it(lan, huy, autosave, path, form_of, text_of):
    autosave(lan, {MEN: "1", NOTE: "Dở dang"})
    fields = shown(huy, path) | form_of()
    assert huy.post(path, fields | {"action": "save", "csrf_token": huy.csrf}).status_code == 303
    page = huy.get(path)
    assert "chưa lưu thành phiên bản" not in text_of(page)
    assert "Đã nhập trước" not in text_of(page)


def test_a_discarded_draft_shows_the_saved_version_again(lan, autosave, path, form_of, text_of):
    lan.post(path, shown(lan, path) | form_of() | {"action": "save", "csrf_token": lan.csrf})
    autosave(lan, {NOTE: "Khác"}, version=1)
    answer = lan.post(f"{path}/unsaved/discard")
    assert answer.status_code == 303
    assert shown(lan, path)[NOTE] == "Tình hình ổn định."
    assert lan.post(f"{path}/unsaved/discard").status_code == 303


def test_changes_of_two_people_in_different_fields_are_both_saved(lan, huy, path, form_of):
    lan.post(path, shown(lan, path) | form_of() | {"action": "save", "csrf_token": lan.csrf})
    drawn = shown(huy, path)
    lan.post(path, shown(lan, path) | {"cell.F1.r02.c06": "của Lan", "action": "save", "csrf_token": lan.csrf})
    answer = huy.post(path, drawn | {NOTE: "của Huy", "action": "save", "csrf_token": huy.csrf})
    assert answer.status_code == 303
    fields = shown(lan, path)
    assert (fields["cell.F1.r02.c06"], fields[NOTE], fields["version"]) == ("của Lan", "của Huy", "3")


def test_a_clash_lists_exactly_the_cells_with_both_values_and_saving_again_settles_it(lan, huy, path, form_of, text_of):
    lan.post(path, shown(lan, path) | form_of() | {"action": "save", "csrf_token": lan.csrf})
    drawn = shown(huy, path)
    theirs = {"cell.F1.r02.c06": "của Lan", NOTE: "Lan viết", "action": "save", "csrf_token": lan.csrf}
    lan.post(path, shown(lan, path) | theirs)
    mine = {"cell.F1.r02.c06": "của Huy", "cell.F1.r03.c06": "chỉ Huy", "action": "save", "csrf_token": huy.csrf}
    answer = huy.post(path, drawn | mine)
    assert answer.status_code == 409
    html = answer.get_data(as_text=True).partition('id="clashes"')[2].partition("</section>")[0]
    assert "của Lan" in html
    assert "của Huy" in html
    assert html.count("<li>") == 1
    fields = pages.form_to(answer, path)
    assert (fields["cell.F1.r02.c06"], fields["cell.F1.r03.c06"], fields[NOTE]) == ("của Huy", "chỉ Huy", "Lan viết")
    assert huy.post(path, fields | {"action": "save", "csrf_token": huy.csrf}).status_code == 303
    page = lan.get(path)
    assert pages.form_to(page, path)["cell.F1.r02.c06"] == "của Huy"
    assert "Đã nhập trước" not in text_of(page)


def test_more_rows_on_an_old_page_do_not_make_it_a_new_one(lan, huy, path, form_of):
    lan.post(path, shown(lan, path) | form_of() | {"action": "save", "csrf_token": lan.csrf})
    drawn = shown(huy, path)
    lan.post(path, shown(lan, path) | {NOTE: "Lan viết", "action": "save", "csrf_token": lan.csrf})
    more = huy.post(path, drawn | {"action": "rows:F2", "csrf_token": huy.csrf})
    fields = pages.form_to(more, path)
    assert fields["version"] == "1"
    assert huy.post(path, fields | {"action": "save", "csrf_token": huy.csrf}).status_code == 303
    assert shown(lan, path)[NOTE] == "Lan viết"


def test_what_was_typed_before_a_file_is_offered_and_can_be_used_again(
    lan, autosave, path, report_of, text_of, filing_of
):
    import io

    autosave(lan, {MEN: "7"})
    file = {"file": (io.BytesIO(report_of("X11")), "x11.json")}
    assert lan.post(f"{path}/upload", file).status_code == 303
    page = lan.get(path)
    assert pages.form_to(page, path)[MEN] == "1"
    assert "Đã nhập trước khi có phiên bản mới: 1 ô" in text_of(page)
    assert "reporter X11, 10:00 15/09/2026" in text_of(page)
    assert lan.post(f"{path}/unsaved/use", {"name": MEN}).status_code == 303
    assert shown(lan, path)[MEN] == "7"
    assert filing_of("X11").version == 1


def test_a_ticked_box_that_is_unsaved_is_ticked_on_the_page(lan, huy, autosave, path):
    autosave(lan, {"nil.F2": "1"})
    assert shown(huy, path)["nil.F2"] == "1"
    autosave(lan, {"nil.F2": ""}, seen=1)
    assert "nil.F2" not in shown(huy, path)
