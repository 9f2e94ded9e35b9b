"""Forms that the author of drafting has not seen, drafted and compared with what a careful person reads in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from proof import Proof, form_files, prove
from scoring import MEASURES, added

from hub.catalog.load import load_catalog


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> list[Proof]:
    folder = tmp_path_factory.mktemp("drafts")
    return [prove(form, folder / form.stem) for form in form_files()]


def test_no_form_is_refused(proofs: list[Proof]) -> None:
    assert not [(proof.name, proof.refusal) for proof in proofs if proof.refusal]


@pytest.mark.parametrize("form", form_files(), ids=lambda path: path.stem)
def test_a_drafted_edition_loads_as_a_draft_without_a_problem(form: Path, proofs: list[Proof]) -> None:
    proof = next(proof for proof in proofs if proof.name == form.stem)
    catalog = load_catalog(overlays=(proof.folder,))
    assert proof.key in catalog.drafts
    assert list(catalog.drafts.problems(proof.key)) == []


FLOORS = dict.fromkeys(MEASURES, (0.0, 0.0))
"""Least precision and recall over all forms."""


@pytest.mark.parametrize("measure", MEASURES)
def test_drafts_are_at_least_as_right_as_they_were(measure: str, proofs: list[Proof]) -> None:
    found = added(proof.score for proof in proofs)[measure]
    precision, recall = FLOORS[measure]
    assert found.precision >= precision
    assert found.recall >= recall
