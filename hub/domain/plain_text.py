"""What text may be stored at all: both databases must be able to hold it (promises.md section 3, trap 4)."""

from __future__ import annotations

import re

from hub.errors import BadRequest

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text itself. BadRequest, in words, for one that is not storable."""
    if not is_storable(text):
        raise BadRequest("Nội dung có ký tự không lưu được.", "The text holds a character that cannot be kept.")
    return text


def is_storable(text: str) -> bool:
    """False for NUL (PostgreSQL refuses it) and lone surrogates (they have no UTF-8)."""
    return _UNSTORABLE.search(text) is None
