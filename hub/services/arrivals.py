"""What was received, as it came, for who may open it: its sender, and who may see the reports that it brought (R44)."""

from __future__ import annotations

from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import SubmissionRow, VersionRow
from hub.domain.sight import Sight, bringers
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.seeing import filing_for, sight_of, visibility_of
from hub.store import submissions, versions
from hub.store.database import Connection


def content_of(core: Core, actor: Actor, submission_id: str, now: datetime) -> tuple[SubmissionRow, bytes]:
    """One arrival and its very bytes. NotFound unless the actor sent it or may see every report that they hold.

    A file of many reports is opened by who may see all of them: it cannot be shown in part.
    """
    with core.database.read() as connection:
        found = submissions.get(connection, submission_id)
        if found is None:
            raise NotFound
        row = found[0]
        if row.account_id != actor.account_id:
            _insist_on_sight(core, connection, actor, row, now)
        content = submissions.content(connection, row.sha256)
        if content and row.account_id != actor.account_id:
            _insist_on_all(core, connection, actor, row, now)
        return row, content


def in_sight(
    connection: Connection, filing_id: str, made: list[VersionRow], sight: Sight
) -> list[SubmissionRow]:  # fmt: skip
    """The arrivals for a filing whose versions ``made`` are, those that a reader may open, newest first."""
    arrivals = submissions.of_filing(connection, filing_id)
    if sight.whole:
        return arrivals
    brought = bringers(made, arrivals, sight)
    return [each for each in arrivals if sight.opens(each, brought)]


def _insist_on_sight(core: Core, connection: Connection, actor: Actor, row: SubmissionRow, now: datetime) -> None:
    filing = filing_for(core, connection, actor, row.filing_id or "", now)
    sight = sight_of(core, connection, actor, filing, now)
    if not sight.whole:
        made = versions.of_filing(connection, filing.id)
        if row.id not in {each.id for each in in_sight(connection, filing.id, made, sight)}:
            raise NotFound


def _insist_on_all(core: Core, connection: Connection, actor: Actor, row: SubmissionRow, now: datetime) -> None:
    """NotFound unless each other report in these bytes is one of the actor's own side or was sent in them to the actor.

    What names no report of anybody is nobody's report.
    """
    sight = visibility_of(core, actor, now)
    seen: dict[str, bool] = {}
    for other in submissions.beside(connection, row.sha256, row.filing_id or ""):
        own = sight.is_own_side(other.unit_path)
        sent = other.sent and sight.may_see(other.unit_path, other.receiver_id, "submitted")
        seen[other.filing_id] = seen.get(other.filing_id, False) or own or sent
    if not all(seen.values()):
        raise NotFound(
            "Tệp gốc này còn chứa báo cáo của đơn vị khác mà bạn không được xem, nên không tải về được.",
            "This original also holds reports of other units that you may not see, so it cannot be downloaded.",
        )
