"""Makes official-looking forms and drafts them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def hints():  # type: ignore[no-untyped-def]
    from hub.drafting.draft import Hints

    return Hints(owner="G12", basis="Thông tư 05/2024/TT-BTC, Biểu 01", levels=("province",))
