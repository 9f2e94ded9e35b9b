"""``hub verify``, ``hub rebuild``, ``hub migrate``: the database whole, derived again, and at this release."""

from __future__ import annotations

from dataclasses import asdict

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table
from hub.services import verify


@click.command("verify")
@json_option
def verify_all(as_json: bool) -> None:
    """Kiểm tra toàn vẹn / Check the audit chain, all hashes, and all that was derived. Exit 1 if anything differs."""
    with opened.hub() as core:
        verified = verify.everything(core)
    if as_json:
        say_json(asdict(verified) | {"holds": verified.holds})
    else:
        say_table(("looked at", "number"), verified.looked_at.items())
        say(*verified.problems, *([f"and {verified.more} more"] if verified.more else []))
        say("Everything holds." if verified.holds else "Something does not hold.")
        say_next(
            "copy <var>/checkpoints away"
            if verified.holds
            else "keep this database as it is; restore a backup beside it"
        )
    if not verified.holds:
        raise click.exceptions.Exit(1)


@click.command()
@json_option
def rebuild(as_json: bool) -> None:
    """Lập lại số liệu tổng hợp từ các phiên bản / Make all aggregates again. Exit 1 if any had differed."""
    with opened.hub() as core:
        done = verify.rebuild(core, opened.now())
    if as_json:
        say_json(asdict(done))
    else:
        say(f"{len(done.same)} campaigns: the same bytes; {len(done.brought_up_to_date)} brought up to date.")
        say(*(f"had differed: {edition} {period}" for edition, period in done.differed))
        say_next("hub verify")
    if done.differed:
        raise click.exceptions.Exit(1)


@click.command()
def migrate() -> None:
    """Nâng cấp cơ sở dữ liệu / Bring the database to this release."""
    with opened.hub() as core:
        say(f"The database ({core.database.kind}) is at the newest step.")
        say_next("hub serve")
