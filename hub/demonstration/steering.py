"""The steering centre in the demonstration: targets, values of other systems, alerts, held reports, subscriptions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from hub.demonstration.accounts import CENTRAL, MINISTRIES_SEND, People
from hub.demonstration.plan import DAY, Plan, chance
from hub.domain.access import Actor
from hub.domain.kpi import Kpi, KpiSet
from hub.domain.org import NATION
from hub.domain.period import Period
from hub.services import deliveries, holds, kpi_alerts, kpi_packets, kpi_targets, publication, subscriptions
from hub.services.core import Core

TARGET_NOTE = "Mục tiêu minh họa."
RELEASE_NOTE = "Phục vụ giao ban tháng; ban hành lại khi đủ báo cáo (minh họa)."
FORMATS = ("xlsx", "json")


@dataclass(frozen=True)
class Steering:
    """The centre's own work, besides the national reports."""

    core: Core
    plan: Plan
    people: People

    def subscribe(self, now: datetime) -> str:
        """The centre has each edition of the overview delivered, where a folder for it is set."""
        if "folder" not in subscriptions.targets(self.core.config):
            return "no folder for deliveries"
        reports = [report.code for report in self.core.catalog.reports.values() if report.kind == "overview"]
        for report in reports:
            for form in FORMATS:
                subscriptions.subscribe(self.core, self._central, report, form, "connector", "folder", now)
        return f"{len(reports) * len(FORMATS)} subscriptions"

    def deliver(self, now: datetime) -> str:
        """What was issued since is delivered."""
        return f"{deliveries.deliver_due(self.core, now).sent} delivered"

    def aim(self, now: datetime) -> str:
        """Each group of indicators has a target for this year, and one unit a target of its own."""
        told = 0
        for kpi_set in self._sets():
            for kpi in _first_judged(kpi_set):
                value = (kpi.thresholds.green + kpi.thresholds.amber) / 2 if kpi.thresholds else None
                told += self._aim(kpi_set, kpi, "", value, now)
            for kpi in _first_judged(kpi_set)[:1]:
                told += self._aim(kpi_set, kpi, self.plan.provinces[0].id, _green(kpi), now)
        return f"{told} targets set"

    def _aim(self, kpi_set: KpiSet, kpi: Kpi, unit: str, value: Decimal | None, now: datetime) -> bool:
        return kpi_targets.set_target(
            self.core, self._central, kpi_set.code, kpi.code, unit_id=unit, period=f"{DAY.year}-Y", value=value,
            note=TARGET_NOTE, now=now,
        )  # fmt: skip

    def receive(self, now: datetime) -> str:
        """The agency whose set it is sends what no form holds, one packet a period."""
        stored = 0
        for kpi_set in self._sets():
            sent = [kpi for kpi in kpi_set.kpis if kpi.formula.sent]
            agency = self.core.orgs.find(kpi_set.owner, DAY)
            if sent and agency is not None and agency.id in {unit.id for unit in self.plan.ministries}:
                stored += sum(self._packet(kpi_set, sent, period, now) for period in self._periods(kpi_set))
        return f"{stored} values of other systems"

    def _packet(self, kpi_set: KpiSet, sent: list[Kpi], period: Period, now: datetime) -> int:
        provinces = self.core.orgs.on(period.end, "province")
        units = [unit.id for unit in provinces if unit.id in self.plan.members]
        packet = {
            "packet": "KPI_DATA", "version": "1", "message_id": f"minh-hoa-{kpi_set.code}-{period.code}",
            "set": kpi_set.code, "values": [value for kpi in sent for value in _values(kpi, units, period)],
        }  # fmt: skip
        actor = self.people.actors[MINISTRIES_SEND]
        taken = kpi_packets.receive(self.core, actor, json.dumps(packet).encode(), "application/json", now)
        return 0 if taken.repeat else taken.stored

    def judge(self, now: datetime) -> str:
        """Whoever a set names is told of what fell below its bound."""
        judged = kpi_alerts.judge_all(self.core, now)
        return f"{judged.begun} alerts, {judged.people} people told"

    def hold(self, now: datetime) -> str:
        """One report of the past waits for more units; one that waited was let go with a note."""
        short = list(islice(self._short(), 2))
        for number, (report, period) in enumerate(short):
            if number and not self._issued(report, period, now):
                holds.publish_due(self.core, report, period, now)
                holds.release(self.core, self._central, report, period, RELEASE_NOTE, now)
            holds.publish_due(self.core, report, period, now)
        return f"{len(short[:1])} report held, {len(short[1:2])} let go"

    def _short(self) -> Iterator[tuple[str, str]]:
        """The reports of past periods that are under the floor of the settings, the newest first."""
        for campaign in sorted(self.plan.past, key=lambda each: each.window.end, reverse=True):
            for report in self.core.catalog.reports.values():
                period = campaign.period.code
                if report.regime == campaign.edition.regime and publication.shortfall(self.core, report.code, period):
                    yield report.code, period

    def _issued(self, report: str, period: str, now: datetime) -> bool:
        return any(row.period == period for row in publication.listing(self.core, self._central, now, report))

    def _sets(self) -> list[KpiSet]:
        """The sets whose regimes have a past here."""
        regimes = {campaign.edition.regime for campaign in self.plan.past}
        return [each for each in self.core.catalog.kpi_sets.values() if regimes.issuperset(each.regimes)]

    def _periods(self, kpi_set: KpiSet) -> list[Period]:
        known = {campaign.period for campaign in (*self.plan.past, *self.plan.campaigns)
                 if campaign.edition.regime in kpi_set.regimes}  # fmt: skip
        return sorted((each for each in known if each.frequency in kpi_set.frequencies), key=lambda each: each.code)

    @property
    def _central(self) -> Actor:
        return self.people.actors[CENTRAL]


def _first_judged(kpi_set: KpiSet) -> list[Kpi]:
    """The first indicator of each group that has bounds."""
    judged = [kpi for kpi in kpi_set.kpis if kpi.thresholds is not None]
    return [next(kpi for kpi in judged if kpi.group == group) for group in dict.fromkeys(kpi.group for kpi in judged)]


def _green(kpi: Kpi) -> Decimal | None:
    return kpi.thresholds.green if kpi.thresholds is not None else None


def _values(kpi: Kpi, units: list[str], period: Period) -> Iterator[dict[str, str]]:
    """An invented value of each unit and of the nation: a number of cases, or a rate's numerator and denominator."""
    wholes = {unit: 300 + chance("of", unit, kpi.code) % 400 + chance(unit, period.code) % 60 for unit in units}
    parts = {unit: whole * _done(kpi, unit, period) // 1000 for unit, whole in wholes.items()}
    wholes[NATION], parts[NATION] = sum(wholes.values()), sum(parts.values())
    for unit in (NATION, *units):
        place = {"kpi": kpi.code, "unit": unit, "period": period.code}
        if kpi.formula.scale == 1:
            yield place | {"value": str(wholes[unit])}
        else:
            yield place | {"numerator": str(parts[unit]), "denominator": str(wholes[unit])}


def _done(kpi: Kpi, unit: str, period: Period) -> int:
    """In thousandths: mostly the unit's own, a little the period's."""
    return 700 + chance("done", unit, kpi.code) % 240 + chance(unit, kpi.code, period.code) % 40
