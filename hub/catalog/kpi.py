"""Reads the sets of steering indicators: ``kpi/<SET>.yaml`` → KpiSet, checked against the regimes in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from importlib.resources.abc import Traversable

from hub.catalog.concepts import Unit
from hub.catalog.document import Document, Keys, check_structure, read_document
from hub.catalog.metaschema import KpiSetSchema
from hub.catalog.roots import Root
from hub.domain.kpi import Kpi, KpiSet
from hub.domain.measures import measure_names
from hub.domain.regime import Regime

_ENDING = ".yaml"


def load_kpi_sets(
    roots: Iterable[Root],
    regimes: Mapping[str, Regime],
    units: Mapping[str, Unit],
    elsewhere: Set[str],
    problems: list[str],
) -> dict[str, KpiSet]:
    """Every set by its code. What does not hold is added to ``problems``, all of it, each with file and line.

    A set that reads a regime of ``elsewhere`` (there are drafts only, or its own data do not hold) is left out.
    """
    sets: dict[str, KpiSet] = {}
    for file, path in _files(roots):
        document = read_document(file, path)
        found: KpiSet | None = check_structure(document, KpiSetSchema(), problems)
        if found is None or (elsewhere & set(found.regimes)):
            continue
        wrong = list(_problems(document, found, file.name.removesuffix(_ENDING), regimes, units))
        if found.code in sets:
            wrong.append(document.problem(["code"], f"there is another set {found.code!r}"))
        problems += wrong
        if not wrong:
            sets[found.code] = found
    return sets


def _files(roots: Iterable[Root]) -> Iterator[tuple[Traversable, str]]:
    for root in roots:
        folder = root.folder / "kpi"
        if folder.is_dir():
            for file in sorted(folder.iterdir(), key=lambda each: each.name):
                if file.name.endswith(_ENDING):
                    yield file, f"{root.prefix}kpi/{file.name}"


def _problems(
    document: Document, found: KpiSet, name: str, regimes: Mapping[str, Regime], units: Mapping[str, Unit]
) -> Iterator[str]:
    if found.code != name:
        yield document.problem(["code"], f"is {found.code!r} but the file is {name!r}")
    for key, codes in (("groups", [one.code for one in found.groups]), ("kpis", [one.code for one in found.kpis])):
        for code, times in Counter(codes).items():
            if times > 1:
                yield document.problem([key], f"{code!r} is there {times} times")
    groups = {group.code for group in found.groups}
    for place, kpi in enumerate(found.kpis):
        here = ("kpis", place)
        if kpi.group not in groups:
            yield document.problem([*here, "group"], f"there is no group {kpi.group!r}")
        if kpi.unit and units and kpi.unit not in units:
            yield document.problem([*here, "unit"], f"there is no unit of measure {kpi.unit!r}")
        yield from _bound_problems(document, here, kpi)
        yield from _measure_problems(document, here, kpi, found, regimes)
    for group in groups - {kpi.group for kpi in found.kpis}:
        yield document.problem(["groups"], f"no indicator is in group {group!r}")


def _bound_problems(document: Document, here: tuple[str | int, ...], kpi: Kpi) -> Iterator[str]:
    """Bounds stand in the order of the direction; full marks need the value that earns them."""
    bounds = kpi.thresholds
    crossed = bounds is not None and bounds.amber != bounds.green
    if bounds is not None and crossed and (bounds.amber > bounds.green) == (kpi.direction == "higher"):
        yield document.problem([*here, "thresholds"], "green and amber stand the wrong way round for the direction")
    if kpi.full_at is not None and kpi.full_at <= 0:
        yield document.problem([*here, "full_at"], "must be above zero")
    if kpi.points is not None and (kpi.full_at is None or kpi.points <= 0):
        yield document.problem([*here, "points"], "must be above zero and need full_at")


def _measure_problems(
    document: Document, here: tuple[str | int, ...], kpi: Kpi, found: KpiSet, regimes: Mapping[str, Regime]
) -> Iterator[str]:
    """Every measure is one of a regime's latest edition, which reports at the set's frequencies."""
    named = [("measure", kpi.formula.measure), ("numerator", kpi.formula.numerator)]
    for key, measure in [*named, ("denominator", kpi.formula.denominator)]:
        if measure is None:
            continue
        where: Keys = [*here, "formula", key]
        code, _, address = measure.partition("/")
        regime = regimes.get(code)
        if regime is None:
            yield document.problem(where, f"there is no regime {code!r}")
        elif address not in measure_names(regime.editions[-1]):
            yield document.problem(where, f"there is no figure {address!r} in {regime.editions[-1].key}")
        elif not set(found.frequencies) & set(regime.editions[-1].frequencies):
            yield document.problem(where, f"{code} reports at none of {', '.join(found.frequencies)}")
