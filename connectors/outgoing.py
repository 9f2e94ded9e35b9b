"""What every connector that delivers is: one file that hands issued editions to one kind of outside system.

It decides nothing about who may have what. ``hub.services.deliveries`` gives it a parcel, tries again later where it
says that the other side is away, and gives up where it says that the parcel is refused. Handing the same parcel over
again is harmless: the other side knows it by its key. To add one: write a class with these members in a new file here
and name it in ``hub.services.delivery_targets``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file of an edition for one subscriber. ``key`` is the same however often it is handed over (ASCII)."""

    key: str
    name: str
    media_type: str
    content: bytes
    sha256: str
    about: dict[str, str]
    """What it is, for whoever receives it: report, period, edition, moment, hash of the manifest."""


class OutgoingConnector(Protocol):
    """``name`` is what subscriptions call it."""

    name: str

    def deliver(self, parcel: Parcel) -> None:
        """The parcel is there. TargetAway if the other side cannot take it now, ParcelRefused if it never will."""


class TargetAway(Exception):
    """The other side is down, slow or not what it should be: all that waits for it is tried later."""


class ParcelRefused(Exception):
    """The other side answered and does not take this parcel; asking again would not help."""
