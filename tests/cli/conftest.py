"""The regime from outside that the tests of pages bring too, laid over data without any regime."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    path = Path(__file__).parents[1] / "web" / "made_up_regime.py"
    spec = importlib.util.spec_from_file_location("made_up_regime", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
