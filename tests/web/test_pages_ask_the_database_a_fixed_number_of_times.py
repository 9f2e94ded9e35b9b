"""A page asks the database as often for thirty reports as for three: what it shows of many it reads in bulk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from hub.domain.access import SYSTEM
from hub.domain.org import OrgRegister, OrgUnit
from hub.services import accounts, aggregation, extensions, opening, publication, remarks, reminding, review

FEW, MANY = 3, 30
NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
CAMPAIGN = f"/inbox/campaign?edition={EDITION}&period={PERIOD}"


@pytest.fixture(scope="session")
def small_orgs(small_orgs: OrgRegister) -> OrgRegister:
    """Province P1 keeps its three communes, P2 has thirty."""
    one = small_orgs.get("X21")
    fields = {name: getattr(one, name) for name in OrgUnit.__slots__}
    more = [f"X2{number:02}" for number in range(3, MANY + 1)]
    added = [OrgUnit(**(fields | {"id": code, "code": code})) for code in more]
    return OrgRegister([*small_orgs.units.values(), *added], ())


@pytest.fixture
def communes(hub):
    """Province → its communes."""
    day = date(2026, 9, 15)
    return {province: [unit.id for unit in hub.orgs.children(province, day)] for province in ("P1", "P2")}


@pytest.fixture
def busy(hub, communes, make_actor, submit, filing_of):
    """In both provinces a third waits with a question, a third was sent back, a third asks for more time."""
    for province, units in communes.items():
        officer = make_actor("officer", province)
        for number, unit in enumerate(units):
            if number % 3 == 2:
                until = filing_of(unit).due_at + timedelta(days=3)
                clerk = make_actor("reporter", unit)
                extensions.ask(hub, clerk, filing_of(unit).id, until=until, reason="Bão", now=NOW)
                continue
            submit(unit)
            row = filing_of(unit)
            if number % 3 == 1:
                review.send_back(
                    hub, officer, row.id, revision=row.revision, version=row.sent_version, reason="Xem lại",
                    points={"F1/r02/c02": "Sai"}, now=NOW,
                )  # fmt: skip
            else:
                remarks.add(
                    hub, officer, row.id, place="", kind="question", audience="both", text="Vì sao?",
                    key=f"cau-hoi-{unit}", now=NOW,
                )  # fmt: skip
        reminding.remind(hub, officer, EDITION, PERIOD, key=f"nhac-lan-1-{province}", now=NOW)
    return hub


@pytest.fixture
def person_of(hub, communes, make_actor, sign_in):
    """``person_of(role, province)``: somebody with that role on the province and on all its communes."""

    def enter(role, province: str):
        actor = make_actor(role, province)
        for unit in communes[province] if role != "officer" else ():
            accounts.grant(hub, SYSTEM, actor.account_id, role, unit, NOW)
        return sign_in(actor)

    return enter


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that any database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def asked_for(browser, path: str) -> Counter[str]:
    """What the second view of a page asks; the first fills what is kept between views."""
    assert browser.get(path).status_code == 200
    with counted() as asked:
        assert browser.get(path).status_code == 200
    assert asked
    return Counter(asked)


def more_in(many: Counter[str], few: Counter[str]) -> int:
    """How many statements more; lists of other lengths make other texts of the same statement."""
    return many.total() - few.total()


PAGES = {
    "officer": (
        "/", "/inbox", "/filings", "/reports", "/notifications", f"{CAMPAIGN}&tab=all", f"{CAMPAIGN}&tab=waiting",
        f"{CAMPAIGN}&tab=clean", f"{CAMPAIGN}&tab=asked",
    ),
    "approver": ("/", "/?unit=all", "/filings", "/calendar", "/calendar?unit=all", "/uploads", "/notifications"),
}  # fmt: skip
NATIONAL = (
    "/national", "/national/punctuality", "/national/punctuality/P1/THU-01", "/national/regimes/THU-01",
    "/national/units/P1", "/national/compare",
    "/national/figures/THU-01/F1/r02/c02", "/national/trace?measure=THU-01/F1.r02.c02&period=2026-M09",
    "/national/compare?regime=THU-01&m=THU-01/F1.r02.c02&u=P1&u=P2",
)  # fmt: skip
OVER_TIME = (
    ("reporter", "X11", ("/", "/filings", "/calendar")),
    ("officer", "P1", ("/", "/inbox", "/filings")),
    ("central", "VN", ("/", "/filings", "/campaigns", "/board", *NATIONAL)),
    ("administrator", "VN", ("/regimes", "/admin/jobs", "/admin/events")),
)


@pytest.mark.parametrize("role", PAGES)
def test_thirty_communes_ask_no_more_than_three(role, busy, person_of):
    few, many = (person_of(role, province) for province in ("P1", "P2"))
    more = {path: more_in(asked_for(many, path), asked_for(few, path)) for path in PAGES[role]}
    assert more == dict.fromkeys(PAGES[role], 0)


def test_a_year_of_periods_asks_no_more_than_one(busy, make_actor, sign_in):
    people = [(sign_in(make_actor(role, unit)), paths) for role, unit, paths in OVER_TIME]
    before = [asked_for(browser, path) for browser, paths in people for path in paths]
    assert opening.open_due(busy, NOW, since=date(2025, 9, 1)).total >= 12 * FEW
    after = [asked_for(browser, path) for browser, paths in people for path in paths]
    names = [f"{role} {path}" for role, _, paths in OVER_TIME for path in paths]
    more = {name: more_in(many, few) for name, many, few in zip(names, after, before, strict=True)}
    assert more == dict.fromkeys(names, 0)


@pytest.mark.parametrize("role", ["reporter", "officer"])
def test_thirty_remarks_on_a_report_ask_no_more_than_three(role, busy, make_actor, sign_in, filing_of):
    officer, row = make_actor("officer", "P1"), filing_of("X11")
    browser = sign_in(officer if role == "officer" else make_actor("reporter", "X11"))

    def ask(number: int) -> None:
        for each in range(number):
            key = f"ghi-them-{number}-{each}"
            remarks.add(
                busy, officer, row.id, place="F1/r02/c02", kind="comment", audience="both", text="Xem", key=key, now=NOW
            )

    ask(FEW)
    few = asked_for(browser, f"/filings/{row.id}")
    ask(MANY)
    assert more_in(asked_for(browser, f"/filings/{row.id}"), few) == 0


def test_thirty_accounts_and_tokens_ask_no_more_than_three(hub, make_actor, sign_in, token_for):
    browser, paths = sign_in(make_actor("administrator", "VN")), ("/admin/accounts", "/admin/tokens", "/admin/events")

    def add(number: int) -> None:
        for _ in range(number):
            token_for(make_actor("reporter", "X11"))

    add(FEW)
    few = [asked_for(browser, path) for path in paths]
    add(MANY)
    more = [more_in(asked_for(browser, path), before) for path, before in zip(paths, few, strict=True)]
    assert more == [0, 0, 0]


def test_changes_of_thirty_reports_between_editions_ask_no_more_than_of_three(
    hub, communes, submit, filing_of, make_actor, sign_in
):
    browser, few = sign_in(make_actor("central", "VN")), Counter[str]()
    for number, (province, units) in enumerate({"G12": [], **communes}.items()):
        for unit in units or ["G01"]:
            submit(unit)
        officer = make_actor("officer", province)
        review.accept_many(hub, officer, [filing_of(unit).id for unit in units or ["G01"]], NOW)
        aggregation.run(hub, SYSTEM, EDITION, PERIOD, NOW)
        row = publication.issue(hub, SYSTEM, "thu", PERIOD, NOW + timedelta(hours=number))
        asked = asked_for(browser, f"/reports/{row.id}/changes")
        if number < 2:
            few = asked
    assert row.number == 3
    assert more_in(asked, few) == 0


def test_choosing_figures_of_thirty_communes_asks_no_more_than_of_three(
    hub, communes, submit, filing_of, make_actor, sign_in
):
    browser, path = sign_in(make_actor("central", "VN")), "/data?regime=THU-01&m=THU-01/F1.r02.c02&level=commune"
    asked = []
    for province in ("P1", "P2"):
        for unit in communes[province]:
            submit(unit)
        officer = make_actor("officer", province)
        review.accept_many(hub, officer, [filing_of(unit).id for unit in communes[province]], NOW)
        aggregation.run(hub, SYSTEM, EDITION, PERIOD, NOW)
        asked.append(asked_for(browser, path))
    assert more_in(asked[1], asked[0]) == 0
