"""The narrative as a Word file: written for a filing, and taken in over the figures that the latest version holds."""

from __future__ import annotations

from datetime import datetime

from hub.domain.access import Actor
from hub.domain.envelope import Reading
from hub.domain.filing import FilingRow
from hub.domain.regime import Edition
from hub.domain.values import from_canonical
from hub.errors import NotFound
from hub.readers.again import reading_of
from hub.services.core import Core
from hub.services.filings import open_one
from hub.store import versions
from hub.store.database import Connection
from hub.writers.outline_word import write_outline_word


def word_file(core: Core, actor: Actor, filing_id: str, now: datetime) -> tuple[str, bytes]:
    """The Word file for this unit and period with the latest version's texts: file name and bytes.

    NotFound where the edition asks for no narrative.
    """
    view = open_one(core, actor, filing_id, now)
    if not view.edition.outline:
        raise NotFound
    row = view.row
    content = write_outline_word(
        view.edition, row.unit_id, view.unit.name.vi, row.period, row.scope, view.values.outline,
        demonstration=core.config.demonstration,
    )  # fmt: skip
    return f"{row.regime}_{row.unit_id}_{row.period}.docx", content


def over_latest(connection: Connection, row: FilingRow, edition: Edition, reading: Reading) -> int | None:
    """A Reading of the outline alone gets the forms of the latest version, so that no figure is lost by it.

    The number of that version (0 for none), over which the new one must be made; None for every other Reading.
    """
    if not reading.only_outline:
        return None
    if row.version is not None:
        stored = versions.get(connection, row.id, row.version)
        reading.forms = reading_of(edition, from_canonical(edition, stored.document)).forms
    return row.version or 0
