"""Every hostile, broken or odd document gets exactly its expected outcome: findings that say where, or exact values."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import random
import sys
from pathlib import Path

import pytest

from hub.domain.envelope import Identity, Reading
from hub.readers.dispatch import read
from hub.readers.limits import Limits

_spec = importlib.util.spec_from_file_location("corpus_text", Path(__file__).with_name("corpus_text.py"))
corpus_text = importlib.util.module_from_spec(_spec)
sys.modules["corpus_text"] = corpus_text
_spec.loader.exec_module(corpus_text)
CASES = corpus_text.CASES

WITHOUT_PLACE = {
    "file_empty", "too_deep", "too_many_values", "too_many_reports", "no_report", "file_not_utf8", "xml_encoding",
    "form_too_many_fields", "identity_missing",
}  # fmt: skip
SCALE = int(os.environ.get("HUB_TEST_SCALE", "1"))
"""The soak runs the same tests some tens of times longer."""
ODD_BYTES = b"<>&\"'{}[]()/:,;.=-+01rcF%\\! \n\r\t\x00\xff\xc3"
EXPECTED_OF_FORM = Identity("THU-01", None, "H26", "2025-M07", "own")


def flat(reading: Reading) -> dict:
    """All raw values of a reading by address."""
    values: dict = {}
    for code, form in reading.forms.items():
        if form.nil:
            values[code] = "nil"
        values.update({f"{code}.{row}.{column}": raw for (row, column), raw in form.cells.items()})
        for number, record in enumerate(form.records, 1):
            values.update({f"{code}[{number}].{column}": raw for column, raw in record.items()})
    values.update({f"outline.{code}": text for code, text in reading.outline.items()})
    return values


def readings_of(case, edition) -> list[Reading]:
    def lookup(identity):
        return edition if (identity.regime, identity.period) == ("THU-01", "2025-M07") else None

    expected = EXPECTED_OF_FORM if case.door == "form" else None
    return list(read(case.door, case.content, lookup, expected, Limits()))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_document_of_the_corpus_gets_its_expected_outcome(case, small_edition):
    readings = readings_of(case, small_edition)

    findings = [finding for reading in readings for finding in reading.problems]
    assert {finding.code for finding in findings} == case.codes
    assert len(readings) == case.reports
    if case.values is not None:
        assert flat(readings[0]) == case.values


@pytest.mark.parametrize("case", [c for c in CASES if c.codes], ids=[c.name for c in CASES if c.codes])
def test_every_refusal_says_what_and_where_in_words_that_can_be_stored(case, small_edition):
    for reading in readings_of(case, small_edition):
        for finding in reading.problems:
            assert finding.severity == "error"
            assert finding.stage in {"file", "identity", "structure"}
            assert finding.message_vi
            assert finding.message_en
            assert finding.message_vi != finding.message_en
            assert finding.place.as_json() or finding.code in WITHOUT_PLACE | {"json_malformed"}
            text = json.dumps(finding.as_json(), ensure_ascii=False)
            assert text.encode("utf-8").decode("utf-8").isprintable()
            assert len(text) < 4_000


def test_the_corpus_is_large_and_its_names_are_distinct():
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.door for case in CASES} == {"json", "xml", "csv", "form"}


def test_a_reading_survives_the_way_out_of_a_child_process(small_edition):
    for case in CASES:
        if len(case.content) < 10_000:
            for reading in readings_of(case, small_edition):
                again = pickle.loads(pickle.dumps(reading))
                assert flat(again) == flat(reading)
                assert again.problems == reading.problems


def test_random_damage_to_good_documents_never_raises(small_edition):
    damage = random.Random(20260801)
    good = [case for case in CASES if not case.codes and 20 < len(case.content) < 5_000]
    met: set[str] = set()
    for _ in range(3_000 * SCALE):
        case = damage.choice(good)
        content = bytearray(case.content)
        for _ in range(damage.randint(1, 4)):
            at = damage.randrange(len(content))
            content[at : at + damage.randint(0, 3)] = bytes(damage.choices(ODD_BYTES, k=damage.randint(0, 3)))
        door = damage.choice([case.door, case.door, "json", "xml", "csv", "form"])
        readings = readings_of(corpus_text.Case("", door, bytes(content)), small_edition)
        assert readings
        met.update(finding.code for reading in readings for finding in reading.problems)
    assert len(met) > 20
