"""What an entry page says of unsaved fields: what stands in its fields, what is offered beside them, what clashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.field_texts import FieldTexts, record_form, record_number
from hub.domain.form import Label
from hub.domain.merging import Clash
from hub.domain.regime import Edition
from hub.services.unsaved import Told, Unsaved


@dataclass(frozen=True, slots=True)
class Aside:
    """A text that was typed before a newer version changed its field, and what the field says now."""

    name: str
    where: Label
    text: str
    current: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Clashing:
    """A field, or a list as a whole, that two people changed differently. In a list the texts are record counts."""

    name: str
    where: Label
    mine: str
    theirs: str
    whole_list: bool


@dataclass(frozen=True, slots=True)
class OnPage:
    """``fields`` are laid over the version's texts; ``by`` and ``at``: who typed them, and when last."""

    serial: int = 0
    fields: Mapping[str, Told] = field(default_factory=dict)
    aside: tuple[Aside, ...] = ()
    clashes: tuple[Clashing, ...] = ()

    @property
    def count(self) -> int:
        return len(self.fields)

    @property
    def by(self) -> str:
        return ", ".join(sorted({told.by for told in self.fields.values() if told.by}))

    @property
    def at(self) -> datetime | None:
        return max((told.at for told in self.fields.values()), default=None)


def on_page(standing: Unsaved, own: FieldTexts, *, serial: int | None = None, clashes: Iterable[Clash] = ()) -> OnPage:
    """``serial``: where the page shows what was posted instead of what stands, the latest one it knows.

    Such a page says nothing of what stands: its buttons would lead away from what was posted.
    """
    edition = own.edition
    aside = tuple(
        Aside(name, place_of(edition, name), told.text, own.text(name) or own.filled.get(name, ""), told.by, told.at)
        for name, told in standing.aside.items()
    )
    clashing = tuple(
        Clashing(each.name, place_of(edition, each.name), each.mine, each.theirs, each.whole_list) for each in clashes
    )
    return OnPage(standing.serial, standing.fields, aside) if serial is None else OnPage(serial, clashes=clashing)


def laid_over(standing: Unsaved, own: FieldTexts) -> dict[str, str] | None:
    """Every text of the page with what is unsaved in its place; None where nothing is."""
    if not standing.fields:
        return None
    return shown({**own.texts, **{name: told.text for name, told in standing.fields.items()}})


def shown(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts as a page takes them: a box is ticked by being there at all."""
    return {name: text for name, text in texts.items() if text or not name.startswith("nil.")}


def place_of(edition: Edition, name: str) -> Label:
    """A field in the words of its form: ``F1, Nam, Tổng số``."""
    kind, _, rest = name.partition(".")
    if kind == "outline":
        return next((section.title for section in edition.outline if section.code == rest), Label(rest, rest))
    if kind == "explain":
        return Label("Giải trình cảnh báo", "Explanation of a warning")
    code, _, cell = rest.partition(".")
    form = edition.form_by_code.get(code)
    if form is None:
        return Label(rest, rest)
    if kind == "nil":
        return Label(f"{code}, không phát sinh", f"{code}, nothing to report")
    if not cell:
        return Label(f"{code}, {form.title.vi}", f"{code}, {form.title.en}")
    row, _, column = cell.partition(".")
    columns = {each.code: each.label for each in form.columns}
    heads = {each.code: each.label for each in form.rows}
    if record_form(name) is not None:
        number = record_number(name)
        heads = {row: Label(f"dòng {number}", f"line {number}")}
    parts = [heads.get(row, Label(row, row)), columns.get(column, Label(column, column))]
    return Label(", ".join([code, *(part.vi for part in parts)]), ", ".join([code, *(part.en for part in parts)]))
