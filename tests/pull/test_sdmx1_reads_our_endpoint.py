"""The client ``sdmx1``, as statisticians run it: it looks structures up by itself and reads what the server sends."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sdmx

from hub.domain.sdmx_time import FREQUENCIES, time_period

FLOW = "DF_THU-01_F1"


@pytest.fixture(scope="module")
def client(served):
    name = "VNHUB"
    sdmx.add_source({"id": name, "url": f"{served.url}/sdmx/2.1", "name": "Hub"}, override=True)
    client = sdmx.Client(name)
    client.session.headers["Authorization"] = f"Bearer {served.token}"
    return client


def _code(key, name: str) -> str:
    value = key[name].value
    return str(getattr(value, "id", value))


def _read(message) -> dict[tuple[str, ...], Decimal | None]:
    return {
        tuple(_code(observation.key, name) for name in ("FREQ", "REF_AREA", "ITEM", "MEASURE", "TIME_PERIOD")):
        Decimal(observation.value) if observation.value not in (None, "") else None
        for dataset in message.data
        for observation in dataset.obs
    }  # fmt: skip


def test_a_flow_is_found_with_its_structure_and_all_its_code_lists(client):
    message = client.dataflow(FLOW)
    structure = message.structure[f"DSD_{FLOW[3:]}"]
    assert [dimension.id for dimension in structure.dimensions] == [
        "FREQ", "REF_AREA", "ITEM", "MEASURE", "TIME_PERIOD",
    ]  # fmt: skip
    assert message.codelist["CL_AREA"]["P1"].name.localizations == {"vi": "Tỉnh P1", "en": "Tỉnh P1"}
    assert message.codelist["CL_AREA"]["X11"].parent.id == "P1"
    assert message.concept_scheme["CS_HUB"]["ITEM"].name.localizations["vi"].startswith("Chỉ tiêu")


def test_every_figure_arrives_with_all_its_digits(client, served, truth):
    key = {"REF_AREA": ["VN", "P1", "P2", "G01", "G12"]}
    read = _read(client.data(FLOW, key=key))
    expected = {
        (FREQUENCIES[each.period.frequency].id, each.unit_id, each.measure.address.row, each.measure.address.column,
         time_period(each.period)): each.value
        for each in truth("F1")
    }  # fmt: skip
    assert read == expected
    assert len(read) == 150


def test_a_key_of_codes_checked_against_the_structure_narrows_the_answer(client):
    message = client.data(
        FLOW, key={"FREQ": "M", "REF_AREA": "VN+P1", "MEASURE": "c04"}, params={"startPeriod": "2026-10"}
    )
    keys = {(key[1], key[2], key[3], key[4]) for key in _read(message)}
    assert keys == {(unit, row, "c04", "2026-10") for unit in ("VN", "P1") for row in ("r01", "r02", "r03")}


def test_the_series_there_are_come_without_figures(client):
    keys = client.series_keys(FLOW)
    assert len(keys) == 75
    assert {_code(key.values, "REF_AREA") for key in keys} == {"VN", "P1", "P2", "G01", "G12"}


def test_what_there_is_not_is_a_404_and_what_is_not_offered_is_not_implemented(client):
    with pytest.raises(Exception, match="404"):
        client.data(FLOW, key="A....".removesuffix("."), params={})
    with pytest.raises(NotImplementedError):
        client.categoryscheme()


def test_sdmx_csv_is_read_with_the_structure_beside_it(client, served, tmp_path):
    flow = client.dataflow(FLOW).dataflow[FLOW]
    answer = served.get(f"/sdmx/2.1/data/{FLOW}", headers={"Accept": "text/csv"})
    path = tmp_path / "data.csv"
    path.write_bytes(answer.content)
    message = sdmx.read_sdmx(path, structure=flow)
    values = {
        tuple(_code(each.dimension, name) for name in ("REF_AREA", "ITEM", "MEASURE", "TIME_PERIOD")): each.value
        for each in message.data[0].obs
    }  # fmt: skip
    assert values["VN", "r01", "c04", "2026-09"] == "48.36"
    assert len(values) == 150
