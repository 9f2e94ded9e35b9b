"""Where a value stood in a document: small picklable callables, so that a child process can hand a Reading back."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.domain.findings import Place
from hub.domain.form import Address
from hub.domain.interchange import cell_field, record_field
from hub.readers.document_problems import shown


def pointer_part(name: str) -> str:
    """One escaped part of a JSON pointer, safe to show."""
    return shown(name, 60).replace("~", "~0").replace("/", "~1")


@dataclass(slots=True)
class Places:
    """``numbers[form][i]`` is the number that record ``i + 1`` had in the document; blank records are left out."""

    numbers: dict[str, list[int]] = field(default_factory=dict)

    def record_number(self, address: Address) -> int | None:
        """The number in the document of the record an address names; None for a grid cell or a column's total."""
        if not (address.row.isascii() and address.row.isdigit()):
            return None
        index = int(address.row) - 1
        numbers = self.numbers.get(address.form, [])
        return numbers[index] if 0 <= index < len(numbers) else index + 1

    def __call__(self, address: Address) -> Place:
        raise NotImplementedError


@dataclass(slots=True)
class JsonPlaces(Places):
    """JSON pointers below ``prefix``, which is empty or ``/reports/<n>``."""

    prefix: str = ""

    def __call__(self, address: Address) -> Place:
        form = f"{self.prefix}/forms/{pointer_part(address.form)}"
        number = self.record_number(address)
        if number is not None:
            return Place(pointer=f"{form}/records/{number - 1}/{pointer_part(address.column)}")
        if address.row == "*":
            return Place(pointer=f"{form}/records")
        return Place(pointer=f"{form}/cells/{pointer_part(address.row)}.{pointer_part(address.column)}")


@dataclass(slots=True)
class FormPlaces(Places):
    """Names of web form fields."""

    def __call__(self, address: Address) -> Place:
        number = self.record_number(address)
        if number is not None:
            return Place(field=shown(record_field(address.form, number, address.column)))
        return Place(field=shown(cell_field(address.form, address.row, address.column)))


Layout = tuple[tuple[str, ...], tuple[int, ...]]
"""The columns of a row or record in the order in which they stood, and how many lines after its first each stood."""


@dataclass(slots=True)
class LinePlaces(Places):
    """The lines of rows and records. Those that are laid out alike share one layout: a long list costs little.

    ``lines[(form, row or record number)]``: the line of each column; packed, the first line and the layout.
    """

    lines: dict[tuple[str, str], dict[str, int] | tuple[int, Layout]] = field(default_factory=dict)
    layouts: dict[Layout, Layout] = field(default_factory=dict)

    def opened(self, form: str, row: str) -> dict[str, int]:
        """The lines of a row or record in the order in which its columns stood, to be added to."""
        known = self.lines[form, row] = self.known(form, row)
        return known

    def pack(self, form: str, row: str) -> None:
        """Keep what was opened in little room. It can be opened again."""
        known = self.lines.get((form, row))
        if isinstance(known, dict) and known:
            first = next(iter(known.values()))
            layout: Layout = (tuple(known), tuple([line - first for line in known.values()]))
            self.lines[form, row] = (first, self.layouts.setdefault(layout, layout))

    def known(self, form: str, row: str) -> dict[str, int]:
        """The lines kept of a row or record; empty if there are none."""
        lines = self.lines.get((form, row), {})
        if isinstance(lines, dict):
            return lines
        first, (columns, after) = lines
        return {column: first + further for column, further in zip(columns, after, strict=True)}


@dataclass(slots=True)
class XmlPlaces(LinePlaces):
    """Lines and paths. The column ``""`` is the row or record itself, the row ``""`` the form."""

    prefix: str = "/report"

    def __call__(self, address: Address) -> Place:
        number = self.record_number(address)
        row = address.row if number is None else str(number)
        known = self.known(address.form, row)
        line = known.get(address.column) or known.get("") or self.known(address.form, "").get("")
        form = f"{self.prefix}/form[@code='{shown(address.form, 40)}']"
        part = f"row[@code='{shown(row, 40)}']" if number is None else f"record[{number}]"
        if address.row == "*":
            return Place(line=line, path=form)
        return Place(line=line, path=f"{form}/{part}/{shown(address.column, 40)}")


@dataclass(slots=True)
class CsvPlaces(LinePlaces):
    """Lines alone. What has no line of its own gets its row's first."""

    def __call__(self, address: Address) -> Place:
        number = self.record_number(address)
        known = self.known(address.form, address.row if number is None else str(number))
        line = known.get(address.column) or next(iter(known.values()), None)
        return Place(line=line, field="value" if address.column in known else None)
