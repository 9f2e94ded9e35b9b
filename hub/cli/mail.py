"""``hub mail``: the letters on their way, and trying the dead ones again."""

from __future__ import annotations

from dataclasses import asdict

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table
from hub.domain.access import SYSTEM
from hub.errors import NotFound
from hub.services import letters


@click.group("mail", invoke_without_command=True)
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1, 1000))
@json_option
@click.pass_context
def mail_group(context: click.Context, limit: int, as_json: bool) -> None:
    """Thư điện tử / Letters that wait or were given up, and how many were sent."""
    if context.invoked_subcommand is not None:
        return
    with opened.hub() as core:
        found, server = letters.listing(core, SYSTEM, limit), core.config.smtp_host
    if as_json:
        rows = [{name: value for name, value in asdict(each).items() if name != "body"} for each in found.letters]
        say_json({"counts": found.counts, "letters": rows})
        return
    say(f"sent: {found.counts['sent']}; waiting: {found.counts['waiting']}; given up: {found.counts['dead']}")
    if found.letters:
        say_table(
            ("id", "state", "to", "tries", "next try", "last answer"),
            [
                (each.id, each.state, each.address, each.tries, each.next_try_at, each.last_error)
                for each in found.letters
            ],
        )
    dead = found.counts["dead"]
    say_next("hub mail retry" if dead else "hub runs --job letters" if server else "set HUB_SMTP_HOST to send letters")


@mail_group.command("retry")
@click.argument("mail_id", metavar="[ID]", required=False)
def mail_retry(mail_id: str | None) -> None:
    """Gửi lại thư / Try the letters that were given up again: all, or one."""
    with opened.hub() as core:
        revived = letters.retry(core, SYSTEM, opened.now(), mail_id)
    if mail_id and not revived:
        raise NotFound(f"Không có thư {mail_id} cần gửi lại.", f"There is no letter {mail_id} that was given up.")
    say(f"letters that are tried again: {revived}")
    say_next("hub mail")
