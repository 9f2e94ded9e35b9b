"""What proves a sending: its receipt, and whether everything kept of it still agrees with itself.

Nothing is believed because it was once written down: hashes are worked out again from the kept bytes at every look.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import RECEIVED, DecisionRow, FilingRow
from hub.domain.form import Label
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.signature import KINDS
from hub.domain.values import digest, from_canonical
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.seeing import version_for
from hub.store import accounts, decisions, signatures, submissions, versions
from hub.store.database import Connection
from hub.store.signatures import SignatureRow
from hub.store.versions import StoredVersion


@dataclass(frozen=True, slots=True)
class Agreement:
    """One thing that was worked out again: what it is, the hash that was kept, and whether it still holds."""

    what: Label
    sha256: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """A version of a filing with what proves it. ``sending`` is None for a version that has not been sent.

    ``on_time``: judged by the sending itself, before the deadline or, sent again, before the day that was set for it.
    ``stands``: this sending has not been withdrawn, returned or replaced by another.
    """

    row: FilingRow
    edition: Edition
    period: Period
    version: int
    version_sha256: str
    made_at: datetime
    author: str
    sending: DecisionRow | None
    due_at: datetime
    on_time: bool | None
    stands: bool
    signatures: tuple[SignatureRow, ...]
    agreements: tuple[Agreement, ...]

    @property
    def holds(self) -> bool:
        return all(each.holds for each in self.agreements)


def of_sending(core: Core, actor: Actor, decision_id: str, now: datetime) -> Proof:
    """The proof of one sending, by its decision's id. NotFound for another kind of decision or one out of reach."""
    with core.database.read() as connection:
        found = decisions.get(connection, decision_id)
        if found is None or found.event != "send" or found.version is None:
            raise NotFound
        row, number = version_for(core, connection, actor, found.filing_id, found.version, now)
        return _proof(core, connection, row, number, decision_id)


def of_version(core: Core, actor: Actor, filing_id: str, version: int, now: datetime) -> Proof:
    """The proof of a version by its latest sending, if it was sent at all. NotFound if there is no such version."""
    with core.database.read() as connection:
        row, version = version_for(core, connection, actor, filing_id, version, now)
        made = decisions.of_filing(connection, row.id)
        sent = [each for each in made if each.event == "send" and each.version == version]
        return _proof(core, connection, row, version, sent[-1].id if sent else None)


def recognise(core: Core, actor: Actor, proof: Proof, content: bytes, now: datetime) -> Label | None:
    """What a file is to this version: one of the very files that are kept of it; None if it is none of them."""
    sha256 = hashlib.sha256(content).hexdigest()
    with core.database.read() as connection:
        version_for(core, connection, actor, proof.row.id, proof.version, now)
        for what, known in _kept_files(connection, proof):
            if known == sha256:
                return what
    return None


def _kept_files(connection: Connection, proof: Proof) -> list[tuple[Label, str]]:
    files = [(_signed_label(each), each.sha256) for each in proof.signatures]
    for kind in KINDS:
        document = signatures.document(connection, proof.row.id, proof.version, kind)
        files += [(_DOCUMENTS[kind], document.sha256)] if document is not None else []
    original = submissions.get(connection, versions.row_of(connection, proof.row.id, proof.version).submission_id)
    files += (
        [(Label("tệp gốc mà hệ thống đã nhận", "the original that the hub received"), original[0].sha256)]
        if (original is not None)
        else []
    )
    return [*files, (Label("dữ liệu máy đọc được", "the machine-readable report"), proof.version_sha256)]


# --- working it out again --------------------------------------------------------------------------------------------

_DOCUMENTS = {
    "pdf": Label("văn bản PDF", "the PDF document"),
    "xml": Label("văn bản XML", "the XML document"),
}


def _proof(core: Core, connection: Connection, row: FilingRow, number: int, decision_id: str | None) -> Proof:
    try:
        stored = versions.get(connection, row.id, number)
    except KeyError:
        raise NotFound from None
    made = decisions.of_filing(connection, row.id)
    sending = next((each for each in made if each.id == decision_id), None)
    due_at = _due_of(row, made, sending)
    names = accounts.names_of(connection, [stored.row.account_id])
    signed = tuple(signatures.of_version(connection, row.id, number))
    edition = core.catalog.edition(row.edition)
    return Proof(
        row=row, edition=edition, period=Period.parse(row.period), version=number, version_sha256=stored.row.sha256,
        made_at=stored.row.created_at, author=names.get(stored.row.account_id, stored.row.account_id),
        sending=sending, due_at=due_at, on_time=sending.at < due_at if sending is not None else None,
        stands=sending is not None and _stands(row, sending),
        signatures=signed, agreements=tuple(_agreements(connection, edition, row, stored, signed)),
    )  # fmt: skip


def _stands(row: FilingRow, sending: DecisionRow) -> bool:
    """Whether this is the sending that the receiver holds, or whose version was accepted and is being amended."""
    latest = row.sent_version == sending.version and row.last_sent_at == sending.at
    return latest and (row.state in RECEIVED or row.accepted_version == sending.version)


def _due_of(row: FilingRow, made: list[DecisionRow], sending: DecisionRow | None) -> datetime:
    """The deadline this sending is judged by: that of the report, or the one its return set."""
    before = [each for each in made if sending is not None and (each.at, each.id) < (sending.at, sending.id)]
    returned = [each for each in before if each.event == "send_back"]
    return returned[-1].resend_due or row.due_at if returned else row.due_at


def _agreements(
    connection: Connection, edition: Edition, row: FilingRow, stored: StoredVersion, signed: tuple[SignatureRow, ...]
) -> list[Agreement]:
    held = digest(stored.document) == stored.row.sha256 and _is_readable(edition, stored)
    found = [Agreement(Label("Số liệu và thuyết minh", "Figures and narrative"), stored.row.sha256, held)]
    for kind in KINDS:
        document = signatures.document(connection, row.id, stored.row.number, kind)
        if document is not None:
            label = _begun(_DOCUMENTS[kind])
            same = hashlib.sha256(document.content).hexdigest() == document.sha256
            found.append(Agreement(label, document.sha256, same))
    for each in signed:
        content = submissions.content(connection, each.sha256)
        same = hashlib.sha256(content).hexdigest() == each.sha256 and each.version_sha256 == stored.row.sha256
        found.append(Agreement(_begun(_signed_label(each)), each.sha256, same))
    return found


def _is_readable(edition: Edition, stored: StoredVersion) -> bool:
    try:
        from_canonical(edition, stored.document)
    except ValueError:
        return False
    return True


def _signed_label(each: SignatureRow) -> Label:
    return Label(
        f"tệp {each.kind.upper()} do {each.signer} ký", f"the {each.kind.upper()} file signed by {each.signer}"
    )


def _begun(label: Label) -> Label:
    """With a capital at its beginning, as a line of its own."""
    return Label(label.vi[:1].upper() + label.vi[1:], label.en[:1].upper() + label.en[1:])
