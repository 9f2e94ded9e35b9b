"""Accounts, signing in, sessions and tokens (P15, P26, P28)."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type
from sqlalchemy import select

from hub.domain.access import SYSTEM, Actor, Grant
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound, NotSignedIn, Refused
from hub.services import access, passwords
from hub.services.core import Core
from hub.store import events, tables

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PASSWORD = "Đường về Hà Giang 2026"
REAL_HASHER = passwords._hasher
IP, OTHER_IP = "10.0.0.1", "203.0.113.9"


@pytest.fixture(autouse=True)
def _quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys_hash.cache_clear()


def _account(core: Core, username: str = "tinh.p1", grants=(("reporter", "P1"),), **changes: object) -> str:
    fields: dict[str, object] = {
        "username": username,
        "name": "Nguyễn Văn A",
        "unit_id": "P1",
        "password": PASSWORD,
        "grants": [Grant(role, unit) for role, unit in grants],
        "now": NOW,
        "must_change_password": False,
    }
    return access.create_account(core, SYSTEM, **(fields | changes))  # type: ignore[arg-type]


def _refused(core: Core, username: str, password: str, ip: str, now: datetime) -> HubError:
    with pytest.raises(NotSignedIn) as caught:
        access.sign_in(core, username, password, ip, now)
    return caught.value


def _log(core: Core) -> list[tuple[str, str]]:
    with core.database.read() as connection:
        assert events.verify(connection) == []
        return [(event.action, event.result) for event in events.stream(connection)]


# Passwords


def test_passwords_are_hashed_as_owasp_asks() -> None:
    real = REAL_HASHER
    assert (real.memory_cost, real.time_cost, real.parallelism, real.type) == (19 * 1024, 2, 1, Type.ID)


@pytest.mark.parametrize(
    "weak", ["", "1234567", "12345678", "MatKhau123", "aaaaaaaa", "abababab", "tinh.p1-2026", "x" * 257, "abc\x00defgh"]
)
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(Refused):
        passwords.check(weak, "tinh.p1")


@pytest.mark.parametrize("strong", ["bốn mùa!", "correct horse battery staple " * 3, PASSWORD])
def test_a_long_or_accented_password_is_allowed(strong: str) -> None:
    passwords.check(strong, "tinh.p1")


def test_no_character_of_a_long_password_is_ignored() -> None:
    long = "correct horse battery staple " * 8
    stored = passwords.make_hash(long)
    assert passwords.matches(stored, long)
    assert not passwords.matches(stored, long[:-1])


def test_an_accented_password_is_the_same_however_it_was_typed() -> None:
    assert passwords.matches(passwords.make_hash("Đường về"), "Đường về")


def test_at_most_as_many_hashes_as_cores_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = [], []
    monkeypatch.setattr(passwords, "_slots", threading.BoundedSemaphore(2))

    class Slow:
        def hash(self, _: bytes) -> str:
            running.append(1)
            most.append(len(running))
            threading.Event().wait(0.01)
            running.pop()
            return ""

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.make_hash, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 8
    assert max(most) <= 2


# Signing in


def test_the_right_password_opens_a_session_whose_token_is_kept_only_as_a_hash(core: Core) -> None:
    account_id = _account(core)
    signed = access.sign_in(core, " Tinh.P1 ", PASSWORD, IP, NOW)
    assert signed.actor == Actor(account_id, "Nguyễn Văn A", "P1", (Grant("reporter", "P1"),), None, IP)
    assert access.actor_of_session(core, signed.token, NOW, IP) == (signed.actor, signed.csrf)
    assert len(signed.token) >= 43
    with core.database.read() as connection:
        stored = connection.execute(select(tables.session.c.token_sha256)).scalar_one()
    assert stored != signed.token
    assert len(stored) == 64


def test_every_sign_in_gives_a_new_token(core: Core) -> None:
    _account(core)
    tokens = {access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW).token for _ in range(3)}
    assert len(tokens) == 3


def test_an_unknown_user_a_wrong_password_a_switched_off_and_a_waiting_account_get_the_same_answer(core: Core) -> None:
    _account(core)
    off = _account(core, "off.p1")
    access.set_active(core, SYSTEM, off, False, NOW)
    _account(core, "waiting.p1")
    for _ in range(5):
        _refused(core, "waiting.p1", "wrong", OTHER_IP, NOW)
    answers = [
        _refused(core, *tried, OTHER_IP, NOW)
        for tried in (
            ("nobody", PASSWORD),
            ("no\x00body", PASSWORD),
            ("tinh.p1", "wrong"),
            ("off.p1", PASSWORD),
            ("waiting.p1", PASSWORD),
        )
    ]
    assert len({(type(answer), answer.message_vi, answer.message_en) for answer in answers}) == 1


def test_an_unknown_user_costs_as_many_hashes_and_events_as_a_known_one(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    _account(core)
    _refused(core, "nobody", "wrong", IP, NOW)
    done: list[object] = []

    class Counting(PasswordHasher):
        def verify(self, *arguments: object) -> bool:
            done.append(arguments)
            return super().verify(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(passwords, "_hasher", Counting(time_cost=1, memory_cost=8, parallelism=1))
    costs = []
    for username in ("nobody", "tinh.p1"):
        before = len(done), len(_log(core))
        _refused(core, username, "wrong", IP, NOW)
        costs.append((len(done) - before[0], len(_log(core)) - before[1]))
    assert costs == [(1, 1), (1, 1)]


def test_at_most_ten_of_many_guesses_an_hour_are_tried(core: Core) -> None:
    _account(core)
    for second in range(0, 3600, 20):
        _refused(core, "tinh.p1", "wrong", f"198.51.100.{second % 100}", NOW + timedelta(seconds=second))
    assert _log(core).count(("sign_in", "wrong")) <= 10


def test_the_right_password_guessed_during_the_wait_is_not_told_apart(core: Core) -> None:
    _account(core)
    for _ in range(5):
        _refused(core, "tinh.p1", "wrong", OTHER_IP, NOW)
    _refused(core, "tinh.p1", PASSWORD, OTHER_IP, NOW + timedelta(seconds=59))
    assert access.sign_in(core, "tinh.p1", PASSWORD, OTHER_IP, NOW + MINUTE)


def test_a_guesser_does_not_lock_the_real_user_out(core: Core) -> None:
    _account(core)
    access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW)
    for minute in range(120):
        _refused(core, "tinh.p1", "wrong", OTHER_IP, NOW + minute * MINUTE)
    assert access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW + 120 * MINUTE)
    _refused(core, "tinh.p1", PASSWORD, OTHER_IP, NOW + 120 * MINUTE)


def test_a_known_address_cannot_guess_without_end_either(core: Core) -> None:
    _account(core)
    access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW)
    for _ in range(40):
        _refused(core, "tinh.p1", "wrong", IP, NOW)
    assert _log(core).count(("sign_in", "wrong")) == 10


def test_a_hundred_guesses_at_once_count_as_a_hundred(core: Core) -> None:
    _account(core)
    threads = [threading.Thread(target=_refused, args=(core, "tinh.p1", f"wrong{n}", OTHER_IP, NOW)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log = _log(core)
    assert (log.count(("sign_in", "wrong")), log.count(("sign_in", "blocked"))) == (5, 7)


def test_the_right_password_forgets_earlier_mistakes(core: Core) -> None:
    _account(core)
    for _ in range(3):
        for _ in range(4):
            _refused(core, "tinh.p1", "wrong", IP, NOW)
        access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW)


def test_no_password_token_or_session_stands_in_the_log(core: Core) -> None:
    account_id = _account(core)
    signed = access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW)
    _refused(core, "typed-a-PASSWORD-here", "wrong-secret", IP, NOW)
    token = access.issue_token(core, SYSTEM, account_id=account_id, name="x", scopes=["read"], now=NOW)
    with core.database.read() as connection:
        log = json.dumps([list(row) for row in connection.execute(select(tables.event))], ensure_ascii=False)
    for secret in (PASSWORD, "wrong-secret", "typed-a-PASSWORD-here", signed.token, signed.csrf, token):
        assert secret not in log


# Sessions


@pytest.mark.parametrize(
    ("role", "minutes"),
    [("reporter", 30), ("approver", 15), ("officer", 15), ("central", 15), ("administrator", 15)],
)
def test_an_idle_session_ends(core: Core, role: str, minutes: int) -> None:
    _account(core, grants=((role, "VN"),))
    token = access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW).token
    idle = minutes * MINUTE
    assert access.actor_of_session(core, token, NOW + idle - timedelta(seconds=1)) is not None
    assert access.actor_of_session(core, token, NOW + 2 * idle) is None


def test_a_session_in_use_goes_on_but_not_beyond_twelve_hours(core: Core) -> None:
    _account(core)
    token = access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW).token
    moments = [NOW + n * 20 * MINUTE for n in range(36)]
    assert all(access.actor_of_session(core, token, moment) for moment in moments)
    assert access.actor_of_session(core, token, NOW + 12 * HOUR - timedelta(seconds=1)) is not None
    assert access.actor_of_session(core, token, NOW + 12 * HOUR) is None


def test_a_session_is_written_at_most_once_a_minute(core: Core) -> None:
    _account(core)
    token = access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW).token
    seen = set()
    for second in range(0, 180, 15):
        access.actor_of_session(core, token, NOW + timedelta(seconds=second))
        with core.database.read() as connection:
            seen.add(connection.execute(select(tables.session.c.last_seen)).scalar_one())
    assert len(seen) == 3


def test_a_signed_out_session_opens_nothing_on_the_next_request(core: Core) -> None:
    _account(core)
    one, other = (access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW).token for _ in range(2))
    access.sign_out(core, one, NOW)
    access.sign_out(core, "never was", NOW)
    assert access.actor_of_session(core, one, NOW) is None
    assert access.actor_of_session(core, other, NOW) is not None
    assert _log(core)[-1] == ("sign_out", "ok")


@pytest.mark.parametrize("change", ["switched off", "given a role", "robbed of a role", "given a new password"])
def test_what_changes_an_account_ends_its_sessions_before_the_next_request(core: Core, change: str) -> None:
    account_id = _account(core)
    tokens = [access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW).token for _ in range(5)]
    if change == "switched off":
        access.set_active(core, SYSTEM, account_id, False, NOW)
    elif change == "given a role":
        access.grant(core, SYSTEM, account_id, "approver", "P1", NOW)
    elif change == "robbed of a role":
        access.revoke(core, SYSTEM, account_id, "reporter", "P1", NOW)
    else:
        access.reset_password(core, SYSTEM, account_id, NOW)
    assert [access.actor_of_session(core, token, NOW) for token in tokens] == [None] * 5


def test_a_new_password_ends_every_session_and_begins_one(core: Core) -> None:
    _account(core)
    old = access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW)
    new = access.change_password(core, old.actor, old=PASSWORD, new="Mùa nước nổi 1978", now=NOW)
    assert access.actor_of_session(core, old.token, NOW) is None
    assert access.actor_of_session(core, new.token, NOW) is not None
    _refused(core, "tinh.p1", PASSWORD, IP, NOW)
    assert access.sign_in(core, "tinh.p1", "Mùa nước nổi 1978", IP, NOW)


def test_a_stolen_session_cannot_guess_the_old_password_without_end(core: Core) -> None:
    _account(core)
    actor = access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW).actor
    actor = Actor(actor.account_id, actor.name, actor.unit_id, actor.grants, None, OTHER_IP)
    for _ in range(8):
        with pytest.raises(Forbidden):
            access.change_password(core, actor, old="wrong", new="Mùa nước nổi 1978", now=NOW)
    assert _log(core).count(("change_password", "wrong")) == 5


def test_a_password_given_by_somebody_else_opens_nothing_but_its_own_change(core: Core) -> None:
    account_id = _account(core, must_change_password=True)
    first = access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW)
    assert first.must_change_password
    assert first.actor.grants == ()
    assert access.must_change_password(core, first.actor)
    found = access.actor_of_session(core, first.token, NOW)
    assert found is not None
    assert found[0].grants == ()
    second = access.change_password(core, first.actor, old=PASSWORD, new="Mùa nước nổi 1978", now=NOW)
    assert second.actor.grants == (Grant("reporter", "P1"),)
    one_time = access.reset_password(core, SYSTEM, account_id, NOW)
    assert access.sign_in(core, "tinh.p1", one_time, IP, NOW).must_change_password


# Accounts and roles


def test_a_username_is_taken_once(core: Core) -> None:
    _account(core)
    with pytest.raises(Conflict):
        _account(core, "TINH.P1")


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "đặng"},
        {"username": "a b c"},
        {"username": "ab"},
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "a\ud800b"},
        {"name": "a\nb"},
        {"unit_id": "nowhere"},
        {"grants": [("reporter", "nowhere")]},
        {"grants": [("system", "VN")]},
    ],
)
def test_what_cannot_be_an_account_is_refused_and_nothing_is_stored(core: Core, changes: dict[str, object]) -> None:
    fields = {"username": "tinh.p1"} | changes
    with pytest.raises(BadRequest):
        _account(core, str(fields.pop("username")), **fields)
    assert _log(core) == []


def test_an_administrator_manages_its_own_units_and_no_others(core: Core, make_actor) -> None:
    local, national, reporter = (
        make_actor("administrator", "P1"),
        make_actor("administrator", "VN"),
        make_actor("approver", "P1"),
    )
    fields = {"name": "B", "password": PASSWORD, "now": NOW}
    x11 = access.create_account(
        core, local, username="xa.x11", unit_id="X11", grants=[Grant("reporter", "X11")], **fields
    )
    for actor, unit, granted in (
        (local, "P2", Grant("reporter", "P2")),
        (local, "P1", Grant("reporter", "P2")),
        (local, "P1", Grant("central", "P1")),
        (local, "P1", Grant("administrator", "P1")),
        (reporter, "P1", Grant("reporter", "P1")),
    ):
        with pytest.raises(Forbidden):
            access.create_account(core, actor, username="khac", unit_id=unit, grants=[granted], **fields)
    p2 = access.create_account(
        core, national, username="tinh.p2", unit_id="P2", grants=[Grant("administrator", "P2")], **fields
    )
    access.grant(core, local, x11, "approver", "X11", NOW)
    for forbidden in (access.reset_password, lambda *a: access.set_active(a[0], a[1], a[2], False, a[3])):
        with pytest.raises(NotFound):
            forbidden(core, local, p2, NOW)
    names = {account.username for account, _ in access.listing(core, local, NOW)}
    assert "xa.x11" in names
    assert "tinh.p2" not in names


def test_nobody_gives_a_role_to_oneself(core: Core, make_actor) -> None:
    administrator = make_actor("administrator", "VN")
    with pytest.raises(Forbidden):
        access.grant(core, administrator, administrator.account_id, "officer", "G12", NOW)


def test_every_change_of_an_account_stands_in_the_log_once(core: Core) -> None:
    account_id = _account(core)
    for _ in range(2):
        access.grant(core, SYSTEM, account_id, "approver", "P1", NOW)
    for _ in range(2):
        access.revoke(core, SYSTEM, account_id, "approver", "P1", NOW)
    access.set_active(core, SYSTEM, account_id, False, NOW)
    access.set_active(core, SYSTEM, account_id, True, NOW)
    access.reset_password(core, SYSTEM, account_id, NOW)
    assert [action for action, _ in _log(core)] == [
        "create_account",
        "grant",
        "revoke",
        "deactivate",
        "activate",
        "reset_password",
    ]


# Tokens


def test_a_token_acts_for_its_account_within_its_scopes(core: Core) -> None:
    account_id = _account(core)
    token = access.issue_token(
        core, SYSTEM, account_id=account_id, name="Hệ thống tỉnh", scopes=["submit", "send"], now=NOW
    )
    assert token.startswith("hubt_")
    actor = access.actor_of_token(core, token, NOW, IP)
    assert actor == Actor(
        account_id, "Nguyễn Văn A", "P1", (Grant("reporter", "P1"),), frozenset({"submit", "send"}), IP
    )
    for wrong in ("", "hubt_", token[:-1], token.removeprefix("hubt_"), "hubt_\ud800"):
        assert access.actor_of_token(core, wrong, NOW) is None


def test_a_token_ends_when_it_expires_is_revoked_or_its_account_is_switched_off(core: Core) -> None:
    account_id = _account(core)

    def issue() -> str:
        return access.issue_token(
            core, SYSTEM, account_id=account_id, name="x", scopes=["read"], expires_in_days=10, now=NOW
        )

    first, second = issue(), issue()
    assert access.actor_of_token(core, first, NOW + timedelta(days=10, microseconds=-1)) is not None
    assert access.actor_of_token(core, first, NOW + timedelta(days=10)) is None
    used = next(token for token in access.tokens_of(core, SYSTEM, account_id, NOW) if token.last_used)
    access.revoke_token(core, SYSTEM, used.id, NOW)
    assert access.actor_of_token(core, first, NOW) is None
    assert access.actor_of_token(core, second, NOW) is not None
    access.set_active(core, SYSTEM, account_id, False, NOW)
    assert access.actor_of_token(core, second, NOW) is None


def test_a_token_brings_the_roles_that_its_account_has_now(core: Core) -> None:
    account_id = _account(core)
    token = access.issue_token(core, SYSTEM, account_id=account_id, name="x", scopes=["read"], now=NOW)

    def roles() -> list[tuple[str, str]]:
        actor = access.actor_of_token(core, token, NOW)
        assert actor is not None
        return [(grant.role, grant.unit_id) for grant in actor.grants]

    access.grant(core, SYSTEM, account_id, "approver", "P1", NOW)
    assert roles() == [("approver", "P1"), ("reporter", "P1")]
    access.revoke(core, SYSTEM, account_id, "approver", "P1", NOW)
    access.revoke(core, SYSTEM, account_id, "reporter", "P1", NOW)
    assert roles() == []


@pytest.mark.parametrize(
    "changes", [{"scopes": []}, {"scopes": ["everything"]}, {"expires_in_days": 366}, {"expires_in_days": 0}]
)
def test_a_token_without_bounds_is_refused(core: Core, changes: dict[str, object]) -> None:
    account_id = _account(core)
    fields: dict[str, object] = {"account_id": account_id, "name": "x", "scopes": ["read"], "now": NOW}
    with pytest.raises(BadRequest):
        access.issue_token(core, SYSTEM, **(fields | changes))  # type: ignore[arg-type]


def test_one_issues_tokens_for_oneself_but_not_for_others_nor_through_a_token(core: Core) -> None:
    mine, theirs = _account(core), _account(core, "tinh.p2", unit_id="P2", grants=())
    actor = access.sign_in(core, "tinh.p1", PASSWORD, IP, NOW).actor
    token = access.issue_token(core, actor, account_id=mine, name="x", scopes=["submit"], now=NOW)
    by_token = access.actor_of_token(core, token, NOW)
    assert by_token is not None
    with pytest.raises(NotFound):
        access.issue_token(core, actor, account_id=theirs, name="x", scopes=["read"], now=NOW)
    with pytest.raises(Forbidden):
        access.issue_token(core, by_token, account_id=mine, name="x", scopes=["read"], now=NOW)
    with pytest.raises(Forbidden):
        access.change_password(core, by_token, old=PASSWORD, new="Mùa nước nổi 1978", now=NOW)


def test_a_token_is_kept_only_as_a_hash(core: Core) -> None:
    account_id = _account(core)
    token = access.issue_token(core, SYSTEM, account_id=account_id, name="x", scopes=["read"], now=NOW)
    with core.database.read() as connection:
        row = connection.execute(select(tables.api_token)).one()
    assert token not in [str(value) for value in row]
    assert access.tokens_of(core, SYSTEM, account_id, NOW)[0].token_sha256 == ""
