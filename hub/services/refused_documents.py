"""The refused reports of a document of many, in a document of the same kind with the reasons, to be corrected in it.

Each writer goes through the received document once more, copies the refused reports as they stand, and holds one report
at a time. ``refused`` gives their numbers in the document, from 1 and rising, with their findings.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import IO, Any

from lxml import etree

from hub.domain.findings import Finding
from hub.domain.interchange import CSV_IDENTITY, REASON_HEADER, REASONS_KEY, XML_NAMESPACE, neutralise
from hub.readers.csv import sniff_separator
from hub.readers.xml_text import PARSER_OPTIONS

Refused = Iterable[tuple[int, tuple[Finding, ...]]]
Writer = Callable[[bytes, Refused, IO[bytes]], None]

_REPORTS = re.compile(r'\s*\{\s*"reports"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_OLD_REASONS = re.compile(rf'\{{\s*"{REASONS_KEY}"\s*:\s*')
_UNSAFE = re.compile(r"-(?=-)|-$|[\x00-\x08\x0b\x0c\x0e-\x1f]")


def reasons(findings: Iterable[Finding]) -> list[tuple[str, str, str, str, str]]:
    """What stands under ``REASON_HEADER``, a line an error; all findings if none is an error."""
    findings = list(findings)
    told = [finding for finding in findings if finding.severity == "error"] or findings
    return [
        (each.message_vi, each.message_en, each.place.describe(), each.found or "", each.expected or "")
        for each in told
    ]


# --- XML -------------------------------------------------------------------------------------------------------------


def write_xml(content: bytes, refused: Refused, out: IO[bytes]) -> None:
    """``<reports>`` with the refused ones, the reasons in a comment before each."""
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<reports xmlns="{XML_NAMESPACE}">\n'.encode())
    wanted = _Wanted(refused)
    for number, report in enumerate(_xml_reports(content), 1):
        if (findings := wanted.of(number)) is not None:
            for line in reasons(findings):
                said = " | ".join(part for part in line if part)
                out.write(f"<!-- {_UNSAFE.sub('- ', said)} -->\n".encode())
            out.write(etree.tostring(report, encoding="utf-8", with_tail=False))
            out.write(b"\n")
    out.write(b"</reports>\n")


def _xml_reports(content: bytes) -> Iterator[Any]:
    """The elements that the reader takes for reports: the root, or what stands in ``<reports>``."""
    options = {name: value for name, value in PARSER_OPTIONS.items() if name != "encoding"}
    depth, level = 0, 1
    for event, element in etree.iterparse(io.BytesIO(content), events=("start", "end"), **options):
        if event == "start":
            depth += 1
            if depth == 1 and etree.QName(element).localname == "reports":
                level = 2
            continue
        if depth == level:
            yield element
            parent = element.getparent()
            while parent is not None and len(parent) > 1:
                del parent[0]
            element.clear()
        depth -= 1


# --- JSON ------------------------------------------------------------------------------------------------------------


def write_json(content: bytes, refused: Refused, out: IO[bytes]) -> None:
    """``{"reports": […]}`` with the refused ones, each with its reasons under ``REASONS_KEY``, digit for digit."""
    wanted, between = _Wanted(refused), b'{"reports": [\n'
    for number, text in enumerate(_json_reports(content.decode("utf-8-sig")), 1):
        if (findings := wanted.of(number)) is not None:
            out.write(between + _with_reasons(text, findings).encode())
            between = b",\n"
    out.write((b"" if between == b",\n" else between) + b"\n]}\n")


def _json_reports(text: str) -> Iterator[str]:
    start = _REPORTS.match(text)
    if start is None:
        yield text.strip()
        return
    decoder, at = json.JSONDecoder(), start.end()
    while True:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        if at >= len(text) or text[at] == "]":
            return
        _, end = decoder.raw_decode(text, at)
        yield text[at:end]
        at = end


def _with_reasons(text: str, findings: tuple[Finding, ...]) -> str:
    if not text.startswith("{"):
        return text
    if (old := _OLD_REASONS.match(text)) is not None:  # the file of an earlier round
        _, end = json.JSONDecoder().raw_decode(text, old.end())
        between = _BETWEEN.match(text, end)
        text = "{" + text[between.end() if between else end :]
    told = [dict(zip(REASON_HEADER, line, strict=True)) for line in reasons(findings)]
    rest = text[1:].lstrip()
    comma = "" if rest.startswith("}") else ", "
    return f'{{"{REASONS_KEY}": {json.dumps(told, ensure_ascii=False)}{comma}{rest}'


# --- CSV -------------------------------------------------------------------------------------------------------------


def write_csv(content: bytes, refused: Refused, out: IO[bytes]) -> None:
    """The same header with the columns of reasons; a reason stands in the line it is about, else in the first line."""
    text = content.decode("utf-8-sig")
    separator = sniff_separator(text)
    lines = _csv_lines(text, separator)
    _, header = next(lines)
    names = [name.strip().lower() for name in header]
    own = [index for index, name in enumerate(names) if name not in {each.lower() for each in REASON_HEADER}]
    target = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(target, delimiter=separator, lineterminator="\r\n")
    writer.writerow([header[index] for index in own] + list(REASON_HEADER))
    wanted = _Wanted(refused)
    for number, (_, report) in enumerate(groupby(lines, key=_Naming(names)), 1):
        if (findings := wanted.of(number)) is not None:
            _write_report(writer, report, own, findings)
    target.detach()


def _write_report(writer: Any, report: Iterator[tuple[int, list[str]]], own: list[int], findings: Any) -> None:
    lines = list(report)
    here: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    numbers = {number for number, _ in lines}
    for finding in findings if any(each.severity == "error" for each in findings) else ():
        if finding.severity == "error":
            line = finding.place.line if finding.place.line in numbers else lines[0][0]
            here[line] += reasons([finding])
    for number, fields in lines:
        said = ["; ".join(dict.fromkeys(part for part in parts if part)) for parts in zip(*here[number], strict=True)]
        kept = [fields[index] if index < len(fields) else "" for index in own]
        writer.writerow(kept + [neutralise(part) for part in said or [""] * len(REASON_HEADER)])


def _csv_lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    for fields in reader:
        if "".join(fields).strip():
            yield start, fields
        start = reader.line_num + 1


class _Naming:
    """Which report a line belongs to, as the reader sees it: a line of another length belongs to the one before."""

    def __init__(self, names: list[str]) -> None:
        self.width = len(names)
        self.places = [names.index(name) for name in CSV_IDENTITY if name in names]
        self.last: tuple[str, ...] = ()

    def __call__(self, line: tuple[int, list[str]]) -> tuple[str, ...]:
        fields = line[1]
        if len(fields) == self.width or not any(self.last):
            self.last = tuple(fields[place].strip() if place < len(fields) else "" for place in self.places)
        return self.last


class _Wanted:
    """The findings of the refused reports, asked for by rising number."""

    def __init__(self, refused: Refused) -> None:
        self.rest = iter(refused)
        self.next = next(self.rest, None)

    def of(self, number: int) -> tuple[Finding, ...] | None:
        """None if the report of that number was not refused."""
        if self.next is None or self.next[0] != number:
            return None
        findings = self.next[1]
        self.next = next(self.rest, None)
        return findings


WRITERS: dict[str, tuple[Writer, str]] = {
    "xml": (write_xml, "application/xml"), "json": (write_json, "application/json"), "csv": (write_csv, "text/csv"),
}  # fmt: skip
"""Door → writer and media type."""


def write_list(refused: Iterable[tuple[str, tuple[Finding, ...]]], out: IO[bytes]) -> None:
    """CSV: one line a reason, for what cannot be given back in its own kind."""
    target = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["Báo cáo / Report", *REASON_HEADER])
    for name, findings in refused:
        for line in reasons(findings):
            writer.writerow([neutralise(part) for part in (name, *line)])
    target.detach()
