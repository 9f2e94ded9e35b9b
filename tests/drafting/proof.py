"""Drafts every unseen form as the command does, told only owner, basis and a code, and scores what was written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from make_forms import SETS
from scoring import NOTHING, Score, read_draft, read_expected, score

from hub.drafting.draft import Hints, draft_form
from hub.drafting.files import write_draft
from hub.errors import HubError

FORMS = Path(__file__).parent / "forms"
HINTS = Hints(owner="G02", basis="Thông tư 01/2025/TT-BCT", valid_from=date(2025, 7, 1))


@dataclass(frozen=True)
class Proof:
    """One form: how it was drafted; ``key`` names the edition under ``folder``, empty if the form was refused."""

    name: str
    key: str
    folder: Path
    score: Score
    refusal: str = ""


def form_files() -> list[Path]:
    return sorted(path for path in FORMS.iterdir() if path.suffix in (".xlsx", ".docx"))


def set_of() -> dict[str, str]:
    """The set ("first", "second") that each form belongs to, by the form's name."""
    return {make().name: name for name, makers in SETS.items() for make in makers}


def prove(form: Path, folder: Path) -> Proof:
    """Drafts ``form`` into ``folder`` (one for many forms, if need be) and scores it. A refusal scores nothing.

    Any other failure is the caller's.
    """
    expected = read_expected(FORMS / f"{form.stem}.expected.yaml")
    try:
        drafted = draft_form(form.read_bytes(), form.name, replace(HINTS, code=form.stem.upper()))
    except HubError as error:
        return Proof(form.stem, "", folder, score(expected, NOTHING), str(error))
    write_draft(drafted, folder)
    return Proof(form.stem, drafted.key, folder, score(expected, read_draft(folder / "regimes" / drafted.key)))
