"""Versions compared through the services: who made each, what differs, explanations too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.errors import NotFound
from hub.services import comparing, filings

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def three(submit, make_actor, document):
    """Three versions of X11's report; the third says what the first said."""
    first, second = make_actor("reporter", "X11"), make_actor("approver", "X11")
    for author, men in ((first, 4), (second, 9), (first, 4)):
        submit("X11", author, content=document("X11", men=men), intent="draft")
    return first, second


def test_each_version_is_told_with_its_author(opened, three, filing_of):
    found = comparing.compare(opened, three[0], filing_of("X11").id, 1, 2, NOW)
    assert [each.row.number for each in found.versions] == [3, 2, 1]
    assert (found.old.by, found.new.by) == (three[0].name, three[1].name)
    changed = {(row.row.code, cell.column.code) for row in found.forms[0].rows for cell in row.cells if cell.changed}
    assert ("r02", "c03") in changed
    assert found.changes == sum(form.changes for form in found.forms) > 0


def test_versions_that_say_the_same_differ_in_nothing(opened, three, filing_of):
    assert comparing.compare(opened, three[0], filing_of("X11").id, 1, 3, NOW).changes == 0


def test_a_changed_explanation_is_a_change(opened, submit, make_actor, document, filing_of):
    author = make_actor("approver", "X11")
    cells = {"r02.c04": "9000.50", "r01.c04": "9013.00"}
    for outline in ("Một.", "Hai."):
        submit("X11", author, content=document("X11", cells=cells, outline={"s1": outline}), intent="draft")
        view = filings.open_one(opened, author, filing_of("X11").id, NOW)
        keys = [finding.key for finding in view.findings if finding.severity == "warning"]
        filings.explain(opened, author, view.row.id, dict.fromkeys(keys, f"Vì {outline}"), NOW)
    found = comparing.compare(opened, author, filing_of("X11").id, 1, 2, NOW)
    assert found.explanations
    assert all(each.finding is not None for each in found.explanations)
    assert [text.changed for text in found.texts] == [True]


def test_who_may_not_see_the_report_compares_nothing(opened, three, filing_of, make_actor):
    for pair in ((1, 9), (0, 1)):
        with pytest.raises(NotFound):
            comparing.compare(opened, three[0], filing_of("X11").id, *pair, NOW)
    with pytest.raises(NotFound):
        comparing.compare(opened, make_actor("reporter", "X12"), filing_of("X11").id, 1, 2, NOW)
