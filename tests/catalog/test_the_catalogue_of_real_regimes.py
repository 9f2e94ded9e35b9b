"""The catalogue says what its sources say, and no more; its statuses are those of the editions."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from hub.catalog.catalogue import COLUMNS, CatalogueEntry, blockers_of, brought_up_to_date, read_catalogue, status_of
from hub.catalog.load import load_catalog
from hub.errors import SchemaError

RANK = {"yes": 4, "partial": 3, "memory": 1, "no": 0, "unmarked": 2}
"""How much a mark says; a row without a mark was read, but nobody judged the reading."""
MARKS = Path(__file__).parent / "data" / "verified_marks.csv"


@pytest.fixture(scope="module")
def entries() -> dict[str, CatalogueEntry]:
    return dict(load_catalog().catalogue)


@pytest.fixture(scope="module")
def marks() -> dict[tuple[str, str], str]:
    """(source, code) → the mark the source itself gives the row."""
    with MARKS.open(encoding="utf-8") as file:
        return {(row["source"], row["code"]): row["verified"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def merges() -> list[dict[str, str]]:
    text = files("report_schemas").joinpath("catalogue_merges.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_there_are_more_core_regimes_than_the_179_of_2022(entries):
    assert sum(entry.scope == "core" for entry in entries.values()) >= 179


def test_every_row_of_every_source_stands_in_the_catalogue_exactly_once(entries, marks):
    cited = Counter(source for entry in entries.values() for source in entry.sources)
    assert cited == Counter(dict.fromkeys(marks, 1))


def test_nothing_is_marked_better_verified_than_its_source(entries, marks):
    for entry in entries.values():
        own = [marks[source] for source in entry.sources if source[1] == entry.code]
        assert entry.verified in own
        assert RANK[entry.verified] <= max(RANK[marks[source]] for source in entry.sources)


def test_every_merge_is_written_down_with_its_reason(entries, merges):
    told = {(row["code"], row["other_code"]) for row in merges if row["decision"] == "merged"}
    done = {(entry.code, code) for entry in entries.values() for code in entry.merged_from}
    assert told == done
    assert all(row["reason"] for row in merges)


def test_what_was_kept_apart_after_a_look_still_stands_by_itself(entries, merges):
    apart = [row for row in merges if row["decision"] == "kept apart"]
    assert apart
    assert all(row["code"] in entries and row["other_code"] in entries for row in apart)


def test_owners_then_and_today_stand_in_the_register_and_today_s_goes_on(entries):
    orgs = load_catalog().orgs
    today = {unit.identifier for unit in orgs.units.values() if unit.valid_to is None}
    ever = {unit.identifier for unit in orgs.units.values()}
    for entry in entries.values():
        assert entry.owner_code_then in ever, entry.code
        assert not entry.owner_today or entry.owner_today in today, entry.code
        assert bool(entry.owner_today) == bool(entry.owner_code_then), entry.code


def test_an_owner_changes_only_by_a_succession_or_a_transfer_of_its_function(entries):
    for entry in entries.values():
        assert entry.owner_ground or entry.owner_code_then == entry.owner_today, entry.code


def test_the_owner_of_an_edition_is_the_owner_then_or_who_stands_for_it_today(entries):
    catalog = load_catalog()
    for regime in catalog.regimes.values():
        for edition in regime.editions:
            entry = entries[edition.regime]
            unit = catalog.orgs.find(edition.owner, edition.valid_from)
            follow = {after.identifier for after in catalog.orgs.today(unit.id, date(2026, 1, 1))}
            assert {edition.owner, *follow} & {entry.owner_code_then, entry.owner_today}, edition.key


def test_every_integrated_or_drafted_regime_is_in_the_catalogue(entries):
    catalog = load_catalog()
    known = set(catalog.regimes) | {key.partition("/")[0] for key in catalog.drafts}
    assert known <= set(entries)


def test_what_is_outside_the_core_says_why(entries):
    for entry in entries.values():
        assert entry.scope_reason
        assert ("out_of_scope" in entry.stated_blockers) <= (entry.scope != "core"), entry.code


def test_the_status_column_agrees_with_the_editions(entries):
    catalog = load_catalog()
    drafted = {key.partition("/")[0] for key in catalog.drafts}
    stale = [
        entry.code
        for entry in entries.values()
        if entry.stated_status != status_of(entry.code, catalog.regimes.keys(), drafted)
    ]
    assert stale == [], "run: hub board --write"


# --- the reader ---------------------------------------------------------------------------------------------------

ROW = dict.fromkeys(COLUMNS, "") | {
    "code": "THU-01", "title_vi": "Chế độ thử", "title_en": "A test regime", "scope": "core",
    "scope_reason": "periodic", "owner_then": "Bộ Tài chính", "owner_code_then": "G12", "owner_today": "G12",
    "legal_basis": "Văn bản thử", "reporters": "province;ministry(BTC)", "levels": "province;ministry:1",
    "frequency": "half_yearly;yearly", "verified": "partial", "sources": "one:THU-01;two:T1", "merged_from": "T1",
    "status": "planned", "blocked_by": "form_unread;no_dates",
}  # fmt: skip


def write(folder: Path, *rows: dict[str, str], header: tuple[str, ...] = COLUMNS) -> Path:
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def problems_of(folder: Path) -> str:
    with pytest.raises(SchemaError) as refused:
        read_catalogue([folder])
    return "\n".join(refused.value.problems)


def test_a_row_becomes_an_entry(tmp_path):
    entry = read_catalogue([write(tmp_path, ROW)])["THU-01"]
    assert entry.levels == {"province": None, "ministry": 1}
    assert entry.frequencies == ("half_yearly", "yearly")
    assert entry.sources == (("one", "THU-01"), ("two", "T1"))
    assert entry.title.vi == "Chế độ thử"


def test_a_folder_without_a_catalogue_has_no_entries(tmp_path):
    assert read_catalogue([tmp_path]) == {}


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("scope", "hub", "scope 'hub'"),
        ("verified", "sure", "verified 'sure'"),
        ("blocked_by", "weather", "blocked_by 'weather'"),
        ("frequency", "often", "frequency 'often'"),
        ("levels", "district", "level 'district'"),
        ("levels", "ministry:many", "level 'ministry:many'"),
        ("sources", "one", "source 'one'"),
        ("title_en", "", "title_en is missing"),
        ("title_vi", unicodedata.normalize("NFD", "Chế độ thử"), "title_vi is not in Unicode form NFC"),
    ],
)
def test_a_wrong_field_is_told_with_its_line(tmp_path, column, text, said):
    found = problems_of(write(tmp_path, ROW, ROW | {"code": "THU-02", column: text}))
    assert said in found
    assert found.startswith("catalogue.csv:3: ")


def test_all_problems_are_told_at_once(tmp_path):
    found = problems_of(write(tmp_path, ROW | {"scope": "x"}, ROW | {"code": "THU-02", "status": "y"}))
    assert "catalogue.csv:2:" in found
    assert "catalogue.csv:3:" in found


def test_a_code_may_not_stand_twice(tmp_path):
    assert "stands twice" in problems_of(write(tmp_path, ROW, ROW))


def test_another_header_is_refused(tmp_path):
    assert "the header must be" in problems_of(write(tmp_path, header=("code", "title_vi")))


def test_two_folders_may_share_no_code(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        write(folder, ROW)
    with pytest.raises(SchemaError):
        read_catalogue([one, two])


def test_the_status_follows_from_the_editions():
    assert status_of("A", {"A"}, {"A"}) == "integrated"
    assert status_of("A", {"B"}, {"A"}) == "drafted"
    assert status_of("A", (), ()) == "planned"


def test_an_integrated_regime_is_blocked_by_nothing_and_a_draft_at_least_by_its_review(tmp_path):
    entry = read_catalogue([write(tmp_path, ROW)])["THU-01"]
    assert blockers_of(entry, "integrated") == ()
    assert blockers_of(entry, "drafted") == ("no_dates",)
    assert blockers_of(entry, "planned") == ("form_unread", "no_dates")
    only_unread = read_catalogue([write(tmp_path, ROW | {"blocked_by": "not_entered"})])["THU-01"]
    assert blockers_of(only_unread, "drafted") == ("in_review",)


def test_bringing_the_file_up_to_date_changes_the_status_and_nothing_else(tmp_path):
    before = (write(tmp_path, ROW, ROW | {"code": "THU-02"}) / "catalogue.csv").read_text("utf-8")
    after = brought_up_to_date(before, {"THU-02"}, ())
    old, new = before.splitlines(), after.splitlines()
    assert new[:2] == old[:2]
    assert new[2] == old[2].replace("planned,form_unread;no_dates", "integrated,")
    assert brought_up_to_date(after, {"THU-02"}, ()) == after
