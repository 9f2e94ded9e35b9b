"""What SDMX calls structural metadata: flows, their structures, concepts and code lists, built from the hub's own data.

The same artefacts are written as SDMX-ML and as SDMX-JSON. Every artefact and every code has a name in both
languages. No code can be mistaken for a number: spreadsheets and some clients would drop its zeros.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeVar

from hub.domain.flow import Flow, Part
from hub.domain.form import Label
from hub.domain.org import OrgRegister, OrgUnit
from hub.domain.sdmx_time import FREQUENCIES

AGENCY = "VNHUB"
VERSION = "1.0"
AGENCY_NAME = Label("Hệ thống báo cáo quốc gia", "National reporting hub")
CONCEPTS = "CS_HUB"
AREAS, FREQ, STATUS = "CL_AREA", "CL_FREQ", "CL_OBS_STATUS"
UNITS, BASIS, EXACTNESS = "CL_UNIT_MEASURE", "CL_BASIS", "CL_EXACTNESS"

Kind = Literal["dataflow", "datastructure", "conceptscheme", "codelist"]
TextType = Literal["String", "Decimal", "Integer", "Boolean", "ObservationalTimePeriod"]


@dataclass(frozen=True, slots=True)
class Code:
    """``notes``: further facts as (kind, text), such as the statutory code that the id is not."""

    id: str
    label: Label
    parent: str | None = None
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Codelist:
    id: str
    label: Label
    codes: tuple[Code, ...]
    stub: bool = False


@dataclass(frozen=True, slots=True)
class ConceptScheme:
    """``values``: by concept what its values are wherever nothing else is said: a code list's id or a text type."""

    id: str
    label: Label
    concepts: tuple[Code, ...]
    values: Mapping[str, str]
    stub: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """A dimension, the measure or an attribute, named by the concept of its id.

    ``values``: a code list's id or a text type. ``of``: what an attribute belongs to: dimensions, nothing for the whole
    data set, ``("OBS_VALUE",)`` for each figure.
    """

    id: str
    values: str
    of: tuple[str, ...] = ()
    mandatory: bool = False

    @property
    def coded(self) -> bool:
        return self.values.startswith("CL_")


@dataclass(frozen=True, slots=True)
class DataStructure:
    id: str
    label: Label
    dimensions: tuple[Component, ...]
    attributes: tuple[Component, ...]
    stub: bool = False

    @property
    def codelists(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.values for each in (*self.dimensions, *self.attributes) if each.coded))


@dataclass(frozen=True, slots=True)
class Dataflow:
    id: str
    label: Label
    structure: str
    stub: bool = False


@dataclass(frozen=True)
class Structures:
    """Artefacts by kind and id, in order."""

    dataflow: Mapping[str, Dataflow]
    datastructure: Mapping[str, DataStructure]
    conceptscheme: Mapping[str, ConceptScheme]
    codelist: Mapping[str, Codelist]

    def __bool__(self) -> bool:
        return any((self.dataflow, self.datastructure, self.conceptscheme, self.codelist))


# --- Concepts and components ------------------------------------------------------------

OBSERVED = ("OBS_VALUE",)
TIME = Component("TIME_PERIOD", "ObservationalTimePeriod")
MEASURE = Component("OBS_VALUE", "Decimal")
CALL = Component("CALL_NO", "String")
CONCEPT_NAMES: Mapping[str, Label] = {
    "FREQ": Label("Tần suất", "Frequency"),
    "REF_AREA": Label("Đơn vị", "Unit"),
    "ITEM": Label("Chỉ tiêu (dòng của biểu)", "Item (row of the form)"),
    "MEASURE": Label("Cột của biểu", "Column of the form"),
    "CALL_NO": Label("Lần yêu cầu trong năm", "Number of the call in the year"),
    "TIME_PERIOD": Label("Kỳ", "Period"),
    "OBS_VALUE": Label("Số liệu", "Figure"),
    "OBS_STATUS": Label("Tình trạng số liệu", "Status of the figure"),
    "UNIT_MEASURE": Label("Đơn vị tính", "Unit of measure"),
    "DECIMALS": Label("Số chữ số thập phân", "Decimals"),
    "ACCEPTED": Label("Số báo cáo đã tiếp nhận", "Reports accepted"),
    "OBLIGED": Label("Số báo cáo phải gửi", "Reports obliged"),
    "WAITING": Label("Số báo cáo đã gửi, chờ tiếp nhận", "Reports sent and not yet accepted"),
    "MISSING_WEIGHT": Label(
        "Tỷ trọng của phần còn thiếu ở kỳ trước (0 đến 1)", "Share that the missing held last period (0 to 1)"
    ),
    "EDITION": Label("Phiên bản chế độ báo cáo", "Edition of the regime"),
    "EXACTNESS": Label("Quy đổi đơn vị hành chính", "How it was brought to these units"),
    "REVISED": Label("Khác với bản đã công bố", "Differs from what was published"),
    "BASIS": Label("Đơn vị hành chính theo", "Units as they stand"),
    "AREA_CODE": Label("Mã đơn vị theo luật định", "Statutory code of the unit"),
}
_ATTRIBUTES = (
    Component("BASIS", BASIS, (), True),
    Component("AREA_CODE", "String", ("REF_AREA",)),
    Component("UNIT_MEASURE", UNITS, ("ITEM", "MEASURE")),
    Component("DECIMALS", "Integer", ("ITEM", "MEASURE")),
    Component("OBS_STATUS", STATUS, OBSERVED, True),
    Component("ACCEPTED", "Integer", OBSERVED),
    Component("OBLIGED", "Integer", OBSERVED),
    Component("WAITING", "Integer", OBSERVED),
    Component("MISSING_WEIGHT", "Decimal", OBSERVED),
    Component("EDITION", "String", OBSERVED),
    Component("EXACTNESS", EXACTNESS, OBSERVED),
    Component("REVISED", "Boolean", OBSERVED),
)
CONCEPT_VALUES: Mapping[str, str] = {
    "FREQ": FREQ, "REF_AREA": AREAS, "ITEM": "String", "MEASURE": "String",
    **{each.id: each.values for each in (CALL, TIME, MEASURE, *_ATTRIBUTES)},
}  # fmt: skip
"""Rows and columns are other ones in every form: their code lists are named by the structures."""


def structure_of(flow: Flow) -> DataStructure:
    """FREQ, REF_AREA, ITEM, MEASURE and TIME_PERIOD; with CALL_NO where periods are called for."""
    dimensions = [
        Component("FREQ", FREQ),
        Component("REF_AREA", AREAS),
        Component("ITEM", f"CL_{flow.regime}_{flow.form}_ITEM"),
        Component("MEASURE", f"CL_{flow.regime}_{flow.form}_MEASURE"),
    ]
    if flow.called:
        dimensions.append(CALL)
    return DataStructure(f"DSD_{flow.regime}_{flow.form}", flow.title, tuple(dimensions), _ATTRIBUTES)


# --- Code lists ------------------------------------------------------------

STATUSES: Mapping[str, Code] = {
    "final": Code("A", Label("Số chính thức", "Normal value, final")),
    "provisional": Code("P", Label("Số sơ bộ: chưa đủ đơn vị hoặc kỳ chưa kết thúc", "Provisional value")),
    "missing": Code("O", Label("Chưa có số liệu", "Missing value")),
    "not_applicable": Code(
        "M", Label("Không áp dụng: không thể có số liệu", "Missing value; data cannot exist")
    ),
}  # fmt: skip
"""By standing. The letters are those of the statistical community's list of observation statuses."""

BASES: Mapping[str, Code] = {
    "then": Code("THEN", Label("Đơn vị của thời kỳ đó", "Units of the time")),
    "today": Code("TODAY", Label("Đơn vị hiện nay", "Units of today")),
}
EXACTNESSES: Mapping[str, Code] = {
    "as_reported": Code("REPORTED", Label("Đúng như đã báo cáo", "As reported")),
    "rebased": Code("REBASED", Label("Quy đổi chính xác", "Brought exactly to other units")),
    "inexact": Code(
        "INEXACT", Label("Không quy đổi được chính xác", "Cannot be brought exactly to other units")
    ),
}  # fmt: skip


@lru_cache(maxsize=4096)
def unit_code(text: str) -> str:
    """An id for a unit of measure, ``U_TRIEU_DONG_`` and six hexadecimal digits; ``U_NONE`` where a form names none.

    The digits are of the text's hash: texts that differ only in signs keep different ids.
    """
    if not text:
        return "U_NONE"
    spelled = text.replace("%", " PERCENT ").replace("‰", " PERMILLE ").replace("đ", "d").replace("Đ", "D")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().upper()
    word = re.sub(r"[^A-Z0-9]+", "_", plain).strip("_")
    return f"U_{word}_{hashlib.sha256(text.encode()).hexdigest()[:6].upper()}"


def _codelists(flows: Sequence[Flow], orgs: OrgRegister, units: Mapping[str, Label]) -> Iterator[Codelist]:
    yield Codelist(FREQ, CONCEPT_NAMES["FREQ"], tuple(Code(each.id, each.label) for each in FREQUENCIES.values()))
    yield area_list(orgs)
    yield Codelist(STATUS, CONCEPT_NAMES["OBS_STATUS"], tuple(STATUSES.values()))
    yield _unit_list(flows, units)
    yield Codelist(BASIS, CONCEPT_NAMES["BASIS"], tuple(BASES.values()))
    yield Codelist(EXACTNESS, CONCEPT_NAMES["EXACTNESS"], tuple(EXACTNESSES.values()))
    for flow in flows:
        structure = structure_of(flow)
        for component, parts in zip(structure.dimensions[2:4], (flow.items, flow.columns), strict=True):
            yield Codelist(component.values, _of_flow(CONCEPT_NAMES[component.id], flow), _codes(parts))


def _of_flow(label: Label, flow: Flow) -> Label:
    return Label(f"{label.vi} – {flow.title.vi}", f"{label.en} – {flow.title.en}")


def _codes(parts: Iterable[Part]) -> tuple[Code, ...]:
    return tuple(Code(part.code, part.label) for part in parts)


def _unit_list(flows: Sequence[Flow], units: Mapping[str, Label]) -> Codelist:
    used = sorted({measure.unit for flow in flows for measure in flow.measures.values()})
    codes = [Code(unit_code(text), _unit_name(text, units), None, (("unit", text),) if text else ()) for text in used]
    return Codelist(UNITS, CONCEPT_NAMES["UNIT_MEASURE"], tuple(codes))


def _unit_name(text: str, units: Mapping[str, Label]) -> Label:
    return units.get(text) or (Label(text, text) if text else Label("Không có đơn vị tính", "No unit of measure"))


@lru_cache(maxsize=4)
def area_list(orgs: OrgRegister) -> Codelist:
    """Every unit that ever was, below the unit it belongs or last belonged to; with its statutory code and its life."""
    return Codelist(AREAS, CONCEPT_NAMES["REF_AREA"], tuple(_area(orgs, unit) for unit in orgs.units.values()))


def _area(orgs: OrgRegister, unit: OrgUnit) -> Code:
    above = orgs.parent(unit.id, unit.valid_to or unit.valid_from)
    notes = [("code", unit.code), ("level", unit.level), ("validFrom", unit.valid_from.isoformat())]
    if unit.identifier and unit.identifier != unit.code:
        notes.append(("identifier", unit.identifier))
    if unit.valid_to is not None:
        notes.append(("validTo", unit.valid_to.isoformat()))
    return Code(unit.id, unit.name, above.id if above else None, tuple(notes))


# --- All together, and what is asked for ------------------------------------------------------------


def structures_of(flows: Sequence[Flow], orgs: OrgRegister, units: Mapping[str, Label]) -> Structures:
    """Everything that describes these flows. ``units``: names of units of measure by their code."""
    concepts = ConceptScheme(
        CONCEPTS, Label("Khái niệm của hệ thống", "Concepts of the hub"),
        tuple(Code(name, label) for name, label in CONCEPT_NAMES.items()), CONCEPT_VALUES,
    )  # fmt: skip
    structures = [structure_of(flow) for flow in flows]
    return Structures(
        {flow.id: Dataflow(flow.id, flow.title, its.id) for flow, its in zip(flows, structures, strict=True)},
        {structure.id: structure for structure in structures},
        {concepts.id: concepts},
        {codelist.id: codelist for codelist in _codelists(flows, orgs, units)},
    )


_Place = tuple[Kind, str]
A = TypeVar("A", Dataflow, DataStructure, ConceptScheme, Codelist)


def asked_for(
    known: Structures, kinds: Iterable[Kind], ids: frozenset[str] | None, references: str, detail: str
) -> Structures:
    """The artefacts of those kinds and ids (all if None) with those they refer to or are referred to by.

    ``references``: none, parents, parentsandsiblings, ancestors, children, descendants, all, or a kind. ``detail``:
    full, referencepartial, or one of the four that shorten artefacts to stubs.
    """
    own = {(kind, name) for kind in kinds for name in getattr(known, kind) if ids is None or name in ids}
    wanted = own | _related(known, own, references)
    stubs: set[_Place] = set()
    if detail in {"allstubs", "allcompletestubs"}:
        stubs = wanted
    elif detail in {"referencestubs", "referencecompletestubs"}:
        stubs = wanted - own
    return Structures(
        _kept("dataflow", known.dataflow, wanted, stubs),
        _kept("datastructure", known.datastructure, wanted, stubs),
        _kept("conceptscheme", known.conceptscheme, wanted, stubs),
        _kept("codelist", known.codelist, wanted, stubs),
    )


def _kept(kind: Kind, artefacts: Mapping[str, A], wanted: set[_Place], stubs: set[_Place]) -> dict[str, A]:
    return {
        name: replace(its, stub=True) if (kind, name) in stubs else its
        for name, its in artefacts.items()
        if (kind, name) in wanted
    }


def _related(known: Structures, own: set[_Place], references: str) -> set[_Place]:
    children = _children(known)
    parents: dict[_Place, set[_Place]] = {}
    for above, below in children.items():
        for each in below:
            parents.setdefault(each, set()).add(above)
    match references:
        case "none":
            return set()
        case "children":
            return _step(own, children)
        case "descendants":
            return _reach(own, children)
        case "parents":
            return _step(own, parents)
        case "ancestors":
            return _reach(own, parents)
        case "parentsandsiblings" | "all":
            around = _step(own, parents)
            around |= _step(around, children)
            return around | (_reach(own, children) if references == "all" else set())
    return {place for place in _reach(own, children) | _reach(own, parents) if place[0] == references}


def _children(known: Structures) -> dict[_Place, set[_Place]]:
    found: dict[_Place, set[_Place]] = {}
    for name, flow in known.dataflow.items():
        found["dataflow", name] = {("datastructure", flow.structure)}
    for name, structure in known.datastructure.items():
        lists: set[_Place] = {("codelist", each) for each in structure.codelists}
        found["datastructure", name] = lists | {("conceptscheme", CONCEPTS)}
    for name, scheme in known.conceptscheme.items():
        found["conceptscheme", name] = {("codelist", each) for each in scheme.values.values() if each in known.codelist}
    return found


def _step(places: set[_Place], edges: Mapping[_Place, set[_Place]]) -> set[_Place]:
    return {there for here in places for there in edges.get(here, ())}


def _reach(places: set[_Place], edges: Mapping[_Place, set[_Place]]) -> set[_Place]:
    seen: set[_Place] = set()
    waiting = _step(places, edges)
    while waiting:
        seen |= waiting
        waiting = _step(waiting, edges) - seen
    return seen
