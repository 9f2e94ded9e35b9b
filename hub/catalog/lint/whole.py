"""Lint of everything under one or more roots: editions in force and drafts alike, shared lists, national reports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable

from hub.catalog.calendar import KNOWN_YEARS, load_calendar
from hub.catalog.document import read_document
from hub.catalog.draft import Draft
from hub.catalog.in_force import regimes_of
from hub.catalog.lint.across import overlap_problems, overlap_warnings, window_warnings
from hub.catalog.lint.dates import YEARS_AHEAD, chain_warnings
from hub.catalog.lint.edition import edition_problems, edition_warnings
from hub.catalog.lock import lock_problems
from hub.catalog.reports import load_reports
from hub.catalog.shelf import Shelf, open_shelf
from hub.domain.regime import Edition, Regime


@dataclass(frozen=True, slots=True)
class LintResult:
    """``problems`` must be mended before an edition is published; ``warnings`` are for a person to judge.

    Each is one line, ``file:line place: text``. ``keys``: the editions that could be read.
    """

    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def editions(self) -> int:
        """How many could be read."""
        return len(self.keys)

    def about(self, editions: Collection[str]) -> LintResult:
        """Only what stands in the folders of those regimes or editions, or in the national reports of those codes."""
        folders = tuple(f"{kind}/{name}/" for name in editions for kind in ("regimes", "national"))
        problems, warnings = (
            tuple(text for text in texts if any(folder in f"{text.split(': ')[0]}/" for folder in folders))
            for texts in (self.problems, self.warnings)
        )
        keys = tuple(key for key in self.keys if key in editions or key.partition("/")[0] in editions)
        return LintResult(problems, warnings, keys)


def lint(root: Traversable, overlays: Sequence[Traversable] = (), *, today: date | None = None) -> LintResult:
    """Everything that is wrong or doubtful under a folder laid out like ``report_schemas`` and its overlays.

    The deadlines of the three years from ``today`` are asked too (R10); None leaves that out.
    """
    problems: list[str] = []
    shelf = open_shelf(root, overlays, problems)
    drafts = {key: draft for key in shelf.folders if (draft := shelf.read(key, problems)) is not None}
    problems += _indicator_problems(shelf)
    for draft in drafts.values():
        problems += edition_problems(draft, shelf)
    problems += overlap_problems(drafts.values())
    problems += lock_problems(_locks(shelf), [draft.edition for draft in drafts.values()])
    load_reports(shelf.roots, _judged_by(shelf, drafts.values()), _unread(shelf, drafts), None, problems)
    return LintResult(tuple(problems), tuple(_warnings(drafts, today)), tuple(drafts))


def _warnings(drafts: dict[str, Draft], today: date | None) -> Iterator[str]:
    closed = _closed(drafts.values())
    for key, draft in drafts.items():
        yield from edition_warnings(draft)
        if (
            today is not None
            and today.year + YEARS_AHEAD in KNOWN_YEARS
            and closed[key].in_force(max(today, draft.edition.valid_from))
        ):
            yield from chain_warnings(draft, closed[key].valid_to, today, load_calendar())
    last = {draft.edition.regime: draft for draft in drafts.values()}
    yield from window_warnings(last.values())
    yield from overlap_warnings(last.values())


def _closed(drafts: Iterable[Draft]) -> dict[str, Edition]:
    """Editions by key, each ending where the next of its regime begins."""
    regimes = regimes_of(draft.edition for draft in drafts).values()
    return {edition.key: edition for regime in regimes for edition in regime.editions}


def _locks(shelf: Shelf) -> dict[str, str]:
    return {key: folder.sha256 for key, folder in shelf.folders.items() if folder.sha256 is not None}


def _judged_by(shelf: Shelf, drafts: Iterable[Draft]) -> dict[str, Regime]:
    """What national reports are checked against: a regime's editions in force, or its drafts where none is."""
    in_force = {folder.regime for folder in shelf.folders.values() if folder.locked}
    return regimes_of(
        draft.edition
        for draft in drafts
        if shelf.folders[draft.edition.key].locked or draft.edition.regime not in in_force
    )


def _unread(shelf: Shelf, drafts: dict[str, Draft]) -> frozenset[str]:
    """The regimes with an edition that could not be read: nothing that names them can be judged."""
    return frozenset(folder.regime for key, folder in shelf.folders.items() if key not in drafts)


def _indicator_problems(shelf: Shelf) -> Iterator[str]:
    """Indicators whose unit of measure is not in ``units.yaml``."""
    units, indicators = shelf.lists.units, shelf.lists.indicators
    if indicators is None or units is None:
        return
    unknown = {indicator.code for indicator in indicators.values() if indicator.unit and indicator.unit not in units}
    for root in shelf.roots if unknown else ():
        if not (root.folder / "indicators.yaml").is_file():
            continue
        document = read_document(root.folder / "indicators.yaml", f"{root.prefix}indicators.yaml")
        for position, entry in enumerate(document.data["indicators"]):
            if entry["code"] in unknown:
                text = f"the unit {entry['unit']!r} is not in units.yaml"
                yield document.problem(("indicators", position, "unit"), text)
