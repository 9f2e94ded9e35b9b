"""What every program gets alike: nothing twice, compressed, whole or in pieces, and nothing of what it may not see."""

from __future__ import annotations

import gzip
import random
import string

import httpx
import pytest

from hub.api import answering
from hub.app import create_app

DATA = "/sdmx/2.1/data/DF_THU-01_F1"
PATHS = (DATA, f"{DATA}?format=csvdata", f"{DATA}?format=jsondata", "/sdmx/2.1/codelist", "/odata/v1/THU_01_F1",
         "/odata/v1/$metadata", "/odata/v1")  # fmt: skip


@pytest.fixture(scope="module")
def get(served):
    """``get(path, **headers) -> response`` of the hub without a network between, as the reader of the country."""
    client = create_app(served.core, clock=lambda: served.now).test_client()

    def ask(path: str, token: str = served.token, **headers: str):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return client.get(path, headers={"Authorization": f"Bearer {token}"} | named)

    return ask


@pytest.mark.parametrize("path", PATHS)
def test_what_did_not_change_is_not_sent_again(get, path):
    first = get(path)
    again = get(path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert get(path, If_None_Match='W/"another"').data == first.data
    assert "Authorization" in first.headers["Vary"]


def test_the_tag_does_not_depend_on_when_the_answer_was_made(served):
    at_noon, later = (create_app(served.core, clock=lambda n=n: served.now.replace(hour=n)) for n in (4, 5))
    headers = {"Authorization": f"Bearer {served.token}"}
    first, second = (app.test_client().get(DATA, headers=headers) for app in (at_noon, later))
    assert first.data != second.data
    assert first.headers["ETag"] == second.headers["ETag"]


def test_formats_have_tags_of_their_own(get):
    tags = {get(f"{DATA}?format={word}").headers["ETag"] for word in ("structurespecificdata", "csvdata", "jsondata")}
    assert len(tags) == 3


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_compressed_for_whoever_takes_it_so(get, path):
    packed = get(path, Accept_Encoding="gzip")
    assert packed.headers.get("Content-Encoding") == "gzip" or len(packed.data) < answering.LEAST
    assert "Content-Encoding" not in get(path).headers
    if packed.headers.get("Content-Encoding"):
        assert gzip.decompress(packed.data) == get(path).data


@pytest.mark.parametrize("path", PATHS[:3])
def test_a_long_answer_goes_out_in_pieces_with_the_same_content(get, path, monkeypatch):
    whole = get(path).data
    monkeypatch.setattr(answering, "LARGEST_WHOLE", 500)
    assert get(path).data == whole
    packed = get(path, Accept_Encoding="gzip")
    assert packed.is_streamed
    assert gzip.decompress(packed.data) == whole


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "structurespecificdata+xml"), ("", "structurespecificdata+xml"), ("application/xml", "data+xml"),
        ("text/csv", "data+csv"), ("application/json;q=0.4, text/csv;q=0.9", "data+csv"), ("text/*", "data+xml"),
        ("application/vnd.sdmx.data+json;version=2.0.0", "data+json"), ("application/json", "data+json"),
        ("application/vnd.sdmx.data+csv;version=1.0.0, */*;q=0.1", "structurespecificdata+xml"),
        ("application/vnd.sdmx.genericdata+xml;version=2.1, application/vnd.sdmx.data+csv", "data+csv"),
    ],
)  # fmt: skip
def test_the_format_is_the_one_that_the_client_likes_best(get, accept, kind):
    answer = get(DATA, Accept=accept) if accept else get(DATA)
    assert kind in answer.headers["Content-Type"]


@pytest.mark.parametrize("accept", ["image/png", "application/vnd.sdmx.data+csv;version=1.0.0", "*/*;q=0"])
def test_a_format_that_is_not_there_is_not_replaced_by_another(get, accept):
    assert get(DATA, Accept=accept).status_code == 406


def test_a_unit_sees_itself_and_learns_of_no_other(get, served):
    token = served.outsider_token
    assert get(f"{DATA}/.P2..", token).status_code == 404
    assert get(f"{DATA}/.X21..", token).status_code == 404
    for path in (DATA, "/odata/v1/THU_01_F1", "/odata/v1/THU_01_F1?within=P1", "/odata/v1/THU_01_F1?within=P2"):
        text = get(path, token).get_data(as_text=True)
        assert not any(
            f'{name}"{unit}"' in text
            for name in ("REF_AREA=", '"unit":')
            for unit in ("VN", "P1", "P2", "G01", "X11", "X21")
        ), path


def test_the_past_and_the_units_of_today_can_be_asked_for(get):
    assert get(f"{DATA}?asOf=2026-09-01").status_code == 404
    now = get(f"{DATA}/.VN.r01.c01?format=csvdata").data
    assert get(f"{DATA}/.VN.r01.c01?format=csvdata&basis=today").data.replace(b"TODAY", b"THEN") == now
    assert get("/odata/v1/THU_01_F1?asOf=2026-09-01").json["value"] == []


def test_the_first_and_last_figures_of_each_series_can_be_asked_for(get):
    whole = get(f"{DATA}/.VN.r01.?format=csvdata").get_data(as_text=True).splitlines()
    last = get(f"{DATA}/.VN.r01.?format=csvdata&lastNObservations=1").get_data(as_text=True).splitlines()
    first = get(f"{DATA}/.VN.r01.?format=csvdata&firstNObservations=1").get_data(as_text=True).splitlines()
    assert [line for line in whole if "2026-10" in line] == last[1:]
    assert [line for line in whole if "2026-09" in line] == first[1:]


@pytest.mark.parametrize(
    "path",
    [
        "/dataflow/", "/structure/dataflow/VNHUB/DF_THU-01_F1/1.0/", "/dataflow/all/all/latest", "/dataflow/VNHUB/*/+",
        "/structure/*/VNHUB", "/codelist/VNHUB/CL_FREQ+CL_BASIS", "/datastructure/*/*/~", "/conceptscheme/VNHUB",
        "/schema/dataflow/VNHUB/DF_THU-01_F1/1.0/", "/schema/datastructure/VNHUB/DSD_THU-01_F1",
        "/data/VNHUB,DF_THU-01_F1,latest/all/all/", "/data/dataflow/VNHUB/DF_THU-01_F1/1.0/M.VN+P1.*.*",
        "/data/DF_THU-01_F1/M.VN,P1..", "/data/DF_THU-01_F1?startPeriod=2026-Q3&endPeriod=2026-M12",
    ],
)  # fmt: skip
def test_addresses_are_understood_in_every_spelling_that_clients_use(get, path):
    assert get(f"/sdmx/2.1{path}").status_code == 200


def test_odd_requests_are_refused_and_break_nothing(get):
    chance = random.Random(20261215)
    pieces = [
        "data", "structure", "schema", "dataflow", "DF_THU-01_F1", "VNHUB", "1.0", "all", "*", "+", "..", "M.VN..",
        "M+Q.VN.r01.c01", ".", "é", "%00", "THU_01_F1", "Units", "$metadata", "$count", "('x')", "THU_01_F1('a.b.c.d')",
        "A" * 500, "~", "{}", "c[TIME_PERIOD]", "THU_01_F1('VN.2026-X-1.r01.c01')", "-1", "1e9",
    ]  # fmt: skip
    names = ["startPeriod", "detail", "references", "asOf", "within", "basis", "$filter", "$orderby", "$top", "$skip",
             "$skiptoken", "$select", "$count", "format", "$format", "lastNObservations", "x"]  # fmt: skip
    values = [*pieces, "2026-02-30", "2026-W54", "value eq null", "not", "value desc", "unit in ()", "'", "true",
              "2026-01-01T00:00:00+25:00", "value gt -1e400", "year(at) eq 2026", "9" * 9, "WzEsMiwzLDRd", "0001-01-01",
              "length(unit) div (value sub value) eq 1 or revised", "trim('x') eq null", "W10"]  # fmt: skip
    for _ in range(400):
        path = "/".join(chance.choices(pieces, k=chance.randrange(5)))
        query = httpx.QueryParams({chance.choice(names): chance.choice(values) for _ in range(chance.randrange(3))})
        accept = chance.choice(
            ["*/*", "text/csv", "application/json", "a/b;c", ";;;", "".join(chance.choices(string.printable[:90], k=9))]
        )
        answer = get(f"{chance.choice(['/sdmx/2.1', '/odata/v1'])}/{path}?{query}", Accept=accept)
        assert answer.status_code < 500 or answer.status_code == 501, (path, str(query), accept)
