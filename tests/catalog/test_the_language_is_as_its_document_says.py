"""The examples of ``hub/docs/schema.md`` are one catalogue: it lints clean and is read as the document says."""

from __future__ import annotations

import json
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from hub.catalog.json_schema import json_schemas
from hub.catalog.lint.whole import lint
from hub.catalog.load import load_catalog, packaged
from hub.catalog.samples import read_samples
from hub.domain.form import CellType, OverTime, RollupKind
from hub.domain.regime import Frequency

DOCUMENT = (files("hub") / "docs" / "schema.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(?:yaml|json)\n# (\S[^\n]*)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
KEY, LATER = "ABC-01/2025-07-01", "ABC-01/2028-01-01"


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """The examples as files; the later edition is the earlier one with what the document adds to it."""
    folder = tmp_path_factory.mktemp("document")
    for name, text in BLOCKS:
        if not name.startswith("added to "):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
    for name, text in BLOCKS:
        if name.startswith("added to "):
            file = folder / name.removeprefix("added to ")
            shutil.copytree(folder / "regimes" / KEY, file.parent, ignore=shutil.ignore_patterns("samples"))
            whole = file.read_text("utf-8").replace("valid_from: 2025-07-01", "valid_from: 2028-01-01")
            file.write_text(whole + text, "utf-8")
    return folder


def test_the_examples_are_a_whole_catalogue_without_problems(root):
    assert lint(root).problems == ()
    assert [name for name, _ in BLOCKS if name.startswith("regimes/") and "samples" not in name] == [
        f"regimes/{KEY}/{file}" for file in ("regime.yaml", "forms/F1.yaml", "forms/F2.yaml", "rules.yaml")
    ]


def test_the_examples_are_read_as_the_document_says(root):
    drafts = load_catalog(root).drafts
    assert list(drafts) == [KEY, LATER]
    edition = drafts[KEY]
    assert edition.first_years == {"three_yearly": 2027}
    assert not edition.awaits_confirmation
    assert edition.form("F1").row("r02").breakdown == (("sex", "female"),)
    assert dict(drafts[LATER].continues) == {"F1.c01": "F1.c02", "F1.r02.c04": None, "F2": "F2"}
    assert {rule.id for rule in edition.rules if rule.beta} == {"ABC-01-R04"}


def test_the_samples_of_the_document_are_samples(root):
    found = read_samples(load_catalog(root).folders[KEY])
    assert found.problems == ()
    assert [(sample.name, dict(sample.before)) for sample in found.valid] == [("nam", {}), ("nua-nam", {"prev": "nam"})]
    assert [finding.rule for finding in found.invalid[0].findings] == ["ABC-01-R01"]


@pytest.mark.parametrize("words", [Frequency, CellType, RollupKind, OverTime])
def test_every_word_of_the_language_is_named(words):
    assert [word for word in get_args(words) if f"`{word}" not in DOCUMENT and f" {word}" not in DOCUMENT] == []


def test_every_key_of_a_regime_form_and_rule_is_shown():
    schemas = {name: json.loads(text) for name, text in json_schemas().items()}
    for name in ("regime", "form", "rules"):
        schema = schemas[f"{name}.schema.json"]
        keys = {key for part in (schema, *schema["$defs"].values()) for key in part["properties"]}
        assert {key for key in keys if not re.search(rf"\b{key}\b", DOCUMENT)} == set(), name


def test_the_settings_for_editors_name_schemas_and_files_that_are_there():
    block = re.search(r'^```json\n(\{"yaml.schemas".*?)^```$', DOCUMENT, re.MULTILINE | re.DOTALL)
    assert block is not None
    for schema, pattern in json.loads(block[1])["yaml.schemas"].items():
        assert (packaged().parent / schema).is_file(), schema
        assert any(packaged().parent.glob(pattern)), pattern
