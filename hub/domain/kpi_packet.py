"""Packets 10 to 13 of QCVN 125:2021/BTTTT as plain data, whatever they are written in.

The field tables of the standard have not been seen (rules.md 6.6): names and order here are the hub's own, kept in
this one place, so that an adapter for the official ones has one place to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from hub.domain.form import Label
from hub.domain.kpi import Kpi, KpiSet, KpiValue
from hub.errors import HubError

Packet = Literal["KPI_SET", "KPI_GROUP_CATALOG", "KPI_BREAKDOWN_CATALOG", "KPI_DATA"]
VERSION = "1"


@dataclass(frozen=True, slots=True)
class PacketValue:
    """A value as a packet gives it: figures exact, codes as they stand. ``place``: where in the packet."""

    place: str
    kpi: str
    unit: str
    period: str
    breakdown: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class KpiPacket:
    """A packet of values (13) of one set. ``sender``: the agency's code, empty where it is not said."""

    message_id: str
    sender: str
    kpi_set: str
    values: tuple[PacketValue, ...]


@dataclass(frozen=True, slots=True)
class PacketProblem:
    """Why a packet cannot be taken in, and where in it."""

    place: str
    message: Label


class BadPacket(HubError):
    """A packet that cannot be taken in; ``problems`` are all of them, and nothing of it is stored."""

    code, status = "bad_packet", 422
    vi, en = (
        "Gói tin chỉ số không hợp lệ; không có số liệu nào được ghi.",
        "The packet is not valid; nothing is stored.",
    )

    def __init__(self, problems: Iterable[PacketProblem], message_id: str = "") -> None:
        self.problems, self.message_id = tuple(problems), message_id
        super().__init__()


# --- What the hub writes ----------------------------------------------------------------------------------------------


def set_packet(sets: Iterable[KpiSet]) -> dict[str, Any]:
    """Packet 10: sets with their indicators."""
    return _packet("KPI_SET", sets=[_set(each) for each in sets])


def group_packet(sets: Iterable[KpiSet]) -> dict[str, Any]:
    """Packet 11: the groups of the sets."""
    groups = [{"set": each.code, "code": one.code, "title": _both(one.label)} for each in sets for one in each.groups]
    return _packet("KPI_GROUP_CATALOG", groups=groups)


def breakdown_packet(sets: Iterable[KpiSet]) -> dict[str, Any]:
    """Packet 12: the breakdowns of the indicators and their parts."""
    found = [
        {
            "set": each.code,
            "kpi": kpi.code,
            "code": one.code,
            "title": _both(one.label),
            "items": [{"code": item.code, "title": _both(item.label)} for item in one.items],
        }
        for each in sets
        for kpi in each.kpis
        for one in kpi.breakdowns
    ]
    return _packet("KPI_BREAKDOWN_CATALOG", breakdowns=found)


def data_packet(kpi_set: KpiSet, values: Iterable[KpiValue], parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Packet 13: the values of one set; ``parts`` are those of breakdowns, as :func:`value_entry` writes them."""
    entries = [
        value_entry(one.kpi, one.unit_id, one.period.code, "", one.value, *(one.parts if len(one.parts) == 2 else ()))
        | {"light": one.light, "provisional": one.provisional}
        | ({"target": f"{one.target:f}"} if one.target is not None else {})
        | ({"lack": one.lack} if one.lack else {})
        for one in values
    ]
    return _packet("KPI_DATA", set=kpi_set.code, values=[*entries, *parts])


def value_entry(
    kpi: str,
    unit_id: str,
    period: str,
    breakdown: str,
    value: Decimal | None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
) -> dict[str, Any]:
    """One value; what is not there is absent."""
    figures = {"value": value, "numerator": numerator, "denominator": denominator}
    return (
        {"kpi": kpi, "unit": unit_id, "period": period}
        | ({"breakdown": breakdown} if breakdown else {})
        | {name: f"{figure:f}" for name, figure in figures.items() if figure is not None}
    )


def _packet(kind: Packet, **content: Any) -> dict[str, Any]:
    return {"packet": kind, "version": VERSION, **content}


def _both(label: Label) -> dict[str, str]:
    return {"vi": label.vi, "en": label.en}


def _set(each: KpiSet) -> dict[str, Any]:
    return {
        "code": each.code,
        "title": _both(each.title),
        "owner": each.owner,
        "legal_basis": each.legal_basis,
        "fidelity": each.fidelity,
        "valid_from": each.valid_from.isoformat(),
        "frequencies": list(each.frequencies),
        "groups": [{"code": group.code, "title": _both(group.label)} for group in each.groups],
        "kpis": [_kpi(kpi) for kpi in each.kpis],
    }


def _kpi(kpi: Kpi) -> dict[str, Any]:
    formula, bounds = kpi.formula, kpi.thresholds
    figures = {"points": kpi.points, "full_at": kpi.full_at}
    return {
        "code": kpi.code,
        "group": kpi.group,
        "title": _both(kpi.label),
        "unit": kpi.unit,
        "decimals": kpi.decimals,
        "direction": kpi.direction,
        "formula": {"sent": True}
        if formula.sent
        else {"numerator": formula.numerator, "denominator": formula.denominator, "scale": f"{formula.scale:f}"}
        if formula.numerator
        else {"measure": formula.measure},
        **(
            {"thresholds": {"green": f"{bounds.green:f}", "amber": f"{bounds.amber:f}", "source": bounds.source}}
            if bounds
            else {}
        ),
        **{name: f"{figure:f}" for name, figure in figures.items() if figure is not None},
        **({"breakdowns": [one.code for one in kpi.breakdowns]} if kpi.breakdowns else {}),
    }
