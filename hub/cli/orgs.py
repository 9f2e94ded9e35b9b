"""``hub orgs``: the organisation units."""

from __future__ import annotations

from datetime import datetime

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_table
from hub.services import orgs


@click.group("orgs")
def orgs_group() -> None:
    """Các đơn vị / The organisation units."""


@orgs_group.command("count")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="a day; today if not given")
@json_option
def orgs_count(day: datetime | None, as_json: bool) -> None:
    """Số đơn vị có hiệu lực trong một ngày / How many units are valid on a day."""
    counted = orgs.count(opened.catalog().orgs, day.date() if day else opened.now().date())
    if as_json:
        say_json(counted)
        return
    say(f"Units valid on {counted['day']}:")
    say_table(
        ("level", "units", "of which"),
        [
            (level, count, ", ".join(f"{kind} {number}" for kind, number in counted["types"][level].items()))
            for level, count in counted["levels"].items()
        ],
    )
