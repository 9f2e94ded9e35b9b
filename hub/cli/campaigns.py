"""``hub campaign``: call for a thematic or ad hoc report, and see what was called for."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Any

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table
from hub.cli.people import active_account
from hub.domain.access import SYSTEM, Actor
from hub.domain.call import Asked
from hub.errors import BadRequest
from hub.services import opening
from hub.services.core import Core
from hub.services.opening import Called, Terms

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@click.group("campaign")
def campaign_group() -> None:
    """Các đợt báo cáo chuyên đề, đột xuất / Reports that are called for outside the calendar."""


@campaign_group.command("call")
@click.argument("edition")
@click.option("--from", "first", required=True, metavar="DAY", help="first day of the data window, e.g. 2026-09-05")
@click.option("--to", "last", required=True, metavar="DAY", help="last day of the data window")
@click.option("--due", metavar="DAY", help="last day on time; without it as the regime counts it from --to")
@click.option("--level-due", multiple=True, metavar="LEVEL=DAY", help="another last day for one level; may be repeated")
@click.option("--unit", "units", multiple=True, help="only this unit and all below it; may be given again")
@click.option("--frequency", type=click.Choice(["thematic", "ad_hoc"]), help="which, where the regime has both")
@click.option("--reason", required=True, help="why: every unit that is asked reads it")
@click.option("--key", help="a name of your own for this call; by default the same call is never made twice")
@click.option("--as", "username", help="the account that calls; without it the hub itself")
@click.option("--dry-run", is_flag=True, help="only say what it would open")
@json_option
def call(
    edition: str, first: str, last: str, due: str | None, level_due: tuple[str, ...], units: tuple[str, ...],
    frequency: str | None, reason: str, key: str | None, username: str | None, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Yêu cầu một báo cáo / Call for a report: the next numbered period of EDITION (regime/edition, or the regime)."""
    terms: Terms = {
        "window_start": _day(first), "window_end": _day(last), "due_day": _day(due) if due else None,
        "level_dues": dict(sorted(_level_day(text) for text in level_due)), "units": units, "frequency": frequency,
        "reason": reason,
    }  # fmt: skip
    with opened.hub() as core:
        wanted = edition if "/" in edition else core.catalog.edition_for(edition, terms["window_end"]).key
        actor = _actor(core, username)
        if dry_run:
            done = opening.plan_call(core, actor, wanted, now=opened.now(), **terms)
        else:
            named = key or hashlib.sha256(repr((wanted, sorted(terms.items()))).encode()).hexdigest()
            done = opening.call(core, actor, wanted, key=named, now=opened.now(), **terms)
    if as_json:
        say_json(_as_data(done) | {"dry_run": dry_run})
        return
    _tell(done, dry_run)


def _actor(core: Core, username: str | None) -> Actor:
    if username is None:
        return SYSTEM
    account_id, (unit_id, grants) = active_account(core, username, opened.now())
    return Actor(account_id, username, unit_id, grants)


def _day(text: str) -> date:
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadRequest(f"“{text[:20]}” không phải là ngày. Ví dụ đúng: 2026-12-25.", "Write the day as 2026-12-25.")


def _level_day(text: str) -> tuple[str, date]:
    level, equals, day = text.partition("=")
    if not equals:
        raise BadRequest("Viết hạn theo cấp như: commune=2026-12-25.", "Write a level's day as commune=2026-12-25.")
    return level, _day(day)


def _as_data(done: Called) -> dict[str, Any]:
    asked = done.asked
    return {
        "edition": done.edition.key, "period": done.period.code, "window": [asked.window.start, asked.window.end],
        "dues": asked.dues, "units": asked.units, "reason": asked.reason, "filings": done.filings,
        "by_level": done.by_level, "repeated": done.repeated,
    }  # fmt: skip


def _tell(done: Called, dry_run: bool) -> None:
    what = "would be opened" if dry_run else "had been opened before" if done.repeated else "were opened"
    label = done.period.label
    say(f"{done.edition.key} {done.period.code} ({label.vi} / {label.en}): {done.filings} filings {what}.")
    dues = done.asked.dues
    say_table(("level", "filings", "due"), [(level, n, dues[level]) for level, n in done.by_level.items()])
    say_next("call it without --dry-run" if dry_run else f"hub roll-up {done.edition.regime} {done.period.code}, later")


@campaign_group.command("list")
@click.option("--regime", help="only this regime's")
@json_option
def show_list(regime: str | None, as_json: bool) -> None:
    """Các đợt đã yêu cầu / What was called for, newest first."""
    with opened.hub() as core:
        rows = [row for row in opening.listing(core, SYSTEM, opened.now()) if regime in {None, row.regime}]
    if as_json:
        say_json([
            {"edition": row.asked.edition, "period": row.period.code, "window": [*_days(row.asked)],
             "dues": row.asked.dues, "units": row.asked.units, "reason": row.asked.reason,
             "called_at": row.called_at, "account": row.account_id, "key": row.key}
            for row in rows
        ])  # fmt: skip
        return
    say_table(
        ("edition", "period", "from", "to", "last due", "reason"),
        [(row.asked.edition, row.period.code, *_days(row.asked), max(row.asked.dues.values()), row.asked.reason)
         for row in rows],
    )  # fmt: skip
    say_next("hub campaign call EDITION --from DAY --to DAY --due DAY --reason TEXT")


def _days(asked: Asked) -> tuple[date, date]:
    return asked.window.start, asked.window.end
