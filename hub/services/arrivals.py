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
        row = _arrival_for(core, connection, actor, submission_id, now)
        content = submissions.content(connection, row.sha256)
        if content and not _holds_only_seen(core, connection, actor, row, now):
            raise NotFound(
                "Tệp gốc này còn chứa báo cáo của đơn vị khác mà bạn không được xem, nên không tải về được.",
                "This original also holds reports of other units that you may not see, so it cannot be downloaded.",
            )
        return row, content


def told(core: Core, actor: Actor, submission_id: str, now: datetime) -> tuple[SubmissionRow, bool]:
    """One arrival without its bytes, and whether its file holds nothing but what the actor may see.

    NotFound unless the actor sent it or may see the report that it brought; of others in the same file nothing is told.
    """
    with core.database.read() as connection:
        row = _arrival_for(core, connection, actor, submission_id, now)
        return row, _holds_only_seen(core, connection, actor, row, now)


def _arrival_for(core: Core, connection: Connection, actor: Actor, submission_id: str, now: datetime) -> SubmissionRow:
    found = submissions.get(connection, submission_id)
    if found is None:
        raise NotFound
    if found[0].account_id != actor.account_id:
        _insist_on_sight(core, connection, actor, found[0], now)
    return found[0]


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


def _holds_only_seen(core: Core, connection: Connection, actor: Actor, row: SubmissionRow, now: datetime) -> bool:
    """True if each other report in these bytes is one of the actor's own side or was sent in them to the actor.

    What names no report of anybody is nobody's report; who sent the file knows it.
    """
    if row.account_id == actor.account_id:
        return True
    sight = visibility_of(core, actor, now)
    seen: dict[str, bool] = {}
    for other in submissions.beside(connection, row.sha256, row.filing_id or ""):
        own = sight.is_own_side(other.unit_path)
        sent = other.sent and sight.may_see(other.unit_path, other.receiver_id, "submitted")
        seen[other.filing_id] = seen.get(other.filing_id, False) or own or sent
    return all(seen.values())
