"""P16: a document that is not small is read here only after a child process read all of it within its limits."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hub.readers import dispatch
from hub.readers.limits import DEFAULT_LIMITS
from hub.readers.sandbox import Failure

SMALL = replace(DEFAULT_LIMITS, direct_bytes=1000)


def report(records: int) -> bytes:
    rows = [{"c01": f"Đơn vị minh họa {n}", "c04": "1.25"} for n in range(records)]
    body = {"regime": "THU-01", "unit": "X11", "period": "2026-M09", "forms": {"F2": {"records": rows}}}
    return json.dumps(body, ensure_ascii=False).encode()


def test_a_large_but_honest_document_is_read_whole(small_edition):
    (reading,) = dispatch.read("json", report(100), lambda _: small_edition, None, SMALL)
    assert reading.problems == []
    assert len(reading.forms["F2"].records) == 100


@pytest.mark.parametrize("reason", ["memory", "time"])
def test_a_document_that_breaks_the_childs_limits_is_refused_in_words(small_edition, monkeypatch, reason):
    monkeypatch.setattr(dispatch, "run_limited", lambda *_: Failure(reason))
    (reading,) = dispatch.read("json", report(100), lambda _: small_edition, None, SMALL)
    assert [(finding.code, finding.found) for finding in reading.problems] == [("file_too_complex", reason)]
    assert "chia thành nhiều tệp" in reading.problems[0].message_vi
    assert not reading.forms


def test_the_child_really_is_held_to_its_memory(small_edition):
    tight = replace(SMALL, parse_memory_mb=60)
    (reading,) = dispatch.read("json", report(200_000), lambda _: small_edition, None, tight)
    assert [finding.code for finding in reading.problems] == ["file_too_complex"]


def test_a_small_document_needs_no_child(small_edition, monkeypatch):
    monkeypatch.setattr(dispatch, "run_limited", None)
    (reading,) = dispatch.read("json", report(3), lambda _: small_edition, None, DEFAULT_LIMITS)
    assert len(reading.forms["F2"].records) == 3
