"""``hub regime preview``: the form of an edition as a page and as the workbook, before anybody owes it."""

from __future__ import annotations

from pathlib import Path

import click

from hub.catalog.naming import edition_named
from hub.cli import opened
from hub.cli.answers import say, say_next, write_file
from hub.domain.period import local_day
from hub.domain.regime import Edition
from hub.services.preview import sample_filing, sample_workbook
from hub.web.preview import standalone


@click.command("preview")
@click.argument("edition")
@click.option("--frequency", default="", help="only this one of its frequencies, e.g. quarterly")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("preview"), show_default=True)
def regime_preview(edition: str, frequency: str, out: Path) -> None:
    """Xem trước biểu mẫu / The form of EDITION (CODE or CODE/FIRST-DAY) as a page and as the workbook.

    Works for drafts too. The page stands alone: open it in a browser, type into it, and its rules answer.
    """
    catalog = opened.catalog()
    found = edition_named(catalog.editions, catalog.drafts, edition)
    for name in (frequency,) if frequency else found.frequencies:
        sample = sample_filing(found, catalog.orgs, local_day(opened.now()), name)
        say(f"{found.key}, {sample.period.code}, {sample.unit.name.vi} ({sample.unit.id}):")
        file, content = sample_workbook(found, sample)
        write_file(out, file.replace(".xlsx", ".html"), standalone(found, sample))
        write_file(out, file, content)
    if found.awaits_confirmation:
        say("Biểu chờ cơ quan chủ trì xác nhận. / Form awaiting confirmation by its owner.")
    say_next(_next_step(found, found.key in catalog.drafts))


def _next_step(edition: Edition, draft: bool) -> str:
    if draft:
        words = "mở trang bằng trình duyệt, rồi / open the page in a browser, then"
        return f"{words}: hub regime samples {edition.key} --write"
    return f"hub regime try FILE --edition {edition.key}"
