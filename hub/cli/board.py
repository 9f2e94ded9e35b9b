"""``hub board``: which regimes arrive as data, which are drafted, which are planned, and what blocks each."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from hub.catalog.catalog import Catalog
from hub.catalog.catalogue import FILE, brought_up_to_date
from hub.catalog.catalogue_words import BLOCKER_NAMES, NOT_PUBLIC, SCOPE_NAMES, STATUS_NAMES
from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table
from hub.domain.period import local_day
from hub.services.board import Board, BoardRow, Tally, board


@click.command("board")
@click.option("--owner", default="", metavar="CODE", help="one owner of today, such as G09")
@click.option("--status", default="", type=click.Choice(["", *STATUS_NAMES]), help="one status")
@click.option("--scope", default="core", type=click.Choice(["all", *SCOPE_NAMES]), show_default=True)
@click.option("--write", is_flag=True, help="bring the status column of catalogue.csv up to date first")
@json_option
def show_board(owner: str, status: str, scope: str, write: bool, as_json: bool) -> None:
    """Bảng theo dõi tích hợp chế độ báo cáo / The board of the regimes."""
    catalog = opened.catalog()
    changed = write_statuses(catalog) if write else []
    found = board(
        catalog,
        local_day(opened.now()),
        owner=owner.upper(),
        status=status,
        scope="" if scope == "all" else scope,
    )
    if as_json:
        say_json(_facts(found))
        return
    say(*(f"brought up to date: {path}" for path in changed), NOT_PUBLIC.vi, NOT_PUBLIC.en)
    _say_totals(found)
    _say_rows(found, chosen=bool(owner or status))
    say_next("hub board --owner G09 --status planned, or --json")


def write_statuses(catalog: Catalog) -> list[Path]:
    """Rewrite ``status`` and ``blocked_by`` in the catalogue files of all roots; gives the files that changed."""
    drafted = {key.partition("/")[0] for key in catalog.drafts}
    changed = []
    for path in (Path(str(root)) / FILE for root in catalog.roots):
        if not path.is_file():
            continue
        before = path.read_text("utf-8")
        after = brought_up_to_date(before, catalog.regimes.keys(), drafted)
        if after != before:
            path.write_text(after, "utf-8")
            changed.append(path)
    return changed


def _say_totals(found: Board) -> None:
    lines = [(line.owner, *_numbers(line.tally), line.name.vi) for line in found.owners]
    heads = ("owner", "integrated", "drafted", "planned", "reports/year", "arriving", "name")
    say_table(heads, [*lines, ("all", *_numbers(found.total), "trong phạm vi / in scope")])
    say(
        f"integrated outside the scope: {found.others}; reports a year estimated for {found.estimated} regimes, "
        f"not countable for {found.uncounted}",
        "fidelity of the integrated: " + ", ".join(f"{name} {count}" for name, count in found.by_fidelity),
        "blocked by: " + "; ".join(f"{BLOCKER_NAMES[code].en} {count}" for code, count in found.by_blocker),
    )


def _numbers(tally: Tally) -> tuple[object, ...]:
    share = "" if tally.share is None else _percent(tally.share)
    return tally.integrated, tally.drafted, tally.planned, round(tally.expected), share


def _percent(share: Fraction) -> str:
    return f"{Decimal(round(share * 1000)).scaleb(-1)} %"


def _say_rows(found: Board, *, chosen: bool) -> None:
    """All rows when the reader chose some, else only those that are not merely planned."""
    rows = [row for row in found.rows if chosen or row.status != "planned"]
    say_table(
        ("code", "status", "owner", "reports/year", "blocked by", "title"),
        [(r.code, r.status, r.owner, _filings(r), ", ".join(r.blockers), r.title.vi) for r in rows],
    )


def _filings(row: BoardRow) -> str:
    if row.filings is None:
        return "?"
    return f"{'~' if row.estimated else ''}{round(row.filings)}"


def _facts(found: Board) -> dict[str, Any]:
    """The board as JSON; fractions of a report a year as exact texts, the share as one with four decimals."""
    facts = asdict(found)
    for line, tally in [(facts, found.total), *zip(facts["owners"], (o.tally for o in found.owners), strict=True)]:
        name = "total" if line is facts else "tally"
        line[name] |= {"share": None if tally.share is None else str(Decimal(round(tally.share * 10_000)).scaleb(-4))}
    return facts | {"note": asdict(NOT_PUBLIC)}
