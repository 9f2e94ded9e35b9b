"""SDMX-JSON 2.0.0: structure messages and data messages; figures are JSON numbers with all their digits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from hub.domain.form import Label
from hub.domain.observation import Observation
from hub.domain.sdmx_time import FREQUENCIES
from hub.writers.sdmx_data import (
    DataMessage,
    by_series,
    dataset_attributes,
    figure_text,
    observed_ids,
    own_attributes,
    own_values,
    series_attributes,
    series_key,
)
from hub.writers.sdmx_ml import message_id, moment
from hub.writers.sdmx_structure import (
    AGENCY,
    AGENCY_NAME,
    BASES,
    CONCEPT_NAMES,
    CONCEPTS,
    EXACTNESSES,
    MEASURE,
    OBSERVED,
    STATUSES,
    TIME,
    VERSION,
    Code,
    Codelist,
    Component,
    ConceptScheme,
    Dataflow,
    DataStructure,
    Structures,
    unit_code,
)

STRUCTURE_TYPE = "application/vnd.sdmx.structure+json;version=2.0.0"
DATA_TYPE = "application/vnd.sdmx.data+json;version=2.0.0"

_SCHEMAS = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master"
_URN = "urn:sdmx:org.sdmx.infomodel"
_BARE = frozenset({"Integer", "Decimal", "Boolean"})
"""Text types whose values JSON writes as they are."""


def _meta(kind: str, prepared: datetime) -> dict[str, Any]:
    """The schema stands first: clients look for it in the first few hundred characters."""
    return {
        "schema": f"{_SCHEMAS}/{kind}-message/tools/schemas/2.0.0/sdmx-json-{kind}-schema.json",
        "id": message_id(prepared),
        "prepared": moment(prepared),
        "test": False,
        "contentLanguages": ["vi", "en"],
        "sender": {"id": AGENCY} | _named(AGENCY_NAME),
    }


def _named(label: Label) -> dict[str, Any]:
    return {"name": label.vi, "names": {"vi": label.vi, "en": label.en}}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- Structures ------------------------------------------------------------


def write_structures(structures: Structures, prepared: datetime) -> bytes:
    """A structure message."""
    parts = {
        "dataflows": [_dataflow(each) for each in structures.dataflow.values()],
        "dataStructures": [_datastructure(each) for each in structures.datastructure.values()],
        "conceptSchemes": [_scheme(each) for each in structures.conceptscheme.values()],
        "codelists": [_codelist(each) for each in structures.codelist.values()],
    }
    data = {name: artefacts for name, artefacts in parts.items() if artefacts}
    return _text({"meta": _meta("structure", prepared), "data": data}).encode()


def _maintained(artefact: Dataflow | DataStructure | ConceptScheme | Codelist) -> dict[str, Any]:
    found = {"id": artefact.id, "agencyID": AGENCY, "version": VERSION} | _named(artefact.label)
    return found | {"isExternalReference": True} if artefact.stub else found


def _dataflow(flow: Dataflow) -> dict[str, Any]:
    reference = {"structure": f"{_URN}.datastructure.DataStructure={AGENCY}:{flow.structure}({VERSION})"}
    return _maintained(flow) | ({} if flow.stub else reference)


def _codelist(codelist: Codelist) -> dict[str, Any]:
    codes = [] if codelist.stub else [_code(code) for code in codelist.codes]
    return _maintained(codelist) | ({"codes": codes} if codes else {})


def _scheme(scheme: ConceptScheme) -> dict[str, Any]:
    urn = f"{_URN}.conceptscheme.Concept={AGENCY}:{scheme.id}({VERSION})"
    concepts = [
        _code(concept)
        | {"coreRepresentation": _representation(Component(concept.id, scheme.values[concept.id]))}
        | {"links": [{"rel": "self", "urn": f"{urn}.{concept.id}"}]}
        for concept in scheme.concepts
    ]
    return _maintained(scheme) | ({} if scheme.stub else {"concepts": concepts})


def _code(code: Code) -> dict[str, Any]:
    found = {"id": code.id} | _named(code.label)
    if code.parent is not None:
        found["parent"] = code.parent
    if code.notes:
        found["annotations"] = [{"id": kind, "type": kind, "title": text} for kind, text in code.notes]
    return found


def _datastructure(structure: DataStructure) -> dict[str, Any]:
    if structure.stub:
        return _maintained(structure)
    dimensions = [_component(each) | {"position": n} for n, each in enumerate(structure.dimensions)]
    components = {
        "dimensionList": {
            "id": "DimensionDescriptor", "dimensions": dimensions, "timeDimension": _component(TIME),
        },
        "measureList": {"id": "MeasureDescriptor", "measures": [_component(MEASURE) | {"usage": "optional"}]},
        "attributeList": {
            "id": "AttributeDescriptor", "attributes": [_attribute(each) for each in structure.attributes]
        },
    }  # fmt: skip
    return _maintained(structure) | {"dataStructureComponents": components}


def _component(component: Component) -> dict[str, Any]:
    return {
        "id": component.id,
        "conceptIdentity": f"{_URN}.conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION}).{component.id}",
        "localRepresentation": _representation(component),
    }


def _representation(component: Component) -> dict[str, Any]:
    if component.coded:
        return {"enumeration": f"{_URN}.codelist.Codelist={AGENCY}:{component.values}({VERSION})"}
    return {"format": {"dataType": component.values}}


def _attribute(attribute: Component) -> dict[str, Any]:
    usage = {"usage": "mandatory" if attribute.mandatory else "optional"}
    measured = {"measureRelationship": [MEASURE.id]} if attribute.of == OBSERVED else {}
    return _component(attribute) | usage | {"attributeRelationship": _relation(attribute)} | measured


def _relation(attribute: Component) -> dict[str, Any]:
    if not attribute.of:
        return {"dataflow": {}}
    return {"observation": {}} if attribute.of == OBSERVED else {"dimensions": list(attribute.of)}


# --- Data ------------------------------------------------------------


class _Seen:
    """The values of one component in the order in which they came; the message points at them by number."""

    def __init__(self, component: Component, names: Mapping[str, Label] | None = None) -> None:
        self.component = component
        self.names = names
        self.numbers: dict[str, int] = {}

    def number(self, value: str) -> int:
        return self.numbers.setdefault(value, len(self.numbers))

    def values(self) -> list[dict[str, Any]]:
        if self.names is None:
            return [{"value": value} for value in self.numbers]
        return [{"id": value} | _named(self.names.get(value) or Label(value, value)) for value in self.numbers]


class _Writing:
    """One data message on its way: what was seen so far becomes the description at its end."""

    def __init__(self, message: DataMessage) -> None:
        self.message = message
        structure = message.structure
        names = _names(message)
        self.dimensions = {each.id: _Seen(each, names.get(each.id)) for each in structure.dimensions}
        self.time = _Seen(TIME)
        self.types = {each.id: each.values for each in structure.attributes}
        self.observed = observed_ids(structure) if message.with_attributes else ()
        self.coded = {
            each.id: _Seen(each, names[each.id]) for each in structure.attributes if each.id in names and each.of
        }
        its = [each for each in structure.attributes if each.of and each.of != OBSERVED]
        self.of_series = its if message.with_attributes else []
        self.of_dataset = [each for each in structure.attributes if not each.of] if message.with_attributes else []

    def key(self, observation: Observation) -> str:
        key = series_key(self.message.flow, observation)
        return ":".join(str(self.dimensions[name].number(value)) for name, value in key)

    def time_number(self, observation: Observation) -> int:
        return self.time.number(own_values(observation, attributes=False)[TIME.id])

    def line(self, observation: Observation) -> str:
        """``[figure,attribute,…]`` of one observation."""
        found = own_attributes(observation) if self.observed else {}
        figure = "null" if observation.value is None else figure_text(observation.value)
        return f"[{','.join([figure, *(self.attribute(name, found.get(name)) for name in self.observed)])}]"

    def attribute(self, name: str, value: str | None) -> str:
        if value is None:
            return "null"
        if name in self.coded:
            return str(self.coded[name].number(value))
        return value if self.types[name] in _BARE else _text(value)

    def series_attributes(self, first: Observation) -> str:
        found = series_attributes(self.message.orgs, first)
        return f"[{','.join(self.attribute(each.id, found.get(each.id)) for each in self.of_series)}]"


def write_data(message: DataMessage, *, flat: bool = False) -> Iterator[bytes]:
    """A data message in pieces: the data first, then the description of all values that occurred in them."""
    writing = _Writing(message)
    flow = f"{_URN}.datastructure.Dataflow={AGENCY}:{message.flow.id}({VERSION})"
    dataset: dict[str, Any] = {"structure": 0, "action": "Information", "links": [{"rel": "dataflow", "urn": flow}]}
    if writing.of_dataset:
        dataset["attributes"] = [0]
    yield f'{{"meta":{_text(_meta("data", message.prepared))},"data":{{"dataSets":[{_text(dataset)[:-1]}'.encode()
    yield b',"observations":{' if flat else b',"series":{'
    yield from _flat(writing) if flat else _series(writing)
    yield f'}}}}],"structures":[{_text(_structure(writing, flat=flat))}]}}}}'.encode()


def _series(writing: _Writing) -> Iterator[bytes]:
    comma = ""
    for _, first, observations in by_series(writing.message):
        attributes = f'"attributes":{writing.series_attributes(first)}' if writing.of_series else ""
        yield f'{comma}"{writing.key(first)}":{{{attributes}'.encode()
        comma = ","
        if writing.message.with_figures:
            lines = ",".join(f'"{writing.time_number(each)}":{writing.line(each)}' for each in observations)
            yield f'{"," if attributes else ""}"observations":{{{lines}}}'.encode()
        else:
            for each in observations:
                writing.time_number(each)
        yield b"}"


def _flat(writing: _Writing) -> Iterator[bytes]:
    comma = ""
    for each in writing.message.observations:
        line = writing.line(each)
        if writing.of_series:
            line = f"{line[:-1]},{writing.series_attributes(each)[1:]}"
        yield f'{comma}"{writing.key(each)}:{writing.time_number(each)}":{line}'.encode()
        comma = ","


def _structure(writing: _Writing, *, flat: bool) -> dict[str, Any]:
    flow, structure = writing.message.flow, writing.message.structure
    dimensions = [_described(seen) | {"keyPosition": n} for n, seen in enumerate(writing.dimensions.values())]
    time = _described(writing.time) | {"keyPosition": len(dimensions)}
    observed = [each for each in structure.attributes if each.id in writing.observed]
    of_series = [_said(each, writing) for each in writing.of_series]
    of_each = [_said(each, writing) for each in observed]
    attributes = {
        "dataSet": [_said(each, writing) for each in writing.of_dataset],
        "series": [] if flat else of_series,
        "observation": [*of_each, *of_series] if flat else of_each,
    }
    links = [
        {"rel": "dataflow", "urn": f"{_URN}.datastructure.Dataflow={AGENCY}:{flow.id}({VERSION})"},
        {"rel": "datastructure", "urn": f"{_URN}.datastructure.DataStructure={AGENCY}:{structure.id}({VERSION})"},
    ]
    return {
        "dataSets": [0],
        "links": links,
        **_named(flow.title),
        "dimensions": {"observation": [*dimensions, time]} if flat else {"series": dimensions, "observation": [time]},
        "measures": {"observation": [{"id": MEASURE.id} | _named(CONCEPT_NAMES[MEASURE.id])]},
        "attributes": {level: found for level, found in attributes.items() if found},
    }


def _described(seen: _Seen) -> dict[str, Any]:
    return {"id": seen.component.id} | _named(CONCEPT_NAMES[seen.component.id]) | {"values": seen.values()}


def _said(attribute: Component, writing: _Writing) -> dict[str, Any]:
    found = {"id": attribute.id} | _named(CONCEPT_NAMES[attribute.id]) | {"relationship": _relation(attribute)}
    if not attribute.of:
        (value,) = dataset_attributes(writing.message.basis).values()
        return found | {"values": [{"id": value} | _named(_labels(BASES.values())[value])]}
    seen = writing.coded.get(attribute.id)
    return found | {"values": seen.values()} if seen is not None and seen.numbers else found


def _names(message: DataMessage) -> dict[str, Mapping[str, Label]]:
    """The names of coded values, by component; of units of measure the text that forms print."""
    flow = message.flow
    units = {measure.unit for measure in flow.measures.values()}
    return {
        "FREQ": {each.id: each.label for each in FREQUENCIES.values()},
        "REF_AREA": {unit.id: unit.name for unit in message.orgs.units.values()},
        "ITEM": {part.code: part.label for part in flow.items},
        "MEASURE": {part.code: part.label for part in flow.columns},
        "UNIT_MEASURE": {unit_code(text): Label(text or "–", text or "–") for text in units},
        "OBS_STATUS": _labels(STATUSES.values()),
        "EXACTNESS": _labels(EXACTNESSES.values()),
    }


def _labels(codes: Iterable[Code]) -> dict[str, Label]:
    return {code.id: code.label for code in codes}
