"""The JSON Schemas that editors use say the same as the schemas that the hub reads with."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from marshmallow import ValidationError

from hub.catalog.document import read_document
from hub.catalog.json_schema import FILES, json_schema, json_schemas
from hub.catalog.load import load_catalog, packaged

ROOT = packaged()
KINDS = {
    "regime": "regimes/*/*/regime.yaml",
    "form": "regimes/*/*/forms/*.yaml",
    "rules": "regimes/*/*/rules.yaml",
    "report": "national/*/report.yaml",
    "kpi": "kpi/*.yaml",
    "units": "units.yaml",
    "indicators": "indicators.yaml",
    "breakdowns": "breakdowns.yaml",
    "sample": "regimes/*/*/samples/*.json",
    "invalid-samples": "regimes/*/*/samples/invalid.yaml",
}
VALIDATORS = {name: Draft202012Validator(json_schema(schema)) for name, schema in FILES.items()}


def _in_force(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return parts[0] != "regimes" or f"{parts[1]}/{parts[2]}" in load_catalog().editions


def _held_by_the_hub(name: str, data: object) -> bool:
    try:
        FILES[name]().load(data)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", FILES)
def test_the_committed_schemas_are_current(name):
    file = f"{name}.schema.json"
    assert (ROOT / "schema" / file).read_text("utf-8") == json_schemas()[file], "run: hub regime schema --write"


@pytest.mark.parametrize("name", FILES)
def test_every_schema_is_one_itself(name):
    Draft202012Validator.check_schema(json_schema(FILES[name]))


def test_there_is_no_schema_file_of_nothing():
    assert {path.name for path in (ROOT / "schema").iterdir()} == set(json_schemas())


@pytest.mark.parametrize("name", KINDS)
def test_every_file_in_force_is_valid(name):
    for path in filter(_in_force, sorted(ROOT.glob(KINDS[name]))):
        data = read_document(path, str(path)).data
        assert [error.message for error in VALIDATORS[name].iter_errors(data)] == [], path


@pytest.mark.parametrize("name", [name for name in KINDS if "sample" not in name])
def test_a_file_broken_anywhere_is_found_by_both_or_neither(name):
    """One key of a real file is renamed or one value replaced, many times over: hub and JSON Schema agree each time."""
    chance = random.Random(name)
    paths = list(filter(_in_force, sorted(ROOT.glob(KINDS[name]))))
    found = 0
    for _ in range(40):
        path = chance.choice(paths)
        data = read_document(path, str(path)).data
        changed = _break(data, chance)
        held = _held_by_the_hub(name, data)
        assert VALIDATORS[name].is_valid(data) == held, (path, changed)
        found += not held
    assert found > 20


def _break(data: object, chance: random.Random) -> str:
    places = list(_places(data))
    parent, key = chance.choice(places)
    if isinstance(parent, dict) and chance.random() < 0.3:
        parent["misspelt"] = parent.pop(key)
        return f"{key} renamed"
    parent[key] = chance.choice([["a", "list"], {"a": "mapping"}, 12, True, "not-a-word", ""])
    return f"{key} = {parent[key]!r}"


def _places(data):
    """Every place in the data, but for the text of labels: those hold any text."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if key not in ("vi", "en"):
            yield data, key
            yield from _places(value)


CASES = [
    ("form", {"columns": []}),
    ("rules", {"rules": [{"id": "X-R01", "expr": "a = b", "severity": "fatal", "source": "text"}]}),
    ("units", {"units": [{"code": "ha", "vi": "héc-ta", "en": "hectares", "factor": "10000"}]}),
    ("breakdowns", {"breakdowns": [{"code": "sex", "vi": "Giới", "en": "Sex", "items": []}]}),
    ("regime", {"code": "A B"}),
    ("report", {"code": "a", "title": {"vi": "A"}, "kind": "regime", "sections": []}),
    ("indicators", {"indicators": [{"code": "a.b", "vi": "A", "en": "A", "rollup": 5}]}),
    ("sample", {"unit": "X11", "forms": {}}),
    ("invalid-samples", {"invalid": [{"name": "a", "of": "b", "findings": []}]}),
]


@pytest.mark.parametrize(("name", "data"), CASES)
def test_what_the_hub_refuses_the_schema_refuses(name, data):
    assert not _held_by_the_hub(name, data)
    assert not VALIDATORS[name].is_valid(data)


def test_an_exact_number_may_stand_as_an_editor_reads_it():
    rule = {"id": "X-R01", "expr": "a = b", "severity": "note", "source": "hub", "message": {"vi": "A", "en": "A"}}
    for tolerance in (0.1, "0.1", 1):
        assert VALIDATORS["rules"].is_valid({"rules": [rule | {"tolerance": tolerance}]})


def test_every_key_is_explained_in_english():
    for name, text in json_schemas().items():
        for definition in (json.loads(text), *json.loads(text).get("$defs", {}).values()):
            unexplained = [key for key, shape in definition["properties"].items() if not shape.get("description")]
            assert unexplained == [], (name, definition["title"])
