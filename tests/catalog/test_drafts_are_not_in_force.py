"""What is not locked is a draft: it can be read and linted, is never in force, and never stops the hub."""

from __future__ import annotations

import pytest

from hub.catalog.load import load_catalog
from hub.errors import NotFound, SchemaError

KEY = "THU-01/2025-07-01"
F1 = "regimes/THU-01/2025-07-01/forms/F1.yaml"


def test_an_edition_without_a_lock_is_a_draft_and_not_in_force(make_catalogue):
    catalog = load_catalog(make_catalogue())
    assert not catalog.regimes
    assert not catalog.editions
    assert list(catalog.drafts) == [KEY]
    assert catalog.drafts[KEY].title.en == "A regime for tests"
    assert catalog.draft_problems(KEY) == ()
    with pytest.raises(NotFound):
        catalog.edition(KEY)


def test_a_locked_edition_is_no_draft(make_catalogue, lock_all):
    catalog = load_catalog(lock_all(make_catalogue()))
    assert list(catalog.editions) == [KEY]
    assert not catalog.drafts


def test_a_draft_beside_a_locked_edition_leaves_it_in_force_for_good(make_catalogue, lock_all):
    root = lock_all(make_catalogue())
    later = root / "regimes/THU-01/2027-01-01"
    later.mkdir()
    text = (root / "regimes" / KEY / "regime.yaml").read_text("utf-8")
    (later / "regime.yaml").write_text(text.replace("2025-07-01", "2027-01-01"), "utf-8")
    catalog = load_catalog(root)
    assert catalog.edition(KEY).valid_to is None
    assert list(catalog.drafts) == ["THU-01/2027-01-01"]


def test_a_draft_that_cannot_be_read_says_why_when_asked_and_not_before(make_catalogue):
    catalog = load_catalog(make_catalogue(("F1", "kind: grid", "kind: tree")))
    assert KEY in catalog.drafts
    assert [problem.split(": ")[0] for problem in catalog.draft_problems(KEY)] == [f"{F1}:3 kind"]
    with pytest.raises(SchemaError) as refused:
        catalog.drafts[KEY]
    assert tuple(refused.value.problems) == catalog.draft_problems(KEY)


def test_a_draft_that_can_be_read_but_does_not_hold_is_readable_and_says_why(make_catalogue):
    catalog = load_catalog(make_catalogue(("F1", "of: c01", "of: c09")))
    assert catalog.drafts[KEY].form("F1").column("c02").of == "c09"
    assert catalog.draft_problems(KEY) == (f"{F1}:9 columns.1.of: c02 is of 'c09', which does not exist",)


def test_asking_for_the_problems_of_an_unknown_draft_finds_nothing(make_catalogue, lock_all):
    with pytest.raises(NotFound):
        load_catalog(lock_all(make_catalogue())).draft_problems(KEY)


def test_national_reports_of_drafts_are_not_loaded_even_where_they_do_not_hold(make_catalogue):
    root = make_catalogue(("national/thu/report.yaml", "form: F1, by: nation", "form: F9, by: nation"))
    (root / "national/THU-01").mkdir()
    (root / "national/THU-01/report.yaml").write_text("sections: [unclosed", "utf-8")
    assert not load_catalog(root).reports


def test_an_overview_leaves_out_the_figures_of_drafts(make_catalogue, lock_all):
    root = lock_all(make_catalogue())
    overview = root / "national/overview/report.yaml"
    overview.write_text(
        overview.read_text("utf-8") + '  - {regime: NEW-01, address: "F1.*.#", vi: Mới, en: New}\n', "utf-8"
    )
    items = load_catalog(root).reports["overview"].sections[0].items
    assert [item.regime for item in items] == ["THU-01", "THU-01"]
