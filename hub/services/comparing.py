"""Any two versions of a report compared: what differs, who made each and when, and whose explanations changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.comparison import FormPair, TextPair, Words, form_pairs, text_pairs, words_of
from hub.domain.filing import FilingRow, VersionRow
from hub.domain.findings import Finding
from hub.domain.regime import Edition
from hub.domain.sight import Sight
from hub.domain.values import Values, from_canonical
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.receipts import finding_from_json
from hub.services.seeing import filing_for, sight_of
from hub.store import accounts, versions
from hub.store.database import Connection


@dataclass(frozen=True, slots=True)
class MadeVersion:
    """A version and the name of who made it."""

    row: VersionRow
    by: str


@dataclass(frozen=True, slots=True)
class ExplanationPair:
    """What was explained of a warning in each version; ``finding`` is known where one of them still warns of it."""

    key: str
    finding: Finding | None
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, oldest first as asked. ``changes`` counts all that differs; 0 where their contents are the same."""

    row: FilingRow
    edition: Edition
    old: MadeVersion
    new: MadeVersion
    versions: tuple[MadeVersion, ...]
    forms: tuple[FormPair, ...]
    texts: tuple[TextPair, ...]
    explanations: tuple[ExplanationPair, ...]

    @property
    def changes(self) -> int:
        texts = sum(text.changed for text in self.texts)
        return sum(form.changes for form in self.forms) + texts + len(self.explanations)


def made_versions(core: Core, actor: Actor, filing_id: str, now: datetime) -> tuple[MadeVersion, ...]:
    """Every version of a report that the actor may see, newest first. NotFound if the report may not be seen."""
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
        return _made(connection, filing_id, sight_of(core, connection, actor, row, now))


def compare(core: Core, actor: Actor, filing_id: str, old: int, new: int, now: datetime) -> Comparison:
    """Version ``new`` against version ``old``. NotFound if the actor may not see the report or has no such version."""
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
        edition = core.catalog.edition(row.edition)
        sight = sight_of(core, connection, actor, row, now)
        made = _made(connection, filing_id, sight)
        known = {each.row.number: each for each in made}
        if old not in known or new not in known:
            raise NotFound
        before, after = (_values(connection, edition, filing_id, number) for number in (old, new))
        return Comparison(
            row=row,
            edition=edition,
            old=known[old],
            new=known[new],
            versions=made,
            forms=tuple(form_pairs(edition.forms_for(row.frequency), before, after)),
            texts=tuple(text_pairs(edition, before, after)),
            explanations=_explanations(connection, filing_id, old, new, sight),
        )


def _made(connection: Connection, filing_id: str, sight: Sight) -> tuple[MadeVersion, ...]:
    rows = [row for row in versions.of_filing(connection, filing_id) if sight.holds(row.number)]
    names = accounts.names_of(connection, {row.account_id for row in rows})
    return tuple(MadeVersion(row, names.get(row.account_id, row.account_id)) for row in rows)


def _values(connection: Connection, edition: Edition, filing_id: str, number: int) -> Values:
    return from_canonical(edition, versions.get(connection, filing_id, number).document)


def _explanations(
    connection: Connection, filing_id: str, old: int, new: int, sight: Sight
) -> tuple[ExplanationPair, ...]:
    """Those that differ, by finding."""
    before, after = (versions.explanations(connection, filing_id, number, sight.until) for number in (old, new))
    warned = {
        data["key"]: finding_from_json(data)
        for number in (old, new)
        for data in versions.get(connection, filing_id, number).findings
    }
    return tuple(
        ExplanationPair(key, warned.get(key), words_of(before.get(key, ""), after.get(key, "")))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    )
