"""Verification: what is stored is still what was hashed, what is derived still follows from what it came from.

``everything`` only looks. ``rebuild`` derives again what may always be derived again, and says what had been different.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.access import SYSTEM
from hub.domain.envelope import Identity
from hub.domain.packing import FigureOverflow, pack
from hub.domain.period import Period
from hub.domain.values import digest, from_canonical, identity_of
from hub.services import aggregation, audit, rollup_proof
from hub.services.core import Core
from hub.store import aggregates, editions, rollup_sources, verification
from hub.store.aggregates import Aggregate
from hub.store.database import Connection
from hub.store.verification import CheckedSignature, CheckedStanding, CheckedVersion, StoredContent

MOST_PROBLEMS = 200
"""Problems told in full; the rest are only counted."""


@dataclass(slots=True)
class Verified:
    """How many of each kind were looked at, and what does not hold, each problem naming its thing."""

    looked_at: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    more: int = 0

    @property
    def holds(self) -> bool:
        return not self.problems

    def note(self, kind: str, problems: Iterator[str] | list[str], count: int = 1) -> None:
        """One more of a kind was looked at, with what is wrong with it."""
        self.looked_at[kind] = self.looked_at.get(kind, 0) + count
        for problem in problems:
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append(problem)
            else:
                self.more += 1


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: (edition, period) by what became of its aggregates."""

    same: tuple[tuple[str, str], ...]
    brought_up_to_date: tuple[tuple[str, str], ...]
    differed: tuple[tuple[str, str], ...]
    """Aggregates that should have been the same and were not: they had been changed by something else."""


def everything(core: Core) -> Verified:
    """Look at the audit chain, then every content, version, roll-up, standing and publication at one moment (P21)."""
    verified = Verified()
    chain = [f"event {problem.number}: {problem.what}" for problem in audit.verify(core)]
    with core.database.read() as connection:
        verified.note("audit chain", chain)
        _look_at_editions(core, connection, verified)
        for content in verification.contents(connection):
            verified.note("contents", _content_problems(f"received content {content.sha256[:12]}", content))
        for version in verification.versions(connection):
            verified.note("versions", _version_problems(core, version))
        for signature in verification.signatures(connection):
            verified.note("signatures", _signature_problems(signature))
        for name, document in verification.documents(connection):
            verified.note("documents", _content_problems(name, document))
        _look_at_standings(connection, verified)
        for source in rollup_sources.built(connection):
            verified.note("roll-ups", rollup_proof.problems(core, connection, source))
        for publication_id, name, file in verification.publication_files(connection):
            verified.note("publication files", _content_problems(f"publication {publication_id} file {name}", file))
        for publication_id, manifest in verification.manifests(connection):
            verified.note("publications", _content_problems(f"publication {publication_id} manifest", manifest))
    return verified


def rebuild(core: Core, now: datetime) -> Rebuilt:
    """Every campaign's aggregates are made again from versions; from unchanged versions they are the same bytes."""
    with core.database.read() as connection:
        stale = set(aggregates.stale(connection))
        known = sorted(((edition, period) for edition, period, _ in aggregates.campaigns(connection)), key=_short_first)
    found: dict[str, list[tuple[str, str]]] = {"same": [], "stale": [], "differed": []}
    for campaign in known:
        before = _fingerprints(core, campaign)
        aggregation.run(core, SYSTEM, *campaign, now)
        same = before == _fingerprints(core, campaign)
        found["same" if same else "stale" if campaign in stale else "differed"].append(campaign)
    return Rebuilt(tuple(found["same"]), tuple(found["stale"]), tuple(found["differed"]))


def _short_first(campaign: tuple[str, str]) -> tuple[int, str, str]:
    """Months before quarters before years: a longer period is made from the aggregates of its parts."""
    period = Period.parse(campaign[1])
    return (period.end - period.start).days, *campaign


def _fingerprints(core: Core, campaign: tuple[str, str]) -> list[tuple[str, bytes, bytes, bytes, str]]:
    with core.database.read() as connection:
        return [_fingerprint(aggregate) for aggregate in aggregates.of_campaign(connection, *campaign)]


def _fingerprint(aggregate: Aggregate) -> tuple[str, bytes, bytes, bytes, str]:
    """All of an aggregate but when it was made: unit, figures, presence, contributors, and a hash of its lineage."""
    rest = repr((aggregate.coverage.as_json(), aggregate.inputs, aggregate.parts))
    return aggregate.unit_id, *aggregate.vector.packed(), hashlib.sha256(rest.encode()).hexdigest()


def _content_problems(name: str, stored: StoredContent) -> Iterator[str]:
    if hashlib.sha256(stored.content).hexdigest() != stored.sha256:
        yield f"{name}: the bytes are not those that were hashed"


def _look_at_editions(core: Core, connection: Connection, verified: Verified) -> None:
    for key, sha256 in editions.pinned(connection).items():
        present = core.catalog.editions.get(key)
        if present is None:
            verified.note("editions", [f"edition {key}: in use, but not in the catalogue any more"])
        else:
            changed = present.sha256 != sha256
            verified.note("editions", [f"edition {key}: its data were changed after it came into use"] * changed)


def _version_problems(core: Core, version: CheckedVersion) -> Iterator[str]:
    """The document is what was hashed, is of its filing, and gives the very figures packed beside it."""
    name = f"filing {version.filing_id} version {version.number}"
    if version.document is None or digest(version.document) != version.sha256:
        yield f"{name}: the document is not the one that was hashed"
        return
    edition = core.catalog.editions.get(version.edition)
    if edition is None:
        return  # said once, for the edition
    if identity_of(version.document) != _identity(version):
        yield f"{name}: the document belongs to another filing"
        return
    try:
        agrees = pack(edition, from_canonical(edition, version.document)) == version.packed
    except (ValueError, FigureOverflow):
        agrees = False
    if not agrees:
        yield f"{name}: the packed figures are not those of the document"


def _signature_problems(signature: CheckedSignature) -> Iterator[str]:
    """The signed file is kept (its bytes are looked at with the contents) and the version is what was signed."""
    name = f"signature {signature.id} of filing {signature.filing_id} version {signature.version}"
    if not signature.has_file:
        yield f"{name}: the signed file is not there"
    if not signature.agrees_with_version:
        yield f"{name}: the version is not the one that was signed"


def _identity(version: CheckedVersion) -> Identity:
    regime, _, code = version.edition.rpartition("/")
    return Identity(regime, code, version.unit_id, version.period, version.scope)


def _look_at_standings(connection: Connection, verified: Verified) -> None:
    for standing in verification.standings(connection):
        verified.note("reports in force", _standing_problems(standing))
    missing = verification.accepted_without_standing(connection)
    verified.note(
        "reports in force", [f"filing {each}: accepted, but not in the roll-up's input" for each in missing], 0
    )


def _standing_problems(standing: CheckedStanding) -> Iterator[str]:
    name = f"filing {standing.filing_id} version {standing.version} in force"
    if not standing.agrees_with_version:
        yield f"{name}: its figures are not those of the version"
    if not standing.agrees_with_filing:
        yield f"{name}: the filing says otherwise"
