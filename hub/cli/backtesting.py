"""``hub regime backtest``: who would have failed a rule on past periods."""

from __future__ import annotations

import click

from hub.cli import opened
from hub.cli.answers import json_option, say_both, say_json, say_next, say_table
from hub.domain.access import SYSTEM
from hub.domain.rule_numbers import exact_text
from hub.services.backtest import Backtest, backtest


@click.command("backtest")
@click.argument("edition")
@click.argument("rule")
@click.option("--form", help="the form in which the rule's names are looked up, where that is not plain")
@click.option("--period", "periods", multiple=True, help="only these periods")
@click.option("--most", default=50, show_default=True, help="how many failing reports to show")
@json_option
def regime_backtest(
    edition: str, rule: str, form: str | None, periods: tuple[str, ...], most: int, as_json: bool
) -> None:
    """Thử quy tắc trên các kỳ đã qua / Ask RULE (an id, or an expression) of every report of EDITION so far."""
    with opened.hub() as core:
        done = backtest(core, SYSTEM, edition, rule, opened.now(), form=form, periods=periods)
        names = {each.filing.unit_id: core.orgs.get(each.filing.unit_id).name.vi for each in done.failed}
    if as_json:
        say_json(_facts(done))
        return
    failed, asked, periods_asked = len(done.failed), done.asked, len(done.periods)
    say_both(
        f"{failed}/{asked} báo cáo của {periods_asked} kỳ không đạt",
        f"{failed} of {asked} reports of {periods_asked} periods fail: {done.rule.expr}",
    )
    say_table(
        ("period", "unit", "scope", "state", "where", "found", "expected"),
        [
            (each.filing.period, names[each.filing.unit_id], each.filing.scope, each.filing.state, f.address,
             exact_text(f.found), exact_text(f.expected))
            for each in done.failed[:most]
            for f in each.failures[:3]
        ],
    )  # fmt: skip
    if len(done.failed) > most:
        say_both(
            f"… còn {failed - most} báo cáo; --most để xem thêm", f"{failed - most} more reports; --most shows more"
        )
    say_next(_next_step(asked, failed))


def _next_step(asked: int, failed: int) -> str:
    if not asked:
        return "chưa có báo cáo nào để thử / no report has come in yet: hub regime samples EDITION"
    if failed:
        return "ghi vào bản thảo với beta: true, hoặc bỏ / write it into a draft as beta: true, or leave it"
    return "ghi vào bản thảo / write it into a draft edition"


def _facts(done: Backtest) -> dict[str, object]:
    return {
        "edition": done.edition,
        "rule": done.rule.expr,
        "periods": done.periods,
        "asked": done.asked,
        "failed": [
            {
                "filing": each.filing.id,
                "unit": each.filing.unit_id,
                "period": each.filing.period,
                "at": [str(failure.address) for failure in each.failures],
            }
            for each in done.failed
        ],
    }
