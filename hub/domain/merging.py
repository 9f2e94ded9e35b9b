"""Two people changed the same report: what each changed alone is kept, what both changed differently is a clash.

Texts are by field name (:mod:`hub.domain.field_texts`); a field that is not there is blank. The records of a list have
no names of their own, only places: they are merged one by one while the other side has as many as before, else the
whole list is one thing that either side changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from hub.domain.field_texts import record_form, record_number

Texts = Mapping[str, str]
Alike = Callable[[str, str, str], bool]
"""(field, one text, another) → whether they say the same."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed, each to something else.

    For a list of records as a whole ``name`` is ``rec.<form>`` and the texts are the numbers of records.
    """

    name: str
    base: str
    mine: str
    theirs: str

    @property
    def whole_list(self) -> bool:
        return self.name.count(".") == 1 and record_form(self.name) is not None


@dataclass(frozen=True, slots=True)
class Merged:
    """``texts``: all fields of both, mine where they clash. ``taken``: the fields in which the other side's text came.

    Nothing is dropped: a text of mine is missing from ``texts`` only where I did not change it and the other side did.
    """

    texts: Mapping[str, str]
    taken: tuple[str, ...]
    clashes: tuple[Clash, ...]


def merge(base: Texts, mine: Texts, theirs: Texts, alike: Alike) -> Merged:
    """What I made of ``base`` brought together with what somebody else made of it meanwhile."""
    texts: dict[str, str] = {}
    taken: list[str] = []
    clashes: list[Clash] = []
    for unit in _units(base, mine, theirs):
        if unit.unchanged(base, mine, alike):
            texts |= unit.of(theirs)
            taken += [name for name in unit.names if not alike(name, mine.get(name, ""), theirs.get(name, ""))]
            continue
        texts |= unit.of(mine)
        if not unit.unchanged(base, theirs, alike) and not unit.unchanged(mine, theirs, alike):
            clashes.append(unit.clash(base, mine, theirs))
    return Merged(texts, tuple(taken), tuple(clashes))


def records(texts: Texts, form: str) -> int:
    """How many records a list has: the number of the last one in which something stands."""
    return max((record_number(name) for name, text in texts.items() if text and record_form(name) == form), default=0)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is merged as one: a field, or all records of a list."""

    name: str
    names: tuple[str, ...]

    def unchanged(self, before: Texts, after: Texts, alike: Alike) -> bool:
        return all(alike(name, before.get(name, ""), after.get(name, "")) for name in self.names)

    def of(self, texts: Texts) -> dict[str, str]:
        return {name: texts[name] for name in self.names if name in texts}

    def clash(self, base: Texts, mine: Texts, theirs: Texts) -> Clash:
        sides = (base, mine, theirs)
        if self.names != (self.name,):
            form = record_form(self.name) or ""
            return Clash(self.name, *(str(records(side, form)) for side in sides))
        return Clash(self.name, *(side.get(self.name, "") for side in sides))


def _units(base: Texts, mine: Texts, theirs: Texts) -> Iterator[_Unit]:
    """Every field of any side once, in the order in which they were met."""
    names = tuple(dict.fromkeys((*mine, *theirs, *base)))
    whole = _moved_lists(names, base, theirs)
    for name in names:
        if record_form(name) not in whole:
            yield _Unit(name, (name,))
    for form in whole:
        yield _Unit(f"rec.{form}", tuple(name for name in names if record_form(name) == form))


def _moved_lists(names: Iterable[str], base: Texts, theirs: Texts) -> tuple[str, ...]:
    """The lists to which the other side added records or from which it took some."""
    forms = dict.fromkeys(form for name in names if (form := record_form(name)) is not None)
    return tuple(form for form in forms if records(base, form) != records(theirs, form))
