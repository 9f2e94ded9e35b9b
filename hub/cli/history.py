"""``hub history``: the versions in force as Parquet for analysis, asked by one SQL text on DuckDB or Spark.

PyArrow and DuckDB are loaded where a command needs them: every command, the server's among them, loads this module.
"""

from __future__ import annotations

from dataclasses import asdict

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_both, say_json, say_next, say_table


@click.group("history")
def history_group() -> None:
    """Lịch sử số liệu / Accepted figures as partitioned Parquet, for analysis outside the database."""


@history_group.command("export")
@click.option("--all", "everything", is_flag=True, help="compare every campaign, not only those with decisions since")
@json_option
def export_history(everything: bool, as_json: bool) -> None:
    """Xuất số liệu đang có hiệu lực / Write the campaigns that changed since the last export."""
    from hub.services import history_export
    from hub.services.history_files import folder_of

    with opened.hub() as core:
        done = history_export.export(core, opened.now(), everything=everything)
        folder = folder_of(core.config)
    if as_json:
        say_json(asdict(done) | {"folder": str(folder)})
        return
    say(str(folder))
    say_both(
        f"{done.written} đợt được ghi ({done.figures} số liệu), {done.unchanged} đợt không đổi, "
        f"{done.removed} đợt bị bỏ",
        f"{done.written} campaigns written ({done.figures} figures), {done.unchanged} unchanged, "
        f"{done.removed} removed",
    )
    say(*(f"not in the catalogue, left out: {edition}" for edition in done.unknown))
    say_next("hub history query, hub history verify")


@history_group.command("query")
@click.option("--regime", "regimes", multiple=True, help="only this regime; may be given again")
@click.option("--frequency", "frequencies", multiple=True, help="monthly, quarterly, yearly …; may be given again")
@click.option("--from", "first", default="", metavar="DAY", help="periods that begin on this day or later")
@click.option("--to", "last", default="", metavar="DAY", help="periods that end on this day or earlier")
@click.option("--today", is_flag=True, help="on the units of today instead of those of the time")
@click.option("--unit", "unit_id", default="", help="only this unit; VN is the nation")
@click.option("--limit", default=200, show_default=True, help="most lines shown; 0 shows all")
@json_option
def query_history(
    regimes: tuple[str, ...], frequencies: tuple[str, ...], first: str, last: str, today: bool, unit_id: str,
    limit: int, as_json: bool,
) -> None:  # fmt: skip
    """Tổng hợp từ lịch sử / Roll up to provinces, the nation, quarters and years; on Spark where HUB_SPARK is set."""
    from hub.services import history_rollup
    from hub.services.history_engines import engine
    from hub.services.history_files import folder_of

    wanted = history_rollup.Wanted("today" if today else "then", regimes, frequencies, first, last)
    with opened.hub() as core, engine(core.config.spark) as its:
        found = history_rollup.roll_up(folder_of(core.config), its, wanted)
    found = [total for total in found if unit_id in ("", total.unit_id)]
    shown = found[:limit] if limit else found
    if as_json:
        say_json({"figures": [asdict(total) | {"address": str(total.address)} for total in shown], "all": len(found)})
        return
    say_table(
        ("unit", "edition", "period", "figure", "value", "from", "exact"),
        [
            (t.unit_id, t.edition, t.period, t.address, t.value, t.contributors, "yes" if t.exact else "no")
            for t in shown
        ],
    )
    if len(shown) < len(found):
        say_both(f"còn {len(found) - len(shown)} dòng", f"{len(found) - len(shown)} more lines")
    say_next("hub history query --json --limit 0")


@history_group.command("verify")
@json_option
def verify_history(as_json: bool) -> None:
    """Đối chiếu tệp với những gì đang có hiệu lực / Compare every file with what was written and what is in force.

    Exit 1 if anything differs.
    """
    from hub.services import history_export

    with opened.hub() as core:
        problems = history_export.verify(core)
    if as_json:
        say_json({"holds": not problems, "problems": problems})
    else:
        say(*problems)
        say("Something does not hold." if problems else "Everything holds.")
        say_next("hub history export --all" if problems else "hub history query")
    if problems:
        raise click.exceptions.Exit(1)
