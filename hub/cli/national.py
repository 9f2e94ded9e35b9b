"""``hub roll-up``, ``hub publish``, ``hub trace``: national figures, from the units' reports and back to them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table, write_file
from hub.domain.access import SYSTEM
from hub.domain.period import Period
from hub.errors import NotFound
from hub.services import aggregation, campaigns, publication, tracing
from hub.services.core import Core


@click.command("roll-up")
@click.argument("edition")
@click.argument("period")
@json_option
def roll_up(edition: str, period: str, as_json: bool) -> None:
    """Tổng hợp một kỳ / Roll up a campaign. EDITION is regime/edition, or a regime's code."""
    with opened.hub() as core:
        run = aggregation.run(core, SYSTEM, _edition_key(core, edition, period), period, opened.now())
    if as_json:
        say_json(asdict(run))
        return
    say(f"{run.edition} {run.period}: {run.accepted} of {run.obliged} reports, figures of {run.units} units.")
    say_next("hub publish REPORT PERIOD")


def _edition_key(core: Core, text: str, period: str) -> str:
    if "/" in text:
        return core.catalog.edition(text).key
    with core.database.read() as connection:
        found = campaigns.edition_of(core, connection, text, Period.parse(period))
    if found is None:
        raise NotFound(f"Chưa có đợt báo cáo {text} {period}.", f"{text} {period} has not been called for.")
    return found.key


@click.command()
@click.argument("report")
@click.argument("period")
@click.option("--note", help="a note kept with the edition")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="write the files into this folder, too")
@json_option
def publish(report: str, period: str, note: str | None, out: Path | None, as_json: bool) -> None:
    """Phát hành báo cáo quốc gia / Issue a national report; from unchanged figures, the edition that exists."""
    with opened.hub() as core:
        row = publication.issue(core, SYSTEM, report, period, opened.now(), note)
        listed = publication.view(core, SYSTEM, row.id, opened.now()).files
        contents = (
            [(name, publication.file(core, SYSTEM, row.id, name, opened.now())[1]) for name, *_ in listed]
            if out
            else []
        )
    if as_json:
        say_json(asdict(row) | {"files": [name for name, *_ in listed]})
    else:
        say(f"{row.report} {row.period}, edition {row.number}: {row.id}")
        say_table(("file", "type", "bytes", "sha256"), listed)
    for name, content in contents:
        write_file(cast(Path, out), name, content)
    if not as_json:
        say_next(f"hub trace {row.id} CELL")


@click.command()
@click.argument("publication_id", metavar="PUBLICATION")
@click.argument("cell")
@json_option
def trace(publication_id: str, cell: str, as_json: bool) -> None:
    """Truy nguyên một số liệu / Follow a figure down to each unit's submission. CELL: F1.r01.c03 or UNIT:F1.r01.c03."""
    with opened.hub() as core:
        found = tracing.trace(core, SYSTEM, publication_id, cell, opened.now())
    if as_json:
        say_json(asdict(found))
        return
    say(f"{found.publication.report} {found.period} edition {found.publication.number}: {found.address}")
    say(f"{found.label.vi} / {found.label.en}", f"{found.unit_name.vi}: {found.value} ({found.rollup})")
    say(f"{found.accepted} of {found.obliged} reports; {len(found.parts)} below:")
    say_table(
        ("unit", "value", "filing", "version", "submission", "door", "file", "where"),
        [
            (p.unit_name.vi, p.value, p.filing_id, p.version, p.submission_id, p.door, p.filename,
             "computed" if p.computed else p.place.describe())
            for p in found.parts
        ],
    )  # fmt: skip
