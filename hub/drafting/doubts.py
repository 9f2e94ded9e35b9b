"""What the draft is unsure of: kept while drafting, then printed and written for the person who corrects it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hub.domain.form import Label
from hub.drafting.vocabulary import data


@dataclass(frozen=True, slots=True)
class Uncertain:
    """One thing to look at: ``place`` in the file (sheet and cell, or table, row and column), what was taken, why, and
    what else it could be."""

    kind: str
    place: str
    taken: Label
    why: Label
    other: Label


class Doubts:
    """Collects :class:`Uncertain` in the order of finding; the same one is kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Uncertain] = {}

    def add(self, kind: str, place: str, **facts: object) -> None:
        """Note a doubt; ``facts`` fill the text of its kind in ``doubts.yaml``."""
        texts = data("doubts.yaml")[kind]
        made = [
            Label(*(texts[name][lang].format(**facts) for lang in ("vi", "en"))) for name in ("taken", "why", "other")
        ]
        self._found.setdefault((kind, place, made[0].vi), Uncertain(kind, place, *made))

    @property
    def all(self) -> tuple[Uncertain, ...]:
        return tuple(self._found.values())


def as_markdown(uncertain: Iterable[Uncertain], title: Label) -> str:
    """The list as a page in both languages, one item a doubt."""
    lines = [f"# {title.vi}", "", f"*{title.en}*", ""]
    for number, item in enumerate(uncertain, 1):
        place = f" `{item.place}`" if item.place else ""
        lines += [
            f"{number}.{place} **{item.taken.vi}**",
            f"   {item.why.vi} Có thể khác: {item.other.vi}",
            f"   *{item.taken.en} {item.why.en} Otherwise: {item.other.en}*",
            "",
        ]
    return "\n".join(lines)
