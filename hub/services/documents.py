"""A version of a report as documents: the official PDF and the XML that are signed. Made once, the same ever after."""

from __future__ import annotations

import hashlib
from datetime import datetime

from lxml import etree

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.org import NATION, OrgUnit
from hub.domain.period import Period, local_day
from hub.domain.regime import Edition
from hub.domain.signature import Kind
from hub.domain.values import from_canonical
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.seeing import filing_for, version_for
from hub.store import signatures, versions
from hub.store.database import Connection
from hub.store.signatures import DocumentRow
from hub.store.versions import StoredVersion
from hub.writers.official_docx import write_official_docx
from hub.writers.official_pdf import Letterhead, report_data, write_official_pdf
from hub.writers.xml import write_xml

MEDIA_TYPES: dict[Kind, str] = {"pdf": "application/pdf", "xml": "application/xml"}


def document(
    core: Core, actor: Actor, filing_id: str, kind: Kind, now: datetime, version: int | None = None
) -> DocumentRow:  # fmt: skip
    """A version (the latest, unless said) as a document. NotFound if there is no such version for this actor."""
    with core.database.read() as connection:
        row, number = version_for(core, connection, actor, filing_id, version, now)
        found = signatures.document(connection, row.id, number, kind)
        if found is not None:
            return found
        content = _made(core, connection, row, number, kind)
    fresh = DocumentRow(row.id, number, kind, hashlib.sha256(content).hexdigest(), content, now)
    with core.database.write() as connection:
        signatures.keep_document(connection, fresh)
        kept = signatures.document(connection, row.id, number, kind)
    assert kept is not None
    return kept


def file_name(core: Core, actor: Actor, filing_id: str, version: int, now: datetime) -> str:
    """What a document of a version is called, without its ending: as the workbook is. NotFound if it is not seen."""
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
    return f"{row.regime}_{row.unit_id}_{row.period}_v{version}"


def word(
    core: Core, actor: Actor, filing_id: str, now: datetime, version: int | None = None
) -> tuple[int, bytes]:  # fmt: skip
    """A version (the latest, unless said) as a plain Word file: its number and the bytes. Made anew each time."""
    with core.database.read() as connection:
        row, number = version_for(core, connection, actor, filing_id, version, now)
        try:
            stored = versions.get(connection, row.id, number)
        except KeyError:
            raise NotFound from None
    edition = core.catalog.edition(row.edition)
    values = from_canonical(edition, stored.document)
    letterhead = letterhead_of(core, row, edition, stored)
    return stored.row.number, write_official_docx(
        report_data(letterhead, edition, edition.forms_for(row.frequency), values)
    )


def _made(core: Core, connection: Connection, row: FilingRow, number: int, kind: Kind) -> bytes:
    try:
        stored = versions.get(connection, row.id, number)
    except KeyError:
        raise NotFound from None
    edition = core.catalog.edition(row.edition)
    return _pdf(core, row, edition, stored) if kind == "pdf" else _xml(row, edition, stored)


def _pdf(core: Core, row: FilingRow, edition: Edition, stored: StoredVersion) -> bytes:
    from hub.writers.signable import ready_for_signatures  # pyHanko comes with it: 20 MiB, loaded with the first PDF

    forms = edition.forms_for(row.frequency)
    letterhead = letterhead_of(core, row, edition, stored)
    return ready_for_signatures(
        write_official_pdf(letterhead, edition, forms, from_canonical(edition, stored.document), stored.document)
    )


def _xml(row: FilingRow, edition: Edition, stored: StoredVersion) -> bytes:
    """The report as the XML door reads it, with what it is pinned to: edition, version and their hashes."""
    values = from_canonical(edition, stored.document)
    root = etree.fromstring(write_xml(edition, row.unit_id, row.period, row.scope, values))
    root.set("filing", row.id)
    root.set("version", str(stored.row.number))
    root.set("version_sha256", stored.row.sha256)
    root.set("edition_sha256", edition.sha256)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def letterhead_of(core: Core, row: FilingRow, edition: Edition, stored: StoredVersion) -> Letterhead:
    """What stands around the report on paper: bodies, place, date and what it is pinned to."""
    unit, receiver = core.orgs.get(row.unit_id), core.orgs.units.get(row.receiver_id)
    heading = _heading(edition, row, unit)
    above = core.orgs.parent(unit.id, row.window_end)
    path = f"/filings/{row.id}/proof?version={stored.row.number}"
    return Letterhead(
        superior=above.name.vi if above is not None and above.id != NATION else "",
        heading=heading,
        body=_in_a_sentence(heading),
        place=_place(unit),
        day=local_day(stored.row.created_at),
        receiver=receiver.name.vi if receiver is not None else edition.receiver.vi,
        period=Period.parse(row.period).label.vi,
        basis=edition.legal_basis.text,
        filing_id=row.id,
        version=stored.row.number,
        version_sha256=stored.row.sha256,
        link=address_of(core, path) or f"{row.id} phiên bản {stored.row.number} SHA-256 {stored.row.sha256}",
        demonstration=core.config.demonstration,
    )


def address_of(core: Core, path: str) -> str:
    """The full address of a page of this hub; empty where nobody has set at which address it is reached."""
    return core.config.base_url.rstrip("/") + path if core.config.base_url else ""


def _heading(edition: Edition, row: FilingRow, unit: OrgUnit) -> tuple[str, ...]:
    """The issuing body in lines: the office that reports for the unit, else its people's committee, or the ministry."""
    reporter = next((each for each in edition.reporters if each.level == row.level), None)
    if reporter is not None and reporter.office is not None:
        return reporter.office.vi, unit.name.vi
    return ("Ủy ban nhân dân", unit.name.vi) if row.level in {"commune", "province"} else (unit.name.vi,)


_KINDS_OF_PLACE = ("Thành phố ", "Tỉnh ", "Phường ", "Xã ", "Đặc khu ")


def _in_a_sentence(heading: tuple[str, ...]) -> str:
    """The issuing body on one line: “Ủy ban nhân dân xã …”, the kind of place in small letters after another word."""
    *before, name = heading
    if before and name.startswith(_KINDS_OF_PLACE):
        name = name[0].lower() + name[1:]
    return " ".join((*before, name))


def _place(unit: OrgUnit) -> str:
    """The name of the place without what kind of place it is; ministries sit in Hà Nội."""
    if unit.level not in {"commune", "province"}:
        return "Hà Nội"
    name = unit.name.vi
    found = next((kind for kind in _KINDS_OF_PLACE if name.casefold().startswith(kind.casefold())), "")
    return name[len(found) :]
