"""Findings: what a check says, where, what was found and what is allowed, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from hub.domain.form import Address

Severity = Literal["error", "warning", "note"]
Stage = Literal["file", "identity", "structure", "value", "presence", "rule"]
"""Where a finding arose. ``file``, ``identity``, ``structure`` and ``value`` findings of severity error stop a version
from being made; ``presence`` and ``rule`` errors only stop sending: presence is state, validity is error."""

STOPS_VERSION: frozenset[str] = frozenset({"file", "identity", "structure", "value"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the received bytes: sheet and A1 cell, or line and XML path, or JSON pointer, or form field."""

    sheet: str | None = None
    cell: str | None = None
    line: int | None = None
    path: str | None = None
    pointer: str | None = None
    field: str | None = None

    def describe(self) -> str:
        """A short text a person can follow, e.g. ``F1!D7`` or ``dòng 12, /report/form/record/c03``."""
        if self.sheet is not None and self.cell is not None:
            return f"{self.sheet}!{self.cell}"
        if self.sheet is not None:
            return self.sheet
        if self.line is not None:
            return f"dòng {self.line}" + (f", {self.path or self.field}" if self.path or self.field else "")
        return self.path or self.pointer or self.field or ""

    def as_json(self) -> dict[str, Any]:
        """Only the parts that are known."""
        known = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in known.items() if value is not None}


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check. Through two doors the same fact has the same ``key``; only the places differ."""

    code: str
    severity: Severity
    stage: Stage
    message_vi: str
    message_en: str
    address: Address | None = None
    place: Place = NOWHERE
    found: str | None = None
    expected: str | None = None
    difference: str | None = None
    beta: bool = False

    @property
    def key(self) -> str:
        """Identity across doors and uploads: the code and the address; explanations of warnings hang on it."""
        return f"{self.code}@{self.address}" if self.address is not None else self.code

    def as_json(self) -> dict[str, Any]:
        """The finding as the API shows it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "stage": self.stage,
            "address": str(self.address) if self.address is not None else None,
            "place": self.place.as_json(),
            "found": self.found,
            "expected": self.expected,
            "difference": self.difference,
            "beta": self.beta,
            "message": {"vi": self.message_vi, "en": self.message_en},
            "key": self.key,
        }


def stops_version(findings: list[Finding]) -> bool:
    """True if any finding means that the values could not be read for certain."""
    return any(finding.severity == "error" and finding.stage in STOPS_VERSION for finding in findings)


def stops_sending(findings: list[Finding]) -> bool:
    """True if any finding of severity error remains (R21)."""
    return any(finding.severity == "error" for finding in findings)


def needs_explanation(findings: list[Finding]) -> list[Finding]:
    """The warnings that must be explained before sending (R21); beta rules only tell."""
    return [finding for finding in findings if finding.severity == "warning" and not finding.beta]
