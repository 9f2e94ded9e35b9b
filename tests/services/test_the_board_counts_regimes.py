"""The board: statuses from the editions, yearly reports exactly or estimated, and the share that arrives as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from importlib.resources import files

import pytest

from hub.catalog.catalog import Catalog
from hub.catalog.catalogue import CatalogueEntry
from hub.domain.access import Actor, Grant
from hub.domain.form import Label
from hub.domain.regime import Regime, Reporter
from hub.domain.working_days import WorkingCalendar
from hub.errors import Forbidden
from hub.services.board import board, view
from hub.services.core import Core
from hub.services.expected import filings_of_edition, filings_of_entry

DAY = date(2026, 11, 22)


def make_entry(code: str = "THU-01", **changes: object) -> CatalogueEntry:
    fields: dict[str, object] = {
        "code": code, "title": Label(f"Chế độ {code}", f"Regime {code}"), "scope": "core", "scope_reason": "periodic",
        "owner_then": "Bộ G12", "owner_code_then": "G12", "owner_today": "G12", "owner_ground": "",
        "legal_basis": "Văn bản thử", "basis_number": "", "superseded": "", "reporters": ("province",),
        "levels": {"province": None}, "recipient": "", "frequencies": ("yearly",), "cutoff": "", "deadline": "",
        "source_url": "", "evidence": "", "verified": "yes", "fidelity": "", "sources": (("one", code),),
        "merged_from": (), "stated_status": "planned", "stated_blockers": ("form_unread",), "note": "",
    }  # fmt: skip
    return CatalogueEntry(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def catalog_of(small_edition, small_orgs):
    """``catalog_of(entries, drafts=(), edition=…) -> Catalog``: the small edition in force, and that catalogue."""

    def make(*entries: CatalogueEntry, drafts: tuple[str, ...] = (), edition=small_edition) -> Catalog:
        regimes = {edition.regime: Regime(edition.regime, (edition,))}
        catalog = Catalog(regimes, {}, {}, {}, files("report_schemas"))
        held = {entry.code: entry for entry in entries}
        calendar = WorkingCalendar(frozenset(), frozenset(), range(2020, 2040))
        catalog = replace(catalog, drafts={f"{code}/2026-01-01": None for code in drafts})
        catalog.__dict__.update(orgs=small_orgs, calendar=calendar, catalogue=held)
        return catalog

    return make


def bodies(orgs):
    return orgs.level_counts(DAY)


def test_an_edition_s_reports_a_year_are_its_units_times_its_periods(small_edition, small_orgs):
    # 5 communes, 2 provinces and 2 ministries, 12 + 4 + 1 periods
    assert filings_of_edition(small_edition, small_orgs, bodies(small_orgs), DAY) == 9 * 17


def test_only_the_named_units_of_a_level_count(make_small_edition, small_orgs):
    edition = make_small_edition(reporters=(Reporter("ministry", units=("G01",)), Reporter("district")))
    assert filings_of_edition(edition, small_orgs, bodies(small_orgs), DAY) == 17


def test_a_year_that_asks_for_the_first_half_only_counts_one_half(make_small_edition, small_orgs):
    edition = make_small_edition(
        frequencies=("half_yearly", "ad_hoc"), parts={"half_yearly": (1,)}, reporters=(Reporter("province"),)
    )
    assert filings_of_edition(edition, small_orgs, bodies(small_orgs), DAY) == 2


def test_a_report_of_five_years_counts_a_fifth_each_year(make_small_edition, small_orgs):
    edition = make_small_edition(frequencies=("five_yearly",), reporters=(Reporter("province"),))
    assert filings_of_edition(edition, small_orgs, bodies(small_orgs), DAY) == Fraction(2, 5)


@pytest.mark.parametrize(
    ("frequencies", "levels", "expected"),
    [
        (("monthly",), {"commune": None}, 5 * 12),
        (("half_yearly", "yearly"), {"province": None}, 2 * 2),
        (("half_yearly",), {"province": None}, 2 * 2),
        (("yearly", "ad_hoc"), {"ministry": 6}, 6),
        (("daily", "weekly", "monthly"), {"province": None}, 2 * 12),
        (("multi_year",), {"province": None}, None),
        (("unspecified",), {"province": None}, None),
        (("yearly",), {}, None),
    ],
)
def test_the_catalogue_s_words_give_an_estimate_or_nothing(small_orgs, frequencies, levels, expected):
    entry = make_entry(frequencies=frequencies, levels=levels)
    assert filings_of_entry(entry, bodies(small_orgs)) == expected


def test_status_follows_from_editions_and_drafts(catalog_of):
    catalog = catalog_of(make_entry("THU-01"), make_entry("THU-02"), make_entry("THU-03"), drafts=("THU-02",))
    found = {row.code: (row.status, row.blockers) for row in board(catalog, DAY).rows}
    assert found == {
        "THU-01": ("integrated", ()),
        "THU-02": ("drafted", ("in_review",)),
        "THU-03": ("planned", ("form_unread",)),
    }


def test_the_share_is_what_integrated_regimes_bring_of_what_all_bring(catalog_of):
    catalog = catalog_of(make_entry("THU-01"), make_entry("THU-02", frequencies=("monthly",)))
    total = board(catalog, DAY).total
    assert (total.arriving, total.expected) == (153, 153 + 24)
    assert total.share == Fraction(153, 177)


def test_what_cannot_be_counted_counts_as_nothing_and_is_told(catalog_of):
    found = board(catalog_of(make_entry("THU-01"), make_entry("THU-02", levels={}), make_entry("THU-03")), DAY)
    assert (found.estimated, found.uncounted) == (1, 1)
    assert found.total.expected == 153 + 2


def test_regimes_outside_the_core_are_counted_apart(catalog_of):
    found = board(catalog_of(make_entry("THU-01", scope="statistical"), make_entry("THU-02")), DAY)
    assert (found.total.integrated, found.total.total, found.others) == (0, 1, 1)
    assert [row.code for row in found.rows] == ["THU-02"]
    assert found.total.share == 0


def test_a_regime_that_nobody_listed_is_shown_outside_the_core(catalog_of):
    rows = board(catalog_of(make_entry("THU-02")), DAY, scope="").rows
    assert [(row.code, row.scope, row.status) for row in rows] == [
        ("THU-01", "other", "integrated"),
        ("THU-02", "core", "planned"),
    ]


def test_filters_choose_rows_and_leave_the_totals_alone(catalog_of):
    catalog = catalog_of(make_entry("THU-01"), make_entry("THU-02"), make_entry("THU-03", owner_today="G01"))
    assert [row.code for row in board(catalog, DAY, owner="G01").rows] == ["THU-03"]
    assert [row.code for row in board(catalog, DAY, status="planned").rows] == ["THU-02", "THU-03"]
    assert board(catalog, DAY, owner="G01").total == board(catalog, DAY).total


def test_owners_stand_by_how_many_regimes_they_have(catalog_of):
    catalog = catalog_of(make_entry("THU-02", owner_today="G01"), make_entry("THU-01"), make_entry("THU-03"))
    lines = board(catalog, DAY).owners
    assert [(line.owner, line.tally.integrated, line.tally.total) for line in lines] == [("G12", 1, 2), ("G01", 0, 1)]


def test_the_share_is_unknown_where_no_report_is_expected(catalog_of):
    assert board(catalog_of(), DAY).total.share is None


def test_the_board_is_for_the_centre_operators_and_receivers_and_not_for_reporters(core: Core, catalog_of):
    now = datetime(2026, 11, 22, tzinfo=UTC)
    shown = replace(core, catalog=catalog_of(make_entry()))
    for role in ("central", "administrator", "officer"):
        assert view(shown, Actor("a", "a", "G12", (Grant(role, "G12"),)), now).total.total == 1  # type: ignore[arg-type]
    for role in ("reporter", "approver"):
        with pytest.raises(Forbidden):
            view(shown, Actor("a", "a", "P1", (Grant(role, "P1"),)), now)  # type: ignore[arg-type]
