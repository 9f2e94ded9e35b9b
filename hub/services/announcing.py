"""What happened to a report, in words for those whom it concerns; each inside the transaction in which it happens.

A notice names the report and what to do, never a figure and never the reason that somebody wrote: it may travel by
mail, and the page says the rest to whoever may see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hub.domain.filing import FilingRow
from hub.domain.form import Label
from hub.domain.notice import shortened
from hub.domain.org import NATION
from hub.domain.period import Period, due_day_of, local_day
from hub.domain.report import wanted_regimes
from hub.domain.report_definition import ReportDefinition
from hub.services.core import Core
from hub.services.notifications import tell
from hub.services.receiving import owner_of
from hub.store.at_once import first_time
from hub.store.database import Connection
from hub.store.publications import PublicationRow

TITLE_LENGTH = 90
"""How much of a report's title stands in a subject."""
Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """The names of a report: its regime's title, its period and its unit, as (Vietnamese, English)."""

    title: Said
    period: Said
    unit: Said

    @property
    def short(self) -> Said:
        """Title and period, as a subject has room for."""
        vi, en = (shortened(title, TITLE_LENGTH) for title in self.title)
        return f"{vi} – {self.period[0]}", f"{en} – {self.period[1]}"

    @property
    def whole(self) -> Said:
        """Title, period and unit in full."""
        return (
            f"{self.title[0]}, {self.period[0]}, {self.unit[0]}",
            f"{self.title[1]}, {self.period[1]}, {self.unit[1]}",
        )


def about(core: Core, edition_key: str, period: str, unit_id: str) -> About:
    """The names of what a unit owes for one edition and period."""
    unit = core.orgs.units.get(unit_id)
    return About(
        _said(core.catalog.edition(edition_key).title),
        _said(Period.parse(period).label),
        _said(unit.name) if unit is not None else (unit_id, unit_id),
    )


def returned(connection: Connection, core: Core, row: FilingRow, now: datetime) -> None:
    """Those who made the report know that it was sent back, and until when to send it again."""
    named = about(core, row.edition, row.period, row.unit_id)
    until = _until(row.resend_due)
    _tell(
        connection, core, "returned", row, now,
        (f"Bị trả lại: {named.short[0]}", f"Sent back: {named.short[1]}"),
        (
            f"Báo cáo bị trả lại: {named.whole[0]}.{until[0]} Lý do và các điểm cần sửa ghi trên trang của báo cáo.",
            f"The report was sent back: {named.whole[1]}.{until[1]} Its page says why, and what to correct.",
        ),
    )  # fmt: skip


def accepted(connection: Connection, core: Core, row: FilingRow, now: datetime) -> None:
    """Those who made the report know that it was accepted."""
    named = about(core, row.edition, row.period, row.unit_id)
    _tell(
        connection, core, "accepted", row, now,
        (f"Đã tiếp nhận: {named.short[0]}", f"Accepted: {named.short[1]}"),
        (
            f"Cơ quan nhận đã tiếp nhận báo cáo: {named.whole[0]}.",
            f"The receiver accepted the report: {named.whole[1]}.",
        ),
    )  # fmt: skip


def submitted(connection: Connection, core: Core, row: FilingRow, now: datetime) -> None:
    """The receiver's officers know that reports of the campaign came in: one notice a day, however many came.

    Nothing for a report that stopped on its way, at a step that is not made yet.
    """
    if row.state != "submitted":
        return
    day = local_day(now)
    occurrence = f"submitted {_campaign(row)} {row.receiver_id} {day}"
    if not first_time(connection, occurrence):
        return
    named = about(core, row.edition, row.period, row.unit_id)
    tell(
        connection, core, "submitted", now=now, unit_ids=(row.receiver_id,), occurrence=occurrence,
        path=f"/inbox?edition={row.edition}&period={row.period}",
        subject=(f"Có báo cáo gửi đến: {named.short[0]}", f"Reports came in: {named.short[1]}"),
        body=(
            f"Từ ngày {day:%d/%m/%Y} có báo cáo gửi đến chờ tiếp nhận: {named.title[0]}, {named.period[0]}.",
            f"Reports came in on {day:%d/%m/%Y} and wait to be accepted: {named.title[1]}, {named.period[1]}.",
        ),
    )  # fmt: skip


def withdrawn(connection: Connection, core: Core, row: FilingRow, now: datetime) -> None:
    """The receiver's officers know that a report which had come in was taken back by its unit."""
    named = about(core, row.edition, row.period, row.unit_id)
    tell(
        connection, core, "withdrawn", now=now, unit_ids=(row.receiver_id,),
        occurrence=f"withdrawn {row.id} {row.revision}", path=f"/inbox?edition={row.edition}&period={row.period}",
        subject=(f"Rút lại: {named.unit[0]}, {named.short[0]}", f"Withdrawn: {named.unit[1]}, {named.short[1]}"),
        body=(
            f"Đơn vị đã rút lại báo cáo chưa được tiếp nhận: {named.whole[0]}.",
            f"The unit withdrew a report that was not accepted yet: {named.whole[1]}.",
        ),
    )  # fmt: skip


def published(
    connection: Connection, core: Core, definition: ReportDefinition, row: PublicationRow, now: datetime
) -> None:
    """Those who may read the national report know that a new edition of it stands (R44)."""
    title, period = _said(definition.title), _said(Period.parse(row.period).label)
    subject = (
        f"Đã ban hành: {shortened(title[0], TITLE_LENGTH)} – {period[0]}",
        (f"Issued: {shortened(title[1], TITLE_LENGTH)} – {period[1]}"),
    )
    body = (
        f"Báo cáo quốc gia đã ban hành, bản số {row.number}: {title[0]}, {period[0]}.",
        f"The national report was issued, edition {row.number}: {title[1]}, {period[1]}.",
    )
    for unit_ids, role in (((NATION,), "central"), (_owners(core, definition, local_day(now)), "officer")):
        tell(
            connection, core, "published", now=now, unit_ids=unit_ids, roles=(role,), subject=subject, body=body,
            occurrence=f"published {row.id}", path=f"/reports/{row.id}",
        )  # fmt: skip


def _owners(core: Core, definition: ReportDefinition, day: date) -> tuple[str, ...]:
    """The owner of the regimes the report draws on, if it is one alone: others may not read it (see ``seeing``).

    A regime that this hub does not have in force has no owner here.
    """
    known = [core.catalog.regimes[code] for code in wanted_regimes(definition) if code in core.catalog.regimes]
    owners = {owner_of(core, regime.editions[-1], day) for regime in known}
    return tuple(owners) if len(owners) == 1 else ()


def _tell(
    connection: Connection, core: Core, kind: str, row: FilingRow, now: datetime, subject: Said, body: Said
) -> None:
    """To the filing's own unit; each revision of a filing is an occurrence of its own."""
    tell(
        connection, core, kind, occurrence=f"{kind} {row.id} {row.revision}", path=f"/filings/{row.id}",
        subject=subject, body=body, now=now, unit_ids=(row.unit_id,),
    )  # fmt: skip


def _campaign(row: FilingRow) -> str:
    """What the filings of one edition and period share: the first part of their ids."""
    return row.id.partition("-")[0]


def _until(resend_due: datetime | None) -> Said:
    if resend_due is None:
        return "", ""
    day = f"{due_day_of(resend_due):%d/%m/%Y}"
    return f" Hạn gửi lại: {day}.", f" To be sent again by {day}."


def _said(label: Label) -> Said:
    return label.vi, label.en or label.vi
