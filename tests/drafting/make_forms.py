"""Writes the unseen forms and what is expected of them: ``python tests/drafting/make_forms.py``; always the same bytes.

The forms are laid out as annexes of circulars are, by hand of someone who has not read the tool that drafts from them.
The first set was in the repository while the tool was generalised; the second was added when the tool was finished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from annex_books import BOOKS
from annex_layout import Annex, write
from annex_second import SECOND
from annex_texts import TEXTS

FORMS = Path(__file__).parent / "forms"
SETS: Mapping[str, tuple[Callable[[], Annex], ...]] = {"first": (*BOOKS, *TEXTS), "second": SECOND}


def main() -> None:
    FORMS.mkdir(exist_ok=True)
    for makers in SETS.values():
        for make in makers:
            write(make(), FORMS)


if __name__ == "__main__":
    main()
