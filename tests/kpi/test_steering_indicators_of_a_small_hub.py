"""A set over real reports: values, lights, targets, what others send, whom an alert reaches. On both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from hub.domain.access import Actor, Grant
from hub.domain.kpi_packet import BadPacket
from hub.domain.period import Period
from hub.errors import BadRequest, Conflict, Forbidden, NotFound
from hub.services import kpi_alerts, kpi_packets, kpi_targets, kpis, notifications
from hub.store import kpis as store
from hub.store import tables

SEPTEMBER, OCTOBER = Period.parse("2026-M09"), Period.parse("2026-M10")
LATER = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
OTHER = Actor("someone", "Ai đó", "P2", (Grant("reporter", "P2"),))
D = Decimal


@pytest.fixture
def reported(core, report, roll_up):
    """Two ministries in September and October, one of them falling; province P2 silent."""
    report("G12", 9, 4, 6)
    report("G01", 9, 2, 3)
    report("G12", 10, 40, 60)
    roll_up(9)
    roll_up(10)
    return core


def view(core, actor, **asked):
    return kpis.set_view(core, actor, "THU-KPI", LATER, **asked)


def packet(values, message_id="m-1", **changes):
    body = {"packet": "KPI_DATA", "version": "1", "message_id": message_id, "set": "THU-KPI", "values": values}
    return json.dumps(body | changes).encode()


def value(unit="G12", **changes):
    return {"kpi": "2.1", "unit": unit, "period": "2026-M09", "value": "91.25"} | changes


def send(core, actor, content, media_type="application/json"):
    return kpi_packets.receive(core, actor, content, media_type, LATER)


# --- Values -----------------------------------------------------------------------------------------------------------


def test_a_share_is_worked_out_from_the_sums_and_not_from_shares(reported, central):
    shown = view(reported, central, period="2026-M09")
    assert shown.values.of("G12", "1.1", SEPTEMBER).value == D("20.0")
    assert shown.values.of("G01", "1.1", SEPTEMBER).value == D("40.0")
    nation = shown.values.of("VN", "1.1", SEPTEMBER)
    assert (nation.value, nation.light, nation.provisional) == (D("26.7"), "green", True)
    assert nation.accepted < nation.obliged


def test_less_is_better_where_the_set_says_so(reported, central):
    values = view(reported, central, period="2026-M10").values
    assert values.of("G12", "1.2", OCTOBER).value == 100
    assert values.of("G12", "1.2", OCTOBER).light == "red"


def test_the_newest_period_is_shown_and_the_course_comes_with_it(reported, central):
    shown = view(reported, central)
    assert shown.period == OCTOBER
    assert shown.course == (SEPTEMBER, OCTOBER)
    assert [shown.national.of("VN", "1.1", period).value for period in shown.course] == [D("26.7"), D("2.0")]


def test_an_index_counts_what_has_a_value(reported, central):
    index = view(reported, central, period="2026-M09").values.index("G12", SEPTEMBER)
    assert (index.value, index.counted, index.of) == (D("80.00"), 1, 2)  # 20 of 25; 2.1 was not sent


def test_a_unit_sees_its_own_and_nobody_elses(reported, make_actor):
    shown = view(reported, make_actor("reporter", "G01"), period="2026-M09")
    assert shown.subject == "G01"
    assert shown.values.units == ("G01",)
    with pytest.raises(NotFound):
        kpis.set_view(reported, make_actor("administrator", "VN"), "THU-KPI", LATER)


def test_an_unknown_set_period_or_indicator_is_not_found(reported, central):
    for call in (
        lambda: kpis.set_view(reported, central, "KHONG", LATER),
        lambda: view(reported, central, period="2031-M01"),
        lambda: kpis.kpi_view(reported, central, "THU-KPI", "9.9", LATER),
    ):
        with pytest.raises(NotFound):
            call()


# --- Targets ----------------------------------------------------------------------------------------------------------


def test_a_target_moves_the_light_and_its_history_is_kept(reported, central):
    def target(amount, **where):
        return kpi_targets.set_target(
            reported, central, "THU-KPI", "1.1", value=amount, note="Giao chỉ tiêu", now=LATER, **where
        )

    assert target(D("50"))
    assert not target(D("50")), "the same once more adds nothing"
    assert view(reported, central, period="2026-M09").values.of("G01", "1.1", SEPTEMBER).light == "amber"
    assert target(D("30.5"), unit_id="G01", period="2026-Y")
    assert view(reported, central, period="2026-M09").values.of("G01", "1.1", SEPTEMBER).light == "green"
    assert target(None, unit_id="G01", period="2026-Y")
    page = kpi_targets.page(reported, central, "THU-KPI", LATER)
    assert [(row.unit_id, row.value) for row in page.in_force] == [("", D("50"))]
    assert [row.value for row in page.history] == [None, D("30.5"), D("50")]
    with reported.database.read() as connection:
        actions = connection.execute(select(tables.event.c.action).order_by(tables.event.c.number)).scalars().all()
    assert actions.count("set_target") == 3


def test_only_central_staff_set_targets(reported, make_actor):
    with pytest.raises(Forbidden):
        kpi_targets.set_target(reported, make_actor("reporter", "G01"), "THU-KPI", "1.1", value=D(1), now=LATER)


@pytest.mark.parametrize("wrong", [{"unit_id": "G99"}, {"period": "2026-Q1"}, {"period": "x"}, {"value": D("1.25")}])
def test_a_target_that_cannot_be_is_refused(reported, central, wrong):
    with pytest.raises(BadRequest):
        kpi_targets.set_target(reported, central, "THU-KPI", "1.1", **{"value": D(1), "now": LATER} | wrong)


# --- Packets ----------------------------------------------------------------------------------------------------------


def test_values_of_another_system_are_taken_in_once(reported, make_actor, central):
    sender = make_actor("reporter", "G01")
    content = packet([value("G01"), value("G01", breakdown="basis=file", value=None, numerator="1", denominator="3")])
    assert send(reported, sender, content).stored == 2
    again = send(reported, sender, content)
    assert (again.repeat, again.stored) == (True, 2)
    with pytest.raises(Conflict):
        send(reported, sender, packet([value("G01", value="12")]))
    shown = view(reported, central, period="2026-M09")
    assert shown.values.of("G01", "2.1", SEPTEMBER).value == D("91.25")
    assert [row.breakdown for row in shown.values.parts] == ["basis=file"]
    send(reported, sender, packet([value("G01", value="60")], "m-2"))
    assert view(reported, central, period="2026-M09").values.of("G01", "2.1", SEPTEMBER).light == "red"


def test_xml_says_the_same_as_json(reported, make_actor, central):
    xml = (
        '<packet xmlns="urn:vn:hub:kpi:1" type="KPI_DATA"><version>1</version><message_id>m-9</message_id>'
        "<set>THU-KPI</set><values><value><kpi>2.1</kpi><unit>G01</unit><period>2026-M09</period>"
        "<value>91.25</value></value></values></packet>"
    )
    send(reported, make_actor("reporter", "G01"), xml.encode(), "application/xml")
    assert view(reported, central, period="2026-M09").values.of("G01", "2.1", SEPTEMBER).value == D("91.25")


def test_the_owner_of_the_set_sends_for_everybody_and_nobody_else_does(reported, make_actor):
    assert send(reported, make_actor("reporter", "G12"), packet([value("G01"), value("P1"), value("VN")])).stored == 3
    with pytest.raises(BadPacket) as caught:
        send(reported, OTHER, packet([value("P2"), value("P1")]))
    assert [problem.place for problem in caught.value.problems] == ["/values/1/unit"]


def test_every_mistake_of_a_packet_is_said_and_nothing_of_it_stored(reported, make_actor):
    wrong = [
        value(), value(kpi="9"), value(kpi="1.1"), value(period="2026-Q1"), value(unit="G99"), value(value="1.234"),
        value(breakdown="basis=x"), value(period="2031-M01"), value(),
    ]  # fmt: skip
    with pytest.raises(BadPacket) as caught:
        send(reported, make_actor("reporter", "G12"), packet(wrong))
    assert [problem.place for problem in caught.value.problems] == [
        "/values/1/kpi", "/values/2/kpi", "/values/3/period", "/values/4/unit", "/values/5/value",
        "/values/6/breakdown", "/values/7/period", "/values",
    ]  # fmt: skip
    with reported.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(tables.kpi_value)).scalar_one() == 0


def test_the_four_packets_are_given_out_for_what_one_may_see(reported, central, make_actor):
    send(reported, make_actor("reporter", "G12"), packet([value("G01")]))
    names = {kpi_packets.catalogue(reported, central, name, LATER)["packet"] for name in kpi_packets.PACKETS}
    assert names == {"KPI_SET", "KPI_GROUP_CATALOG", "KPI_BREAKDOWN_CATALOG"}
    everything = kpi_packets.data(reported, central, "THU-KPI", LATER, "2026-M09")
    entry = {"kpi": "1.1", "unit": "G01", "period": "2026-M09", "value": "40.0", "numerator": "2", "denominator": "5"}
    assert any(entry.items() <= each.items() for each in everything["values"])
    own = kpi_packets.data(reported, make_actor("reporter", "G01"), "THU-KPI", LATER, "2026-M09")
    assert {each["unit"] for each in own["values"]} == {"G01"}


# --- Alerts -----------------------------------------------------------------------------------------------------------


def test_people_are_told_once_of_what_fell_and_the_alert_ends_when_it_recovers(reported, make_actor):
    staff, signer = make_actor("central", "VN"), make_actor("approver", "G12")
    begun = kpi_alerts.judge_all(reported, LATER)
    with reported.database.read() as connection:
        rows = store.alerts(connection, "THU-KPI", ["2026-M10"])
    assert {(row.kpi, row.unit_id) for row in rows} == {("1.1", "G12"), ("1.2", "G12")}
    assert begun.begun == 2
    assert [notifications.unread(reported, person) for person in (staff, signer)] == [1, 1]
    (notice,) = notifications.listing(reported, staff).rows
    assert "Bộ G12 – Tỷ lệ mới" in notice.body_vi
    assert not any(digit in notice.body_vi for digit in ("2,0", "100"))
    assert kpi_alerts.judge_all(reported, LATER) == kpi_alerts.Judged()
    kpi_targets.set_target(reported, staff, "THU-KPI", "1.1", unit_id="G12", value=D(2), now=LATER)
    assert kpi_alerts.judge_all(reported, LATER).ended == 1
    assert [row.kpi for row in view(reported, staff, period="2026-M10").alerts] == ["1.2"]
    kpi_targets.set_target(reported, staff, "THU-KPI", "1.1", unit_id="G12", value=None, now=LATER)
    assert kpi_alerts.judge_all(reported, LATER.replace(hour=4)).begun == 1
    assert notifications.unread(reported, staff) == 2


def test_what_is_still_coming_in_alarms_nobody(core, report, roll_up):
    report("X11", 9, 40, 60)  # one of three communes of P1
    roll_up(9)
    kpi_alerts.judge_all(core, LATER)
    with core.database.read() as connection:
        assert [row.unit_id for row in store.alerts(connection, "THU-KPI", ["2026-M09"])] == []
