"""The whole demonstration, in the order of its own clock; each step may be repeated without doing anything twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.console import Console

from hub.demonstration import contacts
from hub.demonstration.accounts import People, make_people
from hub.demonstration.campaign import Record, Show
from hub.demonstration.national import Nation
from hub.demonstration.past import Past
from hub.demonstration.plan import DAY, Plan, Size, instant, make_plan, moments
from hub.demonstration.reviewing import Reviewing
from hub.demonstration.rolling_up import RollingUp
from hub.demonstration.sending import Sending
from hub.demonstration.signed import Signed
from hub.demonstration.steering import Steering
from hub.demonstration.summary import NOTICE, Summary
from hub.services.core import Core

_OVERVIEW_DAY = DAY - timedelta(days=12)
_AMENDED_DAY = DAY - timedelta(days=10)
_AGAIN_DAY = DAY - timedelta(days=9)
_CONTACTS_DAY = DAY - timedelta(days=8)


@dataclass(order=True)
class Step:
    """Something that happens at an instant of the demonstration's clock."""

    at: datetime
    order: int
    name: str = field(compare=False)
    do: Callable[[datetime], str] = field(compare=False)


@dataclass(frozen=True)
class Outcome:
    """What the demonstration made."""

    overview: Path
    record: Record
    nation: Nation
    people: People


def run(core: Core, console: Console, size: Size | None = None, *, summary: bool = True) -> Outcome:
    """Everything is done that is not done yet, and told. Run again, it finds all there and changes nothing."""
    started = time.monotonic()
    for line in NOTICE:
        console.print(line)
    plan = make_plan(core, size or Size())
    first = min(moments(core, campaign).opened for campaign in (*plan.campaigns, *plan.past))
    people = make_people(core, plan, first - timedelta(days=1))
    record, nation = Record(), Nation(_without_floor(core), plan, people, {})
    for step in sorted(steps(core, plan, people, record, nation)):
        with console.status(step.name):
            said = step.do(step.at)
        line = f"[{time.monotonic() - started:5.1f} s] {step.at:%Y-%m-%d} {step.name}: {said}"
        console.print(line, markup=False, soft_wrap=True)
    path = nation.write_files()
    if summary:
        Summary(core, people, nation, record, started, instant(DAY, 3)).tell(console)
    return Outcome(path, record, nation, people)


def steps(core: Core, plan: Plan, people: People, record: Record, nation: Nation) -> Iterator[Step]:
    """All steps, in no order: each knows its instant."""
    for campaign in plan.past:
        yield from _past_steps(core, Past(Show(core, plan, people, campaign, record)))
    for campaign in plan.campaigns:
        yield from _campaign_steps(core, Show(core, plan, people, campaign, record), nation)
    closing = [campaign for campaign in plan.campaigns if campaign.edition.regime in plan.featured][-1]
    amended = Show(core, plan, people, closing, record)
    regime, period = closing.edition.regime, closing.period.code

    def again(now: datetime) -> str:
        return "; ".join((amended.roll_up(now), nation.publish(regime, period, now), nation.publish_overview(now)))

    steering = Steering(core, plan, people)
    yield from _signing(core, plan, people, record)
    yield _on(_OVERVIEW_DAY, -1, "subscriptions", steering.subscribe)
    yield _on(_OVERVIEW_DAY, 0, "quarter", nation.derive)
    yield _on(_OVERVIEW_DAY, 1, "overview", nation.publish_overview)
    yield _on(_AMENDED_DAY, 0, f"{amended.name} amend", Reviewing(amended).amend)
    yield _on(_AGAIN_DAY, 0, f"{amended.name} again", again)
    yield _on(_AGAIN_DAY, 1, "deliveries", steering.deliver)
    yield _on(_CONTACTS_DAY, 0, "contacts", lambda now: contacts.introduce(core, plan, people, now))
    yield _on(_CONTACTS_DAY, 1, "targets", steering.aim)
    yield _on(_CONTACTS_DAY, 2, "indicators of other systems", steering.receive)
    yield _on(_CONTACTS_DAY, 3, "alerts", steering.judge)
    yield _on(_CONTACTS_DAY, 4, "reports held back", steering.hold)


def _campaign_steps(core: Core, show: Show, nation: Nation) -> Iterator[Step]:
    when, sending, reviewing = moments(core, show.campaign), Sending(show), Reviewing(show)
    regime, period = show.campaign.edition.regime, show.campaign.period.code

    def publish(now: datetime) -> str:
        return f"{show.roll_up(now)}; {nation.publish(regime, period, now)}"

    parts: list[tuple[datetime, str, Callable[[datetime], str]]] = [(when.opened, "open", sending.open)]
    if any(reporter.level == "commune" for reporter in show.campaign.edition.reporters):
        parts += [
            (when.communes_send, "communes send", sending.send_communes),
            (when.communes_accepted, "provinces accept", reviewing.accept_communes),
        ]
    if any(reporter.scope == "rollup" for reporter in show.campaign.edition.reporters):
        parts.append((when.others_send - timedelta(hours=1), "provinces roll up", RollingUp(show).roll_up))
    parts += [
        (when.others_send, "provinces and ministries send", sending.send_others),
        (when.late, "late", reviewing.late),
        (when.reviewed, "review", reviewing.review),
        (when.published, "publish", publish),
    ]
    for order, (at, name, do) in enumerate(parts):
        yield Step(at, order, f"{show.name} {name}", do)


def _past_steps(core: Core, past: Past) -> Iterator[Step]:
    when = moments(core, past.show.campaign)
    parts = (
        (when.opened, past.open),
        (when.others_send, past.send),
        (when.late, past.late),
        (when.reviewed, past.review),
    )
    for order, (at, do) in enumerate(parts):
        yield Step(at, order, f"{past.show.name} {do.__name__}", do)


def _signing(core: Core, plan: Plan, people: People, record: Record) -> Iterator[Step]:
    """In the last campaign of communes, so that no later one of its regime waits for a signature."""
    of_communes = [
        campaign
        for campaign in plan.campaigns
        if any(reporter.level == "commune" for reporter in campaign.edition.reporters)
    ]
    if of_communes:
        last = max(of_communes, key=lambda campaign: moments(core, campaign).communes_send)
        show = Show(core, plan, people, last, record)
        at = moments(core, last).communes_send - timedelta(hours=1)
        yield Step(at, 0, f"{show.name} one commune signs", Signed(show).send)


def _without_floor(core: Core) -> Core:
    """The hub as it is, but that national reports of few units are issued too."""
    return Core(replace(core.config, publish_floor=0), core.catalog, core.database)


def _on(day: date, order: int, name: str, do: Callable[[datetime], str]) -> Step:
    return Step(instant(day, 2), order, name, do)
