"""The catalogue of real regimes: what the law asks for, and how far the hub has come with each.

``catalogue.csv`` holds facts as their sources give them: it is read strictly and judged nowhere. Whether a regime is
integrated is not among the facts: it follows from the editions (a locked one, a draft, or none), and the column
``status`` only repeats it for whoever reads the file by itself.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Literal, cast, get_args

from hub.domain.form import Label
from hub.errors import SchemaError

FILE = "catalogue.csv"

CatalogueScope = Literal["core", "statistical", "enterprise", "internal", "ad_hoc", "other"]
"""``core``: periodic, and owed by provinces, their departments or ministries. All else is outside the 179 (R07)."""
Status = Literal["integrated", "drafted", "planned"]
Mark = Literal["yes", "partial", "memory", "no", "unmarked"]
"""How far a source checked its row, in the source's own words; ``unmarked``: the source gives no mark."""
Blocker = Literal[
    "form_unread", "awaits_confirmation", "not_entered", "in_review",
    "text_superseded", "no_dates", "no_frequency", "out_of_scope", "reporters_outside",
]  # fmt: skip
"""What stands between a regime and its integration."""
Fidelity = Literal["form", "enumerated", "derived", "memory", ""]
FREQUENCIES: frozenset[str] = frozenset({
    "daily", "ten_daily", "weekly", "semi_monthly", "monthly", "quarterly", "half_yearly", "nine_month", "yearly",
    "school_term", "school_year", "three_yearly", "five_yearly", "multi_year", "ad_hoc", "unspecified",
})  # fmt: skip
"""How often, as the texts say it. ``multi_year``: the number of years was not read; ``unspecified``: nothing was."""
LEVELS: frozenset[str] = frozenset({"commune", "province", "ministry"})

COLUMNS = (
    "code", "title_vi", "title_en", "scope", "scope_reason", "owner_then", "owner_code_then", "owner_today",
    "owner_ground", "legal_basis", "basis_number", "superseded", "reporters", "levels", "recipient", "frequency",
    "cutoff", "deadline", "source_url", "evidence", "verified", "fidelity", "sources", "merged_from", "status",
    "blocked_by", "note",
)  # fmt: skip
_NEEDED = ("code", "title_vi", "title_en", "scope_reason", "owner_then", "legal_basis", "reporters", "sources")
_CHOICES: Mapping[str, frozenset[str]] = {
    "scope": frozenset(get_args(CatalogueScope)),
    "status": frozenset(get_args(Status)),
    "verified": frozenset(get_args(Mark)),
    "fidelity": frozenset(get_args(Fidelity)),
}
_LISTS: Mapping[str, frozenset[str]] = {"blocked_by": frozenset(get_args(Blocker)), "frequency": FREQUENCIES}


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One regime of the catalogue.

    ``owner_then`` is the issuer as its text names it; ``owner_code_then`` and ``owner_today`` are codes of Decision
    20/2020, empty where the owner is outside the Government. ``owner_ground``: why the owner today is another body.
    ``superseded``: by what the basis is known to be replaced or amended, empty where nothing is known. ``levels`` are
    the hub's levels that owe it, with a number where the text names so many bodies, else None. ``sources`` are
    (source, code there); ``merged_from`` are the codes of rows found to be the same regime. ``stated_status`` and
    ``stated_blockers`` are what the file says; :func:`status_of` and :func:`blockers_of` say what holds.
    """

    code: str
    title: Label
    scope: CatalogueScope
    scope_reason: str
    owner_then: str
    owner_code_then: str
    owner_today: str
    owner_ground: str
    legal_basis: str
    basis_number: str
    superseded: str
    reporters: tuple[str, ...]
    levels: Mapping[str, int | None]
    recipient: str
    frequencies: tuple[str, ...]
    cutoff: str
    deadline: str
    source_url: str
    evidence: str
    verified: Mark
    fidelity: Fidelity
    sources: tuple[tuple[str, str], ...]
    merged_from: tuple[str, ...]
    stated_status: Status
    stated_blockers: tuple[Blocker, ...]
    note: str


def status_of(code: str, integrated: Collection[str], drafted: Collection[str]) -> Status:
    """Integrated if an edition of the regime is in force, drafted if there is only a draft, else planned."""
    if code in integrated:
        return "integrated"
    return "drafted" if code in drafted else "planned"


def blockers_of(entry: CatalogueEntry, status: Status) -> tuple[Blocker, ...]:
    """What still stands in the way: nothing once integrated; a draft is at least waiting to be read by a person."""
    if status == "integrated":
        return ()
    if status == "planned":
        return entry.stated_blockers
    left = tuple(blocker for blocker in entry.stated_blockers if blocker not in {"not_entered", "form_unread"})
    return left or ("in_review",)


def read_catalogue(roots: Iterable[Traversable]) -> dict[str, CatalogueEntry]:
    """The entries of every root that has a catalogue, by code. SchemaError lists every problem, with file and line."""
    problems: list[str] = []
    entries: dict[str, CatalogueEntry] = {}
    for root in roots:
        for place, entry in _entries(root / FILE, problems):
            if entry.code in entries:
                problems.append(f"{place}: the code {entry.code!r} stands twice")
            entries[entry.code] = entry
    if problems:
        raise SchemaError(problems)
    return entries


def brought_up_to_date(text: str, integrated: Collection[str], drafted: Collection[str]) -> str:
    """The same file with ``status`` and ``blocked_by`` as the editions make them; everything else stays as it is."""
    problems: list[str] = []
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for place, row in _rows(FILE, text, problems):
        entry = _entry(place, row, problems)
        if entry is not None:
            status = status_of(entry.code, integrated, drafted)
            row |= {"status": status, "blocked_by": ";".join(blockers_of(entry, status))}
        writer.writerow(row)
    if problems:
        raise SchemaError(problems)
    return written.getvalue()


def _entries(file: Traversable, problems: list[str]) -> Iterator[tuple[str, CatalogueEntry]]:
    if not file.is_file():
        return
    for place, row in _rows(FILE, file.read_text(encoding="utf-8"), problems):
        entry = _entry(place, row, problems)
        if entry is not None:
            yield place, entry


def _rows(name: str, text: str, problems: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        problems.append(f"{name}:1: the header must be {','.join(COLUMNS)}")
        return
    for row in reader:
        place = f"{name}:{reader.line_num}"
        if None in row or None in row.values():
            problems.append(f"{place}: the row does not have as many fields as the header")
            continue
        yield place, row


def _entry(place: str, row: Mapping[str, str], problems: list[str]) -> CatalogueEntry | None:
    """The entry of a row, or None after its problems were noted."""
    found = [*_row_problems(row), *_level_problems(row["levels"])]
    problems += [f"{place}: {problem}" for problem in found]
    if found:
        return None
    return CatalogueEntry(
        title=Label(row["title_vi"], row["title_en"]),
        scope=cast(CatalogueScope, row["scope"]),
        verified=cast(Mark, row["verified"]),
        fidelity=cast(Fidelity, row["fidelity"]),
        reporters=_items(row["reporters"]),
        levels=_levels(row["levels"]),
        frequencies=_items(row["frequency"]),
        sources=tuple(_source(item) for item in _items(row["sources"])),
        merged_from=_items(row["merged_from"]),
        stated_status=cast(Status, row["status"]),
        stated_blockers=cast(tuple[Blocker, ...], _items(row["blocked_by"])),
        **{name: row[name] for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE: Sequence[str] = (
    "code", "scope_reason", "owner_then", "owner_code_then", "owner_today", "owner_ground", "legal_basis",
    "basis_number", "superseded", "recipient", "cutoff", "deadline", "source_url", "evidence", "note",
)  # fmt: skip


def _row_problems(row: Mapping[str, str]) -> Iterator[str]:
    for name in _NEEDED:
        if not row[name].strip():
            yield f"{name} is missing"
    for name, allowed in _CHOICES.items():
        if row[name] not in allowed:
            yield f"{name} {row[name]!r} is none of {', '.join(sorted(allowed))}"
    for name, allowed in _LISTS.items():
        for item in _items(row[name]):
            if item not in allowed:
                yield f"{name} {item!r} is none of {', '.join(sorted(allowed))}"
    for item in _items(row["sources"]):
        if not all(_source(item)):
            yield f"source {item!r} is not '<source>:<code>'"
    for name, text in row.items():
        if not unicodedata.is_normalized("NFC", text):
            yield f"{name} is not in Unicode form NFC"


def _level_problems(text: str) -> Iterator[str]:
    for item in _items(text):
        level, _, number = item.partition(":")
        if level not in LEVELS or (number and not (number.isascii() and number.isdigit())):
            yield f"level {item!r} is not one of {', '.join(sorted(LEVELS))}, with ':<number of bodies>' if need be"


def _levels(text: str) -> dict[str, int | None]:
    parts = (item.partition(":") for item in _items(text))
    return {level: int(number) if number else None for level, _, number in parts}


def _source(item: str) -> tuple[str, str]:
    source, _, code = item.partition(":")
    return source, code


def _items(text: str) -> tuple[str, ...]:
    return tuple(item for item in text.split(";") if item)
