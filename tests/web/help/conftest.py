"""The codes of findings, for the tests of help."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def finding_codes() -> frozenset[str]:
    """Every code of a finding that the hub's source can give."""
    path = Path(__file__).with_name("finding_codes.py")
    spec = importlib.util.spec_from_file_location("finding_codes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return frozenset(module.codes())
