"""An edition as it was just read, still beside the files it came from, so that lint can say where a problem stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.catalog.document import Document
from hub.domain.regime import Edition


@dataclass(frozen=True, slots=True)
class Draft:
    """``data`` is ``regime.yaml`` after the structure check; ``forms`` are the form files by form code, in order."""

    regime: Document
    forms: Mapping[str, Document]
    rules: Document | None
    data: Mapping[str, Any]
    edition: Edition


def canonical_sha256(regime: Document, forms: Mapping[str, Document], rules: Document | None) -> str:
    """SHA-256 of the canonical JSON of everything that was read.

    Layout, comments, key order and explicit nulls (but those of ``continues``) do not count; any other change does. The
    data are hashed as written, without defaults, so that a later, larger schema language leaves the hashes of locked
    editions alone.
    """
    whole = {
        "regime": regime.data,
        "forms": [document.data for document in forms.values()],
        "rules": rules.data if rules is not None else None,
    }
    text = json.dumps(_without_nulls(whole), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


_NULL_HAS_MEANING = "continues"
"""Under this key null is an answer (a new series), so it counts."""


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            str(key): item if key == _NULL_HAS_MEANING else _without_nulls(item)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
