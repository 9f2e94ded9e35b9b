"""Every integrated regime has its guide, made of its edition and samples alone."""

from __future__ import annotations

import re

import pytest

from hub.catalog.load import load_catalog
from hub.catalog.samples import read_samples
from hub.services.guides import mistakes_of, rule_words

CATALOG = load_catalog()
EDITIONS = sorted(CATALOG.editions)


@pytest.mark.parametrize("key", EDITIONS)
def test_rules_are_said_in_words_in_both_languages(key):
    for rule in CATALOG.editions[key].rules:
        said = rule_words(rule)
        for text in (said.vi, said.en):
            assert text.strip(" …")
            assert not re.search(r"[{}]|\(\s*\)", text), (rule.id, text)


@pytest.mark.parametrize("key", EDITIONS)
def test_examples_of_mistakes_are_of_the_editions_own_rules(key):
    edition = CATALOG.editions[key]
    found = mistakes_of(edition, read_samples(CATALOG.folders[key]))
    assert set(found) <= {rule.id for rule in edition.rules}
    for mistake in found.values():
        assert mistake.place.vi
        assert mistake.said.vi
        assert mistake.wrong != mistake.right


def test_most_regimes_with_rules_show_a_mistake():
    with_rules = [key for key in EDITIONS if CATALOG.editions[key].rules]
    shown = [key for key in with_rules if mistakes_of(CATALOG.editions[key], read_samples(CATALOG.folders[key]))]
    assert len(shown) * 2 > len(with_rules)
