"""Saving a form that was drawn from an older version: what others saved meanwhile is kept with it, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from hub.domain.access import Actor
from hub.domain.envelope import Envelope, Receipt
from hub.domain.field_texts import alike, record_form
from hub.domain.merging import Clash, Merged, merge
from hub.errors import Conflict, NotFound
from hub.services import intake, unsaved
from hub.services.core import Core
from hub.services.seeing import filing_for
from hub.services.unsaved import posted_texts, text_of_version
from hub.store import filings

_TRIES = 4
"""So often may somebody else save between the merging and the saving of the merged."""


class Overlapping(Conflict):
    """Both sides changed the same fields to different texts; nothing was saved and everything typed is kept.

    ``texts``: all fields, merged, mine where they clash. ``version``: the version they now stand over.
    """

    vi = "Người khác vừa lưu giá trị khác ở các ô dưới đây. Hãy xem lại rồi lưu lần nữa; những gì bạn nhập vẫn còn."
    en = "Somebody else saved other values in the cells below. Look at them, then save again; your entries are kept."

    def __init__(self, merged: Merged, version: int) -> None:
        super().__init__()
        self.texts: Mapping[str, str] = merged.texts
        self.clashes: tuple[Clash, ...] = merged.clashes
        self.version = version


def save(core: Core, actor: Actor, envelope: Envelope, now: datetime) -> Receipt:
    """What intake answers to a form; one drawn from an older version is first merged with what came after it.

    What I did not change is taken as others saved it. Overlapping where both changed a field differently; Conflict
    where the version that the form says it was drawn from does not exist.
    """
    at_hand = envelope
    for _ in range(_TRIES):
        try:
            return intake.receive(core, actor, at_hand, now)
        except Conflict:
            at_hand = _onto_latest(core, actor, envelope, now)
    raise Conflict


def _onto_latest(core: Core, actor: Actor, envelope: Envelope, now: datetime) -> Envelope:
    """What was posted, merged with the latest version and to be saved over it."""
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, envelope.filing_id or "", now)
        latest, drawn, edition = row.version or 0, envelope.seen_version, core.catalog.edition(row.edition)
        if drawn is None or not 0 <= drawn < latest:
            raise Conflict
        base = text_of_version(connection, edition, row.id, drawn)
        theirs = text_of_version(connection, edition, row.id, latest)
    mine = base.plain(posted_texts(envelope))
    merged = merge(base.texts, mine, theirs.texts, partial(alike, edition))
    if merged.clashes:
        _keep(core, actor, envelope, merged, now)
        raise Overlapping(merged, latest)
    return replace(envelope, content=urlencode(list(merged.texts.items())).encode(), seen_version=latest)


def _keep(core: Core, actor: Actor, envelope: Envelope, merged: Merged, now: datetime) -> None:
    """What was typed outlives the page that asks: what clashes stands aside, the rest over the latest version."""
    whole = {record_form(clash.name) for clash in merged.clashes if clash.whole_list}
    apart = {clash.name for clash in merged.clashes}
    clashing = {name for name in merged.texts if name in apart or record_form(name) in whole}
    with core.database.write() as connection:
        row = filings.lock(connection, envelope.filing_id or "")
        if row is None:
            raise NotFound
        edition, drawn = core.catalog.edition(row.edition), envelope.seen_version or 0
        unsaved.hold(
            connection, actor, row, edition, merged.texts, envelope.seen_serial, now,
            aside=dict.fromkeys(clashing, drawn),
        )  # fmt: skip
