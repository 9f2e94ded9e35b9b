"""SDMX-ML 2.1: structure messages, structure-specific data and error messages, valid against the published schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from itertools import islice
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from hub.domain.form import Label
from hub.writers.sdmx_data import (
    DataMessage,
    by_series,
    dataset_attributes,
    own_values,
    series_attributes,
    series_key,
)
from hub.writers.sdmx_structure import (
    AGENCY,
    AGENCY_NAME,
    AREAS,
    CONCEPTS,
    MEASURE,
    OBSERVED,
    TIME,
    VERSION,
    Code,
    Codelist,
    Component,
    ConceptScheme,
    Dataflow,
    DataStructure,
    Structures,
)

STRUCTURE_TYPE = "application/vnd.sdmx.structure+xml;version=2.1"
DATA_TYPE = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
GENERIC_ERROR_TYPE = "application/xml"

_ROOT = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
_NAMES = {"mes": f"{_ROOT}/message", "str": f"{_ROOT}/structure", "com": f"{_ROOT}/common"}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_URN = "urn:sdmx:org.sdmx.infomodel"
_OBS_AT_ONCE = 500


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, _tag(name), attributes)
    element.text = text
    return element


def _name(parent: Any, label: Label) -> None:
    for language, text in (("vi", label.vi), ("en", label.en)):
        _add(parent, "com:Name", text).set(_LANG, language)


# --- Structures ------------------------------------------------------------


def write_structures(structures: Structures, prepared: datetime, home: str) -> bytes:
    """A structure message. ``home``: the address of the service, where stubs say that the rest is."""
    root = etree.Element(_tag("mes:Structure"), nsmap=_NAMES)
    header = _add(root, "mes:Header")
    _add(header, "mes:ID", message_id(prepared))
    _add(header, "mes:Test", "false")
    _add(header, "mes:Prepared", moment(prepared))
    _name(_add(header, "mes:Sender", id=AGENCY), AGENCY_NAME)
    body = _add(root, "mes:Structures")
    for name, artefacts, write in (
        ("str:Dataflows", structures.dataflow.values(), _dataflow),
        ("str:Codelists", structures.codelist.values(), _codelist),
        ("str:Concepts", structures.conceptscheme.values(), _concepts),
        ("str:DataStructures", structures.datastructure.values(), _datastructure),
    ):
        _all(body, name, artefacts, write, home)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _all(body: Any, name: str, artefacts: Iterable[Any], write: Any, home: str) -> None:
    found = list(artefacts)
    if found:
        group = _add(body, name)
        for artefact in found:
            write(group, artefact, home)


def _maintained(
    group: Any, name: str, artefact: Dataflow | DataStructure | ConceptScheme | Codelist, urn: str, home: str, kind: str
) -> Any:
    attributes = {
        "id": artefact.id, "urn": f"{_URN}.{urn}={AGENCY}:{artefact.id}({VERSION})", "agencyID": AGENCY,
        "version": VERSION, "isFinal": "false",
    }  # fmt: skip
    if artefact.stub:
        where = f"{home}/{kind}/{AGENCY}/{artefact.id}/{VERSION}"
        attributes |= {"isExternalReference": "true", "structureURL": where}
    element = _add(group, name, None, **attributes)
    _name(element, artefact.label)
    return element


def _dataflow(group: Any, flow: Dataflow, home: str) -> None:
    element = _maintained(group, "str:Dataflow", flow, "datastructure.Dataflow", home, "dataflow")
    if not flow.stub:
        _ref(_add(element, "str:Structure"), id=flow.structure, package="datastructure", **{"class": "DataStructure"})


def _ref(parent: Any, **attributes: str) -> None:
    etree.SubElement(parent, "Ref", {"agencyID": AGENCY, "version": VERSION} | attributes)


def _codelist(group: Any, codelist: Codelist, home: str) -> None:
    element = _maintained(group, "str:Codelist", codelist, "codelist.Codelist", home, "codelist")
    if not codelist.stub:
        element.extend(deepcopy(_codes(codelist)) if codelist.id == AREAS else _made_codes(codelist))


_AREAS_KEPT: list[tuple[tuple[Code, ...], Any]] = []
"""The codes of the latest list of areas, thousands of them, and the elements that they are."""


def _codes(codelist: Codelist) -> Any:
    """The codes of the list of areas, made once for a register; to be copied."""
    kept = _AREAS_KEPT[0] if _AREAS_KEPT else None
    if kept is None or kept[0] is not codelist.codes:
        kept = codelist.codes, _made_codes(codelist)
        _AREAS_KEPT[:] = [kept]
    return kept[1]


def _made_codes(codelist: Codelist) -> Any:
    group = etree.Element(_tag("str:Codelist"), nsmap=_NAMES)
    for code in codelist.codes:
        _code(group, "str:Code", f"codelist.Code={AGENCY}:{codelist.id}({VERSION})", code)
    return group


def _concepts(group: Any, scheme: ConceptScheme, home: str) -> None:
    element = _maintained(
        group, "str:ConceptScheme", scheme, "conceptscheme.ConceptScheme", home, "conceptscheme"
    )  # fmt: skip
    for concept in () if scheme.stub else scheme.concepts:
        its = _code(element, "str:Concept", f"conceptscheme.Concept={AGENCY}:{scheme.id}({VERSION})", concept)
        _values(_add(its, "str:CoreRepresentation"), Component(concept.id, scheme.values[concept.id]))


def _code(parent: Any, name: str, urn: str, code: Code) -> Any:
    element = _add(parent, name, None, id=code.id, urn=f"{_URN}.{urn}.{code.id}")
    if code.notes:
        notes = _add(element, "com:Annotations")
        for kind, text in code.notes:
            note = _add(notes, "com:Annotation", None, id=kind)
            _add(note, "com:AnnotationTitle", text)
            _add(note, "com:AnnotationType", kind)
    _name(element, code.label)
    if code.parent is not None:
        etree.SubElement(_add(element, "str:Parent"), "Ref", {"id": code.parent})
    return element


def _datastructure(group: Any, structure: DataStructure, home: str) -> None:
    element = _maintained(
        group, "str:DataStructure", structure, "datastructure.DataStructure", home, "datastructure"
    )  # fmt: skip
    if structure.stub:
        return
    parts = _add(element, "str:DataStructureComponents")
    dimensions = _add(parts, "str:DimensionList", None, id="DimensionDescriptor")
    for position, dimension in enumerate(structure.dimensions, 1):
        _component(dimensions, "str:Dimension", dimension, position=str(position))
    _component(dimensions, "str:TimeDimension", TIME, position=str(len(structure.dimensions) + 1))
    attributes = _add(parts, "str:AttributeList", None, id="AttributeDescriptor")
    for attribute in structure.attributes:
        status = "Mandatory" if attribute.mandatory else "Conditional"
        _relation(_component(attributes, "str:Attribute", attribute, assignmentStatus=status), attribute)
    measures = _add(parts, "str:MeasureList", None, id="MeasureDescriptor")
    _component(measures, "str:PrimaryMeasure", MEASURE)


def _component(parent: Any, name: str, component: Component, **attributes: str) -> Any:
    element = _add(parent, name, None, id=component.id, **attributes)
    identity = {"id": component.id, "maintainableParentID": CONCEPTS, "maintainableParentVersion": VERSION}
    etree.SubElement(
        _add(element, "str:ConceptIdentity"), "Ref",
        identity | {"agencyID": AGENCY, "package": "conceptscheme", "class": "Concept"},
    )  # fmt: skip
    _values(_add(element, "str:LocalRepresentation"), component)
    return element


def _values(representation: Any, component: Component) -> None:
    if component.coded:
        _ref(_add(representation, "str:Enumeration"), id=component.values, package="codelist", **{"class": "Codelist"})
    else:
        _add(representation, "str:TextFormat", None, textType=component.values)


def _relation(element: Any, attribute: Component) -> None:
    relation = _add(element, "str:AttributeRelationship")
    if not attribute.of:
        _add(relation, "str:None")
    elif attribute.of == OBSERVED:
        etree.SubElement(_add(relation, "str:PrimaryMeasure"), "Ref", {"id": MEASURE.id})
    else:
        for dimension in attribute.of:
            etree.SubElement(_add(relation, "str:Dimension"), "Ref", {"id": dimension})


# --- Data ------------------------------------------------------------


def write_data(message: DataMessage, *, flat: bool = False) -> Iterator[bytes]:
    """Structure-specific data in pieces: series of observations over time, or ``flat`` with every dimension on each."""
    structure = message.structure
    space = f"{_URN}.datastructure.DataStructure={AGENCY}:{structure.id}({VERSION})"
    at = "AllDimensions" if flat else TIME.id
    spaces = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in _NAMES.items() if prefix != "str")
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mes:StructureSpecificData{spaces} xmlns:ss="{_ROOT}/data/structurespecific" xmlns:ns1={quoteattr(space)} '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{_data_header(message, space, at)}"
        f'<mes:DataSet ss:structureRef="{structure.id}" xsi:type="ns1:DataSetType" ss:dataScope="DataStructure" '
        f'action="Information"{_attributes(dataset_attributes(message.basis) if message.with_attributes else {})}>\n'
    ).encode()
    yield from _flat(message) if flat else _series(message)
    yield b"</mes:DataSet></mes:StructureSpecificData>\n"


def _data_header(message: DataMessage, space: str, at: str) -> str:
    structure, flow = message.structure, message.flow
    return (
        f"<mes:Header><mes:ID>{message_id(message.prepared)}</mes:ID><mes:Test>false</mes:Test>"
        f"<mes:Prepared>{moment(message.prepared)}</mes:Prepared><mes:Sender id={quoteattr(AGENCY)}/>"
        f'<mes:Structure structureID="{structure.id}" namespace={quoteattr(space)} dimensionAtObservation="{at}">'
        f'<com:StructureUsage><Ref agencyID="{AGENCY}" id="{flow.id}" version="{VERSION}" class="Dataflow" '
        f'package="datastructure"/></com:StructureUsage></mes:Structure>'
        "<mes:DataSetAction>Information</mes:DataSetAction></mes:Header>"
    )  # fmt: skip


def _series(message: DataMessage) -> Iterator[bytes]:
    for key, first, observations in by_series(message):
        its = dict(key) | (series_attributes(message.orgs, first) if message.with_attributes else {})
        if not message.with_figures:
            for _ in observations:
                pass
            yield f"<Series{_attributes(its)}/>\n".encode()
            continue
        yield f"<Series{_attributes(its)}>".encode()
        lines = (_obs(own_values(each, attributes=message.with_attributes)) for each in observations)
        yield from _together(lines)
        yield b"</Series>\n"


def _flat(message: DataMessage) -> Iterator[bytes]:
    def values() -> Iterator[str]:
        for each in message.observations:
            its = dict(series_key(message.flow, each)) | own_values(each, attributes=message.with_attributes)
            if message.with_attributes:
                its |= series_attributes(message.orgs, each)
            yield _obs(its)

    yield from _together(values())


def _together(lines: Iterator[str]) -> Iterator[bytes]:
    while taken := "".join(islice(lines, _OBS_AT_ONCE)):
        yield taken.encode()


def _obs(values: Mapping[str, str]) -> str:
    return f"<Obs{_attributes(values)}/>"


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(text)}" for name, text in values.items())


# --- Errors ------------------------------------------------------------


def write_error(code: int, text: Label) -> bytes:
    """An error message: the code of the web services guidelines, and why in both languages."""
    root = etree.Element(_tag("mes:Error"), nsmap={"mes": _NAMES["mes"], "com": _NAMES["com"]})
    message = _add(root, "mes:ErrorMessage", None, code=str(code))
    for language, words in (("vi", text.vi), ("en", text.en)):
        _add(message, "com:Text", words).set(_LANG, language)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


# --- Headers ------------------------------------------------------------


def message_id(prepared: datetime) -> str:
    """An id for a message: the moment it was prepared at."""
    return f"M{prepared:%Y%m%dT%H%M%S}"


def moment(at: datetime) -> str:
    """An instant with its zone, to the second."""
    return at.isoformat(timespec="seconds")
