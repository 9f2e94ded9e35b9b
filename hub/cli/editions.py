"""``hub publication``: editions over time; ``hub subscription``, ``hub deliver``: who has each new one."""

from __future__ import annotations

from dataclasses import asdict

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table
from hub.domain.access import SYSTEM, Actor
from hub.errors import NotFound
from hub.services import deliveries, holds, publication, publication_diff, publication_proof, subscriptions
from hub.services.core import Core
from hub.store import accounts


@click.group("publication")
def publication_group() -> None:
    """Ấn bản của báo cáo quốc gia / Editions of national reports: what changed, proof, what is held."""


@publication_group.command("list")
@click.argument("report", required=False)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="those in force at the end of a day")
@json_option
def list_editions(report: str | None, on: object, as_json: bool) -> None:
    """Danh sách ấn bản / Issued editions, the newest first."""
    day = on.date() if hasattr(on, "date") else None
    with opened.hub() as core:
        rows = publication.listing(core, SYSTEM, opened.now(), report, day)
    if as_json:
        say_json([asdict(row) for row in rows])
        return
    say_table(
        ("id", "report", "period", "edition", "issued", "note"),
        [(row.id, row.report, row.period, row.number, row.issued_at, row.note) for row in rows],
    )
    say_next("hub publication changes ID" if rows else "hub publish REPORT PERIOD")


@publication_group.command("changes")
@click.argument("publication_id", metavar="ID")
@click.argument("against", required=False)
@json_option
def changes(publication_id: str, against: str | None, as_json: bool) -> None:
    """Khác gì ấn bản trước, vì sao / What an edition says differently from AGAINST (the one before), and why."""
    with opened.hub() as core:
        now = opened.now()
        older = publication.view(core, SYSTEM, publication_id, now).older
        other = against or (older.id if older is not None else publication_id)
        found = publication_diff.changes(core, SYSTEM, publication_id, other, now)
    if as_json:
        say_json(asdict(found))
        return
    say(f"{found.new.report} {found.new.period}: edition {found.new.number} compared with {found.old.number}")
    say_table(
        ("unit", "change", "versions", "why", "who", "when"),
        [
            (each.unit_name.vi, each.kind, f"{each.old_version or '-'} → {each.new_version or '-'}",
             each.why and each.why.reason, each.why and each.why.account_name, each.why and each.why.at)
            for each in found.reports
        ],
    )  # fmt: skip
    say_table(
        ("figure", "old", "new", "difference", "because of"),
        [
            (str(line.change.ref), line.change.old, line.change.new, line.change.difference,
             "; ".join(f"{part.unit_name.vi} {'' if part.moved is None else f'{part.moved:+}'}" for part in line.parts))
            for line in found.figures
        ],
    )  # fmt: skip
    say_next(f"hub publication verify {found.new.id}")


@publication_group.command("verify")
@click.argument("publication_id", metavar="ID")
@json_option
def verify(publication_id: str, as_json: bool) -> None:
    """Chứng minh lại một ấn bản / Prove an edition from its manifest. Exit 1 if it fails."""
    with opened.hub() as core:
        proof = publication_proof.prove(core, SYSTEM, publication_id, opened.now())
    if as_json:
        say_json(asdict(proof) | {"holds": proof.holds})
    else:
        say(f"{proof.row.report} {proof.row.period}, edition {proof.row.number}: {proof.files} files, "
            f"{proof.reports} reports, {proof.recomputed} of {proof.figures} figures computed again")  # fmt: skip
        say(*(f"{vi} / {en}" for vi, en in [*proof.left_out, *proof.problems]))
        say("It holds." if proof.holds else "It does not hold.")
    if not proof.holds:
        raise click.exceptions.Exit(1)


@publication_group.command("held")
@json_option
def held(as_json: bool) -> None:
    """Báo cáo đang giữ / Reports that wait because too few units are in them."""
    with opened.hub() as core:
        rows = holds.listing(core, SYSTEM, opened.now())
    if as_json:
        say_json([asdict(row) for row in rows])
        return
    say_table(
        ("report", "period", "accepted", "obliged", "floor %", "since"),
        [(row.report, row.period, row.accepted, row.obliged, row.floor, row.since) for row in rows],
    )
    say_next("hub publication release REPORT PERIOD --note …" if rows else "hub publish REPORT PERIOD")


@publication_group.command("release")
@click.argument("report")
@click.argument("period")
@click.option("--note", required=True, help="why it may be issued; kept, and printed in the report")
def release(report: str, period: str, note: str) -> None:
    """Cho phép ban hành dưới ngưỡng / Let a report go that is held under its floor."""
    with opened.hub() as core:
        row = holds.release(core, SYSTEM, report, period, note, opened.now())
    say(f"{row.report} {row.period} may be issued with {row.accepted} of {row.obliged} units.")
    say_next(f"hub publish {row.report} {row.period}")


@click.group("subscription")
def subscription_group() -> None:
    """Đăng ký nhận ấn bản / Who has each new edition of a national report."""


@subscription_group.command("list")
@click.argument("username")
@json_option
def list_subscriptions(username: str, as_json: bool) -> None:
    """Đang nhận / What comes to an account."""
    with opened.hub() as core:
        rows = subscriptions.mine(core, _account(core, username), opened.now())
    if as_json:
        say_json([asdict(row) for row in rows])
        return
    say_table(
        ("id", "report", "format", "channel", "target", "since"),
        [(row.id, row.report, row.format, row.channel, row.target, row.since) for row in rows],
    )
    say_next(f"hub subscription add {username} REPORT --format xlsx")


@subscription_group.command("add")
@click.argument("username")
@click.argument("report")
@click.option("--format", "kind", default="xlsx", show_default=True, type=click.Choice(list(subscriptions.FORMATS)))
@click.option("--connector", type=click.Choice(["folder", "http"]), help="instead of a letter")
def add(username: str, report: str, kind: str, connector: str | None) -> None:
    """Đăng ký / An account has each new edition from now on, by its own rights."""
    channel = "connector" if connector else "mail"
    with opened.hub() as core:
        who = _account(core, username)
        row = subscriptions.subscribe(core, who, report, kind, channel, connector or "", opened.now())
    say(f"{row.id}: {row.report} as {row.format} by {row.channel}")
    say_next(f"hub subscription list {username}")


@subscription_group.command("end")
@click.argument("subscription_id", metavar="ID")
def end(subscription_id: str) -> None:
    """Thôi nhận / End a subscription."""
    with opened.hub() as core:
        subscriptions.end(core, SYSTEM, subscription_id, opened.now())
    say("Nothing comes any more.")


@click.command("deliver")
@click.option("--retry", is_flag=True, help="first take up again what was given up")
@json_option
def deliver(retry: bool, as_json: bool) -> None:
    """Giao các ấn bản đến lượt / Bring what is due to its subscribers now."""
    with opened.hub() as core:
        revived = subscriptions.retry(core, SYSTEM, opened.now()) if retry else 0
        done = deliveries.deliver_due(core, opened.now())
        counts, rows, _ = subscriptions.not_delivered(core, SYSTEM)
    if as_json:
        say_json({"revived": revived, "done": asdict(done), "counts": counts})
        return
    say(f"delivered: {done.sent}; to be tried again: {done.postponed}; given up: {done.dead}; dropped: {done.dropped}")
    say_table(
        ("report", "period", "edition", "state", "tries", "last answer"),
        [(row.report, row.period, row.number, row.state, row.tries, row.last_error) for row in rows],
    )
    say_next("hub deliver --retry" if counts["dead"] else "hub runs --job deliver")


def _account(core: Core, username: str) -> Actor:
    with core.database.read() as connection:
        found = accounts.find_by_username(connection, username.strip().lower())
        if found is None or not found.active:
            raise NotFound(f"Không có tài khoản “{username}”.", f"There is no account “{username}”.")
        return Actor(found.id, found.name, found.unit_id, accounts.grants_of(connection, found.id))
