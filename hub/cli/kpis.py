"""``hub kpi``: sets of steering indicators, their values, their targets, and alerts by hand."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import click

from hub.cli import opened
from hub.cli.answers import json_option, say, say_json, say_next, say_table
from hub.cli.people import active_account
from hub.domain.access import SYSTEM, Actor
from hub.domain.kpi import LIGHTS, Kpi, KpiValue
from hub.domain.number_text import Problem, read_number
from hub.errors import BadRequest, NotFound
from hub.services import kpi_alerts, kpi_targets, kpis


@click.group("kpi")
def kpi_group() -> None:
    """Chỉ số điều hành / Steering indicators: sets, values, targets, alerts."""


@kpi_group.command("list")
@json_option
def list_sets(as_json: bool) -> None:
    """Các bộ chỉ số / The sets that are in force."""
    found = sorted(opened.catalog().kpi_sets.values(), key=lambda each: each.code)
    if as_json:
        say_json([{"code": each.code, "title": asdict(each.title), "kpis": len(each.kpis)} for each in found])
        return
    say_table(
        ("code", "title", "indicators", "periods"),
        [(each.code, each.title.vi, len(each.kpis), ", ".join(each.frequencies)) for each in found],
    )
    say_next("hub kpi show SET")


@kpi_group.command("show")
@click.argument("kpi_set", metavar="SET")
@click.option("--period", help="a period such as 2026-M09; the newest without it")
@click.option("--unit", help="a unit's id; the nation without it")
@json_option
def show(kpi_set: str, period: str | None, unit: str | None, as_json: bool) -> None:
    """Giá trị của một bộ chỉ số / The values of a set in a period."""
    with opened.hub() as core:
        view = kpis.set_view(core, SYSTEM, kpi_set, opened.now(), period=period, unit_id=unit)
    values = view.national.of_unit(view.subject, view.period) if view.period is not None else {}
    lines = [(kpi, values.get(kpi.code)) for kpi in view.kpi_set.kpis]
    period_code = view.period.code if view.period is not None else None
    if as_json:
        shown = {"set": kpi_set, "unit": view.subject, "period": period_code}
        say_json(shown | {"values": [_facts(kpi, value) for kpi, value in lines]})
        return
    say(f"{view.kpi_set.title.vi} / {view.kpi_set.title.en}", f"{view.subject} {period_code or '–'}")
    say_table(("kpi", "name", "value", "light", "target", "reports"), [_line(kpi, value) for kpi, value in lines])
    if view.period is not None:
        index = view.national.index(view.subject, view.period)
        say(f"index {index.value if index.value is not None else '–'} / 100, over {index.counted} of {index.of}")
    say_next(f"hub kpi target {kpi_set} KPI VALUE")


def _facts(kpi: Kpi, value: KpiValue | None) -> dict[str, Any]:
    if value is None:
        return {"kpi": kpi.code, "value": None, "light": "none"}
    figures = {"value": value.value, "target": value.target}
    texts = {name: f"{figure:f}" if figure is not None else None for name, figure in figures.items()}
    return {"kpi": kpi.code, "light": value.light, "lack": value.lack, "accepted": value.accepted,
            "obliged": value.obliged, "provisional": value.provisional} | texts  # fmt: skip


def _line(kpi: Kpi, value: KpiValue | None) -> tuple[Any, ...]:
    if value is None:
        return kpi.code, kpi.label.vi, "–", LIGHTS["none"].vi, "–", "–"
    shown = "–" if value.value is None else f"{value.value:f}{' *' if value.provisional else ''}"
    target = "–" if value.target is None else f"{value.target:f}"
    behind = value.source or f"{value.accepted}/{value.obliged}"
    return kpi.code, kpi.label.vi, shown, LIGHTS[value.light].vi, target, behind


@kpi_group.command("target")
@click.argument("kpi_set", metavar="SET")
@click.argument("kpi")
@click.argument("value")
@click.option("--unit", default="", help="one unit's id; without it all units")
@click.option("--period", default="", help="a period, or a year such as 2027-Y; without it all periods")
@click.option("--note", default="", help="why, or by which decision")
@click.option("--as", "username", required=True, help="the account of central staff that sets it")
def target(kpi_set: str, kpi: str, value: str, unit: str, period: str, note: str, username: str) -> None:
    """Đặt mục tiêu / Set a target; VALUE "-" takes it back."""
    with opened.hub() as core:
        found = core.catalog.kpi_sets.get(kpi_set)
        decimals = next((each.decimals for each in found.kpis if each.code == kpi), None) if found else None
        if decimals is None:
            raise NotFound(f"Không có chỉ số {kpi} trong {kpi_set}.", f"There is no indicator {kpi} in {kpi_set}.")
        account_id, (unit_id, grants) = active_account(core, username, opened.now())
        changed = kpi_targets.set_target(
            core, Actor(account_id, username, unit_id, grants), kpi_set, kpi, unit_id=unit, period=period,
            value=_figure(value, decimals), note=note, now=opened.now(),
        )  # fmt: skip
    say("đã ghi / set" if changed else "đã như vậy từ trước / it was so already")
    say_next(f"hub kpi show {kpi_set}")


def _figure(text: str, decimals: int) -> Decimal | None:
    if text == "-":
        return None
    found = read_number(text, decimals, "canonical")
    if isinstance(found, Problem):
        raise BadRequest(found.vi, found.en)
    return found


@kpi_group.command("alerts")
def alerts() -> None:
    """Xét cảnh báo ngay / Judge alerts now, as the job of every hour does."""
    with opened.hub() as core:
        done = kpi_alerts.judge_all(core, opened.now())
    say(f"{done.begun} alerts began, {done.ended} ended, {done.people} people told")
