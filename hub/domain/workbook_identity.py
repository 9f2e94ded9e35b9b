"""Which filing a workbook is for: what its custom properties say and, once more, a locked cell of each sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from hub.domain.envelope import Identity
from hub.domain.sheet_layout import LAYOUT_VERSION

PREFIX = "hub_"
_MARK = "HUB"
_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class WorkbookIdentity:
    """The edition with its hash, the unit, the period, the scope, and the version of the layout."""

    regime: str
    edition: str
    edition_sha256: str
    unit: str
    period: str
    scope: str
    layout: str = LAYOUT_VERSION

    @classmethod
    def from_properties(cls, properties: Mapping[str, str]) -> WorkbookIdentity | None:
        """The identity in a workbook's custom properties; None if any part is missing."""
        parts = {field.name: properties.get(PREFIX + field.name, "") for field in fields(cls)}
        return cls(**parts) if all(parts.values()) else None

    @classmethod
    def from_cell(cls, text: str) -> tuple[WorkbookIdentity, str] | None:
        """(identity, sheet) of an identity cell's text; None if the text is none."""
        parts = text.strip().split(_SEPARATOR)
        if len(parts) != len(fields(cls)) + 2 or parts[0] != _MARK:
            return None
        return cls(*parts[1:-1]), parts[-1]

    def properties(self) -> dict[str, str]:
        """The custom properties: ``hub_regime`` and so on."""
        return {PREFIX + field.name: getattr(self, field.name) for field in fields(self)}

    def cell_text(self, sheet: str) -> str:
        """What the identity cell of a sheet holds."""
        return _SEPARATOR.join([_MARK, *(getattr(self, field.name) for field in fields(self)), sheet])

    @property
    def identity(self) -> Identity:
        return Identity(self.regime, self.edition, self.unit, self.period, self.scope)
