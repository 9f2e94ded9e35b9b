"""The hub's duties, declared in code: what runs, when, and for how long a run may be held (design section 5).

Nothing here is stored or unpickled (promises.md, trap 10): the database holds run records only. Every body is a few
lines over a service and may run twice without doing anything twice; it returns one line for the record of runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.base import Connector
from connectors.folder import FolderConnector
from connectors.http_pull import HttpPullConnector
from hub.config import Config
from hub.domain.access import SYSTEM
from hub.domain.period import CALLED, local_day
from hub.errors import HubError
from hub.services import (
    aggregation,
    audit,
    calendar_reminders,
    collection,
    holds,
    letters,
    opening,
    unsaved,
    uploads,
)
from hub.services.campaigns import Campaign, campaigns_between
from hub.services.core import Core
from scheduler.occurrences import Daily, Every, Schedule

PUBLISH_BACK = timedelta(days=460)
"""How long after its window a campaign's later amendments still lead to a new edition of the report by themselves."""

Said = tuple[str, str]
"""What a run did, in Vietnamese and in English."""

Body = Callable[[Core, datetime], Said]


def _always(_core: Core, _now: datetime) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Job:
    """A duty. ``lease`` is the longest a run may take before another process takes it over.

    ``wanted``: where it answers no, the run of that moment is left out, and no record of it kept.
    """

    name: str
    schedule: Schedule
    body: Body
    lease: timedelta = timedelta(minutes=15)
    coalesce: bool = True
    wanted: Callable[[Core, datetime], bool] = _always


def open_filings(core: Core, now: datetime) -> str:
    """Every filing that is to be opened by now is open (R14)."""
    opened = opening.open_due(core, now)
    done = f"{opened.total} filings opened in {len(opened.by_campaign)} campaigns"
    if opened.undated:
        lacking = "; ".join(f"{each.edition} {each.frequency}: {each.why.message_en}" for each in opened.undated)
        raise HubError(f"Chưa mở được vì thiếu ngày: {lacking}", f"{done}; without a date: {lacking}")
    return done


def collect(core: Core, now: datetime) -> str:
    """Each connector was visited once; a failing one does not keep the others waiting for ever (P24)."""
    lines = [collection.collect(core, connector, now).describe() for connector in connectors(core.config)]
    return "; ".join(lines)


def roll_up(core: Core, now: datetime) -> Said:
    """Every campaign with newer decisions than its last full roll-up has one, and a final one after its last due.

    HubError names those that could not be rolled up, and those whose aggregates had not been what their versions make.
    """
    done: list[aggregation.AggregationRun] = []
    failed: list[HubError] = []
    for edition_key, period in aggregation.due_campaigns(core, now):
        try:
            done.append(aggregation.run(core, SYSTEM, edition_key, period, now))
        except HubError as error:
            place = f"{edition_key} {period}"
            failed.append(HubError(f"{place}: {error.message_vi}", f"{place}: {error.message_en}"))
    if failed:
        raise _together("Không tổng hợp được: ", "Not rolled up: ", failed)
    wrong = [f"{run.edition} {run.period}: {', '.join(run.differed)}" for run in done if run.differed]
    if wrong:
        raise HubError(
            "Số liệu tổng hợp đã sai lệch và vừa được sửa lại: " + "; ".join(wrong),
            "Aggregates were not what their reports make, and have been put right: " + "; ".join(wrong),
        )
    behind, final = sum(bool(run.behind) for run in done), sum(run.final for run in done)
    held = len(done) - behind
    return (
        f"đã tổng hợp {len(done)} đợt báo cáo; {held} đợt đã đúng sẵn, {behind} đợt được cập nhật, {final} đợt chốt",
        f"{len(done)} campaigns rolled up; {held} held already, {behind} brought up to date, {final} final",
    )


def _together(vi: str, en: str, failed: list[HubError]) -> HubError:
    return HubError(
        vi + "; ".join(each.message_vi for each in failed), en + "; ".join(each.message_en for each in failed)
    )


def publish(core: Core, now: datetime) -> str:
    """Each national report stands for every period whose last due date has passed; nothing new, nothing issued.

    Provisional figures are marked in the report itself. A report that has no aggregates yet waits for them, one that
    is under the floor of a regime is held.
    """
    became = [holds.publish_due(core, report, period, now) for report, period in reports_due(core, now)]
    said = f"{became.count('in_force')} reports in force, {became.count('waiting')} without figures yet"
    return said + (f", {became.count('held')} held under their floor" if "held" in became else "")


def publish_held(core: Core, now: datetime) -> str:
    """Every report that was held is issued as soon as enough units are in it."""
    became = holds.publish_held(core, now)
    return f"{became['in_force']} reports issued, {became['held']} still held"


def reports_due(core: Core, now: datetime) -> list[tuple[str, str]]:
    """(report, period) of every report to be issued by now, in order: each regime's own, and overviews that use it.

    An overview speaks of the calendar's periods: a report that was called for stands in the next one.
    """
    passed = list(_passed_campaigns(core, now))
    wanted = set()
    for report in core.catalog.reports.values():
        sources = {report.regime} if report.regime else {item.regime for s in report.sections for item in s.items}
        of_calendar = report.regime is None
        wanted |= {
            (report.code, c.period.code)
            for c in passed
            if c.edition.regime in sources and not (of_calendar and c.period.frequency in CALLED)
        }
    return sorted(wanted)


def _passed_campaigns(core: Core, now: datetime) -> Iterable[Campaign]:
    today = local_day(now)
    for campaign in campaigns_between(core, today - PUBLISH_BACK, today):
        levels = {reporter.level for reporter in campaign.edition.reporters}
        if all(campaign.due_at(core, level) <= now for level in levels):
            yield campaign


def verify_audit(core: Core, now: datetime) -> str:
    """The audit chain holds against its checkpoints, and has a new one. HubError with the first problems if not."""
    problems = audit.verify(core)
    if problems:
        first = "; ".join(f"event {problem.number}: {problem.what}" for problem in problems[:3])
        raise HubError(f"Chuỗi nhật ký không còn toàn vẹn: {first}", f"The audit chain does not hold: {first}")
    return f"the audit chain of {audit.write_checkpoint(core, now).number} events holds"


def remind(core: Core, now: datetime) -> str:
    """Who still owes a report has had the reminder of the day (R32). HubError where working days are not known."""
    done = calendar_reminders.remind_due(core, now)
    said = f"{done.filings} filings reminded of, {done.people} notices"
    if done.undated:
        lacking = ", ".join(done.undated)
        raise HubError(f"Chưa nhắc được vì thiếu lịch nghỉ: {lacking}", f"{said}; no calendar of holidays: {lacking}")
    return said


def write_digests(core: Core, now: datetime) -> str:
    """Whoever wants one letter a morning has it, with the reminders of this morning in it."""
    calendar_reminders.remind_due(core, now)
    return f"{letters.write_digests(core, now)} digests written"


def send_letters(core: Core, now: datetime) -> str:
    """Every letter that was due has been tried. HubError while the mail server is away; the letters wait (P24)."""
    done = letters.send_due(core, now)
    if done.away:
        raise HubError(f"Không gửi được thư: {done.away}", f"{done.sent} sent; the mail server is away: {done.away}")
    return f"{done.sent} sent, {done.postponed} to be tried again, {done.dead} given up"


def sweep_unsaved(core: Core, now: datetime) -> str:
    """Nothing that was typed and never saved is left on reports that were accepted more than a day ago."""
    return f"{unsaved.sweep(core, now)} unsaved fields of accepted reports taken away"


def take_in_uploads(core: Core, now: datetime) -> str:
    """Files of many reports whose worker ended, or that found none, have been read to their end."""
    return f"{uploads.work_on_left(core, now)} uploads finished"


def connectors(config: Config) -> list[Connector]:
    """The connectors that the settings switch on."""
    found: list[Connector] = [FolderConnector(config.inbox)]
    if config.pull_url:
        found.append(HttpPullConnector(config.pull_url, config.pull_token))
    return found


JOBS: tuple[Job, ...] = (
    Job("open_filings", Every(30), open_filings),
    Job("collect", Every(5), collect, lease=timedelta(minutes=30)),
    Job("roll_up", Every(5), roll_up),
    Job("publish", Daily(7), publish, lease=timedelta(hours=1)),
    Job("publish_held", Every(5), publish_held, lease=timedelta(hours=1), wanted=holds.any_held),
    Job("remind", Daily(6, 30), remind, lease=timedelta(hours=1)),
    Job("digest", Daily(7), write_digests, lease=timedelta(hours=1)),
    Job("letters", Every(1), send_letters, lease=timedelta(minutes=30), wanted=letters.any_due),
    Job("sweep_unsaved", Daily(3), sweep_unsaved),
    Job("uploads", Every(1), take_in_uploads, lease=timedelta(minutes=30), wanted=uploads.any_left),
    Job("verify_audit", Daily(2), verify_audit, lease=timedelta(hours=1)),
)
"""Lateness is computed from dates whenever somebody looks (R31), so no job marks it."""
