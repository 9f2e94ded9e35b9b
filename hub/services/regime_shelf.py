"""Editions as those who make them look at them: in force and drafts alike, with what lint and samples say of each.

Drafts are read from disk as they stand now, so what somebody has just saved is judged at once.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from hub.catalog.drafts import Drafts
from hub.catalog.lint.edition import edition_problems, edition_warnings
from hub.catalog.roots import EditionFolder, Root, edition_folders, roots_of
from hub.catalog.samples import Samples, read_samples
from hub.catalog.shared_lists import Lists, read_lists
from hub.catalog.shelf import Shelf
from hub.domain.access import Actor
from hub.domain.form import Label
from hub.domain.period import local_day
from hub.domain.regime import Edition
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.edition_dates import NextDates, next_dates
from hub.services.regime_publishing import unread_items
from hub.services.samples import sample_problems
from hub.services.workshop import insist, is_workable

State = Literal["in_force", "coming", "ended", "draft"]
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition of the list. ``title`` is its key where its files cannot be read; ``owner_name`` its owner today."""

    key: str
    title: Label
    state: State
    owner: str
    owner_name: Label
    fidelity: str
    frequencies: tuple[str, ...]
    problems: int
    warnings: int
    readable: bool = True


@dataclass(frozen=True, slots=True)
class SampleVerdict:
    """A sample and what it says that is not so; empty if it is judged as it says."""

    name: str
    right: bool
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditionSheet:
    """All that the page of one edition shows. ``edition`` is None where its files cannot be read: ``problems`` say why.

    ``before``: the key of the edition whose place it takes. ``path``: where its folder lies, if it lies in one.
    """

    key: str
    state: State
    edition: Edition | None
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    samples: tuple[SampleVerdict, ...]
    sample_files: tuple[str, ...]
    unread: tuple[str, ...]
    dates: tuple[NextDates, ...]
    before: str | None
    path: str
    workable: bool


@dataclass(frozen=True, slots=True)
class _Judged:
    edition: Edition | None
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def listing(
    core: Core, actor: Actor, now: datetime, *, text: str = "", state: str = "", owner: str = "", fidelity: str = "",
    lint: str = "",
) -> list[EditionLine]:  # fmt: skip
    """Every edition by key, drafts too; empty filters mean all. ``lint``: ``problems``, ``warnings`` or ``clean``."""
    insist(actor)
    wanted = " ".join(text.split()).casefold()
    lines = (_line(core, key, judged, local_day(now)) for key, judged in _all(core))
    return [
        line
        for line in lines
        if (not wanted or wanted in f"{line.key} {line.title.vi} {line.title.en}".casefold())
        and (not state or line.state == state)
        and (not owner or line.owner == owner)
        and (not fidelity or line.fidelity == fidelity)
        and (not lint or lint == _verdict(line))
    ]


def _verdict(line: EditionLine) -> str:
    return "problems" if line.problems else "warnings" if line.warnings else "clean"


def edition_at(core: Core, actor: Actor, key: str) -> Edition:
    """The edition of a key, in force or draft. NotFound if there is none or its files cannot be read."""
    insist(actor)
    found = core.catalog.editions.get(key)
    if found is None:
        shelf = _shelf(core)
        found = shelf.edition(key) if key in shelf.folders else None
    if found is None:
        raise NotFound(f"Không có ấn bản {key}.", f"There is no edition {key} that can be read.")
    return found


def sheet(core: Core, actor: Actor, key: str, now: datetime) -> EditionSheet:
    """Everything about one edition at this moment. NotFound if there is none."""
    insist(actor)
    shelf, known = _shelf(core), core.catalog.editions.get(key)
    folder = shelf.folders.get(key)
    if folder is None and known is None:
        raise NotFound
    judged = _remembered(shelf, folder) if folder is not None else _Judged(known, (), ())
    edition, day = known or judged.edition, local_day(now)
    samples = read_samples(folder) if folder is not None else Samples()
    return EditionSheet(
        key=key,
        state=_state(core, key, day),
        edition=edition,
        problems=judged.problems,
        warnings=judged.warnings,
        samples=tuple(_verdicts(edition, samples)) if edition and not judged.problems else (),
        sample_files=samples.problems,
        unread=tuple(unread_items(edition)) if edition else (),
        dates=tuple(next_dates(edition, day, core.calendar)) if edition else (),
        before=_before(core, shelf, key),
        path=str(folder.place) if folder is not None else "",
        workable=is_workable(core, key),
    )


def keys_of(core: Core, actor: Actor) -> list[str]:
    """The keys of all editions, in force and drafts, in order."""
    insist(actor)
    return sorted({*core.catalog.editions, *_shelf(core).folders})


def drafts_now(core: Core) -> Drafts:
    """The drafts as they stand on disk now."""
    return Drafts(_shelf(core))


def zipped(core: Core, actor: Actor, key: str) -> bytes:
    """The folder of an edition as a ZIP, laid out as under ``report_schemas``. NotFound if it lies in no folder."""
    insist(actor)
    folder = _shelf(core).folders.get(key)
    if folder is None:
        raise NotFound
    home = Path(str(folder.place))
    files = sorted(path for path in home.rglob("*") if path.is_file() and not path.name.startswith("."))
    return as_zip({f"regimes/{key}/{path.relative_to(home).as_posix()}": path.read_bytes() for path in files})


def as_zip(files: dict[str, bytes]) -> bytes:
    """A ZIP of those files; the same files always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


# --- one by one --------------------------------------------------------------------------------------------------


def _shelf(core: Core) -> Shelf:
    """All folders as they stand now; what they share is read again only where a file of it changed."""
    roots = roots_of(core.catalog.root, core.catalog.overlays)
    return Shelf(roots, _lists(roots), edition_folders(roots, []))


_READ_LISTS: dict[tuple[Root, ...], tuple[Stamp, Lists]] = {}
"""The shared lists as they were when their folders were as the stamp says."""


def _lists(roots: tuple[Root, ...]) -> Lists:
    stamp, known = _shared_stamp(roots), _READ_LISTS.get(roots)
    if known is None or known[0] != stamp:
        known = _READ_LISTS[roots] = stamp, read_lists(roots, [])
    return known[1]


def _shared_stamp(roots: Iterable[Root]) -> Stamp:
    return _stamp(*(Path(str(root.folder)) for root in roots))


def _all(core: Core) -> Iterator[tuple[str, _Judged]]:
    """Every edition; one in force was linted when it was locked and cannot have changed."""
    shelf = _shelf(core)
    for key in sorted({*core.catalog.editions, *shelf.folders}):
        known = core.catalog.editions.get(key)
        if known is not None:
            yield key, _Judged(known, (), ())
        else:
            folder = shelf.folders[key]
            yield key, _remembered(shelf, folder)


def _stamp(*folders: Path) -> Stamp:
    """What changes when a file of these folders does: of a data root only what lies in it directly."""
    files = [path for folder in folders for path in (folder.rglob("*") if _is_edition(folder) else folder.iterdir())]
    return tuple(sorted((str(path), stat.st_mtime_ns, stat.st_size) for path in files if (stat := path.stat())))


def _is_edition(folder: Path) -> bool:
    return (folder / "regime.yaml").is_file()


_REMEMBERED: dict[str, tuple[Stamp, _Judged]] = {}
"""By folder: what lint said when its files and the shared ones were as the stamp says. One entry a folder."""


def _remembered(shelf: Shelf, folder: EditionFolder) -> _Judged:
    path = str(folder.place)
    stamp = _shared_stamp(shelf.roots) + _stamp(Path(path))
    known = _REMEMBERED.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    judged = _judge(shelf, folder)
    _REMEMBERED[path] = (stamp, judged)
    return judged


def _judge(shelf: Shelf, folder: EditionFolder) -> _Judged:
    problems: list[str] = []
    draft = shelf.read(folder.key, problems)
    if draft is None:
        return _Judged(None, tuple(problems), ())
    found = () if folder.locked else tuple(edition_problems(draft, shelf))
    return _Judged(draft.edition, found, tuple(edition_warnings(draft)))


def _line(core: Core, key: str, judged: _Judged, day: date) -> EditionLine:
    edition, state = judged.edition, _state(core, key, day)
    if edition is None:
        title = Label(key, key)
        return EditionLine(key, title, state, "", Label("", ""), "", (), len(judged.problems), 0, readable=False)
    code, name = _owner(core, edition, day)
    return EditionLine(
        key, edition.title, state, code, name, edition.fidelity, edition.frequencies,
        len(judged.problems), len(judged.warnings),
    )  # fmt: skip


def _owner(core: Core, edition: Edition, day: date) -> tuple[str, Label]:
    """Who stands for the owner today, by code and name."""
    unit = core.orgs.find(edition.owner, edition.valid_from) or core.orgs.find(edition.owner, day)
    if unit is None:
        return edition.owner, Label(edition.owner, edition.owner)
    heirs = core.orgs.today(unit.id, day)
    return ((heirs or (unit,))[0].identifier or edition.owner), (heirs or (unit,))[0].name


def _state(core: Core, key: str, day: date) -> State:
    edition = core.catalog.editions.get(key)
    if edition is None:
        return "draft"
    return "in_force" if edition.in_force(day) else "coming" if day < edition.valid_from else "ended"


def _before(core: Core, shelf: Shelf, key: str) -> str | None:
    regime = key.partition("/")[0]
    keys = sorted(each for each in {*core.catalog.editions, *shelf.folders} if each.partition("/")[0] == regime)
    earlier = [each for each in keys if each < key]
    return earlier[-1] if earlier else None


def _verdicts(edition: Edition, samples: Samples) -> Iterator[SampleVerdict]:
    said = sample_problems(edition, samples)
    for kind, found in ((True, samples.valid), (False, samples.invalid)):
        for sample in found:
            start = f"{edition.key} {sample.name}: "
            own = tuple(line.removeprefix(start) for line in said if line.startswith(start))
            yield SampleVerdict(sample.name, kind, own)
