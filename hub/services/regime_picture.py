"""A regime as the steering centre sees it: its latest figures, who is in them, how it comes in, what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from hub.domain.access import Actor
from hub.domain.observation import Measure, Observation
from hub.domain.org import NATION
from hub.domain.period import Period, local_day
from hub.domain.punctuality import NONE, Counts
from hub.domain.regime import Edition
from hub.domain.report import wanted_regimes
from hub.domain.rollup import Coverage
from hub.errors import NotFound
from hub.services import figures, publication, punctuality
from hub.services.core import Core
from hub.services.figure_access import edition_now
from hub.services.figure_picture import drawn_periods
from hub.services.figures import Ask
from hub.services.punctuality import readable_regimes
from hub.services.receiving import owner_of
from hub.store import aggregates
from hub.store.publications import PublicationRow
from hub.store.punctuality import Campaign

KEY_FIGURES = 6
PERIODS_DRAWN = 12


@dataclass(frozen=True)
class RegimePicture:
    """``periods``: with figures, newest first; ``known``: the nation's figures; ``campaigns``: how each came in.

    ``missing``: by unit right below the nation how many obliged units are not in the figures of the period shown.
    """

    edition: Edition
    owner: str
    period: Period | None
    periods: tuple[Period, ...]
    measures: tuple[Measure, ...]
    key_measures: tuple[Measure, ...]
    axis: tuple[Period, ...]
    known: Mapping[tuple[Measure, Period], Observation]
    coverage: Coverage | None
    missing: Sequence[tuple[str, int]]
    campaigns: Mapping[Campaign, Counts]
    publications: Sequence[PublicationRow]
    campaign: Campaign | None

    def at(self, measure: Measure, period: Period | None) -> Observation | None:
        """The nation's figure of a period, if anything was rolled up for it."""
        return self.known.get((measure, period)) if period is not None else None

    @property
    def counts(self) -> Counts:
        """How the reports of the period shown came in."""
        return self.campaigns.get(self.campaign, NONE) if self.campaign is not None else NONE


def picture(core: Core, actor: Actor, regime: str, period: str | None, now: datetime) -> RegimePicture:
    """The regime in the period asked for, else the latest with figures. NotFound for who may not read the regime."""
    if regime not in readable_regimes(core, actor, now):
        raise NotFound
    edition = edition_now(core, regime, now)
    known = tuple(figures.periods(core, actor, regime, now))
    shown = next((each for each in known if each.code == period), _usual(edition, known))
    measures = tuple(figures.measures(core, actor, now, regime))
    axis = drawn_periods([each for each in known if shown is not None and each.frequency == shown.frequency], shown)
    axis = axis[-PERIODS_DRAWN:]
    observations: tuple[Observation, ...] = ()
    if shown is not None:
        ask = Ask(measures, axis[0], shown, shown.frequency, level="nation")
        observations = figures.series(core, actor, ask, now).observations
    found = {(each.measure, each.period): each for each in observations}
    campaign = _campaign(found.values(), shown)
    coverage, missing = _missing(core, campaign) if campaign is not None else (None, [])
    return RegimePicture(
        edition, owner_of(core, edition, local_day(now)), shown, known, measures, key_measures(measures), axis, found,
        coverage, missing, punctuality.of_regime(core, actor, regime, punctuality.last_year(now), now),
        _publications(core, actor, regime, now), campaign,
    )  # fmt: skip


def _usual(edition: Edition, known: Sequence[Period]) -> Period | None:
    """The latest period that the edition itself asks for; a longer one only where there is no other."""
    own = [each for each in known if each.frequency in edition.frequencies]
    return next(iter(own or known), None)


def key_measures(measures: Sequence[Measure], most: int = KEY_FIGURES) -> tuple[Measure, ...]:
    """What stands at the head: figures bound to a national indicator, one for each; then the first ones that add up."""
    bound: dict[str, Measure] = {}
    for each in measures:
        if each.indicator is not None and each.rollup != "none":
            bound.setdefault(each.indicator, each)
    taken = set(bound.values())
    rest = (each for each in measures if each.rollup != "none" and each not in taken)
    return tuple(islice(chain(bound.values(), rest), most))


def _campaign(observations: Iterable[Observation], shown: Period | None) -> Campaign | None:
    """The campaign of the period shown, under the edition that its figures were reported under."""
    return next(((each.edition, each.period.code) for each in observations if each.period == shown), None)


def _missing(core: Core, campaign: Campaign) -> tuple[Coverage | None, list[tuple[str, int]]]:
    """Who is in the figures, and by unit right below the nation how many are not; the most missing first."""
    with core.database.read() as connection:
        covered = aggregates.coverages(connection, *campaign)
    counted = Counter({unit: len(its.missing) for unit, its in covered.items() if unit != NATION and its.missing})
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return covered.get(NATION), ordered


def _publications(core: Core, actor: Actor, regime: str, now: datetime) -> list[PublicationRow]:
    """The issued national reports that draw on the regime and that the actor may read, newest first."""
    drawing = {code for code, report in core.catalog.reports.items() if regime in wanted_regimes(report)}
    return [row for row in publication.listing(core, actor, now) if row.report in drawing]
