"""``hub regime publish`` and ``hub regime diff``: bringing an edition into force, and what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from hub.catalog.load import packaged
from hub.catalog.naming import edition_named
from hub.cli import opened
from hub.cli.answers import json_option, say, say_both, say_json, say_next, say_table
from hub.cli.board import write_statuses
from hub.config import load_config
from hub.domain.access import SYSTEM
from hub.domain.edition_diff import Change, changes, series_change
from hub.domain.form import Address
from hub.services import regime_publishing
from hub.services.edition_change import filings_touched


@click.command("publish")
@click.argument("editions", nargs=-1, required=True)
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="instead of the packaged data"
)
def regime_publish(editions: tuple[str, ...], folder: Path | None) -> None:
    """Ban hành ấn bản / Bring EDITIONS (CODE/FIRST-DAY) into force: checked, then locked by hash, for good."""
    base, overlays = folder or packaged(), () if folder else load_config().schemas
    for key in editions:
        done = regime_publishing.publish(base, overlays, key)
        say_both(f"{key} đã có hiệu lực", f"{key} is in force: {done.edition.sha256}")
        say(*(f"  chưa đọc được trong văn bản / not read in the text: {item}" for item in done.unread))
        if done.edition.awaits_confirmation:
            say("  Biểu chờ cơ quan chủ trì xác nhận; ai nộp cũng được báo rõ.")
            say("  Its form awaits confirmation by the owner; everybody who files is told so.")
    if folder is None:
        say(*(f"tình trạng đã cập nhật / statuses are current: {path}" for path in write_statuses(opened.catalog())))
    say_next("Hệ thống đang chạy nhận ấn bản trong một giây; hãy đưa editions.lock vào quản lý phiên bản.")
    say("  A running hub takes it in within a second; keep editions.lock under version control.")


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--filings", is_flag=True, help="also count the filings in progress, from the hub's database")
@json_option
def regime_diff(old: str, new: str, filings: bool, as_json: bool) -> None:
    """So sánh hai ấn bản / What the edition NEW changes, and what it does to filings and time series."""
    catalog = opened.catalog()
    before, after = (edition_named(catalog.editions, catalog.drafts, name) for name in (old, new))
    found, series = changes(before, after), series_change(before, after)
    touched = None
    if filings:
        with opened.hub() as core:
            touched = filings_touched(core, SYSTEM, before, after, opened.now())
    if as_json:
        say_json(
            {
                "changes": [_facts(change) for change in found],
                "series": {
                    "carried": len(series.carried),
                    "moved": [(str(new), str(old)) for new, old in series.moved],
                    "begun": [str(address) for address in series.begun],
                    "ended": [str(address) for address in series.ended],
                },
                "filings": touched.as_json() if touched else None,
            }
        )
        return
    say_table(
        ("what", "where", "how", "before", "after", "label", ""),
        [(c.what, c.where, c.how, c.before, c.after, c.label.vi, _BREAKS if c.breaks else "") for c in found],
    )
    carried, moved = len(series.carried), len(series.moved)
    say_both(
        f"{carried} chuỗi số liệu đi tiếp, {moved} ở địa chỉ khác",
        f"{carried} series go on, {moved} of them under another address",
    )
    say_both(f"{len(series.begun)} chuỗi bắt đầu", f"{len(series.begun)} begin: {_some(series.begun)}")
    say_both(f"{len(series.ended)} chuỗi kết thúc", f"{len(series.ended)} end: {_some(series.ended)}")
    if touched:
        say(*touched.lines())
    say_next(f"hub regime publish {after.key}" if after.key in catalog.drafts else f"hub regime show {after.regime}")


_BREAKS = "đứt chuỗi / breaks the series"


def _some(addresses: Sequence[Address], most: int = 12) -> str:
    return ", ".join(map(str, addresses[:most])) + (" …" if len(addresses) > most else "")


def _facts(change: Change) -> dict[str, object]:
    return {
        "what": change.what,
        "where": change.where,
        "how": change.how,
        "before": change.before,
        "after": change.after,
        "label": {"vi": change.label.vi, "en": change.label.en},
        "breaks": change.breaks,
    }
