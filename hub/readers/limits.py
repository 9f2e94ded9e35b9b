"""Every cap that a reader holds its input to, in one frozen value, so that a test or a setting can lower any."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of the readers (P16, P17). What is over a cap is a finding, never an exception."""

    max_bytes: int = 20 * MIB
    max_depth: int = 20
    max_reports: int = 5_000
    """Reports in one file: a country's communes (3,321) and room to grow."""
    max_records: int = 20_000
    """Records of one list form, where the form itself allows no fewer."""
    max_values: int = 2_000_000
    """JSON values, XML elements or CSV cells in one file."""
    max_fields: int = 100_000
    """Fields of one posted web form."""
    max_number_characters: int = 64
    """Characters of one number; the largest figure has 18 digits."""
    max_problems: int = 500
    """Findings of one report; the rest are counted in one closing finding."""


DEFAULT_LIMITS = Limits()
