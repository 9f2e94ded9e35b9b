"""New ids: sortable by the moment they were made, not guessable."""

from __future__ import annotations

import secrets
from datetime import datetime


def new_id(now: datetime) -> str:
    """28 characters: the moment in microseconds as hexadecimal, then 64 random bits."""
    return f"{int(now.timestamp() * 1_000_000):014x}{secrets.token_hex(7)}"
