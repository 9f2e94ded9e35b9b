"""The hub's duties, declared in code: what runs, when, and for how long a run may be held (design section 5).

Nothing here is stored or unpickled (promises.md, trap 10): the database holds run records only. Every body is a few
lines over a service and may run twice without doing anything twice; it returns what it did, in both languages, for the
record of runs. One that takes long says how far it is (``scheduler.progress``).
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
    deliveries,
    exports,
    holds,
    kpi_alerts,
    letters,
    opening,
    pruning,
    unsaved,
    uploads,
)
from hub.services.campaigns import Campaign, campaigns_between
from hub.services.core import Core
from scheduler import progress
from scheduler.occurrences import Daily, Every, Schedule, key_of, next_run, next_try

PUBLISH_BACK = timedelta(days=460)
"""How long after its window a campaign's later amendments still lead to a new edition of the report by themselves."""

Said = tuple[str, str]
"""What a run did, in Vietnamese and in English."""

Body = Callable[[Core, datetime], Said | str]


def _always(_core: Core, _now: datetime) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Job:
    """A duty. ``lease`` is the longest a run may take before another process takes it over.

    ``wanted``: where it answers no, the run of that moment is left out, and no record of it kept. ``title`` and
    ``about``: its name and what it does, in Vietnamese and in English.
    """

    name: str
    schedule: Schedule
    body: Body
    lease: timedelta = timedelta(minutes=15)
    coalesce: bool = True
    wanted: Callable[[Core, datetime], bool] = _always
    title: Said = ("", "")
    about: Said = ("", "")

    def coming(self, last: str | None, now: datetime) -> datetime:
        """When it runs next; not after ``now`` if that run is only waited for. ``last``: its newest occurrence."""
        return next_run(self.schedule, last, now)

    def asked_key(self, last: str | None, now: datetime) -> str | None:
        """The occurrence of a run that is asked for now; None if this instant was run too often already."""
        return key_of(self.schedule.latest(now)) if last is None else next_try(last)


def open_filings(core: Core, now: datetime) -> Said:
    """Every filing that is to be opened by now is open (R14)."""
    opened = opening.open_due(core, now)
    campaigns = len(opened.by_campaign)
    vi = f"đã mở {opened.total} báo cáo của {campaigns} đợt"
    en = f"{opened.total} filings opened in {campaigns} campaigns"
    if opened.undated:
        lacking = [(f"{each.edition} {each.frequency}", each.why) for each in opened.undated]
        raise HubError(
            f"{vi}; chưa mở được vì thiếu ngày: " + "; ".join(f"{name}: {why.message_vi}" for name, why in lacking),
            f"{en}; without a date: " + "; ".join(f"{name}: {why.message_en}" for name, why in lacking),
        )
    return vi, en


def collect(core: Core, now: datetime) -> Said:
    """Each connector was visited once; a failing one does not keep the others waiting for ever (P24)."""
    visits = [collection.collect(core, connector, now) for connector in connectors(core.config)]
    return "; ".join(_visited(each) for each in visits), "; ".join(each.describe() for each in visits)


def _visited(done: collection.Collected) -> str:
    if done.resting_until is not None:
        return f"{done.connector}: đang lỗi, nghỉ đến {done.resting_until:%Y-%m-%dT%H:%MZ}"
    line = f"{done.connector}: {done.items} tệp, nhận {done.accepted} báo cáo, từ chối {done.refused}"
    return line + (f"; dừng giữa chừng: {done.fault_vi}" if done.fault_vi else "")


def roll_up(core: Core, now: datetime) -> Said:
    """Every campaign with newer decisions than its last full roll-up has one, and a final one after its last due.

    HubError names those that could not be rolled up, and those whose aggregates had not been what their versions make.
    """
    done: list[aggregation.AggregationRun] = []
    failed: list[HubError] = []
    campaigns = aggregation.due_campaigns(core, now)
    for number, (edition_key, period) in enumerate(campaigns):
        progress.tell(number, len(campaigns))
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


def publish(core: Core, now: datetime) -> Said:
    """Each national report stands for every period whose last due date has passed; nothing new, nothing issued.

    Provisional figures are marked in the report itself. A report that has no aggregates yet waits for them, one that
    is under the floor of a regime is held.
    """
    wanted, became = reports_due(core, now), []
    for number, (report, period) in enumerate(wanted):
        progress.tell(number, len(wanted))
        became.append(holds.publish_due(core, report, period, now))
    stand, waiting, held = (became.count(each) for each in ("in_force", "waiting", "held"))
    vi, en = (
        f"{stand} báo cáo đã phát hành, {waiting} chưa có số liệu",
        f"{stand} reports in force, {waiting} without figures yet",
    )
    return (f"{vi}, {held} đang giữ dưới ngưỡng", f"{en}, {held} held under their floor") if held else (vi, en)


def publish_held(core: Core, now: datetime) -> Said:
    """Every report that was held is issued as soon as enough units are in it."""
    became = holds.publish_held(core, now)
    issued, held = became["in_force"], became["held"]
    return f"{issued} báo cáo đã phát hành, {held} vẫn giữ", f"{issued} reports issued, {held} still held"


def deliver(core: Core, now: datetime) -> Said:
    """Every delivery of an issued edition that was due has been tried."""
    done = deliveries.deliver_due(core, now)
    return (
        f"đã giao {done.sent}, giao lại sau {done.postponed}, thôi giao {done.dead}, "
        f"không còn được nhận {done.dropped}",
        f"{done.sent} delivered, {done.postponed} to be tried again, {done.dead} given up, {done.dropped} dropped",
    )


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


def verify_audit(core: Core, now: datetime) -> Said:
    """The audit chain holds against its checkpoints, and has a new one. HubError with the first problems if not."""
    problems = audit.verify(core)
    if problems:
        first = "; ".join(f"event {problem.number}: {problem.what}" for problem in problems[:3])
        raise HubError(f"Chuỗi nhật ký không còn toàn vẹn: {first}", f"The audit chain does not hold: {first}")
    number = audit.write_checkpoint(core, now).number
    return f"chuỗi nhật ký gồm {number} dòng còn toàn vẹn", f"the audit chain of {number} events holds"


def judge_kpis(core: Core, now: datetime) -> Said:
    """Whoever a set of steering indicators names has been told of what fell; alerts of what recovered have ended."""
    done = kpi_alerts.judge_all(core, now)
    return (
        f"{done.begun} cảnh báo mới, {done.ended} cảnh báo kết thúc, báo cho {done.people} người",
        f"{done.begun} alerts began, {done.ended} ended, {done.people} people told",
    )


def remind(core: Core, now: datetime) -> Said:
    """Who still owes a report has had the reminder of the day (R32). HubError where working days are not known."""
    done = calendar_reminders.remind_due(core, now)
    vi = f"đã nhắc về {done.filings} báo cáo bằng {done.people} thông báo"
    en = f"{done.filings} filings reminded of, {done.people} notices"
    if done.undated:
        lacking = ", ".join(done.undated)
        raise HubError(
            f"{vi}; chưa nhắc được vì thiếu lịch nghỉ: {lacking}", f"{en}; no calendar of holidays: {lacking}"
        )
    return vi, en


def write_digests(core: Core, now: datetime) -> Said:
    """Whoever wants one letter a morning has it, with the reminders of this morning in it."""
    calendar_reminders.remind_due(core, now)
    written = letters.write_digests(core, now)
    return f"đã viết {written} thư tóm tắt", f"{written} digests written"


def send_letters(core: Core, now: datetime) -> Said:
    """Every letter that was due has been tried. HubError while the mail server is away; the letters wait (P24)."""
    done = letters.send_due(core, now)
    if done.away:
        raise HubError(f"Không gửi được thư: {done.away}", f"{done.sent} sent; the mail server is away: {done.away}")
    return (
        f"đã gửi {done.sent} thư, {done.postponed} thư sẽ gửi lại, {done.dead} thư thôi gửi",
        f"{done.sent} sent, {done.postponed} to be tried again, {done.dead} given up",
    )


def sweep_unsaved(core: Core, now: datetime) -> Said:
    """Nothing typed and never saved is left on reports accepted more than a day ago, and no record beyond its time."""
    swept = unsaved.sweep(core, now)
    gone = pruning.prune(core, now)
    return (
        f"đã dọn {swept} ô nhập dở, {gone.runs} lượt chạy cũ, {gone.letters} thư cũ",
        f"{swept} unsaved fields of accepted reports, {gone.runs} old runs and {gone.letters} old letters taken away",
    )


def take_in_uploads(core: Core, now: datetime) -> Said:
    """Files of many reports whose worker ended, or that found none, have been read to their end."""
    done = uploads.work_on_left(core, now)
    return f"đã đọc xong {done} tệp", f"{done} uploads finished"


def export_history(core: Core, now: datetime) -> Said:
    """The history for analysis holds what is in force. Runs only where the settings switch it on."""
    from hub.services import history_export  # PyArrow comes with it: 36 MiB that a server has no use for

    done = history_export.export(core, now)
    return (
        f"đã ghi {done.written} đợt, {done.unchanged} đợt không đổi, bỏ {done.removed} đợt",
        f"{done.written} campaigns written, {done.unchanged} unchanged, {done.removed} removed",
    )


def make_exports(core: Core, now: datetime) -> Said:
    """Files of figures whose worker ended, or that found none, are made; those whose time is over are gone."""
    done, expired = exports.work_on_left(core, now)
    return f"đã lập {done} tệp số liệu, {expired} tệp hết hạn lưu", f"{done} files of figures made, {expired} expired"


def connectors(config: Config) -> list[Connector]:
    """The connectors that the settings switch on."""
    found: list[Connector] = [FolderConnector(config.inbox)]
    if config.pull_url:
        found.append(HttpPullConnector(config.pull_url, config.pull_token))
    return found


JOBS: tuple[Job, ...] = (
    Job(
        "open_filings",
        Every(30),
        open_filings,
        title=("Mở báo cáo đến kỳ", "Open reports that fall due"),
        about=(
            "Mở báo cáo của mọi đơn vị khi kỳ báo cáo bắt đầu.",
            "Opens every unit's report when its period begins.",
        ),
    ),
    Job(
        "collect",
        Every(5),
        collect,
        lease=timedelta(minutes=30),
        title=("Lấy tệp từ các nguồn", "Collect files from outside"),
        about=(
            "Lấy báo cáo từ thư mục và địa chỉ đã khai báo.",
            "Takes in reports from the folder and address that were set.",
        ),
    ),
    Job(
        "roll_up",
        Every(5),
        roll_up,
        title=("Tổng hợp số liệu", "Roll up figures"),
        about=(
            "Tổng hợp lại toàn bộ những đợt có thay đổi, đối chiếu với số liệu đã cập nhật ngay khi tiếp nhận,"
            " và chốt khi hết hạn.",
            "Rolls up in full what changed, compares it with what followed each acceptance,"
            " and once more for good after the last due.",
        ),
    ),
    Job(
        "kpi_alerts",
        Every(60),
        judge_kpis,
        wanted=kpi_alerts.any_to_judge,
        title=("Cảnh báo chỉ số điều hành", "Alerts of steering indicators"),
        about=(
            "Báo cho người có trách nhiệm khi một chỉ số xuống dưới ngưỡng; kết thúc cảnh báo khi chỉ số trở lại.",
            "Tells those concerned when an indicator falls below its bound; ends the alert when it recovers.",
        ),
    ),
    Job(
        "publish",
        Daily(7),
        publish,
        lease=timedelta(hours=1),
        title=("Phát hành báo cáo quốc gia", "Issue national reports"),
        about=(
            "Phát hành báo cáo quốc gia của những kỳ đã hết hạn; giữ lại nếu dưới ngưỡng.",
            "Issues the national reports of periods whose last due has passed; holds what is under its floor.",
        ),
    ),
    Job(
        "publish_held",
        Every(5),
        publish_held,
        lease=timedelta(hours=1),
        wanted=holds.any_held,
        title=("Xem lại báo cáo đang giữ", "Look again at reports held back"),
        about=(
            "Phát hành báo cáo đang giữ khi đã đủ đơn vị.",
            "Issues a report that was held once enough units are in it.",
        ),
    ),
    Job(
        "deliver",
        Every(1),
        deliver,
        lease=timedelta(minutes=30),
        wanted=deliveries.any_due,
        title=("Giao ấn bản cho người đăng ký", "Deliver editions to subscribers"),
        about=(
            "Giao mỗi ấn bản mới cho người đăng ký, bằng thư hoặc qua kết nối.",
            "Brings each new edition to who subscribed to it, by letter or through a connector.",
        ),
    ),
    Job(
        "remind",
        Daily(6, 30),
        remind,
        lease=timedelta(hours=1),
        title=("Nhắc báo cáo sắp đến hạn, quá hạn", "Remind of what is due or overdue"),
        about=(
            "Nhắc những đơn vị còn nợ báo cáo theo lịch nhắc.",
            "Reminds units that still owe a report, by the calendar of reminders.",
        ),
    ),
    Job(
        "digest",
        Daily(7),
        write_digests,
        lease=timedelta(hours=1),
        title=("Viết thư tóm tắt mỗi sáng", "Write the digests of the morning"),
        about=("Gộp thông báo của mỗi người thành một thư.", "Puts each person's notices into one letter."),
    ),
    Job(
        "letters",
        Every(1),
        send_letters,
        lease=timedelta(minutes=30),
        wanted=letters.any_due,
        title=("Gửi thư điện tử", "Send letters"),
        about=(
            "Gửi các thư đang chờ; chỉ chạy khi có thư.",
            "Sends the letters that wait; runs only when there are any.",
        ),
    ),
    Job(
        "sweep_unsaved",
        Daily(3),
        sweep_unsaved,
        title=("Dọn ô nhập dở của báo cáo đã tiếp nhận", "Clear unsaved fields of accepted reports"),
        about=(
            "Bỏ những ô gõ dở của báo cáo đã tiếp nhận quá một ngày; lượt chạy và thư đã gửi quá thời gian lưu.",
            "Takes away what was typed and never saved on reports accepted a day ago, old runs and old letters.",
        ),
    ),
    Job(
        "uploads",
        Every(1),
        take_in_uploads,
        lease=timedelta(minutes=30),
        wanted=uploads.any_left,
        title=("Đọc tiếp các tệp tải lên", "Go on with uploaded files"),
        about=(
            "Đọc nốt tệp nhiều báo cáo bị bỏ dở; chỉ chạy khi có tệp.",
            "Finishes files of many reports that were left; runs only when there are any.",
        ),
    ),
    Job(
        "history",
        Daily(1),
        export_history,
        lease=timedelta(hours=4),
        wanted=lambda core, _now: core.config.history_export,
        title=("Xuất lịch sử số liệu", "Export the history of figures"),
        about=(
            "Ghi số liệu đang có hiệu lực ra tệp Parquet để phân tích; chỉ chạy khi được bật.",
            "Writes the figures in force as Parquet for analysis; runs only where it is switched on.",
        ),
    ),
    Job(
        "exports",
        Every(1),
        make_exports,
        lease=timedelta(minutes=30),
        wanted=exports.any_left,
        title=("Lập tệp số liệu", "Make files of figures"),
        about=(
            "Lập nốt các tệp số liệu lớn bị bỏ dở và dọn tệp hết hạn; chỉ chạy khi có tệp.",
            "Finishes large files of figures that were left and clears expired ones; runs only when there are any.",
        ),
    ),
    Job(
        "verify_audit",
        Daily(2),
        verify_audit,
        lease=timedelta(hours=1),
        title=("Kiểm tra chuỗi nhật ký", "Verify the audit chain"),
        about=(
            "Đối chiếu chuỗi nhật ký với các mốc đã ghi và ghi mốc mới.",
            "Checks the audit chain against its checkpoints and writes a new one.",
        ),
    ),
)
"""Lateness is computed from dates whenever somebody looks (R31), so no job marks it."""
