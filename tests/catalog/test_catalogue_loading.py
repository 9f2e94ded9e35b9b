"""Loading a folder of data gives the domain objects the files describe, and nothing that YAML guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.catalog.lint.whole import lint
from hub.catalog.load import load_catalog
from hub.domain.form import Address, Choice, Label, Rollup
from hub.domain.regime import DayRule
from hub.errors import NotFound


def test_the_tiny_catalogue_is_read_as_written(make_catalogue, lock_all):
    catalog = load_catalog(lock_all(make_catalogue()))
    edition = catalog.edition("THU-01/2025-07-01")
    assert edition.title == Label("Chế độ thử", "A regime for tests")
    assert edition.valid_from == date(2025, 7, 1)
    assert edition.valid_to is None
    assert edition.dues == {("province", "yearly"): DayRule("period_end", day=20, ground="Văn bản thử")}
    assert [reporter.level for reporter in edition.reporters] == ["commune", "province"]
    assert edition.form("F1").column("c03").rollup == Rollup("ratio", "recompute", "c02", "c01", Decimal(100))
    assert edition.form("F1").row("r02").inferred
    assert edition.form("F1").blocked == {("r02", "c03")}
    assert edition.form("F2").column("c02").choices[1] == Choice("b", Label("B", "B"))
    assert edition.rules[1].tolerance == Decimal("0.1")
    assert edition.rules[1].computes == "c03"
    assert edition.source["issuer"] == "Bộ Tài chính"
    assert catalog.units["người"].label.en == "persons"
    assert Address("F1", "r02", "c03") not in edition.slot


def test_numbers_with_a_point_dates_and_yes_stay_text(make_catalogue, lock_all):
    root = make_catalogue(
        ("F1", "vi: Nam, en: Men", "vi: no, en: 1.5"), ("F2", "vi: Tên, en: Name", "vi: 2025-01-01, en: yes")
    )
    edition = load_catalog(lock_all(root)).edition("THU-01/2025-07-01")
    assert edition.form("F1").row("r02").label == Label("no", "1.5")
    assert edition.form("F2").column("c01").label == Label("2025-01-01", "yes")


def test_reports_hold_sections_and_items(make_catalogue, lock_all):
    catalog = load_catalog(lock_all(make_catalogue()))
    second = catalog.reports["thu"].sections[1]
    assert (second.by, second.level, second.columns, second.rows) == ("units", "province", ("c01",), ("r01",))
    items = catalog.reports["overview"].sections[0].items
    assert [str(item.address) for item in items] == ["F1.r01.c01", "F2.*.#"]
    assert items[0].indicator == "people"


def test_an_unknown_edition_is_not_found(make_catalogue, lock_all):
    catalog = load_catalog(lock_all(make_catalogue()))
    with pytest.raises(NotFound):
        catalog.edition("THU-01/2024-01-01")
    with pytest.raises(NotFound):
        catalog.edition_for("THU-01", date(2025, 6, 30))
    with pytest.raises(NotFound):
        catalog.edition_for("NONE", date(2025, 7, 1))


def test_an_edition_without_a_last_day_ends_where_the_next_begins(make_catalogue, lock_all):
    root = make_catalogue()
    later = root / "regimes/THU-01/2026-01-01"
    for file in (root / "regimes/THU-01/2025-07-01").rglob("*.yaml"):
        copy = later / file.relative_to(root / "regimes/THU-01/2025-07-01")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text("utf-8").replace("valid_from: 2025-07-01", "valid_from: 2026-01-01"), "utf-8")
    catalog = load_catalog(lock_all(root))
    assert catalog.edition("THU-01/2025-07-01").valid_to == date(2025, 12, 31)
    assert catalog.edition_for("THU-01", date(2025, 12, 31)).code == "2025-07-01"
    assert catalog.edition_for("THU-01", date(2026, 1, 1)).code == "2026-01-01"


def test_layout_and_comments_leave_the_hash_alone_and_meaning_changes_it(make_catalogue, lock_all):
    def sha256(*edits):
        return load_catalog(lock_all(make_catalogue(*edits))).edition("THU-01/2025-07-01").sha256

    plain = sha256()
    assert sha256(("regime", "code: THU-01", "# a remark\ncode:    THU-01")) == plain
    assert sha256(("F2", "vi: Tên, en: Name", "en: Name, of: null, vi: Tên")) == plain
    assert sha256(("F1", "vi: Nam, en: Men", "vi: Nam giới, en: Men")) != plain
    assert sha256(("rules", "tolerance: 0.1", "tolerance: 0.2")) != plain
    assert sha256(("regime", "day: 20", "day: 21")) != plain
    assert sha256(("regime", "forms: [F1, F2]", "forms: [F2, F1]")) != plain


def test_a_problem_in_one_file_does_not_hide_those_in_others(make_catalogue):
    root = make_catalogue(
        ("F1", "type: text, required: false", "type: words, requird: false"),
        ("F2", "kind: list", "kind: tree"),
        ("units.yaml", "en: persons", "en: ''"),
        ("national/thu/report.yaml", "kind: regime", "kind: novel"),
    )
    places = [problem.split(": ")[0] for problem in lint(root).problems]
    assert places == [
        "units.yaml:2 units.0.en",
        "regimes/THU-01/2025-07-01/forms/F1.yaml:11 columns.3.type",
        "regimes/THU-01/2025-07-01/forms/F1.yaml:11 columns.3.requird",
        "regimes/THU-01/2025-07-01/forms/F2.yaml:3 kind",
        "national/thu/report.yaml:3 kind",
    ]
