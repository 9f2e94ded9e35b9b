"""What people say about reports in the demonstration: points of a return, their answers, a question."""

from __future__ import annotations

from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.regime import Edition
from hub.domain.remark import place_of
from hub.services import remarks
from hub.services.core import Core

ASKED = ("Số này chưa khớp với báo cáo tháng trước, đề nghị kiểm tra lại.", "Đề nghị nêu rõ nguồn số liệu.")
ANSWERED = ("Đã kiểm tra và sửa theo sổ theo dõi.", "Số liệu lấy từ sổ theo dõi của bộ phận chuyên môn.")


def points_of(edition: Edition, row: FilingRow) -> dict[str, str]:
    """Place → what is wrong there: the first two cells of the first grid that the period asks for; none without one."""
    for form in edition.forms_for(row.frequency):
        cells = [figure.address for figure in edition.figures if figure.address.form == form.code]
        if form.kind == "grid" and cells:
            return {place_of(address): text for address, text in zip(cells[:2], ASKED, strict=False)}
    return {}


def answer_points(core: Core, actor: Actor, row: FilingRow, now: datetime) -> None:
    """Each point that waits for an answer has one; doing so again adds none."""
    for number, thread in enumerate(remarks.points(core, actor, row.id, now)):
        if not thread.answered:
            remarks.answer(
                core, actor, row.id, thread.remark.id, text=ANSWERED[number % 2], key=f"demo-{thread.remark.id}",
                now=now,
            )  # fmt: skip
