"""Steering indicators as people and programs meet them: pages, targets, packets through the API."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape

import pytest
from lxml import etree
from sqlalchemy import Engine, event

from hub.domain.access import SYSTEM
from hub.services import aggregation
from hub.store import kpis
from hub.store.kpis import AlertRow

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


@pytest.fixture
def roll_up(hub):
    return lambda: aggregation.run(hub, SYSTEM, EDITION, PERIOD, NOW)


@pytest.fixture
def reported(hub, submit, accept, roll_up):
    """Commune X11 and ministry G01 accepted and rolled up."""
    for unit in ("X11", "G01"):
        submit(unit)
        accept(unit)
    roll_up()
    return hub


@pytest.fixture
def central(reported, make_actor, sign_in):
    return sign_in(make_actor("central", "VN"))


def test_a_set_shows_values_with_lights_in_words_and_leads_on(central, text_of):
    page = central.get("/kpi/THU-KPI")
    words = text_of(page)
    assert "Bộ chỉ số thử" in words
    assert "Tỷ lệ mới" in words
    assert any(light in words for light in ("✓ đạt", "▲ cần chú ý", "× không đạt"))
    assert f"/kpi/THU-KPI/indicators/1.1?period={PERIOD}" in page.get_data(as_text=True)
    detail = central.get(f"/kpi/THU-KPI/indicators/1.1?period={PERIOD}&unit=G01")
    assert "/national/figures/THU-01/F1/r01/c02" in detail.get_data(as_text=True)
    assert "do hệ thống đề xuất" in text_of(detail), "a bound that nobody gave says so"


def test_what_fell_leads_from_the_overview_to_the_indicator_and_to_the_unit(central, hub, text_of):
    fallen = [AlertRow("THU-KPI", "1.1", unit, PERIOD, "red", Decimal(5), NOW) for unit in ("P1", "VN")]
    with hub.database.write() as connection:
        kpis.add_alerts(connection, fallen)
    page = central.get("/national").get_data(as_text=True)
    links = dict(re.findall(r'<a href="(/kpi/THU-KPI/[^"]+)">(.*?)</a>', page))
    indicator = f"/kpi/THU-KPI/indicators/1.1?period={PERIOD}"
    unit = f"{indicator}&amp;level=province&amp;unit=P1"
    assert links[unit] == "Tỉnh P1"
    assert "1.1 Tỷ lệ mới, Tháng 09 năm 2026" in page
    assert "Tỉnh P1" in text_of(central.get(unescape(unit)))


def test_a_set_speaks_english(central, text_of):
    central.client.set_cookie("hub_language", "en")
    words = text_of(central.get("/kpi/THU-KPI"))
    assert "A test set" in words
    assert "Share of new" in words


def test_a_reporter_sees_the_values_of_its_own_unit_alone(reported, make_actor, sign_in, text_of):
    browser = sign_in(make_actor("reporter", "G01"))
    words = text_of(browser.get("/kpi/THU-KPI?unit=P1"))
    assert "Bộ G01" in words
    assert "Tỉnh P1" not in words
    assert "Đặt mục tiêu" not in text_of(browser.get("/kpi/THU-KPI/targets"))


def test_a_target_is_set_shown_and_taken_back(central, text_of):
    fields = {"kpi": "1.1", "unit": "G01", "period": "2026-Y", "value": "22,5", "note": "Kế hoạch năm"}
    answer = central.post("/kpi/THU-KPI/targets", fields, follow_redirects=True)
    words = text_of(answer)
    assert "Đã ghi mục tiêu." in words
    assert "22,5" in words
    assert "Kế hoạch năm" in words
    assert "22,5" in text_of(central.get("/kpi/THU-KPI/indicators/1.1?unit=G01"))
    central.post("/kpi/THU-KPI/targets", fields | {"value": ""})
    assert "bỏ mục tiêu" in text_of(central.get("/kpi/THU-KPI/targets"))


def test_a_target_that_is_no_number_is_asked_for_again_with_what_was_typed(central):
    answer = central.post("/kpi/THU-KPI/targets", {"kpi": "1.1", "value": "nhiều", "note": "Theo công văn"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'value="nhiều"' in page
    assert 'value="Theo công văn"' in page


def test_more_units_ask_the_database_no_more_often(reported, central, submit, accept, roll_up):
    def asked(path):
        counted = []
        with _noting(counted):
            assert central.get(path).status_code == 200
        return len(counted)

    paths = ("/kpi", "/kpi/THU-KPI", "/kpi/THU-KPI/indicators/1.1", "/kpi/THU-KPI/targets")
    for path in paths:
        central.get(path)
    few = [asked(path) for path in paths]
    for unit in ("X12", "X13", "X21", "G12"):
        submit(unit)
        accept(unit)
    roll_up()
    for path in paths:
        central.get(path)
    assert [asked(path) for path in paths] == few


@contextmanager
def _noting(counted):
    def note(_connection, _cursor, statement, *_rest):
        counted.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


# --- Programs ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def program(app, reported, make_actor, token_for):
    """``program(role, unit, scopes) -> (method, path, …) -> response`` with a token of such an account."""

    def enter(role="reporter", unit="G12", scopes=("read", "submit")):
        headers = {"Authorization": f"Bearer {token_for(make_actor(role, unit), scopes)}"}
        client = app.test_client()
        return lambda method, path, **more: client.open(path, method=method, headers=headers, **more)

    return enter


MESSAGE = {
    "packet": "KPI_DATA", "message_id": "m-1", "set": "THU-KPI",
    "values": [{"kpi": "1.2", "unit": "G01", "period": PERIOD, "value": "91.25"}],
}  # fmt: skip


def test_a_packet_of_values_is_acknowledged_once_and_read_back(program, central, text_of):
    call = program()
    first = call("POST", "/api/v1/kpi-data", json=MESSAGE)
    assert (first.status_code, first.json) == (
        201, {"message_id": "m-1", "verdict": "accepted", "stored": 1, "repeat": False}
    )  # fmt: skip
    again = call("POST", "/api/v1/kpi-data", json=MESSAGE)
    assert (again.status_code, again.json["repeat"]) == (200, True)
    other = MESSAGE | {"values": [MESSAGE["values"][0] | {"value": "1"}]}
    assert call("POST", "/api/v1/kpi-data", json=other).status_code == 409
    assert "91,25" in text_of(central.get("/kpi/THU-KPI/indicators/1.2?unit=G01"))
    entries = program("central", "VN")("GET", f"/api/v1/kpi-data/THU-KPI?period={PERIOD}").json["values"]
    assert any(entry["kpi"] == "1.2" and entry["value"] == "91.25" for entry in entries)


def test_a_bad_packet_is_a_problem_with_every_place(program):
    wrong = MESSAGE | {"values": [{"kpi": "9", "unit": "G01", "period": "x", "value": "a"}], "extra": 1}
    answer = program()("POST", "/api/v1/kpi-data", json=wrong)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [each["place"] for each in answer.json["problems"]] == ["/extra", "/values/0/value"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b'{"packet": "KPI_DATA", "packet": "KPI_DATA"}', "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><packet/>", "application/xml", 422),
        (b"<packet/>", "application/xml", 422),
        (b"x", "text/csv", 415),
    ],
)
def test_hostile_packets_are_refused_and_break_nothing(program, body, kind, status):
    assert program()("POST", "/api/v1/kpi-data", data=body, content_type=kind).status_code == status


def test_a_token_that_only_reads_sends_nothing(program):
    assert program(scopes=("read",))("POST", "/api/v1/kpi-data", json=MESSAGE).status_code == 403


@pytest.mark.parametrize("name", ["kpi-sets", "kpi-groups", "kpi-breakdowns"])
def test_catalogues_are_given_as_json_and_xml_alike(program, name):
    call = program("central", "VN")
    found = call("GET", f"/api/v1/kpi-packets/{name}")
    assert found.json["packet"].startswith("KPI_")
    assert call("GET", f"/api/v1/kpi-packets/{name}").headers["ETag"] == found.headers["ETag"]
    xml = call("GET", f"/api/v1/kpi-packets/{name}?format=xml")
    assert xml.mimetype == "application/xml"
    assert etree.fromstring(xml.data).get("type") == found.json["packet"]


def test_what_is_written_as_xml_is_read_as_it_was_written(program):
    """A value given out in XML, under a new message id, is taken in as the same value."""
    call = program()
    call("POST", "/api/v1/kpi-data", json=MESSAGE)
    xml = (
        '<packet xmlns="urn:vn:hub:kpi:1" type="KPI_DATA"><message_id>m-2</message_id><set>THU-KPI</set><values><value>'
        f"<kpi>1.2</kpi><unit>G01</unit><period>{PERIOD}</period><value>92.5</value></value></values></packet>"
    )
    assert call("POST", "/api/v1/kpi-data", data=xml.encode(), content_type="application/xml").status_code == 201
    written = program("central", "VN")("GET", "/api/v1/kpi-data/THU-KPI?format=xml").data
    values = etree.fromstring(written).findall(".//{urn:vn:hub:kpi:1}values/{urn:vn:hub:kpi:1}value")
    texts = [{etree.QName(field).localname: field.text for field in value} for value in values]
    assert [each["value"] for each in texts if each["kpi"] == "1.2"] == ["92.50"]
