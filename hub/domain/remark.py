"""Remarks: what people say about a report or one of its places, and who may read and answer it.

A place is ``""`` (the whole report), ``"F1"`` (a form), ``"F1/r02/c03"`` (a cell), ``"F2/3/c04"`` (a record's cell; the
number counts from 1) or ``"outline/s1"`` (a narrative section).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.domain.access import PERMISSIONS, Actor
from hub.domain.form import Address, Form, Label
from hub.domain.interchange import cell_field, outline_field, record_field
from hub.domain.org import OrgRegister
from hub.domain.plain_text import is_storable
from hub.domain.regime import Edition
from hub.domain.values import OUTLINE
from hub.errors import BadRequest

Kind = Literal["comment", "question", "point", "reply"]
Audience = Literal["unit", "both"]
KINDS: tuple[Kind, ...] = ("comment", "question", "point", "reply")
AUDIENCES: tuple[Audience, ...] = ("unit", "both")
TEXT_LENGTH = 4000
KIND_NAMES: dict[str, tuple[str, str]] = {
    "comment": ("ý kiến", "comment"),
    "question": ("câu hỏi", "question"),
    "point": ("điểm trả lại", "point of the return"),
    "reply": ("trả lời", "answer"),
}
WHOLE = ""
"""The place that is the whole report."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark as stored. ``version``: the one it was made on; ``key``: of the form that sent it."""

    id: str
    filing_id: str
    kind: Kind
    audience: Audience
    version: int | None
    place: str
    parent_id: str | None
    account_id: str
    account_name: str
    text: str
    at: datetime
    settled_at: datetime | None
    settled_by: str | None
    key: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A remark with its answers, oldest first."""

    remark: Remark
    replies: tuple[Remark, ...] = ()

    @property
    def open(self) -> bool:
        return self.remark.settled_at is None

    @property
    def answered(self) -> bool:
        """True if somebody else than who began it, or anybody after them, has said something."""
        return any(reply.account_id != self.remark.account_id for reply in self.replies)


def threads_of(remarks: Iterable[Remark]) -> tuple[Thread, ...]:
    """Remarks with their answers; open ones first, then by place, then by time."""
    by_parent: dict[str, list[Remark]] = {}
    begun: list[Remark] = []
    for remark in sorted(remarks, key=lambda each: (each.at, each.id)):
        if remark.parent_id is None:
            begun.append(remark)
        else:
            by_parent.setdefault(remark.parent_id, []).append(remark)
    threads = [Thread(remark, tuple(by_parent.get(remark.id, ()))) for remark in begun]
    return tuple(sorted(threads, key=lambda each: (not each.open, each.remark.place, each.remark.at, each.remark.id)))


# --- who --------------------------------------------------------------------------------------------------------------


def is_inside(actor: Actor, unit_id: str, orgs: OrgRegister) -> bool:
    """True for who works in the very unit that reports, under any of its names; never for one above it (R44).

    Only they read remarks whose audience is ``unit``: neither a superior nor the receiver nor the nation does.
    """
    bodies = (orgs.same_body(unit_id) if unit_id in orgs.units else frozenset()) | {unit_id}
    roles = PERMISSIONS["remark"][1]
    return any(grant.role in roles and grant.unit_id in bodies for grant in actor.grants)


def readable(remarks: Iterable[Remark], inside: bool) -> list[Remark]:
    """Those that a reader inside the unit, or one outside of it, may read."""
    return [remark for remark in remarks if inside or remark.audience == "both"]


# --- what -------------------------------------------------------------------------------------------------------------


def clean_text(text: str) -> str:
    """The text as it is kept. BadRequest if it is empty, too long, or holds what no database takes."""
    kept = text.replace("\r\n", "\n").strip()
    if not kept:
        raise BadRequest("Cần viết nội dung ý kiến.", "Write what you want to say.")
    if len(kept) > TEXT_LENGTH:
        raise BadRequest(
            f"Nội dung dài {len(kept)} ký tự; tối đa {TEXT_LENGTH} ký tự.",
            f"The text has {len(kept)} characters; at most {TEXT_LENGTH} are allowed.",
        )
    if not is_storable(kept):
        raise BadRequest("Nội dung có ký tự không lưu được.", "The text holds a character that cannot be kept.")
    return kept


# --- where ------------------------------------------------------------------------------------------------------------


def place_of(address: Address | None) -> str:
    """The place of a cell, a section or a form; the whole report for None."""
    if address is None:
        return WHOLE
    if address.form == OUTLINE:
        return f"{OUTLINE}/{address.column or address.row}"
    if address.row == "*" or not address.column:
        return address.form
    return f"{address.form}/{address.row}/{address.column}"


def address_of(place: str) -> Address | None:
    """The address of a cell's place; None for the whole report, a form or a section."""
    parts = place.split("/")
    return Address(*parts) if len(parts) == 3 else None


def check_place(edition: Edition, frequency: str, place: str) -> str:
    """The place itself. BadRequest unless the edition asks for it in a period of this frequency."""
    parts = place.split("/")
    forms = {form.code: form for form in edition.forms_for(frequency)}
    sections = {section.code for section in edition.outline}
    known = (
        place == WHOLE
        or (len(parts) == 1 and place in forms)
        or (len(parts) == 2 and parts[0] == OUTLINE and parts[1] in sections)
        or (len(parts) == 3 and parts[0] in forms and _has_cell(forms[parts[0]], parts[1], parts[2]))
    )
    if not known:
        raise BadRequest("Chỗ được nêu không có trong báo cáo này.", "The report has no such place.")
    return place


def _has_cell(form: Form, row: str, column: str) -> bool:
    if all(each.code != column for each in form.columns):
        return False
    if form.kind == "grid":
        return (row, column) not in form.blocked and any(each.code == row for each in form.rows)
    plain = row.isascii() and row.isdigit() and len(row) <= 9 and not row.startswith("0")
    return plain and int(row) <= form.max_records


def words_of(edition: Edition, place: str) -> Label:
    """The place in words: ``Biểu F1, dòng Tổng số, cột Kinh phí``; the code itself where the edition has none."""
    parts = place.split("/")
    if place == WHOLE:
        return Label("Toàn báo cáo", "The whole report")
    if parts[0] == OUTLINE:
        title = next((each.title for each in edition.outline if each.code == parts[-1]), Label(parts[-1], parts[-1]))
        return Label(f"Thuyết minh: {title.vi}", f"Narrative: {title.en or title.vi}")
    form = edition.form_by_code.get(parts[0])
    if form is None or len(parts) != 3:
        return Label(f"Biểu {place}", f"Form {place}")
    row, column = _row_words(form, parts[1]), _title([(each.code, each.label) for each in form.columns], parts[2])
    return Label(
        f"Biểu {form.code}, dòng {row.vi}, cột {column.vi}", f"Form {form.code}, row {row.en}, column {column.en}"
    )


def _row_words(form: Form, code: str) -> Label:
    return Label(code, code) if form.kind == "list" else _title([(row.code, row.label) for row in form.rows], code)


def _title(labels: Sequence[tuple[str, Label]], code: str) -> Label:
    found = next((label for known, label in labels if known == code), Label(code, code))
    return Label(found.vi, found.en or found.vi)


def element_of(place: str) -> str:
    """The id of the place's element on the entry page, which links lead to."""
    parts = place.split("/")
    if place == WHOLE:
        return "forms"
    if parts[0] == OUTLINE:
        return outline_field(parts[-1])
    if len(parts) != 3:
        return f"form-{place}"
    if parts[1].isdigit():
        return record_field(parts[0], int(parts[1]), parts[2])
    return cell_field(*parts)
