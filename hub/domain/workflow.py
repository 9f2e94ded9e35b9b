"""The transition table of a filing (R25): the only moves that exist, who may make each and what it must satisfy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.domain.filing import State
from hub.errors import Refused

Event = Literal["edit", "check", "sign", "send", "withdraw", "accept", "send_back", "aggregate", "finalise", "amend"]
Party = Literal["unit", "receiver", "system"]


@dataclass(frozen=True, slots=True)
class SignOff:
    """The steps asked of a report before it is sent, in order; ``separate``: by different people (R24)."""

    steps: tuple[Literal["check", "sign"], ...] = ("check",)
    separate: bool = False


USUAL = SignOff()


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table. ``needs_reason``: a reason is kept with the decision; ``no_errors``: no error is left."""

    event: Event
    sources: tuple[State, ...]
    target: State
    party: Party
    needs_reason: bool = False
    no_errors: bool = False
    vi: str = ""
    en: str = ""


TABLE: tuple[Transition, ...] = (
    Transition("edit", ("draft", "checked", "signed", "returned"), "draft", "unit", vi="sửa số liệu", en="edit"),
    Transition("check", ("draft",), "checked", "unit", no_errors=True, vi="kiểm tra xong", en="mark as checked"),
    Transition("sign", ("checked",), "signed", "unit", no_errors=True, vi="ký số", en="sign"),
    Transition("send", ("draft", "checked", "signed"), "submitted", "unit", no_errors=True, vi="gửi", en="send"),
    Transition("withdraw", ("submitted",), "draft", "unit", needs_reason=True, vi="rút lại", en="withdraw"),
    Transition("accept", ("submitted",), "accepted", "receiver", vi="tiếp nhận", en="accept"),
    Transition(
        "send_back", ("submitted", "accepted", "aggregated"), "returned", "receiver",
        needs_reason=True, vi="trả lại", en="send back",
    ),
    Transition("aggregate", ("accepted",), "aggregated", "system", vi="tổng hợp", en="roll up"),
    Transition("finalise", ("accepted", "aggregated"), "finalized", "receiver", vi="hoàn thành", en="finalise"),
    Transition("amend", ("finalized",), "draft", "unit", needs_reason=True, vi="sửa đổi", en="amend"),
)  # fmt: skip

STATE_NAMES: dict[str, tuple[str, str]] = {
    "draft": ("đang nhập", "draft"),
    "checked": ("đã kiểm tra", "checked"),
    "signed": ("đã ký", "signed"),
    "submitted": ("đã gửi", "sent"),
    "accepted": ("đã tiếp nhận", "accepted"),
    "returned": ("bị trả lại", "sent back"),
    "aggregated": ("đã tổng hợp", "rolled up"),
    "finalized": ("hoàn thành", "finalised"),
}

_BY_EVENT = {transition.event: transition for transition in TABLE}


def transition_of(event: Event) -> Transition:
    """The line of the table for an event."""
    return _BY_EVENT[event]


_TOWARDS_SENDING: tuple[State, ...] = ("draft", "checked", "signed")


def ready_to_send(steps: tuple[str, ...]) -> State:
    """The state a filing must have reached before it is sent: the last step that is asked of it (R24)."""
    if "sign" in steps:
        return "signed"
    return "checked" if "check" in steps else "draft"


def sent_from(steps: tuple[str, ...]) -> tuple[State, ...]:
    """The states a filing may be sent from: the last step asked of it is made, or one beyond it."""
    return _TOWARDS_SENDING[_TOWARDS_SENDING.index(ready_to_send(steps)) :]


def next_state(state: State, event: Event, steps: tuple[str, ...] = ("check",)) -> State:
    """The state after ``event``; Refused, saying why, if the table has no such move."""
    transition = _BY_EVENT[event]
    sources = sent_from(steps) if event == "send" else transition.sources
    if state not in sources or (event in {"check", "sign"} and event not in steps):
        names = ", ".join(f"“{STATE_NAMES[source][0]}”" for source in sources)
        raise Refused(
            f"Không thể {transition.vi} khi báo cáo ở trạng thái “{STATE_NAMES[state][0]}”; cần {names}.",
            f"Cannot {transition.en} while the report is “{STATE_NAMES[state][1]}”; "
            f"it must be {' or '.join(STATE_NAMES[source][1] for source in sources)}.",
        )
    return transition.target


def moves_from(state: State, steps: tuple[str, ...] = ("check",)) -> tuple[Event, ...]:
    """The events possible in a state, in the table's order."""
    return tuple(t.event for t in TABLE if _possible(state, t.event, steps))


def _possible(state: State, event: Event, steps: tuple[str, ...]) -> bool:
    try:
        next_state(state, event, steps)
    except Refused:
        return False
    return True
