"""What a sheet's XML holds beside its values, found in one pass over bytes whose form is proved, not hoped for.

The whole of ``sheetData`` must match one grammar (rows of named cells, each with at most a formula and a value); only
then do the findings of the expressions below mean what they say. Anything else is "not plain" and goes to
:mod:`hub.readers.plain_xml` first.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass, field
from html import unescape

from hub.domain.sheet_layout import cell_index, cell_name, column_index
from hub.readers.guard import Refusal
from hub.readers.limits import Limits

_REF = rb"[A-Z]{1,3}[1-9][0-9]{0,6}"
_FORMULA = rb"<f(?:\s[^<>]*?)?(?:/>|>[^<]*</f>)"
_VALUE = rb"<v>[^<]*</v>|<v/>"
_INLINE = rb'<is><t(?: xml:space="preserve")?>[^<]*</t></is>'
_TYPES = rb"n|str|s|b|e|inlineStr|d"
_CELL_START = rb'<c r="%s"(?: s="[0-9]{1,6}")?(?: t="(?:%s)")?(?: (?:cm|vm|ph)="[0-9]+")*'
_CELL = (_CELL_START + rb"(?:/>|>(?:%s)?(?:%s|%s)?</c>)") % (_REF, _TYPES, _FORMULA, _VALUE, _INLINE)
_ROW = rb'<row r="[1-9][0-9]{0,6}"(?:\s+[A-Za-z0-9:]+="[^"<>]*")*\s*(?:/>|>\s*(?:%s\s*)*+</row>)' % _CELL
_SHEET_DATA = re.compile(rb"<sheetData>\s*(?:%s\s*)*+</sheetData>" % _ROW)
_CELLS = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="(%s)")?[^<>]*>(%s)?(%s)?(%s)?'
    % (_TYPES, _FORMULA, _VALUE, _INLINE)
)
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]+)"[^<>]*\shidden="(?:1|true)"')
_COLUMN = re.compile(rb"<col\s[^<>]*>")
_SPAN = re.compile(rb'\s(min|max)="([0-9]{1,5})"')
_MERGE = re.compile(rb'<mergeCell ref="(%s)(?::(%s))?"\s*/?>' % (_REF, _REF))
_START = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:<\?xml\s+version=["\']1\.0["\'](?:\s+encoding=["\'](?:utf-8|UTF-8)["\'])?[^<>?]*\?>)?\s*<'
)
_NUMBERS = re.compile(rb"(?:-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?\n)*")
_COLUMNS = 1 << 14
_ROWS = 1 << 20

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell's formula as stored (empty for a copy of a shared one), and whether its result is stored beside it."""

    text: str
    has_value: bool


@dataclass(slots=True)
class SheetFacts:
    """Rows and columns count from 0. ``last_row`` and ``last_column``: how far cells with content reach; -1: none."""

    cells: int = 0
    last_row: int = -1
    last_column: int = -1
    errors: dict[Cell, str] = field(default_factory=dict)
    formulas: dict[Cell, Formula] = field(default_factory=dict)
    bad_numbers: set[Cell] = field(default_factory=set)
    percents: set[Cell] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)

    @property
    def area(self) -> int:
        """Cells from A1 to the last one with content, gaps included."""
        return (self.last_row + 1) * (self.last_column + 1)


def is_plain(part: bytes) -> bool:
    """UTF-8 XML without comments, CDATA, DOCTYPE or processing instructions, so that every ``<`` begins a tag."""
    return (
        _START.match(part) is not None
        and b"<!" not in part
        and part.count(b"<?") == part.startswith((b"<?", b"\xef\xbb\xbf<?"))
    )


def scan_sheet(part: bytes, limits: Limits, percent_styles: frozenset[bytes]) -> SheetFacts | None:
    """The facts of a plain sheet; None if it is not plain. Refusal if it holds more than the limits allow."""
    begin, end = part.find(b"<sheetData"), part.rfind(b"</sheetData>")
    if not is_plain(part) or begin < 0 or part.count(b"<sheetData") != 1 or part.find(b"<worksheet", 0, begin) < 0:
        return None
    facts = SheetFacts()
    if end < 0:
        empty = re.compile(rb"<sheetData\s*/>").match(part, begin)
        end = empty.end() if empty else -1
        if not empty:
            return None
    else:
        end += len(b"</sheetData>")
        if part.count(b"<c ", begin, end) > limits.max_cells:
            raise Refusal("too_many_cells")
        if _SHEET_DATA.fullmatch(part, begin, end) is None:
            return None
        data = part[begin:end]
        if not _scan_cells(facts, data, percent_styles):
            return None
        if b"hidden=" in data:
            facts.hidden_rows = {int(number) - 1 for number in _HIDDEN_ROW.findall(data)}
    _scan_columns(facts, part[:begin])
    return facts if _scan_merges(facts, part[end:]) else None


def _scan_cells(facts: SheetFacts, data: bytes, percent_styles: frozenset[bytes]) -> bool:
    """Fill what concerns cells. False if a cell stands twice, out of order, or outside a sheet's 1,048,576 × 16,384."""
    cells = _CELLS.findall(data)
    facts.cells = len(cells)
    if not cells:
        return True
    letters, numbers, styles, types, formulas, values, inlines = zip(*cells, strict=True)
    index = {name: column_index(name.decode()) for name in set(letters)}
    if max(index.values()) >= _COLUMNS:
        return False
    keys = [(int(number) - 1) * _COLUMNS + index[name] for number, name in zip(numbers, letters, strict=True)]
    if not all(map(operator.lt, keys, keys[1:])) or keys[-1] >= _ROWS * _COLUMNS:
        return False
    filled = [key for key, f, v, i in zip(keys, formulas, values, inlines, strict=True) if f or v or i]
    if filled:
        facts.last_row = filled[-1] // _COLUMNS
        facts.last_column = max([key % _COLUMNS for key in filled])
    _scan_odd_cells(facts, keys, types, formulas, values)
    if percent_styles and not percent_styles.isdisjoint(styles):
        facts.percents = {divmod(key, _COLUMNS) for key, s in zip(keys, styles, strict=True) if s in percent_styles}
    return True


def _scan_odd_cells(
    facts: SheetFacts, keys: list[int], types: tuple[bytes, ...], formulas: tuple[bytes, ...], values: tuple[bytes, ...]
) -> None:
    """Error cells, formulas, and numbers that are none."""
    plain = [v[3:-4] for v, t in zip(values, types, strict=True) if v and (not t or t == b"n") and v != b"<v/>"]
    numbers_hold = _NUMBERS.fullmatch(b"\n".join([*plain, b""])) is not None
    if numbers_hold and not any(formulas) and b"e" not in types:
        return
    for key, t, f, v in zip(keys, types, formulas, values, strict=True):
        cell = divmod(key, _COLUMNS)
        content = v[3:-4] if v != b"<v/>" else b""
        if f:
            text = f[f.index(b">") + 1 : -4] if f.endswith(b"</f>") else b""
            facts.formulas[cell] = Formula(_text(text), bool(v) and (t == b"str" or bool(content)))
        if t == b"e":
            facts.errors[cell] = _text(content)
        elif not numbers_hold and content and t in (b"", b"n") and not _NUMBERS.fullmatch(content + b"\n"):
            facts.bad_numbers.add(cell)


def _text(content: bytes) -> str:
    return unescape(content.decode("utf-8", "replace"))


def _scan_columns(facts: SheetFacts, head: bytes) -> None:
    if b"hidden=" not in head:
        return
    for column in _COLUMN.findall(head):
        if b' hidden="1"' in column or b' hidden="true"' in column:
            span = dict(_SPAN.findall(column))
            facts.hidden_columns.append((int(span.get(b"min", 1)) - 1, int(span.get(b"max", 1)) - 1))


def _scan_merges(facts: SheetFacts, tail: bytes) -> bool:
    """False if there are merges that the expression does not understand."""
    found = _MERGE.findall(tail)
    if len(found) != tail.count(b"<mergeCell "):
        return False
    for first, last in found:
        top, left = cell_index(first.decode())
        bottom, right = cell_index((last or first).decode())
        facts.merges.append((top, left, bottom, right))
    return True


def check_extent(facts: SheetFacts, sheet: str, limits: Limits) -> None:
    """Refusal if cells with content reach further than a reader that fills the gaps can bear."""
    too_far = facts.last_row >= limits.max_sheet_rows or facts.last_column >= limits.max_sheet_columns
    if too_far or facts.area > limits.max_area:
        raise Refusal("cell_too_far", sheet=sheet, cell=cell_name(facts.last_row, facts.last_column))
