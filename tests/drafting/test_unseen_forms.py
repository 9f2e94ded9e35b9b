"""The forms themselves: made by the script beside them, many, and of the shapes that ministries use."""

from __future__ import annotations

from pathlib import Path

import pytest
from annex_layout import write
from make_forms import SETS
from proof import form_files, set_of
from scoring import read_expected

FORMS = Path(__file__).parent / "forms"
SEEN = ("TTCP-", "BNV-TDKT-", "VPCP-TTHC0", "LDTBXH-TNLD-", "BCT-THUOCLA-SO", "BTC-DTC-", "BNN-PCTT-", "BYT-HIV-")
"""Families of regimes that drafting was made with."""


@pytest.mark.parametrize("make", [make for makers in SETS.values() for make in makers], ids=lambda make: make.__name__)
def test_the_kept_file_is_the_one_that_the_script_makes(make, tmp_path: Path) -> None:
    write(make(), tmp_path)
    made = sorted(tmp_path.iterdir())
    assert len(made) == 2
    for path in made:
        assert path.read_bytes() == (FORMS / path.name).read_bytes(), path.name


def test_every_kept_form_belongs_to_one_set() -> None:
    assert sorted(set_of()) == sorted(path.stem for path in form_files())
    assert len(set_of()) == sum(len(makers) for makers in SETS.values())


def test_there_are_many_forms_of_both_kinds_and_none_that_drafting_was_made_with() -> None:
    expected = [read_expected(path) for path in FORMS.glob("*.expected.yaml")]
    assert sum(len(found["forms"]) for found in expected) >= 60
    assert len(list(FORMS.glob("*.xlsx"))) >= 20
    assert len(list(FORMS.glob("*.docx"))) >= 15
    assert not [found["source"] for found in expected if found["source"].startswith(SEEN)]
