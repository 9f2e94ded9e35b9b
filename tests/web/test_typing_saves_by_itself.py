"""The addresses an entry page's script speaks to: what is typed is kept before any version is made of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

MEN = "cell.F1.r02.c02"


@pytest.fixture
def path(filing_of):
    return f"/filings/{filing_of('X11').id}"


@pytest.fixture
def autosave(path):
    def post(browser, changes=None, *, version=0, seen=0):
        changes = {name: dict(zip(("text", "was"), each, strict=False)) for name, each in (changes or {}).items()}
        body = {"version": version, "seen": seen, "changes": changes}
        return browser.client.post(f"{path}/unsaved", json=body, headers={"X-CSRF-Token": browser.csrf})

    return post


@pytest.fixture
def lan(sign_in, make_actor):
    return sign_in(make_actor("reporter", "X11"))


@pytest.fixture
def huy(sign_in, make_actor):
    return sign_in(make_actor("approver", "X11"))


def test_what_is_typed_is_kept_and_given_back(lan, autosave, path):
    answer = autosave(lan, {MEN: ("1.234",), "outline.s1": ("Dở dang",)})
    assert answer.status_code == 200
    assert answer.json["saved"] == [MEN, "outline.s1"]
    there = lan.get(f"{path}/unsaved").json
    assert {name: told["text"] for name, told in there["fields"].items()} == {MEN: "1.234", "outline.s1": "Dở dang"}
    assert there["fields"][MEN]["mine"]
    assert there["csrf"]


def test_a_text_that_is_no_number_is_kept_too(lan, autosave, path):
    assert autosave(lan, {MEN: ("khoảng mười",)}).json["saved"] == [MEN]
    assert lan.get(f"{path}/unsaved").json["fields"][MEN]["text"] == "khoảng mười"


def test_a_name_that_is_no_field_is_refused_and_the_rest_is_kept(lan, autosave):
    answer = autosave(lan, {"cell.F1.r99.c02": ("1",), "rec.F2.0.c01": ("x",), "zzz": ("y",), MEN: ("1",)})
    assert answer.json["refused"] == ["cell.F1.r99.c02", "rec.F2.0.c01", "zzz"]
    assert answer.json["saved"] == [MEN]


def test_the_other_person_at_the_same_report_hears_of_it(lan, huy, autosave):
    autosave(lan, {MEN: ("7",)})
    answer = autosave(huy)
    assert answer.json["others"][MEN]["text"] == "7"
    assert answer.json["others"][MEN]["by"] == "reporter X11"
    assert answer.json["editors"] == ["reporter X11"]
    again = autosave(huy, seen=answer.json["serial"])
    assert again.json["others"] == {}


def test_two_people_in_one_field_are_asked_and_nothing_is_overwritten(lan, huy, autosave, path):
    autosave(lan, {MEN: ("7",)})
    answer = autosave(huy, {MEN: ("8", "")})
    assert answer.json["conflicts"][MEN] | {"at": ""} == {"text": "7", "by": "reporter X11", "at": "", "mine": "8"}
    assert lan.get(f"{path}/unsaved").json["fields"][MEN]["text"] == "7"
    settled = autosave(huy, {MEN: ("8", "7")})
    assert settled.json["saved"] == [MEN]
    assert autosave(lan, seen=answer.json["serial"]).json["others"][MEN]["text"] == "8"


def test_the_same_autosave_twice_changes_nothing_more(lan, autosave):
    first, second = (autosave(lan, {MEN: ("7",)}).json for _ in range(2))
    assert second["serial"] == first["serial"]
    assert second["saved"] == [MEN]


def test_an_ended_session_answers_in_json_and_a_new_one_goes_on(app, lan, autosave, path, sign_in):
    autosave(lan, {MEN: ("7",)})
    clock = app.config["CLOCK"]
    app.config["CLOCK"] = lambda: clock() + timedelta(minutes=31)
    answer = autosave(lan, {MEN: ("8", "7")})
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "not_signed_in"
    assert set(answer.json["error"]) == {"code", "vi", "en"}
    assert lan.get(f"{path}/unsaved").status_code == 401
    back = sign_in(lan.actor, at=app.config["CLOCK"]())
    lan.client.set_cookie("hub_session", back.client.get_cookie("hub_session").value)
    fresh = lan.get(f"{path}/unsaved").json["csrf"]
    body = {"version": 0, "seen": 1, "changes": {MEN: {"text": "8", "was": "7"}}}
    answer = lan.client.post(f"{path}/unsaved", json=body, headers={"X-CSRF-Token": fresh})
    assert answer.json["saved"] == [MEN]


def test_a_page_that_only_asks_does_not_keep_a_session_alive(app, lan, autosave):
    clock = app.config["CLOCK"]
    for minutes in range(5, 30, 5):
        app.config["CLOCK"] = lambda minutes=minutes: clock() + timedelta(minutes=minutes)
        assert autosave(lan).status_code == 200
    app.config["CLOCK"] = lambda: clock() + timedelta(minutes=31)
    assert autosave(lan).status_code == 401


def test_typing_keeps_a_session_alive(app, lan, autosave):
    clock = app.config["CLOCK"]
    app.config["CLOCK"] = lambda: clock() + timedelta(minutes=20)
    assert autosave(lan, {MEN: ("7",)}).status_code == 200
    app.config["CLOCK"] = lambda: clock() + timedelta(minutes=45)
    assert autosave(lan).status_code == 200


def test_a_report_that_was_sent_takes_no_more_typing(lan, autosave, submit):
    submit("X11")
    answer = autosave(lan, {MEN: ("7",)}, version=1)
    assert answer.status_code == 409
    assert answer.json["error"]["code"] == "locked"


def test_who_may_not_edit_is_told_so_in_json(sign_in, make_actor, autosave, submit):
    submit("X11")
    assert autosave(sign_in(make_actor("officer", "P1"))).status_code == 403


@pytest.mark.parametrize("body", [[], {"changes": []}, {"changes": {MEN: "7"}}, {"changes": {MEN: {"text": 7}}}])
def test_a_body_of_another_shape_is_refused(body, lan, path):
    answer = lan.client.post(f"{path}/unsaved", json=body, headers={"X-CSRF-Token": lan.csrf})
    assert answer.status_code == 400
    assert answer.json["error"]["vi"]
