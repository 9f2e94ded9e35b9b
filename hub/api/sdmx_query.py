"""What an SDMX address asks for: a data query or a structure query, in the spellings that clients really send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from hub.domain.flow import Flow
from hub.domain.observation import Basis
from hub.domain.period import end_of_day
from hub.domain.sdmx_time import FREQUENCY_OF, NO_CALL, days_of
from hub.errors import BadRequest, HubError, NotFound
from hub.services.flows import Cut
from hub.writers.sdmx_data import DETAILS
from hub.writers.sdmx_structure import AGENCY, TIME, VERSION, Kind, structure_of

KINDS: tuple[Kind, ...] = ("dataflow", "datastructure", "conceptscheme", "codelist")
REFERENCES = frozenset({"none", "parents", "parentsandsiblings", "ancestors", "children", "descendants", "all", *KINDS})
STRUCTURE_DETAILS = frozenset(
    {"full", "allstubs", "referencestubs", "allcompletestubs", "referencecompletestubs", "referencepartial", "raw"}
)
OTHER_RESOURCES = frozenset(
    {
        "categoryscheme", "agencyscheme", "dataproviderscheme", "dataconsumerscheme", "organisationscheme",
        "organisationunitscheme", "metadatastructure", "metadataflow", "metadataset", "metadata", "reportingtaxonomy",
        "provisionagreement", "structureset", "process", "categorisation", "contentconstraint", "actualconstraint",
        "allowedconstraint", "attachmentconstraint", "dataconstraint", "metadataconstraint", "hierarchy",
        "hierarchyassociation", "hierarchicalcodelist", "availableconstraint", "availability", "registration",
        "transformationscheme", "rulesetscheme", "userdefinedoperatorscheme", "customtypescheme", "structuremap",
        "namepersonalisationscheme", "namealiasscheme", "vtlmappingscheme", "valuelist", "representationmap",
        "conceptschememap", "categoryschememap", "organisationschememap", "reportingtaxonomymap",
        "metadataproviderscheme", "metadataprovisionagreement", "geographiccodelist", "geogridcodelist",
    }
)  # fmt: skip
"""What SDMX knows and this service does not have: 501, not 404."""

_ANY = frozenset({"", "*", "all"})
_ANY_VERSION = frozenset({"", "*", "all", "latest", "~", "+", "1.0+", VERSION})
_CODE = re.compile(r"[A-Za-z0-9_@$-]{1,100}", re.ASCII)
_MOST_CODES = 5_000


class NotImplementedHere(HubError):
    code, status = "not_implemented", 501
    vi, en = "Dịch vụ này không hỗ trợ yêu cầu đó.", "This service does not support that request."


class NoData(NotFound):
    code = "no_data"
    vi, en = "Không có số liệu nào khớp với yêu cầu.", "No data match the request."


class WrongQuery(BadRequest):
    code = "wrong_query"
    vi, en = "Yêu cầu viết sai.", "The request is not well formed."


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """WrongQuery for a parameter that nobody knows: left unread, the answer would not be what was asked for."""
    wrong = sorted(set(given) - set(known))
    if wrong:
        names = ", ".join(name[:40] for name in wrong)
        raise WrongQuery(f"Không có tham số: {names}.", f"There are no such parameters: {names}.")


# --- Structures ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StructureQuery:
    """``ids`` None: all of them."""

    kinds: tuple[Kind, ...]
    ids: frozenset[str] | None
    references: str
    detail: str


def structure_query(steps: list[str], given: Mapping[str, str]) -> StructureQuery:
    """``dataflow/VNHUB/DF_X/1.0``, each step but the first optional. NotFound for another agency or version.

    NotImplementedHere for resources that SDMX knows and this service has not, and for single codes of a list.
    """
    refuse_unknown(given, {"references", "detail", "format"})
    kind, agency, ids, version, items = (*steps, "", "", "", "", "")[:5]
    references, detail = given.get("references", "none"), given.get("detail", "full")
    if items not in _ANY or kind in OTHER_RESOURCES or (references not in REFERENCES and references in OTHER_RESOURCES):
        raise NotImplementedHere()
    if references not in REFERENCES or detail not in STRUCTURE_DETAILS or len(steps) > 5:
        raise WrongQuery()
    if kind not in KINDS and kind not in {*_ANY, "structure"}:
        raise NotFound()
    check_named(agency, version)
    kinds = (kind,) if kind in KINDS else KINDS
    return StructureQuery(kinds, _several(ids), references, detail)


def check_named(agency: str, version: str) -> None:
    """NotFound unless the agency is this one (or any) and the version the one there is (or any, or the latest)."""
    agencies = set(re.split(r"[+,]", agency))
    if not agencies & {AGENCY, *_ANY} or (version not in _ANY_VERSION and VERSION not in re.split(r"[+,]", version)):
        raise NotFound()


def _several(text: str) -> frozenset[str] | None:
    """The ids of ``A+B`` or ``A,B``; None for all of them."""
    return None if text in _ANY else frozenset(re.split(r"[+,]", text))


# --- Data ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DataQuery:
    """``first`` and ``last``: so many figures of each series, counted from its beginning or its end."""

    flow_id: str
    key: str
    flat: bool
    detail: str
    first: int | None
    last: int | None


_DATA_PARAMETERS = frozenset(
    {
        "startPeriod", "endPeriod", "firstNObservations", "lastNObservations", "dimensionAtObservation", "detail",
        "format", "basis", "asOf", "within", "includeHistory", "updatedAfter", "attributes", "measures",
    }
)  # fmt: skip


def data_query(steps: list[str], given: Mapping[str, str]) -> DataQuery:
    """``DF_X/key`` or ``VNHUB,DF_X,1.0/key``; also ``dataflow/VNHUB/DF_X/1.0/key`` as later versions write it."""
    refuse_unknown(given, _DATA_PARAMETERS)
    for name in ("updatedAfter", "attributes", "measures"):
        if given.get(name, "all") not in {"", "all", "dsd"}:
            raise NotImplementedHere()
    if given.get("includeHistory", "false") != "false":
        raise NotImplementedHere()
    flow_id, key = _flow_and_key(steps)
    at = given.get("dimensionAtObservation", TIME.id)
    if at not in {TIME.id, "AllDimensions"}:
        raise NotImplementedHere()
    detail = given.get("detail", "full")
    if detail not in DETAILS:
        raise WrongQuery()
    first, last = _count(given.get("firstNObservations")), _count(given.get("lastNObservations"))
    return DataQuery(flow_id, key, at != TIME.id, detail, first, last)


def _flow_and_key(steps: list[str]) -> tuple[str, str]:
    if steps[:1] == ["dataflow"] and len(steps) in {4, 5}:
        agency, flow_id, version, key = (*steps[1:], "")[:4]
    elif 1 <= len(steps) <= 3:
        named = steps[0].split(",")
        agency, flow_id, version = ("", named[0], "") if len(named) == 1 else (*named, "")[:3]
        key = steps[1] if len(steps) > 1 else ""
        if len(named) > 3 or (len(steps) == 3 and steps[2] not in {*_ANY, AGENCY}):
            raise NotFound()
    else:
        raise WrongQuery()
    check_named(agency, version)
    return flow_id, key


def _count(text: str | None) -> int | None:
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) is None:
        raise WrongQuery()
    return int(text)


def cut_of(flow: Flow, key: str, given: Mapping[str, str]) -> Cut | None:
    """The part of the flow that a key and the times mean; None where a code in the key exists nowhere in it.

    The key has the dimensions in order, ``.`` between them; empty is all, ``+`` is or. WrongQuery for another shape.
    """
    dimensions = [each.id for each in structure_of(flow).dimensions]
    wanted = dict(zip(dimensions, _steps_of_key(key, len(dimensions)), strict=True))
    frequencies = wanted["FREQ"]
    calls = wanted.get("CALL_NO")
    known = frequencies is None or frequencies & set(FREQUENCY_OF)
    if not known or (wanted["REF_AREA"] is not None and not wanted["REF_AREA"]):
        return None
    named = None if frequencies is None else frozenset(FREQUENCY_OF[each] for each in frequencies & set(FREQUENCY_OF))
    return Cut(
        frequencies=named,
        units=wanted["REF_AREA"],
        within=given.get("within"),
        items=wanted["ITEM"],
        columns=wanted["MEASURE"],
        calls=None if calls is None or NO_CALL in calls else frozenset(_call_numbers(calls)),
        from_day=_day(given.get("startPeriod"), 0),
        to_day=_day(given.get("endPeriod"), 1),
        basis=basis_of(given),
        known_at=known_at_of(given),
    )


def _steps_of_key(key: str, length: int) -> list[frozenset[str] | None]:
    if key in _ANY:
        return [None] * length
    steps = key.split(".")
    if len(steps) != length:
        raise WrongQuery(
            f"Khóa phải có {length} phần, cách nhau bằng dấu chấm.", f"The key needs {length} parts with dots between."
        )
    found: list[frozenset[str] | None] = []
    for step in steps:
        codes = frozenset(re.split(r"[+,]", step)) if step not in {"", "*"} else None
        if codes is not None and (len(codes) > _MOST_CODES or not all(map(_CODE.fullmatch, codes))):
            raise WrongQuery()
        found.append(codes)
    return found


def _call_numbers(codes: Iterable[str]) -> Iterable[int]:
    return (int(code[1:]) for code in codes if re.fullmatch(r"N[0-9]{1,4}", code, re.ASCII))


def _day(text: str | None, end: int) -> date | None:
    return days_of(text)[end] if text else None


def basis_of(given: Mapping[str, str]) -> Basis:
    """``basis=today`` or ``then``; WrongQuery for another word."""
    basis = given.get("basis", "then")
    if basis not in {"then", "today"}:
        raise WrongQuery(
            "basis là then (đơn vị của thời kỳ đó) hoặc today (đơn vị hiện nay).",
            "basis is then (units of the time) or today (units of today).",
        )
    return cast(Basis, basis)


def known_at_of(given: Mapping[str, str]) -> datetime | None:
    """``asOf``: an instant (UTC unless it says otherwise) or a day, which means its end in Viet Nam; or WrongQuery."""
    text = given.get("asOf")
    if not text:
        return None
    try:
        if len(text) == len("2026-03-31"):
            return end_of_day(date.fromisoformat(text))
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise WrongQuery(
            "asOf là một ngày hoặc một thời điểm, ví dụ 2026-03-31 hoặc 2026-03-31T17:00:00Z.",
            "asOf is a day or an instant, such as 2026-03-31 or 2026-03-31T17:00:00Z.",
        ) from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
