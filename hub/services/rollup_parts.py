"""The reports that a roll-up is made of: which they are, which of them stand, and what that forbids (R16, R25-R28).

A roll-up's parts are the reports of the same edition and period whose receiver is its unit, as the register stood at
the end of the window (R17), and the unit's own first-hand report where the edition asks for one beside the roll-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.envelope import Intent
from hub.domain.filing import RECEIVED, STANDING, FilingRow, filing_id
from hub.domain.findings import Finding
from hub.domain.lineage import Part
from hub.domain.parts import Parts
from hub.errors import Refused
from hub.services.core import Core
from hub.store import filings, rollup_sources
from hub.store.database import Connection

ROLLUP = "rollup"
EDITABLE = frozenset({"draft", "checked", "signed", "returned"})
"""The states in which a roll-up is with its unit and may be built."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Children:
    """The reports under a roll-up, each in one of three lists, in the order of the unit tree (R27, R28)."""

    standing: tuple[FilingRow, ...] = ()
    missing: tuple[FilingRow, ...] = ()
    excluded: tuple[FilingRow, ...] = ()

    @property
    def obliged(self) -> int:
        return len(self.standing) + len(self.missing)

    def __bool__(self) -> bool:
        return bool(self.standing or self.missing or self.excluded)


def children_of(core: Core, connection: Connection, row: FilingRow) -> Children:
    """What is owed to a roll-up's unit. A report that is being amended counts as it was accepted, as for the nation."""
    bodies = _bodies(core, row.unit_id)
    found = {each.id: each for each in filings.campaign(connection, row.edition, row.period, sorted(bodies))}
    for body in bodies:
        own = filings.get(connection, filing_id(row.edition, row.period, body, "own"))
        if own is not None:
            found[own.id] = own
    found.pop(row.id, None)
    in_order = sorted(found.values(), key=lambda each: (each.unit_path, each.scope))
    return Children(
        tuple(each for each in in_order if each.accepted_version is not None and not each.excluded),
        tuple(each for each in in_order if each.accepted_version is None and not each.excluded),
        tuple(each for each in in_order if each.excluded),
    )


def has_units_below(core: Core, connection: Connection, row: FilingRow) -> bool:
    """True for a roll-up under which anybody reports to its unit."""
    return row.scope == ROLLUP and bool(children_of(core, connection, row))


def parts_for_checking(connection: Connection, row: FilingRow) -> Parts | None:
    """What the latest version of a roll-up goes back to, for its checks; None if it was never built."""
    if row.scope != ROLLUP:
        return None
    source = rollup_sources.latest(connection, row.id, row.version)
    return source.lineage.summary if source is not None else None


# --- What no longer stands -------------------------------------------------------------------------------------------


def fallen(connection: Connection, parts: Sequence[Part]) -> list[Part]:
    """The parts whose very version is not the accepted one any more."""
    standing = rollup_sources.in_force(connection, [part.filing_id for part in parts])
    return [part for part in parts if standing.get(part.filing_id) != part.version]


def refuse_fallen(core: Core, connection: Connection, row: FilingRow) -> None:
    """Refused while a roll-up holds a report that was returned or replaced since: it is to be built again (R26)."""
    names = _fallen_names(core, connection, row)
    if names:
        raise Refused(*_told(names))


def fallen_findings(core: Core, connection: Connection, row: FilingRow, intent: Intent) -> list[Finding]:
    """The same for a report that arrives and is to be sent at once."""
    names = _fallen_names(core, connection, row) if intent == "send" else []
    return [Finding("parts_fallen", "error", "identity", *_told(names))] if names else []


def _fallen_names(core: Core, connection: Connection, row: FilingRow) -> list[str]:
    if row.scope != ROLLUP:
        return []
    source = rollup_sources.latest(connection, row.id, row.version)
    if source is None:
        return []
    return [core.orgs.get(part.unit_id).name.vi for part in fallen(connection, source.lineage.parts)]


def _told(names: Sequence[str]) -> tuple[str, str]:
    few = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return (
        f"Bản tổng hợp đang có {len(names)} báo cáo không còn được tiếp nhận ({few}). Hãy tổng hợp lại trước khi gửi.",
        f"The roll-up holds {len(names)} reports that are no longer accepted ({few}). Build it again before sending.",
    )


# --- What a sent roll-up holds fast ----------------------------------------------------------------------------------


def refuse_held(core: Core, connection: Connection, row: FilingRow) -> None:
    """Refused for an accepted report that is in a roll-up which its receiver has sent on (R25).

    It can be returned again once the roll-up is withdrawn or was itself returned. The roll-up is held until the
    caller's transaction ends, so that it is not sent meanwhile.
    """
    if row.state not in STANDING:
        return
    for above in _above(core, row):
        parent = filings.lock(connection, above)
        if parent is not None and parent.id != row.id and _holds(connection, parent, row):
            unit = core.orgs.get(parent.unit_id).name
            raise Refused(
                f"Báo cáo này nằm trong bản tổng hợp mà {unit.vi} đã gửi. Chỉ trả lại được sau khi bản tổng hợp đó "
                "được rút lại, hoặc bị nơi nhận trả lại.",
                f"This report is in the roll-up that {unit.en} has sent. It can be returned once that roll-up is "
                "withdrawn, or was returned by its receiver.",
            )


def _above(core: Core, row: FilingRow) -> list[str]:
    """The roll-ups that the report may be a part of: its receiver's, and its own unit's beside it."""
    units = _bodies(core, row.receiver_id) | (_bodies(core, row.unit_id) if row.scope == "own" else frozenset())
    return sorted(filing_id(row.edition, row.period, unit, ROLLUP) for unit in units)


def _holds(connection: Connection, parent: FilingRow, row: FilingRow) -> bool:
    """True for a sent roll-up with this report in it. One that was never built is taken to hold all of them."""
    if parent.state not in RECEIVED:
        return False
    source = rollup_sources.latest(connection, parent.id, parent.sent_version)
    return source is None or any(part.filing_id == row.id for part in source.lineage.parts)


def _bodies(core: Core, unit_id: str) -> frozenset[str]:
    return core.orgs.same_body(unit_id) if unit_id in core.orgs.units else frozenset({unit_id})
