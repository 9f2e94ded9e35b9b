"""The client ``python-odata``, and what Excel and Power BI ask for: pages, filters, order, exact numbers."""

from __future__ import annotations

import json
from base64 import b64encode
from decimal import Decimal

import pytest
import requests
from odata import ODataService

TABLE = "THU_01_F1"


@pytest.fixture(scope="module")
def service(served):
    session = requests.Session()
    session.auth = ("anybody", served.token)
    return ODataService(f"{served.url}/odata/v1/", session=session, reflect_entities=True)


def _all(served, path: str) -> list[dict]:
    """Every row of a set, from page to page."""
    rows, link = [], f"{served.url}{path}"
    while link:
        body = json.loads(served.get(link.removeprefix(served.url)).text, parse_float=Decimal, parse_int=Decimal)
        rows += body["value"]
        link = body.get("@odata.nextLink")
    return rows


def _place(row) -> tuple:
    return row["unit"], row["row"], row["column"], row["period"]


def test_the_client_pages_through_a_table_and_filters_it(service, served):
    entity = service.entities[TABLE + "Row"] if TABLE + "Row" in service.entities else service.entities[TABLE]
    service.default_context.connection.session.headers["Prefer"] = "odata.maxpagesize=40"
    assert len({each.id for each in service.query(entity)}) == 150
    query = service.query(entity)
    found = query.filter(entity.unit == "P1").filter(entity.value > 10).order_by(entity.period.asc()).all()
    assert found
    assert {each.unit for each in found} == {"P1"}
    assert all(each.value > 10 for each in found)
    assert [each.period for each in found] == sorted(each.period for each in found)


def test_every_figure_arrives_with_all_its_digits(served, truth):
    rows = _all(served, f"/odata/v1/{TABLE}")
    expected = {
        (each.unit_id, each.measure.address.row, each.measure.address.column, each.period.code): each.value
        for each in truth("F1")
    }
    assert {_place(row): row["value"] for row in rows} == expected


def test_a_number_beyond_what_a_float_holds_stays_whole(served):
    answer = served.get("/odata/v1/THU_01_F2?$filter=unit eq 'VN' and column eq 'c04'&$orderby=period")
    assert '"value":9382715604938269.00,' in answer.text
    assert float("9382715604938269.00") != Decimal("9382715604938269.00")


@pytest.mark.parametrize("size", [13, 149, 150])
def test_pages_of_any_size_hold_every_row_once(served, size):
    rows, link = [], f"/odata/v1/{TABLE}"
    while link:
        body = served.get(link, headers={"Prefer": f"odata.maxpagesize={size}"}).json()
        assert len(body["value"]) <= size
        rows += body["value"]
        link = body.get("@odata.nextLink", "").removeprefix(served.url)
    assert len(rows) == 150
    assert [row["id"] for row in rows] == [row["id"] for row in served.get(f"/odata/v1/{TABLE}").json()["value"]]


@pytest.mark.parametrize("order", ["value desc,unit", "missing_weight", "period_start,value", "at desc", "revised"])
def test_a_sorted_table_pages_in_its_order(served, order):
    whole = served.get(f"/odata/v1/{TABLE}?$orderby={order}").json()["value"]
    paged, link = [], f"/odata/v1/{TABLE}?$orderby={order}"
    while link:
        body = served.get(link, headers={"Prefer": "odata.maxpagesize=37"}).json()
        paged += body["value"]
        link = body.get("@odata.nextLink", "").removeprefix(served.url)
    assert paged == whole
    assert len({row["id"] for row in paged}) == 150
    if order.startswith("value desc"):
        values = [row["value"] for row in paged if row["value"] is not None]
        assert values == sorted(values, reverse=True)
        assert paged[-1]["value"] is None


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("unit eq 'P1'", lambda row: row["unit"] == "P1"),
        ("unit in ('P1','VN') and column ne 'c05'", lambda row: row["unit"] in {"P1", "VN"} and row["column"] != "c05"),
        ("(unit eq 'P1') or (unit eq 'G01')", lambda row: row["unit"] in {"P1", "G01"}),
        ("value eq null", lambda row: row["value"] is None),
        ("value ne null and not (value gt 10.5)", lambda row: row["value"] is not None and row["value"] <= 10.5),
        ("value mul 2 ge 60", lambda row: row["value"] is not None and row["value"] * 2 >= 60),
        ("period_start ge 2026-10-01", lambda row: row["period"] == "2026-M10"),
        ("month(period_end) eq 9 and contains(tolower(unit_name_vi),'tỉnh')",
         lambda row: row["period"] == "2026-M09" and row["unit_name_vi"].startswith("Tỉnh")),
        ("standing eq 'final' and accepted lt obliged", lambda row: False),
        ("revised eq false and startswith(row,'r0')", lambda row: True),
        ("at gt 2020-01-01T00:00:00Z", lambda row: row["at"] is not None),
        ("unit eq 'X99'", lambda row: False),
        ("unit eq 'P1' and unit eq 'P2'", lambda row: False),
    ],
)  # fmt: skip
def test_a_filter_keeps_exactly_the_rows_it_fits(served, condition, holds):
    everything = served.get(f"/odata/v1/{TABLE}").json()["value"]
    body = served.get(f"/odata/v1/{TABLE}", params={"$filter": condition, "$count": "true"}).json()
    assert body["value"] == [row for row in everything if holds(row)]
    assert body["@odata.count"] == len(body["value"])
    assert served.get(f"/odata/v1/{TABLE}/$count", params={"$filter": condition}).text == str(len(body["value"]))


def test_a_commune_is_found_where_it_is_asked_for(served, truth):
    communes = served.get(f"/odata/v1/{TABLE}?within=P1&$filter=column eq 'c01'").json()["value"]
    assert {row["unit"] for row in communes} == {"X11", "X12", "X13"}
    one = served.get(f"/odata/v1/{TABLE}?$filter=unit eq 'X11' and row eq 'r02'").json()["value"]
    assert one
    assert {row["unit_above"] for row in one} == {"P1"}


def test_columns_rows_and_beginnings_are_chosen(served):
    body = served.get(f"/odata/v1/{TABLE}?$select=unit,value&$top=3&$skip=2&$count=true").json()
    everything = served.get(f"/odata/v1/{TABLE}").json()["value"]
    assert body["value"] == [{"unit": row["unit"], "value": row["value"]} for row in everything[2:5]]
    assert body["@odata.count"] == 150
    assert body["@odata.context"].endswith(f"/odata/v1/$metadata#{TABLE}(unit,value)")
    assert "@odata.nextLink" not in body


def test_top_holds_over_pages(served):
    first = served.get(f"/odata/v1/{TABLE}?$top=50&$count=true", headers={"Prefer": "maxpagesize=30"}).json()
    second = served.get(first["@odata.nextLink"].removeprefix(served.url), headers={"Prefer": "maxpagesize=30"}).json()
    assert (len(first["value"]), len(second["value"])) == (30, 20)
    assert second["@odata.count"] == 150
    assert "@odata.nextLink" not in second


def test_one_row_by_its_key(served):
    row = served.get(f"/odata/v1/{TABLE}").json()["value"][77]
    body = served.get(f"/odata/v1/{TABLE}('{row['id']}')").json()
    assert body.pop("@odata.context").endswith(f"#{TABLE}/$entity")
    assert body == row
    for key in ("none", "P1.2026-M09.r01.c99", "P1.2026-M08.r01.c01", "a.b.c.d"):
        assert served.get(f"/odata/v1/{TABLE}('{key}')").status_code == 404


def test_decimals_are_texts_where_a_client_cannot_hold_them(served):
    path = f"/odata/v1/{TABLE}?$filter=unit eq 'VN' and column eq 'c04'"
    quoted = served.get(path, headers={"Accept": "application/json;IEEE754Compatible=true"}).json()["value"]
    assert {type(row["value"]) for row in quoted} == {str}
    assert {type(row["accepted"]) for row in quoted} == {int}


def test_the_three_lists_say_what_the_codes_mean(served):
    units = served.get("/odata/v1/Units?$filter=level eq 'commune'").json()["value"]
    assert [each["unit"] for each in units] == ["X11", "X12", "X13", "X21", "X22"]
    assert [each["period"] for each in served.get("/odata/v1/Periods").json()["value"]] == ["2026-M09", "2026-M10"]
    measures = _all(served, "/odata/v1/Measures?$top=1000")
    assert {"THU_01_F1", "THU_01_F2"} == {each["table"] for each in measures}


def test_the_service_and_its_metadata_are_found(served):
    for path in ("/odata/v1", "/odata/v1/"):
        body = served.get(path).json()
        assert [each["name"] for each in body["value"]] == ["Measures", "Periods", "Units", "THU_01_F1", "THU_01_F2"]
    answer = served.get("/odata/v1/$metadata", headers={"Accept": "*/*"})
    assert answer.headers["OData-Version"] == "4.0"
    assert '<Property Name="value" Type="Edm.Decimal" Scale="variable">' in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{TABLE}?$filter=colour eq 'blue'", 400),
        (f"{TABLE}?$filter=value eq 'x'", 400),
        (f"{TABLE}?$filter=unit", 400),
        (f"{TABLE}?$filter=(((", 400),
        (f"{TABLE}?$filter=" + "not " * 990 + "revised", 400),
        (f"{TABLE}?$filter=round(value)", 400),
        (f"{TABLE}?$filter=geo.distance(value,1) lt 3", 400),
        (f"{TABLE}?$filter=value gt 1e999999 mul 1e999999", 200),
        (f"{TABLE}?$filter=value div 0 eq 1", 200),
        (f"{TABLE}?$orderby=colour", 400),
        (f"{TABLE}?$orderby=value sideways", 400),
        (f"{TABLE}?$select=colour", 400),
        (f"{TABLE}?$top=-1", 400),
        (f"{TABLE}?$top=1_0", 400),
        (f"{TABLE}?$count=yes", 400),
        (f"{TABLE}?$skiptoken=rubbish", 400),
        (f"{TABLE}?$skiptoken=WyJhLmIuYy5kIixudWxsLG51bGwsW11d", 400),
        (f"{TABLE}?basis=tomorrow", 400),
        (f"{TABLE}?colour=blue", 400),
        (f"{TABLE}?$expand=unit", 501),
        ("$batch", 501),
        ("Nothing", 404),
        (f"{TABLE}/more/steps", 404),
        (f"{TABLE}?$format=xml", 406),
    ],
)
def test_what_cannot_be_answered_is_refused_in_the_protocols_own_words(served, path, status):
    answer = served.get(f"/odata/v1/{path}")
    assert answer.status_code == status
    assert answer.headers["OData-Version"] == "4.0"
    if status != 200:
        error = answer.json()["error"]
        assert {each["code"] for each in error["details"]} == {"vi", "en"}


def test_a_token_as_the_password_opens_the_feed_and_nothing_else_does(served):
    url = f"{served.url}/odata/v1"
    basic = b64encode(f"ke-toan:{served.token}".encode()).decode()
    assert requests.get(url, headers={"Authorization": f"Basic {basic}"}, timeout=30).status_code == 200
    for header in ("", "Basic eDp5", "Basic !!", "Bearer hubt_wrong", f"Token {served.token}", "Bearer"):
        answer = requests.get(url, headers={"Authorization": header} if header else {}, timeout=30)
        assert answer.status_code == 401
        assert "Basic" in answer.headers["WWW-Authenticate"]
        assert "Bearer" in answer.headers["WWW-Authenticate"]
