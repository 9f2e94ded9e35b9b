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
_NUMBER = rb"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?"
_CELL = rb'<c r="%s"(?: s="[0-9]{1,6}")?(?:%s)(?: (?:cm|vm|ph)="[0-9]+")*(?:/>|>(?:%s)?(?:%s|%s)?</c>)'
_ROW = rb'<row r="[1-9][0-9]{0,6}"(?:\s+[A-Za-z0-9:]+="[^"<>]*")*\s*(?:/>|>\s*(?:%s\s*)*+</row>)'


def _grammar(*cells: bytes) -> re.Pattern[bytes]:
    """``sheetData`` with rows of such cells and nothing else."""
    row = _ROW % b"(?:%s)" % b"|".join(cells)
    return re.compile(rb"<sheetData>\s*(?:%s\s*)*+</sheetData>" % row)


_ANY_CELL = _CELL % (_REF, b' t="(?:%s)"|' % _TYPES, _FORMULA, _VALUE, _INLINE)
_NUMBER_CELL = _CELL % (_REF, b' t="n"|', _FORMULA, b"<v>(?:%s)?</v>" % _NUMBER, b"<v/>")
_OTHER_CELL = _CELL % (_REF, b' t="(?:str|s|b|e|inlineStr|d)"', _FORMULA, _VALUE, _INLINE)
_PLAIN = _grammar(_ANY_CELL)
_PLAIN_WITH_NUMBERS = _grammar(_NUMBER_CELL, _OTHER_CELL)
_CELLS = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"[^<>]*?(/>|></c>|>)')
_FORMULAS = re.compile(rb'<c r="(%s)"([^<>]*)>(%s)(%s)?' % (_REF, _FORMULA, _VALUE))
_ERRORS = re.compile(rb'<c r="(%s)"[^<>]*? t="e"[^<>]*>(?:%s)?<v>([^<]*)</v>' % (_REF, _FORMULA))
_NUMBER_CELLS = re.compile(
    rb'<c r="(%s)"(?: s="[0-9]+")?(?: t="n")?(?: [a-z]+="[0-9]+")*>(?:%s)?<v>([^<]*)</v>' % (_REF, _FORMULA)
)
_STYLES = re.compile(rb'<c r="(%s)" s="([0-9]+)"' % _REF)
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]+)"[^<>]*\shidden="(?:1|true)"')
_COLUMN = re.compile(rb"<col\s[^<>]*>")
_SPAN = re.compile(rb'\s(min|max)="([0-9]{1,5})"')
_MERGE = re.compile(rb'<mergeCell ref="(%s)(?::(%s))?"\s*/?>' % (_REF, _REF))
_START = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:<\?xml\s+version=["\']1\.0["\'](?:\s+encoding=["\'](?:utf-8|UTF-8)["\'])?'
    rb'(?:\s+standalone=["\'](?:yes|no)["\'])?\s*\?>)?\s*<[A-Za-z]'
)
_NUMBER_OR_NOTHING = re.compile(rb"(?:%s)?" % _NUMBER)
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
        numbers_hold = _PLAIN_WITH_NUMBERS.fullmatch(part, begin, end) is not None
        if not numbers_hold and _PLAIN.fullmatch(part, begin, end) is None:
            return None
        data = part[begin:end]
        if not _scan_cells(facts, data, percent_styles, numbers_hold):
            return None
        if b"hidden=" in data:
            facts.hidden_rows = {int(number) - 1 for number in _HIDDEN_ROW.findall(data)}
    _scan_columns(facts, part[:begin])
    return facts if _scan_merges(facts, part[end:]) else None


def _scan_cells(facts: SheetFacts, data: bytes, percent_styles: frozenset[bytes], numbers_hold: bool) -> bool:
    """Fill what concerns cells. False if a cell stands twice, out of order, or outside a sheet's 1,048,576 × 16,384."""
    cells = _CELLS.findall(data)
    facts.cells = len(cells)
    if not cells:
        return True
    letters, numbers, ends = zip(*cells, strict=True)
    index = {name: column_index(name.decode()) for name in set(letters)}
    if max(index.values()) >= _COLUMNS:
        return False
    places = map(index.__getitem__, letters)
    keys = [row * _COLUMNS + column for row, column in zip(map(int, numbers), places, strict=True)]
    if not all(map(operator.lt, keys, keys[1:])) or keys[-1] >= (_ROWS + 1) * _COLUMNS:
        return False
    filled = [at for at, end in enumerate(ends) if end == b">"]
    if filled:
        facts.last_row = keys[filled[-1]] // _COLUMNS - 1
        facts.last_column = max(index[name] for name in {letters[at] for at in filled})
    _scan_special(facts, data, percent_styles, numbers_hold)
    return True


def _scan_special(facts: SheetFacts, data: bytes, percent_styles: frozenset[bytes], numbers_hold: bool) -> None:
    """Formulas, error cells, percent formats, and numbers that are none; each only where the bytes hint at one."""
    at = data.find(b"<f")
    while at >= 0:
        match = _FORMULAS.match(data, data.rfind(b"<c ", 0, at))
        if match is not None:
            name, attributes, formula, value = match.groups(b"")
            text = formula[formula.index(b">") + 1 : -4] if formula.endswith(b"</f>") else b""
            has_value = bool(value) and (b't="str"' in attributes or bool(_content(value)))
            facts.formulas[_cell(name)] = Formula(_text(text), has_value)
        at = data.find(b"<f", at + 2)
    if b't="e"' in data:
        facts.errors = {_cell(name): _text(value) for name, value in _ERRORS.findall(data)}
    if percent_styles:
        facts.percents = {_cell(name) for name, style in _STYLES.findall(data) if style in percent_styles}
    if not numbers_hold:
        found = _NUMBER_CELLS.findall(data)
        facts.bad_numbers = {_cell(name) for name, value in found if not _NUMBER_OR_NOTHING.fullmatch(value)}


def _cell(name: bytes) -> Cell:
    return cell_index(name.decode())


def _content(value: bytes) -> bytes:
    """What stands between ``<v>`` and ``</v>``."""
    return value[3:-4] if value != b"<v/>" else b""


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
