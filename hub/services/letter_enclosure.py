"""What goes along with a letter that tells of an edition: its file, where the operator allows it and it is small.

Whether the subscriber may still have it is looked at when the letter goes out, which may be days after it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.services.core import Core
from hub.services.deliveries import may_still_have
from hub.services.edition_files import file_in
from hub.store import deliveries, publications


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file in a letter."""

    name: str
    media_type: str
    content: bytes


class NotTheirsAnyMore(Exception):
    """The letter tells of an edition that its reader may not have any more: it does not go out."""


def enclosure_of(core: Core, mail_id: str, now: datetime) -> Enclosure | None:
    """The file that goes along, if any. NotTheirsAnyMore where the letter itself must not go."""
    with core.database.read() as connection:
        delivery = deliveries.of_letter(connection, mail_id)
        if delivery is None:
            return None
        if not may_still_have(core, connection, delivery, now):
            raise NotTheirsAnyMore
        if not core.config.mail_attachment_bytes:
            return None
        found = publications.get(connection, delivery.publication_id)
        file = file_in(core, connection, found[0], delivery.format) if found is not None else None
    if file is None or len(file.content) > core.config.mail_attachment_bytes:
        return None
    return Enclosure(file.name, file.media_type, file.content)
