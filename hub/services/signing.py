"""Signatures made outside: handed in as signed files, judged, kept, and counted as the step that they are (R22)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.regime import Edition
from hub.domain.signature import PROBLEMS, Kind, Verdict
from hub.domain.visibility import allowed
from hub.domain.workflow import next_state
from hub.errors import Conflict, Forbidden, NotFound, Refused, TooLarge
from hub.readers.limits import Limits
from hub.readers.signed import judge
from hub.services import documents, filings, moves, steps
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.seeing import filing_for, sight_of, version_for, visibility_of
from hub.store import filings as filing_store
from hub.store import signatures, submissions, versions
from hub.store.database import Connection
from hub.store.signatures import SignatureRow

DEMONSTRATION_ROOT = Path("authority") / "root.pem"
"""Where a hub that demonstrates keeps the root of its own authority, below ``var``."""
DEMONSTRATION_UNIT = "MINH HOA - KHONG CO GIA TRI"
"""Stands in the name of that root and of every certificate below it: no real hub takes one, whatever it trusts."""
_ENDINGS = ("*.pem", "*.crt", "*.cer")


def sign(
    core: Core, actor: Actor, filing_id: str, *, revision: int, content: bytes, now: datetime
) -> SignatureRow:  # fmt: skip
    """The signed file of the latest version is kept with its verdict, and the report is signed.

    The same file again gives the same signature. Refused, saying why, for a file that is not this version's document
    signed by a good certificate; Forbidden, Conflict and NotFound as for every step.
    """
    if len(content) > core.config.max_upload_bytes:
        raise TooLarge
    sha256 = hashlib.sha256(content).hexdigest()
    row = _seen(core, actor, filing_id, now)
    known = _known(core, row, sha256)
    if known is not None and row.state == "signed":
        return known
    if row.revision != revision:
        raise Conflict  # what is judged below must be what was looked at
    _may_sign_now(core, actor, row)
    kind = kind_of(content)
    if kind is None:
        raise _refusal("broken")
    known_good = Verdict.from_json(known.verdict) if known is not None else None
    verdict = known_good or _judged(core, actor, row, kind, content, now)
    if verdict.problem is not None:
        _tell_refused(core, actor, row, verdict, sha256, now)
        raise _refusal(verdict.problem)
    return _keep(core, actor, row.id, revision, kind, content, sha256, verdict, now)


def kind_of(content: bytes) -> Kind | None:
    """By the first bytes; None for what is neither."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "pdf" if head.startswith(b"%PDF-") else "xml" if head.startswith(b"<") else None


def trusted_roots(core: Core) -> list[bytes]:
    """The root certificates in force: those of the folders of the settings; the demonstration's only where it is on."""
    found = [file.read_bytes() for folder in core.config.trust_roots for file in _files(folder)]
    own = core.config.var / DEMONSTRATION_ROOT
    return [*found, own.read_bytes()] if core.config.demonstration and own.exists() else found


def _files(folder: Path) -> Iterator[Path]:
    for ending in _ENDINGS:
        yield from sorted(folder.glob(ending))


def signed_file(core: Core, actor: Actor, signature_id: str, now: datetime) -> tuple[SignatureRow, bytes]:
    """A signature and the very file that was handed in, for who may see the filing. NotFound otherwise."""
    with core.database.read() as connection:
        found = signatures.get(connection, signature_id)
        if found is None:
            raise NotFound
        version_for(core, connection, actor, found.filing_id, found.version, now)
        return found, submissions.content(connection, found.sha256)


def of_filing(core: Core, actor: Actor, filing_id: str, now: datetime) -> list[SignatureRow]:
    """Every signature of a filing, oldest first; also those of versions that have been changed since.

    Only of versions that the actor may see (R44).
    """
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
        sight = sight_of(core, connection, actor, row, now)
        return [each for each in signatures.of_filing(connection, filing_id) if sight.holds(each.version)]


# --- before anything is kept -----------------------------------------------------------------------------------------


def _seen(core: Core, actor: Actor, filing_id: str, now: datetime) -> FilingRow:
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
    if not allowed(actor, "sign", row.unit_path, row.receiver_id, core.orgs):
        raise Forbidden
    return row


def _known(core: Core, row: FilingRow, sha256: str) -> SignatureRow | None:
    with core.database.read() as connection:
        return _same_file(connection, row, sha256)


def _same_file(connection: Connection, row: FilingRow, sha256: str) -> SignatureRow | None:
    kept = signatures.of_version(connection, row.id, row.version or 0)
    return next((each for each in kept if each.sha256 == sha256), None)


def _may_sign_now(core: Core, actor: Actor, row: FilingRow) -> None:
    edition = core.catalog.edition(row.edition)
    with core.database.read() as connection:
        asked = steps.in_force(core, connection, row, edition)
        next_state(row.state, "sign", asked.steps)
        steps.refuse_own(connection, actor, row, asked, "sign", row.version or 0)


def _judged(core: Core, actor: Actor, row: FilingRow, kind: Kind, content: bytes, now: datetime) -> Verdict:
    ours = documents.document(core, actor, row.id, kind, now, row.version)
    with core.database.read() as connection:
        made_at = versions.row_of(connection, row.id, ours.version).created_at
        others = [each for each in signatures.documents(connection, row.id, kind) if each.version != ours.version]
    other = next((each.version for each in others if _is_of(kind, content, each.content)), None)
    if other is not None:
        raise _refusal("other_version", version=other)
    limits = Limits(parse_memory_mb=core.config.parse_memory_mb, parse_seconds=core.config.parse_seconds)
    verdict = judge(kind, content, ours.content, trusted_roots(core), made_at=made_at, now=now, limits=limits)
    invented = DEMONSTRATION_UNIT in verdict.issuer or DEMONSTRATION_UNIT in verdict.subject
    if invented and not core.config.demonstration:
        return replace(verdict, problem="demonstration")
    return verdict


def _is_of(kind: Kind, content: bytes, document: bytes) -> bool:
    """Whether a file is that document signed: a PDF begins with it, an XML begins with the same pinned root."""
    if kind == "pdf":
        return content.startswith(document)
    start = document.index(b"<report")
    return document[start : document.index(b">", start)] in content


def _refusal(problem: str, **said: object) -> Refused:
    words = PROBLEMS[problem]
    return Refused(words.vi.format(**said), words.en.format(**said))


def _tell_refused(core: Core, actor: Actor, row: FilingRow, verdict: Verdict, sha256: str, now: datetime) -> None:
    detail = {"version": row.version, "problem": verdict.problem, "signer": verdict.signer, "sha256": sha256}
    with core.database.write() as connection:
        moves.tell(connection, actor, "sign", "filing", row.id, now, detail, result="refused")


# --- keeping it ------------------------------------------------------------------------------------------------------


def _keep(
    core: Core, actor: Actor, filing_id: str, revision: int, kind: Kind, content: bytes, sha256: str,
    verdict: Verdict, now: datetime,
) -> SignatureRow:  # fmt: skip
    """In one transaction: unchanged since it was judged, the file and the verdict kept, the step made and told."""
    with core.database.write() as connection:
        row = filing_store.lock(connection, filing_id)
        if row is None or not visibility_of(core, actor, now).may_see_filing(row):
            raise NotFound
        known = _same_file(connection, row, sha256)
        if known is not None and row.state == "signed":
            return known
        if row.revision != revision:
            raise Conflict
        edition = core.catalog.edition(row.edition)
        filings.ready(core, connection, row, edition)
        asked = steps.in_force(core, connection, row, edition)
        steps.refuse_own(connection, actor, row, asked, "sign", row.version or 0)
        kept = known or _added(connection, actor, row, edition, kind, content, sha256, verdict, now)
        moved = moves.move(connection, actor, row, edition, "sign", now, version=row.version, asked=asked)
        detail: dict[str, Any] = {
            "revision": revision, "version": row.version, "state": moved.state, "signature": kept.id, "kind": kind,
            "signer": verdict.signer, "serial": verdict.serial, "sha256": sha256, "revocation": verdict.revocation,
        }  # fmt: skip
        moves.tell(connection, actor, "sign", "filing", filing_id, now, detail)
        return kept


def _added(
    connection: Connection, actor: Actor, row: FilingRow, edition: Edition, kind: Kind, content: bytes, sha256: str,
    verdict: Verdict, now: datetime,
) -> SignatureRow:  # fmt: skip
    number = row.version or 0
    assert verdict.signed_at is not None  # a verdict that holds has a moment
    kept = SignatureRow(
        id=new_id(now), filing_id=row.id, version=number,
        version_sha256=versions.sha256_of(connection, row.id, number), kind=kind, sha256=sha256,
        signer=verdict.signer, subject=verdict.subject, issuer=verdict.issuer, serial=verdict.serial,
        signed_at=verdict.signed_at, verdict=verdict.as_json() | {"edition_sha256": edition.sha256},
        account_id=actor.account_id, at=now, account_name=actor.name,
    )  # fmt: skip
    submissions.keep_content(connection, sha256, content)
    signatures.add(connection, kept)
    return kept
