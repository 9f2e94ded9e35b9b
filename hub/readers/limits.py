"""Every cap that a reader holds its input to, in one frozen value, so that a test or a setting can lower any."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of the readers (P16, P17). What is over a cap is a finding, never an exception."""

    max_bytes: int = 20 * MIB
    direct_bytes: int = 2 * MIB
    """Documents up to here are read at once; larger ones are first tried in a child process held to its limits.

    A CSV file is read line by line and needs no child: there it is what one line may hold, in characters.
    """
    max_depth: int = 20
    max_reports: int = 5_000
    """Reports in one file: a country's communes (3,321) and room to grow."""
    max_records: int = 20_000
    """Records of one list form, where the form itself allows no fewer."""
    max_values: int = 1_000_000
    """JSON values, XML elements or CSV lines in one file: at this many, reading takes about 300 MB at worst."""
    max_fields: int = 100_000
    """Fields of one posted web form."""
    max_number_characters: int = 64
    """Characters of one number; the largest figure has 18 digits."""
    max_problems: int = 500
    """Findings of one report; the rest are counted in one closing finding."""

    # Workbooks: what the zip directory may say
    max_entries: int = 500
    """Entries of a workbook's zip; a generated one has about 20."""
    max_unpacked: int = 256 * MIB
    """Bytes of all entries unpacked, as declared; what is read is counted again while it is unpacked."""
    max_part: int = 64 * MIB
    """Bytes of one unpacked part that is read."""
    max_ratio: int = 300
    """Unpacked to packed size of one entry above 1 MiB. Sheets reach about 50; deflate's end is 1,032."""

    # Workbooks: what the sheets may hold
    max_sheets: int = 200
    max_sheet_rows: int = 100_000
    max_sheet_columns: int = 1_000
    max_cells: int = 1_500_000
    max_area: int = 5_000_000
    """Rows × columns up to the last cell with a value, of one sheet: what a reader that fills the gaps must hold."""
    max_text: int = 32_767
    """Characters of one cell: Excel's own limit."""
    max_shared_strings: int = 1_000_000
    max_xml_depth: int = 64

    # Workbooks: what may be parsed in this process; the rest goes to a child process
    direct_unpacked: int = 16 * MIB
    direct_cells: int = 60_000
    direct_area: int = 500_000
    direct_text: int = 64 * MIB
    """Cells × bytes of the longest shared text."""

    # The child process
    parse_memory_mb: int = 512
    parse_seconds: int = 10
    """CPU seconds; the clock on the wall may run three times as long."""
    parse_output: int = 64 * MIB


DEFAULT_LIMITS = Limits()
