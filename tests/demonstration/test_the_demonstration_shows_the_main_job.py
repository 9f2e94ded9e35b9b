"""The demonstration of a few units: everything planned is found, everything published is right, nothing is doubled."""

from __future__ import annotations

import stat
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from hub.demonstration.accounts import CENTRAL, NotForReal
from hub.demonstration.campaign import Show
from hub.demonstration.plan import DAY, Size, instant, make_plan, moments
from hub.domain.access import SYSTEM, Grant
from hub.domain.filing import FilingQuery
from hub.services import access, accounts, filings, overview, publication, tallies, tracing
from hub.services.verify import everything

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
TTHC, Q3 = "VPCP-TTHC06/2025-07-01", "2026-Q3"


def standing(core):
    """What a second run must not change: each filing's state, versions and attempts, and all publications."""
    rows = filings.search(core, SYSTEM, FilingQuery(size=1_000_000), NOW).rows
    states = {(row.id, row.state, row.version, row.accepted_version, row.attempt, row.excluded) for row in rows}
    issued = {
        (row.report, row.period, row.number, row.manifest_sha256) for row in publication.listing(core, SYSTEM, NOW)
    }
    return states, issued, tallies.arrivals(core, SYSTEM).doors


# --- what is planned


def test_monthly_quarterly_half_yearly_and_yearly_regimes_all_appear(shown, small):
    core = shown[0]
    plan = make_plan(core, small)
    assert {campaign.period.frequency for campaign in plan.campaigns} >= {
        "monthly", "quarterly", "half_yearly", "yearly", "school_year",
    }  # fmt: skip
    assert {campaign.edition.regime for campaign in plan.campaigns} == set(core.catalog.regimes)
    assert {period.code for _, period in plan.derived} == {Q3}
    assert "BTC-DTC-TT15" in {edition.regime for edition, _ in plan.derived}


def test_every_integrated_regime_has_its_place_in_the_plan(shown, real_catalog, make_hub, tmp_path):
    plan = make_plan(make_hub(real_catalog, tmp_path / "var"), Size())
    assert {campaign.edition.regime for campaign in plan.campaigns} == set(real_catalog.regimes)


def test_everything_the_demonstration_tells_of_lies_before_its_day(shown, small):
    core = shown[0]
    for campaign in make_plan(core, small).campaigns:
        when = moments(core, campaign)
        assert when.opened < when.communes_send < when.communes_accepted < when.late < when.reviewed < when.published
        assert when.opened < when.others_send < when.late
        assert when.published < instant(DAY, 0)


def test_the_whole_demonstration_sends_for_all_provinces_and_hundreds_of_communes(shown):
    plan = make_plan(shown[0], Size())
    assert len(plan.provinces) == 34
    assert sum(len(communes) for communes in plan.communes.values()) >= 300
    assert len(plan.ministries) == 22


# --- what was done


def test_the_whole_country_owes_and_coverage_says_how_many_sent(shown):
    core = shown[0]
    rows = {(row.edition, row.period.code): row for row in overview.campaigns(core, SYSTEM, NOW)}
    tthc = rows[TTHC, Q3]
    assert tthc.obliged + tthc.excluded == 3321 + 34 + 22
    assert 0 < tthc.accepted < 60


def test_reports_came_through_every_door_and_both_connectors(shown):
    doors = tallies.arrivals(shown[0], SYSTEM).doors
    accepted = Counter()
    for (door, via, verdict), count in doors.items():
        accepted[door] += count if verdict == "accepted" else 0
        accepted[via] += count if verdict == "accepted" else 0
    assert all(accepted[each] for each in ("form", "xlsx", "xml", "json", "csv", "folder", "http-demonstration"))


def test_every_planted_mistake_is_found_and_nothing_else_goes_wrong(shown):
    record = shown[1].record
    kinds = {mistake.kind for mistake, _ in record.expected}
    assert kinds == {
        "wrong_total", "text_in_number", "missing_cell", "part_of_a_whole", "error_cell", "wrong_unit", "warning",
    }  # fmt: skip
    assert [mistake.kind for mistake, found in record.expected if not found] == []
    assert record.surprises == []


def test_late_returned_excluded_repeated_and_amended_reports_are_shown(shown):
    assert set(shown[1].record.shown) == {
        "late", "returned", "excluded", "same_key", "same_file", "amended", "vietnamese",
    }  # fmt: skip


def test_an_amendment_leads_to_a_second_edition_and_leaves_the_first_as_it_was(shown):
    core, outcome, _ = shown
    rows = [row for row in publication.listing(core, SYSTEM, NOW, "overview") if row.period == Q3]
    assert sorted(row.number for row in rows) == [1, 2]
    first, second = sorted(rows, key=lambda row: row.number)
    shown_first, shown_second = (publication.view(core, SYSTEM, row.id, NOW).document for row in (first, second))
    assert shown_first.tables[0].rows[0].cells[0].value != shown_second.tables[0].rows[0].cells[0].value
    assert outcome.overview.name == f"overview_{Q3}_2.xlsx"


def test_a_quarter_is_brought_together_from_its_months(shown):
    core = shown[0]
    assert ("BTC-DTC-TT15", Q3) in {(row.report, row.period) for row in publication.listing(core, SYSTEM, NOW)}


def test_a_second_reader_finds_the_published_figures_in_the_workbook(shown):
    core, outcome, _ = shown
    document = publication.view(core, SYSTEM, outcome.nation.overview.id, NOW).document
    book = load_workbook(outcome.overview)
    texts = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert any("DEMONSTRATION DATA" in str(text) for text in texts)
    written = {
        str(row[1].value).split("\n")[0].strip(): row[2].value
        for table in document.tables
        for row in book[table.code].iter_rows()
        if row[1].value
    }
    published = [(row.label.vi, row.cells[0].value) for table in document.tables for row in table.rows]
    assert len(published) > 20
    for name, value in published:
        assert value is None or Decimal(repr(written[name])) == value


def test_every_published_file_says_that_it_is_a_demonstration(shown):
    core, outcome, _ = shown
    files = publication.view(core, SYSTEM, outcome.nation.overview.id, NOW).files
    assert all("_demonstration" in name for name, *_ in files if name.endswith(".csv"))
    document = next(name for name, *_ in files if name.startswith("overview") and name.endswith(".json"))
    assert b'"demonstration":true' in publication.file(core, SYSTEM, outcome.nation.overview.id, document, NOW)[1]


def test_one_national_figure_is_traced_to_the_cells_it_came_from(shown):
    core, outcome, page = shown
    found = outcome.nation.trace(NOW)
    assert found.value == sum(part.value for part in found.parts if part.value is not None)
    assert found.accepted == len(found.parts)
    again = tracing.trace(core, SYSTEM, found.publication.id, f"{found.regime}@VN:{found.address}", NOW)
    assert again == found
    assert f"hub trace {found.publication.id}" in page


def test_the_summary_tells_what_was_done_and_where_to_look(shown):
    _, outcome, page = shown
    for text in ("DỮ LIỆU TRÌNH DIỄN", "DEMONSTRATION DATA", "Filings", "Arrivals", "Findings", "Coverage", "time",
                 str(outcome.people.path)):  # fmt: skip
        assert text in page


def test_the_accounts_open_with_the_passwords_in_a_file_that_only_its_owner_reads(shown):
    core, outcome, page = shown
    assert stat.S_IMODE(outcome.people.path.stat().st_mode) == 0o600
    password = outcome.people.passwords[CENTRAL]
    assert f"{CENTRAL}\t{password}\t" in outcome.people.path.read_text(encoding="utf-8")
    assert password in page
    assert access.sign_in(core, CENTRAL, password, "127.0.0.1", NOW).actor.has("central")


def test_what_the_demonstration_stored_holds_together(shown):
    assert everything(shown[0]).problems == []


# --- again


def test_a_second_run_changes_nothing_and_finds_the_same(shown, run_demonstration, small):
    core, first, _ = shown
    before = standing(core)
    files = {path.name: path.read_bytes() for path in first.overview.parent.iterdir()}
    second, page = run_demonstration(core, small)
    assert standing(core) == before
    assert {path.name: path.read_bytes() for path in second.overview.parent.iterdir()} == files
    assert not second.record.sent
    assert Counter(m.kind for m, ok in second.record.expected if ok) == Counter(
        m.kind for m, _ in first.record.expected
    )
    assert second.record.shown == first.record.shown
    assert second.people.passwords == first.people.passwords
    assert "0 sent" in page


class Pulled(BaseException):
    """The plug was pulled."""


def test_an_interrupted_demonstration_goes_on_where_it_stopped(
    some_regimes, make_hub, run_demonstration, tiny, tmp_path, monkeypatch
):
    whole = make_hub(some_regimes, tmp_path / "whole")
    run_demonstration(whole, tiny)
    core = make_hub(some_regimes, tmp_path / "stopped")
    deliver, left = Show.deliver, iter([5, 12, 10_000])
    more = [next(left)]

    def stops(self, report, name, now):
        receipt = deliver(self, report, name, now)
        more[0] -= 1
        if not more[0]:
            more[0] = next(left)
            raise Pulled
        return receipt

    monkeypatch.setattr(Show, "deliver", stops)
    for _ in range(2):
        with pytest.raises(Pulled):
            run_demonstration(core, tiny)
    monkeypatch.undo()
    outcome, _ = run_demonstration(core, tiny)
    assert outcome.record.surprises == []
    assert outcome.record.already > 0
    campaigns = [overview.campaigns(each, SYSTEM, NOW) for each in (core, whole)]
    assert campaigns[0] == campaigns[1]
    assert published(core) == published(whole)


def published(core):
    """(report, period, edition) → its tables' values."""
    return {
        (row.report, row.period, row.number): [
            [cell.value for line in table.rows for cell in line.cells]
            for table in publication.view(core, SYSTEM, row.id, NOW).document.tables
        ]
        for row in publication.listing(core, SYSTEM, NOW)
    }


@pytest.mark.postgres
def test_the_demonstration_is_the_same_on_postgresql(
    some_regimes, make_hub, run_demonstration, tiny, tmp_path, postgres_database
):
    one = make_hub(some_regimes, tmp_path / "one")
    other = make_hub(some_regimes, tmp_path / "other", postgres_database)
    run_demonstration(one, tiny)
    outcome, _ = run_demonstration(other, tiny)
    assert outcome.record.surprises == []
    assert published(one) == published(other)


def test_a_hub_with_real_accounts_is_refused(some_regimes, make_hub, run_demonstration, tiny, tmp_path):
    core = make_hub(some_regimes, tmp_path / "real")
    accounts.create_account(
        core, SYSTEM, username="that", name="Người thật", unit_id="VN", password="mat-khau-rat-dai",
        grants=[Grant("central", "VN")], now=NOW,
    )  # fmt: skip
    with pytest.raises(NotForReal):
        run_demonstration(core, tiny)
    assert filings.search(core, SYSTEM, FilingQuery(), NOW).total == 0
