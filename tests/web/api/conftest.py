"""What the tests of the API share."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest


@pytest.fixture
def now() -> datetime:
    """The moment at which the application's clock stands."""
    return datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
