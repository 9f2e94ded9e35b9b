"""What people are told of: the kinds of notice, whom each concerns, and whether it also goes out by letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hub.domain.form import Label

Mail = Literal["at_once", "digest", "none"]
"""How a notice reaches somebody's mail box: by itself, in the letter of the next morning, or not."""
MAIL_NAMES: Mapping[str, tuple[str, str]] = {
    "at_once": ("Gửi thư ngay", "A letter at once"),
    "digest": ("Gộp vào thư mỗi sáng", "In the letter of each morning"),
    "none": ("Không gửi thư", "No letter"),
}
UNIT_SIDE = frozenset({"reporter", "checker", "signer", "approver"})
"""The roles of those who make a report."""
RECEIVER_SIDE = frozenset({"officer"})
"""The role of those who receive it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: its name, whom it concerns unless the teller says otherwise, and how it goes out."""

    name: Label
    roles: frozenset[str]
    mail: Mail


KINDS: Mapping[str, Kind] = {
    "due_soon": Kind(Label("Sắp đến hạn", "Due soon"), UNIT_SIDE, "digest"),
    "overdue": Kind(Label("Quá hạn", "Overdue"), UNIT_SIDE, "digest"),
    "reminded": Kind(Label("Được đôn đốc", "Reminded by the receiver"), UNIT_SIDE, "at_once"),
    "returned": Kind(Label("Bị trả lại", "Sent back"), UNIT_SIDE, "at_once"),
    "accepted": Kind(Label("Được tiếp nhận", "Accepted"), UNIT_SIDE, "digest"),
    "asked": Kind(Label("Có câu hỏi hoặc nhận xét", "Asked or commented on"), UNIT_SIDE, "at_once"),
    "extension": Kind(Label("Gia hạn", "More time"), UNIT_SIDE, "at_once"),
    "entered_for": Kind(Label("Được nhập thay", "Entered on your behalf"), UNIT_SIDE, "at_once"),
    "submitted": Kind(Label("Có báo cáo gửi đến", "Reports came in"), RECEIVER_SIDE, "digest"),
    "withdrawn": Kind(Label("Báo cáo bị rút lại", "Withdrawn"), RECEIVER_SIDE, "digest"),
    "answered": Kind(Label("Có câu trả lời", "Answered"), RECEIVER_SIDE, "digest"),
    "quarantined": Kind(Label("Tệp bị giữ lại", "A file is held back"), frozenset({"administrator"}), "at_once"),
    "published": Kind(
        Label("Báo cáo quốc gia đã ban hành", "National report issued"), frozenset({"central", "officer"}), "none"
    ),
    "kpi": Kind(
        Label("Chỉ số xuống dưới ngưỡng", "An indicator fell below its bound"),
        frozenset({"central"}) | UNIT_SIDE,
        "digest",
    ),
    "export": Kind(
        Label("Tệp số liệu đã lập xong", "A file of figures is ready"), frozenset({"central", "officer"}), "none"
    ),
    "held": Kind(Label("Báo cáo quốc gia bị giữ lại", "National report held back"), frozenset({"central"}), "at_once"),
}  # fmt: skip
"""Nobody is told of what they may not open: a national report, for one, concerns only those who may read it (R44)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message, in both languages, without figures. ``occurrence`` names what happened: nobody is told it twice.

    ``path`` is where it leads: a path of the hub.
    """

    occurrence: str
    path: str
    subject: tuple[str, str]
    body: tuple[str, str]


def kinds_for(roles: frozenset[str]) -> dict[str, Kind]:
    """The kinds that somebody with these roles may be told, in order; a question may reach either side."""
    return {code: kind for code, kind in KINDS.items() if roles & (kind.roles | _BOTH_SIDES.get(code, frozenset()))}


_BOTH_SIDES = {"asked": RECEIVER_SIDE, "answered": UNIT_SIDE, "extension": RECEIVER_SIDE, "quarantined": UNIT_SIDE}


def shortened(text: str, longest: int) -> str:
    """The text on one line, cut after a word with ``…`` where it is longer than ``longest`` letters."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;–-") + "…"
