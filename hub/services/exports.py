"""Taking national figures away as files: at once while they are few, else made behind the page by a free worker.

What is taken away is what the pages show: series of :mod:`hub.services.figures`, with the rights of whoever asked. A
long export is asked for once a key, worked on under a lease, begun anew by another worker when the first one dies, and
kept for a week. Its rights are looked at again when its turn comes.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain.access import Actor
from hub.domain.export_request import FORMATS, ExportRequest, is_level, request_of
from hub.domain.observation import Measure, Series
from hub.domain.period import Period, local_day
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound, Refused
from hub.failpoints import reach
from hub.services import figures
from hub.services.core import Core
from hub.services.export_files import ExportFile, write
from hub.services.figure_asking import in_time
from hub.services.ids import new_id
from hub.services.notifications import tell
from hub.store import accounts, exports
from hub.store.exports import ExportJob

MOST_AT_ONCE = 20_000
"""Figures of a file that is made while somebody waits."""
MOST = 600_000
"""Figures of one file at all."""
MOST_PRINTED = 3_000
"""Figures of a PDF: what somebody may want to leaf through."""
PREVIEWED = 3
"""Measures of a preview."""
AT_ONCE = 20
"""Measures read in one go; each measure is of one moment."""
LEASE, KEPT = timedelta(minutes=5), timedelta(days=7)
MOST_TRIES = 3
LISTED = 20

log = logging.getLogger("hub.exports")


@dataclass(frozen=True, slots=True)
class Size:
    """How many figures a request is about, at most, and what follows from it."""

    figures: int

    @property
    def at_once(self) -> bool:
        return self.figures <= MOST_AT_ONCE

    @property
    def printable(self) -> bool:
        return self.figures <= MOST_PRINTED

    @property
    def too_many(self) -> bool:
        return self.figures > MOST


class TooMany(Refused):
    """More figures than one file should hold."""

    code = "too_many_figures"
    vi = f"Quá nhiều số liệu cho một tệp (tối đa {MOST:,}). Hãy chọn ít chỉ tiêu, đơn vị hoặc kỳ hơn.".replace(
        ",000", ".000"
    )
    en = f"Too many figures for one file (at most {MOST:,}). Choose fewer figures, units or periods."


def size(core: Core, actor: Actor, request: ExportRequest, now: datetime) -> Size:
    """How large the file would be. NotFound for figures that are not for the actor, BadRequest for no request."""
    ask = _ask(core, actor, request, now)
    periods = [each for each in figures.periods(core, actor, request.regime, now) if ask.holds_period(each)]
    return Size(len(ask.measures) * len(periods) * _units(core, request, now))


def preview(core: Core, actor: Actor, request: ExportRequest, now: datetime) -> Series:
    """The first measures of what would be taken away, whole. A fixed number of statements."""
    ask = _ask(core, actor, request, now)
    return figures.series(core, actor, replace(ask, measures=ask.measures[:PREVIEWED]), now)


def file(core: Core, actor: Actor, request: ExportRequest, now: datetime) -> ExportFile:
    """The file, made now. Refused where it is too large for somebody to wait for it."""
    asked = size(core, actor, request, now)
    _fits(request, asked)
    if not asked.at_once:
        raise Refused(
            "Tệp này lớn, cần lập trong nền: hãy bấm “Lập tệp trong nền”.",
            "This file is large and is made in the background: choose “Make the file in the background”.",
        )
    return write(core, figures.series(core, actor, _ask(core, actor, request, now), now), request, now)


def order(core: Core, actor: Actor, request: ExportRequest, key: str, now: datetime) -> str:
    """The id of the export that will be made; the same key gives the same one. Conflict if it was for another file."""
    if not key:
        raise BadRequest
    _fits(request, size(core, actor, request, now))
    total = len(request.measures)
    job = ExportJob(
        new_id(now), actor.account_id, key[:80], "figures", request.text(), "waiting", 0, total, None, None, 0, now,
        None, None, None, None, None, None, None,
    )  # fmt: skip
    with core.database.write() as connection:
        if exports.add(connection, job):
            return job.id
        known = exports.by_key(connection, actor.account_id, key[:80])
        if known is None or known.request != job.request:
            raise Conflict("Trang này đã dùng để lập một tệp khác.", "This page was used for another file already.")
        return known.id


def mine(core: Core, actor: Actor) -> list[ExportJob]:
    """The actor's own exports, the latest first."""
    with core.database.read() as connection:
        return exports.of_account(connection, actor.account_id, LISTED)


def open_one(core: Core, actor: Actor, job_id: str) -> ExportJob:
    """One export, for who asked for it; NotFound for everybody else."""
    with core.database.read() as connection:
        job = exports.get(connection, job_id)
    if job is None or job.account_id != actor.account_id:
        raise NotFound
    return job


def made(core: Core, actor: Actor, job_id: str, now: datetime) -> ExportFile:
    """The finished file. NotFound before it is made, after it expired, and if its figures are not for the actor now."""
    job = open_one(core, actor, job_id)
    _ask(core, actor, request_of(job.request), now)
    with core.database.read() as connection:
        content = exports.content(connection, job_id)
    if content is None or job.name is None or job.media_type is None or (job.expires_at or now) <= now:
        raise NotFound("Tệp chưa lập xong hoặc đã hết hạn lưu.", "The file is not ready, or its time is over.")
    return ExportFile(job.name, job.media_type, content)


# --- the work --------------------------------------------------------------------------------------------------------


def any_left(core: Core, now: datetime) -> bool:
    """Whether an export waits for a worker, or a file for its end."""
    with core.database.read() as connection:
        return bool(exports.left(connection, now)) or exports.any_expired(connection, now)


def work_on_left(core: Core, now: datetime) -> tuple[int, int]:
    """How many exports were finished by this call, and how many files expired."""
    with core.database.write() as connection:
        expired = exports.expire(connection, now)
    with core.database.read() as connection:
        waiting = exports.left(connection, now)
    return sum(work(core, job_id, now) for job_id in waiting), expired


def work(core: Core, job_id: str, now: datetime) -> bool:
    """True if the export is finished now by this call; False if somebody else works on it."""
    worker, began = secrets.token_hex(8), time.monotonic()
    with core.database.write() as connection:
        if not exports.claim(connection, job_id, worker, now, now + LEASE):
            return False
        job = exports.get(connection, job_id)
        assert job is not None
    hand = _Hand(core, job, worker, now, began)
    try:
        if job.tries > MOST_TRIES:
            raise Refused(*_BROKEN)
        return hand.finish(_made(core, job, hand))
    except _TakenOver:
        return False
    except HubError as error:
        return hand.fail(error) if error.status < 500 else False
    except Exception:
        log.exception("export %s could not be made", job_id)
        return hand.fail(Refused(*_BROKEN))


_BROKEN = (
    "Hệ thống không lập được tệp này. Hãy thử chọn ít số liệu hơn, hoặc báo cho quản trị hệ thống.",
    "The hub could not make this file. Try fewer figures, or tell the administrator.",
)


class _TakenOver(Exception):
    """Another worker holds the export now."""


@dataclass(frozen=True, slots=True)
class _Hand:
    """One worker on one export; every note of it renews the lease."""

    core: Core
    job: ExportJob
    worker: str
    now: datetime
    began: float

    def clock(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def note(self, done: int) -> None:
        """So many measures are read. _TakenOver if another worker has the export by now."""
        self._set(done=done, lease_until=self.clock() + LEASE)

    def finish(self, made: ExportFile) -> bool:
        with self.core.database.write() as connection:
            ended = self.clock()
            held = exports.renew(
                connection, self.job.id, self.worker, state="done", done=self.job.total, lease_until=None,
                finished_at=ended, expires_at=ended + KEPT, name=made.name, media_type=made.media_type,
                sha256=hashlib.sha256(made.content).hexdigest(), content=made.content,
            )  # fmt: skip
            if not held:
                raise _TakenOver
            tell(
                connection, self.core, "export",
                occurrence=f"export:{self.job.id}", path=f"/data/exports/{self.job.id}",
                subject=("Tệp số liệu đã lập xong", "Your file of figures is ready"),
                body=("Tệp được giữ bảy ngày.", "It is kept for seven days."), now=ended,
                account_ids=(self.job.account_id,),
            )  # fmt: skip
        return True

    def fail(self, error: HubError) -> bool:
        try:
            self._set(
                state="failed", lease_until=None, finished_at=self.clock(), problem_vi=error.message_vi,
                problem_en=error.message_en,
            )  # fmt: skip
        except _TakenOver:
            return False
        return True

    def _set(self, **values: object) -> None:
        with self.core.database.write() as connection:
            if not exports.renew(connection, self.job.id, self.worker, **values):
                raise _TakenOver


def _made(core: Core, job: ExportJob, hand: _Hand) -> ExportFile:
    actor, request = _actor_of(core, job.account_id), request_of(job.request)
    ask = _ask(core, actor, request, hand.now)
    parts: list[Series] = []
    for done, measures in _blocks(ask.measures):
        parts.append(figures.series(core, actor, replace(ask, measures=measures), hand.now))
        reach("export-between-blocks")
        hand.note(done)
    return write(core, joined(parts), request, hand.now)


def _blocks(measures: tuple[Measure, ...]) -> Iterator[tuple[int, tuple[Measure, ...]]]:
    for start in range(0, len(measures), AT_ONCE):
        block = measures[start : start + AT_ONCE]
        yield start + len(block), block


def joined(parts: list[Series]) -> Series:
    """Series of different measures as one; its axes hold every unit and period, in order of time."""
    first = parts[0]
    if len(parts) == 1:
        return first
    units = dict.fromkeys(unit for part in sorted(parts, key=lambda each: -len(each.units)) for unit in part.units)
    periods = sorted({period for part in parts for period in part.periods}, key=in_time)
    return Series(
        first.basis, first.known_at, tuple(each for part in parts for each in part.measures), tuple(units),
        tuple(periods), tuple(each for part in parts for each in part.observations),
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )  # fmt: skip


def _actor_of(core: Core, account_id: str) -> Actor:
    """Who asked, with the roles of now: a right that was taken away meanwhile is not used any more."""
    with core.database.read() as connection:
        account = accounts.find(connection, account_id)
        if account is None or not account.active:
            raise Forbidden
        return Actor(account.id, account.name, account.unit_id, accounts.grants_of(connection, account.id))


# --- what is asked ---------------------------------------------------------------------------------------------------


def _ask(core: Core, actor: Actor, request: ExportRequest, now: datetime) -> figures.Ask:
    if request.format not in FORMATS or not is_level(request.level) or not request.measures:
        raise BadRequest("Hãy chọn chỉ tiêu và định dạng.", "Choose figures and a format.")
    known = {each.key: each for each in figures.measures(core, actor, now, request.regime)}
    if any(key not in known for key in request.measures):
        raise NotFound
    if request.level == "commune" and request.within not in core.orgs.units:
        raise BadRequest("Hãy chọn tỉnh của các xã.", "Choose the province of the communes.")
    return figures.Ask(
        tuple(known[key] for key in dict.fromkeys(request.measures)),
        Period.parse(request.first) if request.first else None,
        Period.parse(request.last) if request.last else None,
        request.frequency or None, None, request.level or None,
        request.within if request.level == "commune" else None, request.basis, request.known_at,
    )  # fmt: skip


def _units(core: Core, request: ExportRequest, now: datetime) -> int:
    """About how many units will answer."""
    day = local_day(now)
    match request.level:
        case "nation":
            return 1
        case "commune":
            return max(1, len(core.orgs.children(request.within, day)))
        case "province" | "ministry":
            return max(1, len(core.orgs.on(day, request.level)))
        case _:
            return 1 + len(core.orgs.on(day, "province")) + len(core.orgs.on(day, "ministry"))


def _fits(request: ExportRequest, asked: Size) -> None:
    if asked.too_many:
        raise TooMany
    if request.format == "pdf" and not asked.printable:
        raise Refused(
            "Quá nhiều số liệu để in ra PDF. Hãy chọn ít hơn, hoặc tải bảng tính.",
            "Too many figures for a PDF. Choose fewer, or take the workbook.",
        )
