"""Writes the unseen forms and what is expected of them: ``python tests/drafting/make_forms.py``; always the same bytes.

The forms are laid out as annexes of circulars are, by hand of someone who has not read the tool that drafts from them.
"""

from __future__ import annotations

from pathlib import Path

from annex_books import BOOKS
from annex_layout import write
from annex_texts import TEXTS

FORMS = Path(__file__).parent / "forms"


def main() -> None:
    FORMS.mkdir(exist_ok=True)
    for make in (*BOOKS, *TEXTS):
        write(make(), FORMS)


if __name__ == "__main__":
    main()
