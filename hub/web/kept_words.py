"""What somebody wrote into a form that was refused: shown again, so that no sentence is lost (P25)."""

from __future__ import annotations

from flask import request

_WORDS = frozenset({"reason", "text", "point_text"})
REFILLED = frozenset({"entry.save", "remarks.add", "remarks.answer"})
"""Forms whose own fields are filled again on the page that refuses them."""


def kept_words() -> list[str]:
    """The sentences of the refused form, in its order, each once; empty where the form itself shows them again."""
    if request.method != "POST" or request.endpoint in REFILLED:
        return []
    told = [text.strip() for name, text in request.form.items(True) if name in _WORDS or name.startswith("point:")]
    return list(dict.fromkeys(text for text in told if text))
