"""Every finding that the hub can give is explained in both languages, with an example that is true."""

from __future__ import annotations

import re

import pytest

from hub.catalog.help_texts import finding_helps, topics, tour
from hub.domain.findings import Finding
from hub.domain.form import Label
from hub.domain.number_text import Problem, read_number
from hub.web.help import help_address

VIETNAMESE = re.compile(r"[À-ÖØ-öø-ỹ]")


def test_every_code_in_the_source_has_help_and_no_help_is_left_over(finding_codes):
    assert len(finding_codes) > 100
    assert set(finding_codes) - set(finding_helps()) == set(), "write these into templates/help/findings.yaml"
    assert set(finding_helps()) - set(finding_codes) == set(), "no finding has these codes any more"


@pytest.mark.parametrize("code", sorted(finding_helps()))
def test_the_help_of_a_finding_is_in_both_languages(code):
    told = finding_helps()[code]
    for label in (told.means, told.where):
        assert VIETNAMESE.search(label.vi)
        assert label.en.strip()
        assert not re.search(r"[Ạ-ỹđĐơƠưƯ]", label.en), label.en
    assert told.wrong != told.right


@pytest.mark.parametrize(
    ("code", "decimals"),
    [("number_unreadable", 0), ("number_ambiguous", 0), ("too_many_decimals", 2), ("number_too_large", 0)],
)
def test_the_example_of_a_wrong_number_gives_that_finding_and_the_right_one_is_read(code, decimals):
    told = finding_helps()[code]
    for wrong in told.wrong.vi.split("; "):
        found = read_number(wrong, decimals, "vi")
        assert isinstance(found, Problem), wrong
        assert found.code == code
    for right in re.split(r"; | hoặc ", re.sub(r" \(.*?\)", "", told.right.vi)):
        assert not isinstance(read_number(right, decimals, "vi"), Problem), right


def labels() -> list[Label]:
    parts = [*tour(), *(part for topic in topics().values() for part in topic.parts)]
    heads = [label for topic in topics().values() for label in (topic.title, topic.intro)]
    return [*heads, *(part.title for part in parts), *(point for part in parts for point in part.points)]


def test_pages_of_help_are_in_both_languages_and_the_tour_has_five_steps():
    assert len(tour()) == 5
    assert [label for label in labels() if not label.vi or not label.en] == []
    assert [label.en for label in labels() if re.search(r"[Ạ-ỹđĐơƠưƯ]", label.en)] == []


def test_a_finding_leads_to_its_help_and_a_rule_to_its_place_in_the_guide(app):
    with app.test_request_context("/"):
        known = Finding("cell_missing", "error", "presence", "a", "a")
        assert help_address(known, "THU-01") == "/help/findings/cell_missing"
        rule = Finding("THU-R1", "error", "rule", "a", "a")
        assert help_address(rule, "THU-01") == "/regimes/THU-01/guide#rule-THU-R1"
        assert help_address(rule, "KHONG-CO") is None
