"""Cell styles: a marked cell gets its own style with another fill, and nothing else of it changes.

Every fill, font, border and style is looked for before it is made, so a second round adds nothing. Marks are known
again by their fills, as they were written or as LibreOffice flattens them.
"""

from __future__ import annotations

import copy
import re
from functools import cached_property
from typing import Any

from lxml import etree

from hub.writers.marked_workbook.contents import Unmarkable
from hub.writers.marked_workbook.package import BROKEN, local, parsed
from hub.writers.marked_workbook.sheet_map import MAIN, MAIN_MAP

_SECTIONS = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
_MOST_STYLES = 64_000
"""Excel's own limit of cell styles is 65,490."""
_LOOKS: dict[str, tuple[str, str, str]] = {
    "error": ("lightUp", "D9655F", "FBD3CF"),
    "missing": ("lightGray", "D6B400", "FFF3A3"),
    "warning": ("lightHorizontal", "DE9B1F", "FFE2AE"),
    "note": ("gray125", "5B8DB8", "DCE9F5"),
}
"""Pattern, its colour and the ground: colour is never the only mark."""
_DENSITY = {"lightUp": 0x20, "lightGray": 0x20, "lightHorizontal": 0x20, "gray125": 0x10}
"""How much of the pattern's colour LibreOffice mixes in when it flattens a pattern, of 128."""
_FILL_TAGS = frozenset({"patternFill", "gradientFill", "fgColor", "bgColor", "stop", "color"})
_PLAIN = re.compile(r"[A-Za-z0-9.+-]{1,40}", re.ASCII)
_BLANK = f"""<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>
</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1">
<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0"
 fillId="0" borderId="0" xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>
</cellStyles></styleSheet>""".encode()


def blank_styles() -> bytes:
    """The styles of a workbook that has none."""
    return _BLANK


def _flattened(pattern: str, front: str, ground: str) -> str:
    """The one colour that LibreOffice makes of a pattern: it mixes in whole numbers, cutting fractions off."""
    pairs = [(int(front[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (0, 2, 4)]
    return "".join(f"{below + int((above - below) * _DENSITY[pattern] / 0x80):02X}" for above, below in pairs)


_SIGNATURES = set(_LOOKS.values())
_FLAT = {_flattened(*look) for look in _LOOKS.values()}


_DEFAULTS = dict.fromkeys(("numFmtId", "fontId", "fillId", "borderId", "xfId"), "0")


def _key(element: Any) -> Any:
    """What two equal elements have in common, whatever the order of their attributes and what they leave unsaid."""
    name = local(element)
    said = {key: value for key, value in element.attrib.items() if key not in {"count", "applyFill"}}
    if name == "xf":
        said = _DEFAULTS | said
    return name, tuple(sorted(said.items())), tuple(_key(child) for child in element if isinstance(child.tag, str))


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class StyleBook:
    """``styles.xml`` under change. ``changed`` says whether anything was added."""

    def __init__(self, root: Any) -> None:
        if root.tag != _tag("styleSheet"):
            raise Unmarkable(*BROKEN)
        self.root = root
        self.changed = False
        blank = parsed(_BLANK)
        for name in ("fonts", "fills", "borders", "cellXfs"):
            if self._section(name) is None:
                self._insert(copy.deepcopy(blank.find(_tag(name))))

    def _section(self, name: str) -> Any:
        return self.root.find(_tag(name))

    def _insert(self, section: Any) -> None:
        rank = _SECTIONS.index(local(section))
        later = [each for each in self.root if local(each) in _SECTIONS[rank + 1 :]]
        if later:
            later[0].addprevious(section)
        else:
            self.root.append(section)
        self.changed = True

    @cached_property
    def _known(self) -> dict[str, dict[Any, int]]:
        """Section → key → the first place where such an element stands."""
        known: dict[str, dict[Any, int]] = {}
        for name in ("fonts", "fills", "borders", "cellXfs"):
            places: dict[Any, int] = {}
            for index, element in enumerate(self._items(name)):
                places.setdefault(_key(element), index)
            known[name] = places
        return known

    def _items(self, name: str) -> list[Any]:
        return [each for each in self._section(name) if isinstance(each.tag, str)]

    def add(self, name: str, element: Any) -> int:
        """The number of such a font, fill, border or cell style, which is made if there is none."""
        key = _key(element)
        found = self._known[name].get(key)
        if found is not None:
            return found
        section = self._section(name)
        index = len(self._items(name))
        section.append(element)
        section.set("count", str(index + 1))
        self._known[name][key] = index
        self.changed = True
        return index

    @cached_property
    def _cell_styles(self) -> list[Any]:
        return self._items("cellXfs")

    def _cell_style(self, index: int) -> Any:
        if index >= len(self._cell_styles):
            raise Unmarkable(*BROKEN)
        return self._cell_styles[index]

    def with_fill(self, style: int, fill: Any) -> int:
        """The style that differs from this one in its fill alone; the style itself where there are too many."""
        number = self.add("fills", fill)
        base = self._cell_style(style)
        if base.get("fillId", "0") == str(number) or len(self._cell_styles) >= _MOST_STYLES:
            return style
        changed = copy.deepcopy(base)
        changed.tail = None
        changed.set("fillId", str(number))
        changed.set("applyFill", "1")
        return self.add_style(changed)

    def add_style(self, xf: Any) -> int:
        before = len(self._cell_styles)
        index = self.add("cellXfs", xf)
        if index == before:
            self._cell_styles.append(xf)
        return index

    # -- marks -------------------------------------------------------------------------------------------------------

    def marked(self, style: int, kind: str) -> int:
        """The style with the fill of that kind of finding."""
        pattern, front, ground = _LOOKS[kind]
        return self.with_fill(style, _fill(pattern, front, ground))

    @cached_property
    def marks(self) -> frozenset[int]:
        """The styles that the received workbook has from an earlier round of marks."""
        fills = {str(index) for index, fill in enumerate(self._items("fills")) if _is_mark(fill)}
        return frozenset(index for index, xf in enumerate(self._cell_styles) if xf.get("fillId", "0") in fills)

    def fill_text(self, style: int) -> str:
        """The fill of a style as text that :meth:`fill_from` understands."""
        fills = self._items("fills")
        number = self._cell_style(style).get("fillId", "0")
        if not number.isdigit() or int(number) >= len(fills):
            return ""
        inner = next(iter(fills[int(number)]), None)
        return "" if inner is None else _compact(inner)

    def unmarked(self, style: int, fill: str) -> int:
        """The style as it was before it was marked, given the fill it had; without a fill if that is not known."""
        return self.with_fill(style, fill_from(fill))


def _fill(pattern: str, front: str, ground: str) -> Any:
    fill = etree.Element(_tag("fill"), nsmap=MAIN_MAP)
    inner = etree.SubElement(fill, _tag("patternFill"), patternType=pattern)
    etree.SubElement(inner, _tag("fgColor"), rgb=f"FF{front}")
    etree.SubElement(inner, _tag("bgColor"), rgb=f"FF{ground}")
    return fill


def _is_mark(fill: Any) -> bool:
    inner = next(iter(fill), None)
    if inner is None or local(inner) != "patternFill":
        return False
    colours = {local(each): each.get("rgb", "")[2:].upper() for each in inner}
    front, ground = colours.get("fgColor", ""), colours.get("bgColor", "")
    pattern = inner.get("patternType", "")
    return (pattern, front, ground) in _SIGNATURES or (pattern == "solid" and front in _FLAT)


def _compact(element: Any) -> str:
    """``patternFill(patternType=solid)[fgColor(rgb=FFFFFBE6)…]``: an element without namespaces, on one line."""
    said = ",".join(f"{key}={value}" for key, value in element.attrib.items())
    inner = "".join(_compact(child) for child in element if isinstance(child.tag, str))
    return f"{local(element)}({said})[{inner}]"


_OPEN = re.compile(r"([A-Za-z]+)\(([^()\[\]]*)\)\[|\]")


def fill_from(text: str) -> Any:
    """The fill that :meth:`StyleBook.fill_text` wrote; no fill at all for any other text."""
    fill = etree.Element(_tag("fill"), nsmap=MAIN_MAP)
    stack, at = [fill], 0
    for match in _OPEN.finditer(text[:2000]):
        if match.start() != at or len(stack) > 4 or (len(stack) == 1 and len(fill)):
            return _no_fill()
        at = match.end()
        if match[1] is None:
            stack.pop()
            if not stack:
                return _no_fill()
            continue
        attributes = dict(pair.partition("=")[::2] for pair in match[2].split(",") if pair)
        sound = match[1] in _FILL_TAGS and all(_PLAIN.fullmatch(word) for pair in attributes.items() for word in pair)
        if not sound:
            return _no_fill()
        stack.append(etree.SubElement(stack[-1], _tag(match[1]), attributes))
    return fill if len(stack) == 1 and len(fill) and at == len(text) else _no_fill()


def _no_fill() -> Any:
    fill = etree.Element(_tag("fill"), nsmap=MAIN_MAP)
    etree.SubElement(fill, _tag("patternFill"), patternType="none")
    return fill
