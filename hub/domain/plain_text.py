"""What text may be stored at all: both databases must be able to hold it (promises.md section 3, trap 4)."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """False for NUL (PostgreSQL refuses it) and lone surrogates (they have no UTF-8)."""
    return _UNSTORABLE.search(text) is None
