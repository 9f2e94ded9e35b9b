"""Packets of steering indicators: values of other systems taken in once, all four packets given out (R34)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hub.domain import kpi_packet
from hub.domain.access import Actor
from hub.domain.form import Label
from hub.domain.kpi import Kpi, KpiSet
from hub.domain.kpi_packet import BadPacket, KpiPacket, Packet, PacketProblem, PacketValue
from hub.domain.org import NATION, OrgUnit
from hub.domain.period import Period, local_day
from hub.domain.visibility import allowed
from hub.errors import Conflict, Forbidden, HubError, NotFound
from hub.readers import kpi_packet as reader
from hub.readers.limits import Limits
from hub.services import audit
from hub.services.core import Core
from hub.services.ids import new_id
from hub.services.kpi_reach import find_set, sets
from hub.services.kpis import periods, values_of
from hub.store import kpis as store
from hub.store.kpis import ValueRow

_TICK = timedelta(microseconds=1)
"""Of two messages of the same instant the later one still comes later."""
PACKETS: dict[str, Packet] = {
    "kpi-sets": "KPI_SET",
    "kpi-groups": "KPI_GROUP_CATALOG",
    "kpi-breakdowns": "KPI_BREAKDOWN_CATALOG",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """How a message ended: how many values it brought; ``repeat``: it was here before, the same."""

    message_id: str
    stored: int
    repeat: bool


# --- In ---------------------------------------------------------------------------------------------------------------


def receive(core: Core, actor: Actor, content: bytes, media_type: str, now: datetime) -> Taken:
    """All values of a packet are stored, or none: BadPacket lists every problem.

    The same message of the same sender again gives the same answer; with other content it is a Conflict.
    """
    packet = reader.read(content, media_type, Limits(max_bytes=core.config.max_upload_bytes))
    problems = _Judged(core, actor, packet, now)
    rows = problems.rows()
    if problems.found:
        raise BadPacket(problems.found, packet.message_id)
    message = rows[0].message
    with core.database.write() as connection:
        known = store.of_message(connection, message)
        if known:
            if {row.said for row in known} != {row.said for row in rows}:
                raise Conflict(
                    "Mã gói tin này đã dùng cho nội dung khác.", "This message id was used with other content."
                )
            return Taken(packet.message_id, len(known), True)
        newest = store.newest_value(connection, packet.kpi_set)
        at = max(now, newest + _TICK) if newest is not None else now
        store.add_values(connection, [replace(row, at=at) for row in rows])
        audit.record(connection, actor, action="receive_kpi_data", object_type="kpi_set", object_id=packet.kpi_set,
                     now=now, detail={"message": message, "values": len(rows)})  # fmt: skip
    return Taken(packet.message_id, len(rows), False)


class _Judged:
    """A packet held against the set that it names, the register and what the sender may say."""

    def __init__(self, core: Core, actor: Actor, packet: KpiPacket, now: datetime) -> None:
        if actor.scopes is not None and "submit" not in actor.scopes:
            raise Forbidden("Mã truy cập này không được gửi số liệu.", "This token may not send.")
        self.core, self.actor, self.packet, self.now = core, actor, packet, now
        self.today = local_day(now)
        self.found: list[PacketProblem] = []
        self.senders = self._senders()

    def rows(self) -> list[ValueRow]:
        """The values as they would be stored; whatever is wrong is in ``found``."""
        kpi_set = self.core.catalog.kpi_sets.get(self.packet.kpi_set)
        if kpi_set is None:
            self._wrong("/set", f"Không có bộ chỉ số {self.packet.kpi_set}.", f"There is no set {self.packet.kpi_set}.")
            return []
        owns = self._holds_owner(kpi_set)
        rows = [row for value in self.packet.values if (row := self._row(kpi_set, value, owns)) is not None]
        places = Counter((row.kpi, row.breakdown, row.unit_id, row.period) for row in rows)
        for place, times in places.items():
            if times > 1:
                self._wrong("/values", f"Có {times} số liệu cho {', '.join(filter(None, place))}.",
                            f"There are {times} values for {', '.join(filter(None, place))}.")  # fmt: skip
        return rows

    def _senders(self) -> str:
        """The code that messages of this actor are counted under."""
        unit = self.core.orgs.units.get(self.actor.unit_id)
        code = (unit.identifier or unit.id) if unit is not None else self.actor.unit_id
        said = self.core.orgs.find(self.packet.sender, self.today) if self.packet.sender else unit
        if said is None or unit is None or said.id not in self.core.orgs.same_body(unit.id):
            self._wrong("/sender", "Mã đơn vị gửi không phải của tài khoản này.",
                        "The sender's code is not that of this account.")  # fmt: skip
        return code

    def _holds_owner(self, kpi_set: KpiSet) -> bool:
        owner = self.core.orgs.find(kpi_set.owner, self.today)
        if owner is None:
            return False
        path = self.core.orgs.path(owner.id, self.today)
        return allowed(self.actor, "edit", path, NATION, self.core.orgs)

    def _row(self, kpi_set: KpiSet, value: PacketValue, owns: bool) -> ValueRow | None:
        kpi, period = self._kpi(kpi_set, value), self._period(kpi_set, value)
        unit = self._unit(kpi_set, value, period, owns) if period is not None else None
        if kpi is None or period is None or unit is None:
            return None
        self._check_breakdown(kpi, value)
        if value.value is not None and value.value != round(value.value, kpi.decimals):
            self._wrong(f"{value.place}/value", f"Nhiều nhất {kpi.decimals} chữ số thập phân.",
                        f"At most {kpi.decimals} decimals.")  # fmt: skip
        return ValueRow(
            new_id(self.now), kpi_set.code, kpi.code, value.breakdown, unit.id, period.code, value.value,
            value.numerator, value.denominator, self.senders, f"{self.senders}#{self.packet.message_id}",
            self.actor.account_id, self.now,
        )  # fmt: skip

    def _kpi(self, kpi_set: KpiSet, value: PacketValue) -> Kpi | None:
        try:
            kpi = kpi_set.kpi(value.kpi)
        except KeyError:
            self._wrong(f"{value.place}/kpi", f"Không có chỉ số {value.kpi}.", f"There is no indicator {value.kpi}.")
            return None
        if not kpi.formula.sent:
            self._wrong(f"{value.place}/kpi", f"Chỉ số {value.kpi} do hệ thống tính từ báo cáo, không nhận từ ngoài.",
                        f"Indicator {value.kpi} is worked out from reports here and not taken in.")  # fmt: skip
            return None
        return kpi

    def _period(self, kpi_set: KpiSet, value: PacketValue) -> Period | None:
        try:
            period = Period.parse(value.period)
        except HubError:
            period = None
        if period is None or period.frequency not in kpi_set.frequencies or period.start > self.today:
            self._wrong(f"{value.place}/period", f"Kỳ {value.period} không thuộc bộ chỉ số hoặc chưa bắt đầu.",
                        f"{value.period} is no period of the set, or has not begun.")  # fmt: skip
            return None
        return period

    def _unit(self, kpi_set: KpiSet, value: PacketValue, period: Period, owns: bool) -> OrgUnit | None:
        unit = self.core.orgs.find(value.unit, period.end)
        if unit is None or unit.level not in {"nation", *kpi_set.levels}:
            self._wrong(f"{value.place}/unit", f"Không có đơn vị {value.unit} trong kỳ này.",
                        f"There is no unit {value.unit} in that period.")  # fmt: skip
            return None
        path = self.core.orgs.path(unit.id, period.end)
        if not owns and not allowed(self.actor, "edit", path, NATION, self.core.orgs):
            self._wrong(f"{value.place}/unit", f"Bạn không được gửi số liệu của {unit.name.vi}.",
                        f"You may not send values of {unit.name.en or unit.name.vi}.")  # fmt: skip
            return None
        return unit

    def _check_breakdown(self, kpi: Kpi, value: PacketValue) -> None:
        known = {f"{one.code}={item.code}" for one in kpi.breakdowns for item in one.items}
        if value.breakdown and value.breakdown not in known:
            said = ", ".join(sorted(known)) or "–"
            self._wrong(f"{value.place}/breakdown", f"Phân tổ phải là một trong: {said}.",
                        f"The breakdown must be one of: {said}.")  # fmt: skip

    def _wrong(self, place: str, vi: str, en: str) -> None:
        self.found.append(PacketProblem(place, Label(vi, en)))


# --- Out --------------------------------------------------------------------------------------------------------------


def catalogue(core: Core, actor: Actor, name: str, now: datetime) -> dict[str, Any]:
    """Packet 10, 11 or 12 (``PACKETS`` by name) of the sets that the actor may see. NotFound for another name."""
    known = sets(core, actor, now)
    match PACKETS.get(name):
        case "KPI_SET":
            return kpi_packet.set_packet(known)
        case "KPI_GROUP_CATALOG":
            return kpi_packet.group_packet(known)
        case "KPI_BREAKDOWN_CATALOG":
            return kpi_packet.breakdown_packet(known)
        case _:
            raise NotFound


def data(core: Core, actor: Actor, code: str, now: datetime, period: str | None = None) -> dict[str, Any]:
    """Packet 13: a set's values in a period (the newest if none is named), of all units that the actor may see."""
    found, its_reach = find_set(core, actor, code, now)
    known = periods(core, actor, found, now)
    chosen = [one for one in known if one.code == period] if period else known[:1]
    if period and not chosen:
        raise NotFound
    if not chosen:
        return kpi_packet.data_packet(found, (), ())
    values = values_of(core, actor, found, its_reach, chosen, now)
    return kpi_packet.data_packet(found, values.by_place.values(), _parts(values.parts))


def _parts(rows: tuple[ValueRow, ...]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield kpi_packet.value_entry(
            row.kpi, row.unit_id, row.period, row.breakdown, row.value, row.numerator, row.denominator
        )
