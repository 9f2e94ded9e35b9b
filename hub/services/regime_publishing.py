"""Bringing a draft edition into force: it holds, its samples are judged as they say, and then it is locked by hash."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.catalog.catalog import Catalog
from hub.catalog.in_force import regimes_of
from hub.catalog.load import load_catalog
from hub.catalog.lock import write_lock
from hub.catalog.reports import load_reports
from hub.catalog.roots import edition_folders, roots_of
from hub.catalog.samples import read_samples
from hub.catalog.writing import alone_in, write_whole
from hub.domain.form import Label
from hub.domain.regime import Edition
from hub.domain.report_definition import ReportDefinition
from hub.errors import Conflict, NotFound, SchemaError
from hub.services.samples import sample_problems


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether an edition may be brought into force, and what those who do it must know.

    ``unread``: items that the law asks for and nobody could read in the text, each with its reason; they are shown to
    everybody who files (R02). ``has_report``: a national report of the regime is defined, or it has no
    figures to show; else the plain one is added.
    """

    edition: Edition
    problems: tuple[str, ...]
    unread: tuple[str, ...]
    has_report: bool = True

    @property
    def ready(self) -> bool:
        return not self.problems


def readiness(base: Traversable, overlays: Sequence[Traversable], key: str) -> Readiness:
    """What stands between a draft and its publication: lint (R02-R05 and the rest), samples, its national report.

    NotFound if there is no such edition, Conflict if it is in force already, SchemaError if its files cannot be read.
    """
    catalog = load_catalog(base, overlays)
    folder = edition_folders(roots_of(base, overlays), []).get(key)
    if folder is None:
        raise NotFound(f"Không có bản thảo {key}.", f"There is no draft {key}.")
    if folder.locked:
        raise Conflict(f"{key} đã có hiệu lực.", f"{key} is in force already.")
    edition = catalog.drafts[key]
    problems = [*catalog.draft_problems(key)]
    if not problems:
        problems += sample_problems(edition, read_samples(folder))
    reports = _reports_with(catalog, edition, problems)
    own = not edition.forms or any(report.regime == edition.regime for report in reports.values())
    return Readiness(edition, tuple(problems), tuple(unread_items(edition)), own)


def _reports_with(catalog: Catalog, edition: Edition, problems: list[str]) -> dict[str, ReportDefinition]:
    """The national reports as they are read once the edition is in force: what they then get wrong stops it."""
    regimes = regimes_of([*catalog.editions.values(), edition])
    drafted = frozenset(key.partition("/")[0] for key in catalog.drafts) - regimes.keys()
    roots = roots_of(catalog.root, catalog.overlays)
    return load_reports(roots, regimes, frozenset(), drafted, problems)


def unread_items(edition: Edition) -> Iterator[str]:
    """The items that the law asks for and nobody could read in the text, each with its reason (R02)."""
    for name, why in edition.source.items():
        kind, _, item = name.partition(".")
        if kind == "unread":
            yield f"{item}: {why}"


def home_of(base: Path, overlays: Sequence[Path], key: str) -> Path:
    """The root in which the edition's folder lies; NotFound if it lies in none."""
    for root in (base, *overlays):
        if (root / "regimes" / key).is_dir():
            return root
    raise NotFound(f"Không có bản thảo {key}.", f"There is no draft {key}.")


def publish(base: Path, overlays: Sequence[Path], key: str) -> Readiness:
    """The edition is locked in the folder it stands in; a running hub opens it for filing within a second.

    SchemaError with every problem if it is not ready; nothing is written then. NotFound and Conflict as for
    :func:`readiness`.
    """
    home = home_of(base, overlays, key)
    with alone_in(home):
        found = readiness(base, overlays, key)
        if not found.ready:
            raise SchemaError(list(found.problems))
        lock_in(home, found)
    return found


def lock_in(home: Path, found: Readiness) -> None:
    """A ready edition is in force from now on, with a national report. The caller is alone in ``home``."""
    if not found.has_report:
        path = home / "national" / found.edition.regime / "report.yaml"
        if path.exists():
            raise Conflict(f"{path} là báo cáo của chế độ khác.", f"{path} is the report of another regime.")
        write_whole(path, plain_report(found.edition).encode())
    write_lock(home, [found.edition], [found.edition.key])


_LEVELS = {"province": ("theo tỉnh, thành phố", "by province"), "ministry": ("theo bộ, ngành", "by ministry")}


def plain_report(edition: Edition) -> str:
    """``report.yaml`` of a regime for which nobody designed one: each form for the nation and by its reporters."""
    levels = {reporter.level for reporter in edition.reporters} | _levels_above(edition)
    lines = [
        f"code: {edition.regime}",
        f"title: {_label(Label(f'Báo cáo quốc gia: {edition.title.vi}', f'National report: {edition.title.en}'))}",
        "kind: regime",
        f"regime: {edition.regime}",
        "sections:",
    ]
    for form in edition.forms:
        lines.append(f"- {{form: {form.code}, by: nation, title: {_titled(form.title, 'cả nước', 'nation')}}}")
        for level in [each for each in _LEVELS if each in levels]:
            title = _titled(form.title, *_LEVELS[level])
            lines.append(f"- {{form: {form.code}, by: units, level: {level}, title: {title}}}")
    return "\n".join(lines) + "\n"


def _levels_above(edition: Edition) -> set[str]:
    """Communes are shown by the province they stand in."""
    return {"province"} if any(reporter.level == "commune" for reporter in edition.reporters) else set()


def _titled(title: Label, vi: str, en: str) -> str:
    return _label(Label(f"{title.vi}: {vi}", f"{title.en}: {en}"))


def _label(label: Label) -> str:
    """JSON text is YAML text, whatever letters stand in it."""
    vi, en = (json.dumps(text, ensure_ascii=False) for text in (label.vi, label.en))
    return f"{{vi: {vi}, en: {en}}}"
