"""Every workbook of the readers' corpus of hostile and odd files: marked so that it reads as before, or left alone."""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path

import openpyxl
import pytest

from hub.domain.form import Label
from hub.domain.sheet_layout import FINDINGS_SHEET
from hub.readers.guard import Refusal, open_archive
from hub.readers.limits import Limits
from hub.readers.workbook_problems import PROBLEMS
from hub.readers.xlsx import read
from hub.services.marked import _item
from hub.writers.marked_workbook import Head, Unmarkable, findings_only, mark_workbook

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def _load_corpus():
    path = Path(__file__).parents[2] / "readers" / "corpus_xlsx.py"
    spec = importlib.util.spec_from_file_location("corpus_xlsx_for_marks", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["corpus_xlsx_for_marks"] = module
    spec.loader.exec_module(module)
    return module


_OF_FILES = {code for code, problem in PROBLEMS.items() if problem.stage == "file"}
_SLOW = {"more records than the form allows", "eighty thousand tiny rows"}
CASES = [case for case in _load_corpus().cases() if case.code not in _OF_FILES and case.name not in _SLOW]
"""What is refused as a file is never given to the marking: hub.services.marked sees to that, and tests it."""
LEFT_ALONE = {
    "empty file", "white space only", "HTML sign-in page named xlsx", "HTML table named xlsx", "no content types",
    "no styles",
}  # fmt: skip
HEAD = Head(Label("Chế độ thử", "A regime for tests"))


def _read(content: bytes, edition):
    (reading,) = read(content, lambda identity: edition, None, Limits())
    return reading


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_workbook_is_marked_so_that_it_reads_as_before_or_answered_with_its_findings(case, small_edition):
    content = case.build(small_edition)
    before = _read(content, small_edition)
    items = [_item(small_edition, problem, {}) for problem in before.problems]
    try:
        marked = mark_workbook(open_archive(content, Limits()), HEAD, items)
    except (Unmarkable, Refusal):
        assert case.name in LEFT_ALONE
        assert _sheets(findings_only(HEAD, items)) == [FINDINGS_SHEET]
        return
    after = _read(marked, small_edition)
    assert [problem.as_json() for problem in after.problems] == [problem.as_json() for problem in before.problems]
    assert after.forms == before.forms
    assert after.outline == before.outline
    assert after.explanations == before.explanations
    assert mark_workbook(open_archive(marked, Limits()), HEAD, items) == marked


def _sheets(content: bytes) -> list[str]:
    return openpyxl.load_workbook(io.BytesIO(content)).sheetnames
