"""From which reports a roll-up was built, and which were missing or excluded (R27-R29)."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, NamedTuple

from hub.domain.parts import Parts
from hub.domain.rollup import Vector, unpack_vector


class Part(NamedTuple):
    """A report that is in a roll-up: its very version."""

    filing_id: str
    unit_id: str
    version: int
    sha256: str


class Absent(NamedTuple):
    """A report that is not in it: the state it was in, or why its unit was excluded."""

    filing_id: str
    unit_id: str
    why: str


@dataclass(frozen=True)
class Lineage:
    """Everything a roll-up was built from, in the order of the unit tree, and the figures that came of it.

    ``functions``: how each figure of the edition was brought together. Whoever builds again from the same versions
    gets the same ``vector``.
    """

    parts: tuple[Part, ...]
    missing: tuple[Absent, ...]
    excluded: tuple[Absent, ...]
    functions: tuple[str, ...]
    vector: Vector
    account_id: str

    @property
    def obliged(self) -> int:
        """How many units should be in it; excluded ones are none of them (R28)."""
        return len(self.parts) + len(self.missing)

    @property
    def summary(self) -> Parts:
        return Parts(self.vector, len(self.parts), self.obliged)

    def same_sources(self, other: Lineage) -> bool:
        """True if both were built from the same versions, with the same units missing and excluded."""
        mine, others = ((each.parts, _units(each.missing), each.excluded) for each in (self, other))
        return mine == others

    def packed(self) -> bytes:
        """As stored: compressed JSON."""
        content = {
            "parts": self.parts, "missing": self.missing, "excluded": self.excluded, "functions": self.functions,
            "vector": [b64encode(each).decode() for each in self.vector.packed()], "account": self.account_id,
        }  # fmt: skip
        return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())

    @staticmethod
    def unpacked(content: bytes) -> Lineage:
        """What :meth:`packed` wrote."""
        data: dict[str, Any] = json.loads(zlib.decompress(content))
        return Lineage(
            tuple(Part(*each) for each in data["parts"]),
            tuple(Absent(*each) for each in data["missing"]),
            tuple(Absent(*each) for each in data["excluded"]),
            tuple(data["functions"]),
            unpack_vector(*(b64decode(each) for each in data["vector"])),
            data["account"],
        )


def _units(absent: tuple[Absent, ...]) -> tuple[str, ...]:
    return tuple(each.unit_id for each in absent)
