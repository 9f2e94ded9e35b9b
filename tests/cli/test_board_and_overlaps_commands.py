"""``hub board`` and ``hub regime overlaps``: what they count, filter and write."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub import cli
from hub.catalog.catalog import Catalog
from hub.catalog.catalogue import COLUMNS
from hub.domain.form import Column, Form, Label, Rollup
from hub.domain.regime import Regime
from hub.services.overlaps import likely_duplicates

ROW = dict.fromkeys(COLUMNS, "") | {
    "code": "THU-01", "title_vi": "Chế độ thử", "title_en": "A test regime", "scope": "core",
    "scope_reason": "periodic", "owner_then": "Bộ G12", "owner_code_then": "G12", "owner_today": "G12",
    "legal_basis": "Văn bản thử", "reporters": "province", "levels": "province", "frequency": "yearly",
    "verified": "yes", "sources": "one:THU-01", "status": "planned", "blocked_by": "form_unread",
}  # fmt: skip


def listing(label: str) -> Form:
    column = Column("c01", Label(label, label), "integer", unit="người", rollup=Rollup("sum", "sum"))
    return Form("F1", Label("Lao động", "Labour"), "list", (column,))


@pytest.fixture
def catalog(make_small_edition, small_catalog: Catalog, tmp_path: Path) -> Catalog:
    """THU-01 in force and THU-02 a draft, both asking for women at work; THU-03 only listed."""
    with (tmp_path / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(ROW | {"code": code, "sources": f"one:{code}"} for code in ("THU-01", "THU-02", "THU-03"))
    one = make_small_edition(forms=(listing("Số lao động nữ"),), rules=())
    two = make_small_edition(regime="THU-02", forms=(listing("Lao động nữ"),), rules=())
    catalog = Catalog({"THU-01": Regime("THU-01", (one,))}, {}, {}, {}, tmp_path, drafts={two.key: two})  # type: ignore[arg-type]
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def hub(catalog, monkeypatch):
    monkeypatch.setattr("hub.cli.opened.catalog", lambda: catalog)
    monkeypatch.setattr("hub.cli.opened.now", lambda: datetime(2026, 11, 22, 3, tzinfo=UTC))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli.main, list(arguments))
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def test_the_board_says_what_the_179_are_and_counts_by_owner(hub):
    text = " ".join(hub("board").split())
    assert "chưa được công khai" in text
    assert "never made public" in text
    # 9 units × 17 periods of 157
    assert "G12 1 1 1 157 97.5 %" in text


def test_the_board_for_a_machine_holds_every_row_and_the_note(hub):
    facts = json.loads(hub("board", "--json", "--status", "drafted"))
    assert [row["code"] for row in facts["rows"]] == ["THU-02"]
    assert facts["total"]["share"] == "0.9745"
    assert facts["owners"][0]["tally"]["integrated"] == 1
    assert "179" in facts["note"]["vi"]


def test_writing_brings_the_status_column_up_to_date_once(hub, tmp_path):
    assert "brought up to date" in hub("board", "--write")
    with (tmp_path / "catalogue.csv").open(encoding="utf-8") as file:
        found = {row["code"]: (row["status"], row["blocked_by"]) for row in csv.DictReader(file)}
    assert found == {
        "THU-01": ("integrated", ""), "THU-02": ("drafted", "in_review"), "THU-03": ("planned", "form_unread"),
    }  # fmt: skip
    assert "brought up to date" not in hub("board", "--write")


def test_overlaps_look_at_drafts_only_when_asked(hub):
    assert "0 pairs of forms" in hub("regime", "overlaps")
    text = hub("regime", "overlaps", "--drafts")
    assert "THU-01/2025-07-01 F1 ↔ THU-02/2025-07-01 F1" in text
    assert "nhãn cùng nói “lao động nữ”" in text


def test_overlaps_for_a_machine_give_each_part_of_the_score(hub):
    (group,) = json.loads(hub("regime", "overlaps", "--drafts", "--json"))
    (pair,) = group["figures"]
    assert pair["score"] == "1.00"
    assert [part["what"] for part in pair["parts"]] == ["label", "unit", "breakdown", "reporters", "periods"]


@pytest.mark.parametrize("text", ["0.1", "2", "many"])
def test_a_score_outside_its_range_is_refused(text):
    result = CliRunner().invoke(cli.main, ["regime", "overlaps", "--min-score", text])
    assert result.exit_code == 2


def test_a_draft_of_a_regime_in_force_is_not_compared_with_it(catalog, make_small_edition):
    later = make_small_edition(code="2027-01-01", forms=(listing("Số lao động nữ"),), rules=())
    only = Catalog(catalog.regimes, {}, {}, {}, catalog.root, drafts={later.key: later})  # type: ignore[arg-type]
    assert likely_duplicates(only, date(2026, 11, 22), Decimal("0.6"), drafts=True) == []
