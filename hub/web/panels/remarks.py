"""The threads of a filing's page: open ones first, grouped by place, with the form to write one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import g, request, url_for

from hub.domain.form import Label
from hub.domain.regime import Edition
from hub.domain.remark import KIND_NAMES, Remark, Thread, element_of, words_of
from hub.services import remarks
from hub.services.filings import FilingView
from hub.services.remarks import Part
from hub.web.current import actor, core

SAID: dict[str, tuple[str, str]] = {
    "add": ("Đã ghi ý kiến.", "Your remark was kept."),
    "answer": ("Đã ghi câu trả lời.", "Your answer was kept."),
    "settle": ("Đã đánh dấu xong.", "Marked as settled."),
    "reopen": ("Đã mở lại.", "Opened again."),
}


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as a page shows it. ``element``: the id of the place's own element; ``anchor``: the thread's."""

    thread: Thread
    where: Label
    element: str
    may_settle: bool

    @property
    def remark(self) -> Remark:
        return self.thread.remark

    @property
    def id(self) -> str:
        return self.remark.id

    @property
    def anchor(self) -> str:
        return f"remark-{self.remark.id}"

    @property
    def kind(self) -> str:
        return self.remark.kind

    @property
    def kind_name(self) -> tuple[str, str]:
        return KIND_NAMES[self.remark.kind]

    @property
    def audience(self) -> str:
        return self.remark.audience

    @property
    def place(self) -> str:
        return self.remark.place

    @property
    def text(self) -> str:
        return self.remark.text

    @property
    def author(self) -> str:
        return self.remark.account_name

    @property
    def at(self) -> datetime:
        return self.remark.at

    @property
    def version(self) -> int | None:
        return self.remark.version

    @property
    def open(self) -> bool:
        return self.thread.open

    @property
    def answered(self) -> bool:
        return self.thread.answered

    @property
    def replies(self) -> tuple[Remark, ...]:
        return self.thread.replies


@dataclass(frozen=True, slots=True)
class Group:
    """The threads about one place."""

    place: str
    where: Label
    element: str
    threads: tuple[ThreadView, ...]


@dataclass(frozen=True, slots=True)
class RemarksPanel:
    """``typed`` holds what a refused form said, ``said`` what has just been done."""

    threads: tuple[ThreadView, ...]
    open_groups: tuple[Group, ...]
    settled_groups: tuple[Group, ...]
    by_place: Mapping[str, tuple[ThreadView, ...]]
    open_places: Mapping[str, int]
    action: str
    part: Part
    places: tuple[tuple[str, Label], ...]
    typed: Mapping[str, str]
    said: tuple[str, str] | None

    @property
    def open_count(self) -> int:
        return sum(self.open_places.values())

    @property
    def may_write(self) -> bool:
        return self.part.may_write


def panel(view: FilingView, now: datetime) -> RemarksPanel:
    views = thread_views(view, now)
    by_place: dict[str, tuple[ThreadView, ...]] = {}
    for each in views:
        by_place[each.place] = (*by_place.get(each.place, ()), each)
    typed = request.form if (request.endpoint or "").startswith("remarks.") else {}
    return RemarksPanel(
        threads=views,
        open_groups=_groups([each for each in views if each.open]),
        settled_groups=_groups([each for each in views if not each.open]),
        by_place=by_place,
        open_places=Counter(each.place for each in views if each.open),
        action=url_for("remarks.add", filing_id=view.row.id),
        part=remarks.part_of(core(), actor(), view.row),
        places=places_to_choose(view),
        typed=typed,
        said=SAID.get(request.args.get("said", "")),
    )


def thread_views(view: FilingView, now: datetime) -> tuple[ThreadView, ...]:
    """All threads that the reader may read; read once a request."""
    if "threads" not in g:
        part = remarks.part_of(core(), actor(), view.row)
        g.threads = tuple(
            _view(view.edition, each, part) for each in remarks.threads(core(), actor(), view.row.id, now)
        )
    return cast(tuple[ThreadView, ...], g.threads)


def _view(edition: Edition, thread: Thread, part: Part) -> ThreadView:
    place = thread.remark.place
    may_settle = part.receiver if thread.remark.kind == "point" else part.may_write
    return ThreadView(thread, words_of(edition, place), element_of(place), may_settle)


def _groups(views: list[ThreadView]) -> tuple[Group, ...]:
    by_place: dict[str, list[ThreadView]] = {}
    for each in views:
        by_place.setdefault(each.place, []).append(each)
    return tuple(
        Group(place, threads[0].where, threads[0].element, tuple(threads)) for place, threads in by_place.items()
    )


def places_to_choose(view: FilingView) -> tuple[tuple[str, Label], ...]:
    """The whole report, its forms and its narrative sections; cells are named from their own place on the page."""
    codes: list[Any] = ["", *(form.code for form in view.forms)]
    codes += [f"outline/{section.code}" for section in view.edition.outline]
    return tuple((code, words_of(view.edition, code)) for code in codes)
