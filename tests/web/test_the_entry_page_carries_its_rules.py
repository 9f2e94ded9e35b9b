"""The entry page carries its rules as data: nothing inline is run, and who only reads gets none."""

from __future__ import annotations

import json
import re

import pytest

from hub.domain.regime import Edition

PROGRAM = re.compile(r'<script type="application/json" id="rules"[^>]*>(.*?)</script>', re.DOTALL)


@pytest.fixture
def page(sign_in, filing_of, make_actor):
    """The page of one filing as its reporter sees it."""
    return sign_in(make_actor("reporter", "X11")).get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)


def test_rules_are_data_and_no_script_is_inline(page) -> None:
    program = json.loads(PROGRAM.search(page)[1])
    assert [rule["id"] for rule in program["rules"]][:1] == ["THU-R1"]
    assert all(form["asked"] for form in program["forms"].values())
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)
    assert sum("data-judge=" in attributes for attributes in scripts) == 1


def test_in_english_the_rules_speak_english_while_one_types(sign_in, filing_of, make_actor) -> None:
    reader = sign_in(make_actor("reporter", "X11"))
    reader.client.set_cookie("hub_language", "en")
    html = reader.get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)
    program = json.loads(PROGRAM.search(html)[1])
    assert program["rules"][0]["message"] == "c01 must equal c02 + c03"
    assert program["texts"]["missing"] == "Not filled in"
    assert program["texts"]["number_words"].startswith("This")


def test_a_form_that_nobody_confirmed_says_so(page, sign_in, filing_of, make_actor, monkeypatch) -> None:
    said = "Biểu chờ cơ quan chủ trì xác nhận"
    assert said not in page
    monkeypatch.setattr(Edition, "awaits_confirmation", True)
    reader = sign_in(make_actor("reporter", "X11"))
    assert said in reader.get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)
    reader.client.set_cookie("hub_language", "en")
    english = reader.get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)
    assert "The form awaits confirmation by its owner" in english
    assert said not in english


def test_who_only_reads_gets_no_program(sign_in, filing_of, make_actor) -> None:
    read = sign_in(make_actor("officer", "P1")).get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)
    assert PROGRAM.search(read) is None
