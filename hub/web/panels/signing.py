"""The unit's own steps with a report: check, sign, send, take back, amend; and the signatures that it carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from hub.domain.filing import DecisionRow
from hub.services import signing
from hub.services.filings import FilingView
from hub.store.signatures import SignatureRow
from hub.web.current import actor, core

SignForShow = Callable[..., bytes]

UNIT_MOVES = ("check", "sign", "send", "withdraw", "amend", "edit")


@dataclass(frozen=True, slots=True)
class SigningPanel:
    """``moves``: what this person may do now on the unit's side; ``own``: why a step is not theirs, if it is not."""

    moves: tuple[str, ...]
    signatures: tuple[SignatureRow, ...]
    earlier: tuple[SignatureRow, ...]
    sendings: tuple[DecisionRow, ...]
    for_show: bool
    waits_for: str | None


def panel(view: FilingView, now: datetime) -> SigningPanel | None:
    """None where there is nothing to do or to see yet."""
    kept = signing.of_filing(core(), actor(), view.row.id, now)
    moves = tuple(move for move in UNIT_MOVES if move in view.moves)
    sent = [each for each in view.decisions if each.event == "send" and view.sight.holds(each.version)]
    if not moves and view.row.version is None:
        return None
    counting = tuple(each for each in kept if each.version == view.row.version)
    return SigningPanel(
        moves=moves,
        signatures=counting,
        earlier=tuple(each for each in kept if each.version != view.row.version),
        sendings=tuple(reversed(sent)),
        for_show=for_show() is not None,
        waits_for=_waits_for(view),
    )


def _waits_for(view: FilingView) -> str | None:
    """The step that the report waits for before it can be sent; None where the next one is sending itself."""
    order = {"draft": ("check", "sign"), "checked": ("sign",)}
    return next((step for step in order.get(view.row.state, ()) if step in view.asked.steps), None)


def for_show() -> SignForShow | None:
    """What signs for the demonstration; None on a real hub."""
    maker: SignForShow | None = current_app.config.get("SIGN_FOR_SHOW")
    return maker if core().config.demonstration else None
