"""Who sees and does what: the unit's side, the receiver's side and the nation (R24, R44)."""

from __future__ import annotations

from datetime import date

import pytest

from hub.domain.access import PERMISSIONS, SYSTEM, Actor, Grant
from hub.domain.form import Label
from hub.domain.org import OrgRegister, OrgUnit, Succession
from hub.domain.visibility import allowed, allowed_nationally, is_within, visible
from hub.domain.workflow import STATE_NAMES

DAY = date(2026, 11, 22)
PROVINCE, COMMUNE, OTHER = "VN/P1", "VN/P1/X11", "VN/P2/X21"


def _actor(*grants: tuple[str, str], scopes: frozenset[str] | None = None) -> Actor:
    return Actor("a", "A", grants[0][1], tuple(Grant(role, unit) for role, unit in grants), scopes)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["reporter", "approver", "officer"])
def test_a_unit_sees_itself_and_what_is_below_it_in_every_state(role: str, small_orgs: OrgRegister) -> None:
    seen = visible(_actor((role, "P1")), small_orgs, DAY)
    for state in STATE_NAMES:
        assert seen.may_see(PROVINCE, "G12", state)
        assert seen.may_see(COMMUNE, "P1", state)
        assert not seen.may_see(OTHER, "P2", state)
        assert not seen.may_see("VN/G12", "VN", state)


def test_a_commune_sees_neither_its_province_nor_its_neighbour(small_orgs: OrgRegister) -> None:
    seen = visible(_actor(("reporter", "X11")), small_orgs, DAY)
    assert seen.may_see(COMMUNE, "P1", "draft")
    assert not seen.may_see(PROVINCE, "G12", "accepted")
    assert not seen.may_see("VN/P1/X12", "P1", "accepted")


def test_a_receiver_sees_only_what_was_sent_to_it(small_orgs: OrgRegister) -> None:
    seen = visible(_actor(("officer", "G12")), small_orgs, DAY)
    sent = {state for state in STATE_NAMES if seen.may_see(PROVINCE, "G12", state)}
    assert sent == {"submitted", "accepted", "aggregated", "finalized", "returned"}
    assert not any(seen.may_see(PROVINCE, "G01", state) for state in STATE_NAMES)


def test_a_reporter_of_the_receiving_body_does_not_see_what_its_officers_receive(small_orgs: OrgRegister) -> None:
    assert not visible(_actor(("reporter", "G12")), small_orgs, DAY).may_see(PROVINCE, "G12", "accepted")


def test_central_staff_see_everything_sent_and_no_draft(small_orgs: OrgRegister) -> None:
    seen = visible(_actor(("central", "VN")), small_orgs, DAY)
    assert seen.may_see(OTHER, "P2", "submitted")
    assert not seen.may_see(OTHER, "P2", "draft")


def test_an_administrator_sees_no_report(small_orgs: OrgRegister) -> None:
    seen = visible(_actor(("administrator", "VN")), small_orgs, DAY)
    assert not any(seen.may_see(path, "VN", state) for path in (PROVINCE, OTHER) for state in STATE_NAMES)


def test_nobody_without_roles_sees_anything_and_an_unknown_unit_shows_nothing(small_orgs: OrgRegister) -> None:
    for actor in (Actor("a", "A", "P1", ()), _actor(("officer", "ZZ"))):
        assert not visible(actor, small_orgs, DAY).may_see(PROVINCE, "ZZ", "accepted")


def test_the_system_sees_everything(small_orgs: OrgRegister) -> None:
    assert visible(SYSTEM, small_orgs, DAY).may_see(COMMUNE, "P1", "draft")


def test_a_path_lies_within_whole_steps_only() -> None:
    assert is_within("VN/P1/X11", "VN/P1")
    assert is_within("VN/P1", "VN/P1")
    assert not is_within("VN/P10", "VN/P1")
    assert not is_within("VN", "VN/P1")


def test_subtrees_within_others_are_left_out(small_orgs: OrgRegister) -> None:
    seen = visible(_actor(("reporter", "X11"), ("approver", "P1"), ("reporter", "P2")), small_orgs, DAY)
    assert seen.unit_paths == ("VN/P1", "VN/P2")


@pytest.mark.parametrize("action", [action for action, (side, _) in PERMISSIONS.items() if side == "unit"])
def test_the_units_side_needs_a_role_on_exactly_that_unit(action: str) -> None:
    role = sorted(PERMISSIONS[action][1])[0]
    assert allowed(_actor((role, "X11")), action, COMMUNE, "P1")
    assert not allowed(_actor((role, "P1")), action, COMMUNE, "P1")
    assert not allowed(_actor((role, "X12")), action, COMMUNE, "P1")
    assert not allowed(_actor(("officer", "X11")), action, COMMUNE, "P1")


@pytest.mark.parametrize(
    "action", [action for action, (side, roles) in PERMISSIONS.items() if side == "receiver" and "officer" in roles]
)
def test_the_receivers_side_needs_an_officer_of_the_receiver(action: str) -> None:
    assert allowed(_actor(("officer", "P1")), action, COMMUNE, "P1")
    assert not allowed(_actor(("officer", "X11")), action, COMMUNE, "P1")
    assert not allowed(_actor(("officer", "P2")), action, COMMUNE, "P1")
    assert not allowed(_actor(("approver", "P1")), action, COMMUNE, "P1")


def test_national_actions_need_their_role_only() -> None:
    assert allowed_nationally(_actor(("central", "VN")), "publish")
    assert not allowed_nationally(_actor(("officer", "VN")), "publish")
    assert not allowed_nationally(_actor(("officer", "VN")), "accept")
    assert allowed_nationally(SYSTEM, "aggregate")
    assert not allowed_nationally(SYSTEM, "publish")


def test_a_role_on_the_nation_holds_nationwide() -> None:
    assert allowed(_actor(("officer", "VN")), "accept", COMMUNE, "P1")


def test_a_token_does_only_what_its_scopes_name_and_never_decides() -> None:
    everything = (("approver", "X11"), ("officer", "P1"), ("central", "VN"), ("administrator", "VN"))
    by_scope = {
        scope: {a for a in PERMISSIONS if allowed(_actor(*everything, scopes=frozenset({scope})), a, COMMUNE, "P1")}
        for scope in ("submit", "send", "read")
    }
    assert by_scope == {
        "submit": {"edit", "check", "explain"},
        "send": {"send", "amend"},
        "read": {"read_national"},
    }


def test_a_renamed_body_keeps_its_roles_and_its_past() -> None:
    def unit(unit_id: str, first: date, last: date | None, parent: str | None) -> OrgUnit:
        level = "nation" if parent is None else "ministry"
        return OrgUnit(unit_id, unit_id, unit_id, Label(unit_id, unit_id), level, level, first, last, parent, True)  # type: ignore[arg-type]

    change = date(2025, 3, 1)
    orgs = OrgRegister(
        [
            unit("VN", date(2000, 1, 1), None, None),
            unit("OLD", date(2000, 1, 1), date(2025, 2, 28), "VN"),
            unit("NEW", change, None, "VN"),
        ],
        [Succession("OLD", "NEW", change, "rename")],
    )
    officer = _actor(("officer", "OLD"))
    assert allowed(officer, "accept", "VN/P1", "NEW", orgs)
    assert not allowed(officer, "accept", "VN/P1", "NEW")
    assert visible(officer, orgs, DAY).receives_for == {"OLD", "NEW"}
    assert visible(officer, orgs, DAY).unit_paths == ("VN/NEW", "VN/OLD")


def test_a_commune_sees_its_past_also_after_its_province_was_renamed() -> None:
    def unit(unit_id: str, level: str, first: date, last: date | None, parent: str | None) -> OrgUnit:
        return OrgUnit(
            unit_id, parent_code(unit_id), "", Label(unit_id, unit_id), level, level, first, last, parent, True
        )  # type: ignore[arg-type]

    def parent_code(unit_id: str) -> str:
        return "22" if unit_id.startswith("P22") else unit_id

    change = date(2026, 9, 1)
    orgs = OrgRegister(
        [
            unit("VN", "nation", date(2000, 1, 1), None, None),
            unit("P22-A", "province", date(2000, 1, 1), date(2026, 8, 31), "VN"),
            unit("P22-B", "province", change, None, "VN"),
            unit("X1", "commune", date(2025, 7, 1), None, "22"),
        ],
        [Succession("P22-A", "P22-B", change, "rename")],
    )
    reporter = visible(_actor(("reporter", "X1")), orgs, date(2026, 10, 1))
    assert reporter.may_see("VN/P22-A/X1", "P22-A", "draft")
    assert reporter.may_see("VN/P22-B/X1", "P22-B", "draft")
    assert not reporter.may_see("VN/P22-B/X2", "P22-B", "draft")
