"""``hub open``, ``hub submit``, ``hub template``: filings and the files that fill them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table, write_file
from hub.cli.people import active_account
from hub.domain.access import SYSTEM, Actor
from hub.domain.envelope import Envelope, Receipt
from hub.errors import NotSignedIn
from hub.readers.dispatch import door_of
from hub.services import credentials, filings, intake, opening, receipts
from hub.services.core import Core


@click.command("open")
@json_option
def open_filings(as_json: bool) -> None:
    """Mở các báo cáo phải nộp / Open every filing that is due to be opened."""
    with opened.hub() as core:
        done = opening.open_due(core, opened.now())
    if as_json:
        campaigns = [{"edition": e, "period": p, "filings": n} for (e, p), n in done.by_campaign.items()]
        undated = [{"edition": e.edition, "frequency": e.frequency, "why": e.why.message_en} for e in done.undated]
        say_json({"total": done.total, "campaigns": campaigns, "undated": undated})
        return
    say(f"{done.total} filings were opened now.")
    say_table(("edition", "period", "filings"), [(e, p, n) for (e, p), n in sorted(done.by_campaign.items())])
    for each in done.undated:
        say(f"not opened: {each.edition} {each.frequency}: {each.why.message_vi} / {each.why.message_en}")
    say_next("hub submit FILE --as USER, or hub collect")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", help="the account that sends")
@click.option("--token", envvar="HUB_TOKEN", help="an API token; better in HUB_TOKEN than on the command line")
@click.option("--draft", is_flag=True, help="save without sending")
@click.option("--dry-run", is_flag=True, help="only check")
@json_option
def submit(file: Path, username: str | None, token: str | None, draft: bool, dry_run: bool, as_json: bool) -> None:
    """Nộp một tệp / Take in a file of one or many reports."""
    with opened.hub() as core:
        now = opened.now()
        actor = _actor(core, username, token, now)
        content = _content(file, core.config.max_upload_bytes)
        envelope = Envelope(
            content=content,
            door=door_of(content, file.name),
            filename=file.name,
            intent="dry_run" if dry_run else "draft" if draft else "send",
            via="cli",
        )
        answered = intake.receive_many(core, actor, envelope, now)
    if as_json:
        say_json([json.loads(receipts.receipt_json(receipt)) for receipt in answered])
    else:
        _tell_receipts(answered)
    if any(receipt.verdict == "refused" for receipt in answered):
        raise click.exceptions.Exit(1)


def _content(file: Path, most: int) -> bytes:
    """At most one byte more than allowed is read: intake then says that it is too large."""
    with file.open("rb") as stream:
        return stream.read(most + 1)


def _tell_receipts(answered: list[Receipt]) -> None:
    for receipt in answered:
        filing = receipt.filing_id or "no filing"
        say(f"{receipt.verdict}: {filing}, version {receipt.version or '–'}, state {receipt.state or '–'}")
        for finding in receipt.findings:
            say(f"  {finding.severity} {finding.place.describe()}: {finding.message_vi} / {finding.message_en}")
    refused = any(receipt.verdict == "refused" for receipt in answered)
    say_next("correct the file and submit it again" if refused else "hub roll-up EDITION PERIOD, once accepted")


def _actor(core: Core, username: str | None, token: str | None, now: datetime) -> Actor:
    """Who submits: the holder of the token, or the named account by the word of the operator at this machine."""
    if username:
        account_id, held = active_account(core, username, now)
        return Actor(account_id, username, held[0], held[1])
    actor = credentials.actor_of_token(core, token, now) if token else None
    if actor is None:
        raise NotSignedIn(
            "Cần --as TÊN hoặc một mã truy cập còn hiệu lực (HUB_TOKEN).",
            "Give --as USER or a valid token (HUB_TOKEN).",
        )
    return actor


@click.command()
@click.argument("filing")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="folder for the workbook")
def template(filing: str, out: Path) -> None:
    """Tạo tệp Excel cho một báo cáo / Write the workbook of one filing."""
    with opened.hub() as core:
        name, content = filings.template(core, SYSTEM, filing, opened.now())
    write_file(out, name, content)
    say_next("fill it in, then hub submit it")
