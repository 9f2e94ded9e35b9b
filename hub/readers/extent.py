"""About how many reports a file holds, counted quickly: for a per cent to show, never for a judgement."""

from __future__ import annotations

import re

from hub.domain.envelope import Door
from hub.domain.many_layout import FIRST_ROW
from hub.readers.csv import sniff_separator
from hub.readers.guard import Refusal, open_archive
from hub.readers.limits import DEFAULT_LIMITS

_XML_REPORT = re.compile(rb"<(?:[\w.-]+:)?report[\s>/]")
_JSON_REPORT = re.compile(rb'"period"\s*:')


def reports_in(door: Door, content: bytes) -> int:
    """At least 1. Bytes that cannot be read at all count as one report, which is refused."""
    if door == "xml":
        return max(1, sum(1 for _ in _XML_REPORT.finditer(content)))
    if door == "json":
        return max(1, sum(1 for _ in _JSON_REPORT.finditer(content)))
    if door == "csv":
        return _csv_reports(content)
    return _rows_of_first_sheet(content) if door == "xlsx_many" else 1


def _rows_of_first_sheet(content: bytes) -> int:
    try:
        archive = open_archive(content, DEFAULT_LIMITS)
        first = min(name for name in archive.names if name.startswith("xl/worksheets/"))
        return max(1, archive.read(first).count(b"<row ") - FIRST_ROW)
    except (Refusal, ValueError):
        return 1


def _csv_reports(content: bytes) -> int:
    """Changes of unit or period from line to line; a quoted line break may be counted wrong, and does not matter."""
    lines = content.decode("utf-8-sig", "replace").splitlines()
    if not lines:
        return 1
    separator = sniff_separator(lines[0])
    names = [name.strip().strip('"').lower() for name in lines[0].split(separator)]
    places = [names.index(name) for name in ("regime", "unit", "period") if name in names]
    count, last = 0, None
    for line in lines[1:]:
        fields = line.split(separator)
        said = [fields[place] for place in places if place < len(fields)]
        count, last = count + (said != last), said
    return max(1, count)
