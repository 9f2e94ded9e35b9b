"""Publication: aggregates of one moment become an immutable edition of a national report, with files and manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hub.domain.access import Actor, called
from hub.domain.form import Label
from hub.domain.org import NATION
from hub.domain.period import Period, Window, end_of_day
from hub.domain.publication_change import count_inputs
from hub.domain.publish_floor import Shortfall, worst
from hub.domain.regime import Edition
from hub.domain.report import Issue, RegimeFigures, UnitFigures, build_document, wanted_regimes
from hub.domain.report_definition import ReportDefinition
from hub.domain.revision_note import automatic_note, note_label
from hub.domain.rollup import as_decimals
from hub.domain.tables import Document
from hub.domain.visibility import allowed_nationally
from hub.errors import Forbidden, NotFound, Refused
from hub.failpoints import reach
from hub.readers.tables_json import read_tables_json
from hub.services import announcing, deliveries, moves, publication_documents
from hub.services.aggregation import lineage_hash
from hub.services.campaigns import calls_made, window_of
from hub.services.core import Core
from hub.services.documents import address_of
from hub.services.ids import new_id
from hub.services.kept import Kept
from hub.services.seeing import may_read_report
from hub.store import aggregates, publication_holds, publications
from hub.store.aggregates import Aggregate
from hub.store.database import Connection, IntegrityError, is_unique_violation
from hub.store.publication_holds import HoldRow
from hub.store.publications import PublicationFile, PublicationRow
from hub.writers.tables_csv import write_table_csv
from hub.writers.tables_json import write_tables_json
from hub.writers.tables_xlsx import write_tables_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NATION_NAME = Label("Cả nước", "Nation")
_documents: Kept[str, Document] = Kept(64 * 1024 * 1024)
_IN_MEMORY = 6
"""How many times the size of its JSON a document takes in memory."""


class BelowFloor(Refused):
    """Too few units are in the figures, and nobody has let them go."""

    code = "below_floor"

    def __init__(self, short: Shortfall) -> None:
        self.short = short
        super().__init__(
            f"Mới có {short.accepted}/{short.obliged} đơn vị được tiếp nhận, dưới ngưỡng {short.floor} % của chế độ. "
            "Báo cáo được giữ lại cho đến khi đủ, hoặc đến khi trung ương cho phép ban hành kèm ghi chú.",
            f"Only {short.accepted} of {short.obliged} units are accepted, under the floor of {short.floor} %. "
            "The report is held until there are enough, or until the national centre lets it go with a note.",
        )


class NoteMissing(Refused):
    """An edition of this report and period stands, and nobody said why it is to be replaced."""

    code = "note_missing"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Kỳ này đã có ấn bản số {number}. Hãy ghi lý do ban hành lại.",
            f"Edition {number} of this period stands. Say why it is issued again.",
        )


@dataclass(frozen=True, slots=True)
class PublicationView:
    """An edition as a page shows it: its tables as they were issued, its manifest and its files.

    ``older`` and ``newer``: the editions of the same report and period right before it and the newest one after it.
    """

    row: PublicationRow
    document: Document
    manifest: dict[str, Any]
    files: list[tuple[str, str, int, str]]
    older: PublicationRow | None = None
    newer: PublicationRow | None = None

    @property
    def to_be_made(self) -> list[str]:
        """The names of its documents that nobody has asked for yet."""
        made = {name for name, *_ in self.files}
        return [name for name in publication_documents.names(self.row).values() if name not in made]


@dataclass(frozen=True)
class _Sources:
    """The figures a publication is made from, and the aggregates they were."""

    figures: Mapping[str, RegimeFigures]
    aggregates: Mapping[str, list[Aggregate]]


def issue(core: Core, actor: Actor, report: str, period: str, now: datetime, note: str | None = None) -> PublicationRow:
    """Issue a new edition from the aggregates as they are. From the same inputs the existing edition is returned.

    Refused if there are no figures yet, under the floor of a regime (BelowFloor) unless somebody let it go, and without
    a ``note`` where it replaces an edition (NoteMissing; the hub itself notes what changed). An issued edition is never
    changed: amended inputs make another (P9).
    """
    if not (allowed_nationally(actor, "publish") or actor.has("system")):
        raise Forbidden
    definition = _definition(core, report)
    wanted = Period.parse(period)
    with core.database.read() as connection:
        sources = _sources(core, connection, definition, wanted)
        manifest = _manifest(core, definition, wanted, sources)
        sha256 = hashlib.sha256(publications.manifest_text(manifest).encode()).hexdigest()
        known = publications.with_manifest(connection, report, wanted.code, sha256)
        if known is not None:
            return known
        held = publication_holds.get(connection, report, wanted.code)
        before = publications.editions(connection, report, wanted.code)[-1:]
        replaced = publications.get(connection, before[0].id) if before else None
    short = _shortfall(core, sources)
    if short is not None and (held is None or held.released_at is None):
        raise BelowFloor(short)
    said = _note(actor, note, replaced, manifest)
    number = replaced[0].number + 1 if replaced is not None else 1
    row = PublicationRow(new_id(now), report, wanted.code, number, now, actor.account_id, said, sha256)
    released = _released(held, short) if held is not None and short is not None else None
    facts = _issue_of(core, wanted, row, replaced[0] if replaced is not None else None, released)
    files = _files(definition, sources, row, facts, manifest)
    try:
        return _keep(core, actor, row, manifest, files)
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        return issue(core, actor, report, period, now, note)


def shortfall(core: Core, report: str, period: str) -> Shortfall | None:
    """The regime that lacks most to its floor in the figures as they are now; None where each has reached its own.

    Refused if there are no figures yet.
    """
    definition, wanted = _definition(core, report), Period.parse(period)
    with core.database.read() as connection:
        return _shortfall(core, _sources(core, connection, definition, wanted))


def _shortfall(core: Core, sources: _Sources) -> Shortfall | None:
    return worst(
        (
            regime,
            source.nation.coverage.accepted,
            source.nation.coverage.obliged,
            core.config.publish_floor if source.edition.publish_floor is None else source.edition.publish_floor,
        )
        for regime, source in sources.figures.items()
    )


def _note(
    actor: Actor, note: str | None, replaced: tuple[PublicationRow, dict[str, Any]] | None, manifest: dict[str, Any]
) -> str | None:
    """The words given; without any, of a later edition what the hub itself says of it. NoteMissing from a person."""
    given = (note or "").strip()
    if given or replaced is None:
        return given or None
    if not actor.has("system"):
        raise NoteMissing(replaced[0].number)
    return automatic_note(count_inputs(replaced[1], manifest))


def _issue_of(
    core: Core, period: Period, row: PublicationRow, replaced: PublicationRow | None, released: Label | None
) -> Issue:
    return Issue(
        period, row.number, row.issued_at, core.config.demonstration, row.manifest_sha256,
        (replaced.number, replaced.issued_at) if replaced is not None else None,
        note_label(row.note) if row.note else None,
        released,
        address_of(core, f"/reports/{row.id}"),
    )  # fmt: skip


def _released(held: HoldRow, short: Shortfall) -> Label:
    """Who let an edition go although too few units are in it, and with which words."""
    vi, en = called(held.released_name or held.released_by or "")
    return Label(
        f"{vi} cho phép khi có {short.accepted}/{short.obliged} đơn vị, ngưỡng {short.floor} %: {held.note}",
        f"released by {en} with {short.accepted} of {short.obliged} units, floor {short.floor} %: {held.note}",
    )


def _keep(
    core: Core, actor: Actor, row: PublicationRow, manifest: dict[str, Any], files: list[PublicationFile]
) -> PublicationRow:
    with core.database.write() as connection:
        publications.add(connection, row, manifest, files)
        reach("mid-publish")
        announcing.published(connection, core, _definition(core, row.report), row, row.issued_at)
        deliveries.plan(connection, row)
        detail = {"report": row.report, "period": row.period, "number": row.number, "manifest": row.manifest_sha256}
        moves.tell(connection, actor, "publish", "publication", row.id, row.issued_at, detail)
    return row


def _definition(core: Core, report: str) -> ReportDefinition:
    try:
        definition: ReportDefinition = core.catalog.reports[report]
    except KeyError:
        raise NotFound(f"Không có báo cáo quốc gia “{report}”.", f"There is no national report “{report}”.") from None
    return definition


def _sources(core: Core, connection: Connection, definition: ReportDefinition, period: Period) -> _Sources:
    figures: dict[str, RegimeFigures] = {}
    used: dict[str, list[Aggregate]] = {}
    for regime in sorted(wanted_regimes(definition)):
        found = _campaign(core, connection, regime, period, exact=definition.kind == "regime")
        if found is None:
            continue
        edition, its_period, made = found
        last_day = window_of(core, connection, edition, its_period).end
        figures[regime] = _figures(core, edition, its_period, last_day, made)
        used[regime] = made
    if not figures:
        raise Refused(
            f"Chưa có số liệu tổng hợp nào cho {period.label.vi}.",
            f"There are no aggregates yet for {period.label.en}.",
        )
    return _Sources(figures, used)


def _campaign(
    core: Core, connection: Connection, regime: str, period: Period, *, exact: bool
) -> tuple[Edition, Period, list[Aggregate]] | None:
    """The regime's aggregates of the period, or for an overview of its latest period that ended by then."""
    called = calls_made(connection)
    found: list[tuple[bool, Window, Edition, Period]] = []
    for key, code, _ in aggregates.campaigns(connection):
        edition = core.catalog.edition(key)
        its = Period.parse(code)
        days = called[key, code].asked.window if (key, code) in called else Window(its.start, its.end)
        if edition.regime == regime and (its == period if exact else days.end <= period.end):
            found.append((its == period, days, edition, its))
    if not found:
        return None
    _, _, edition, its = max(found, key=lambda each: (each[0], each[1].end, each[1].start))
    return edition, its, aggregates.of_campaign(connection, edition.key, its.code)


def _figures(core: Core, edition: Edition, period: Period, last_day: date, made: list[Aggregate]) -> RegimeFigures:
    units = [_unit_figures(core, edition, aggregate) for aggregate in made if aggregate.unit_id != NATION]
    nation = next(aggregate for aggregate in made if aggregate.unit_id == NATION)
    order = {unit.id: index for index, unit in enumerate(core.orgs.on(last_day))}
    units.sort(key=lambda unit: (unit.level != "ministry", order.get(unit.unit_id, 0), unit.unit_id))
    whole = UnitFigures(NATION, NATION_NAME, "nation", as_decimals(edition, nation.vector), nation.coverage)
    return RegimeFigures(edition, period, whole, units)


def _unit_figures(core: Core, edition: Edition, aggregate: Aggregate) -> UnitFigures:
    unit = core.orgs.get(aggregate.unit_id)
    return UnitFigures(unit.id, unit.name, unit.level, as_decimals(edition, aggregate.vector), aggregate.coverage)


def _manifest(core: Core, definition: ReportDefinition, period: Period, sources: _Sources) -> dict[str, Any]:
    """Exactly what the edition is made of: equal manifests mean equal figures."""
    regimes = {}
    for regime, source in sources.figures.items():
        made = sources.aggregates[regime]
        regimes[regime] = {
            "edition": source.edition.key,
            "edition_sha256": source.edition.sha256,
            "period": source.period.code,
            "coverage": {
                aggregate.unit_id: [aggregate.coverage.accepted, aggregate.coverage.obliged] for aggregate in made
            },
            "aggregates": {aggregate.unit_id: lineage_hash(aggregate) for aggregate in made},
            "inputs": sorted(list(each) for aggregate in made for each in aggregate.inputs),
        }
    return {"report": definition.code, "definition": repr(definition), "period": period.code, "regimes": regimes}


def _files(
    definition: ReportDefinition, sources: _Sources, row: PublicationRow, facts: Issue, manifest: dict[str, Any]
) -> list[PublicationFile]:
    document = build_document(definition, sources.figures, facts)
    stem = f"{row.report}_{row.period}_{row.number}"
    files = [
        _file(f"{stem}.xlsx", XLSX, write_tables_xlsx(document)),
        _file(f"{stem}.json", "application/json", write_tables_json(document)),
        _file("manifest.json", "application/json", publications.manifest_text(manifest).encode()),
    ]
    mark = "_demonstration" if facts.demonstration else ""  # a CSV file has no place but its name to say so
    for table in document.tables:
        files.append(_file(f"{stem}_{table.code}{mark}.csv", "text/csv; charset=utf-8", write_table_csv(table)))
    return files


def _file(name: str, media_type: str, content: bytes) -> PublicationFile:
    return PublicationFile(name, media_type, hashlib.sha256(content).hexdigest(), content)


def listing(
    core: Core, actor: Actor, now: datetime, report: str | None = None, on: date | None = None
) -> list[PublicationRow]:
    """The issued editions that the actor may read, newest first.

    ``on``: only those in force at the end of that day of Viet Nam, one of each report and period.
    """
    with core.database.read() as connection:
        rows = publications.listing(connection, report)
    readable = {name for name in {row.report for row in rows} if may_read_report(core, actor, name, now)}
    shown = [row for row in rows if row.report in readable]
    return shown if on is None else _in_force(shown, end_of_day(on))


def _in_force(rows: list[PublicationRow], until: datetime) -> list[PublicationRow]:
    """Of editions, newest first, the latest of each report and period that was issued before a moment."""
    found: dict[tuple[str, str], PublicationRow] = {}
    for row in rows:
        if row.issued_at < until:
            best = found.setdefault((row.report, row.period), row)
            if row.number > best.number:
                found[row.report, row.period] = row
    return list(found.values())


def in_force(core: Core, actor: Actor, report: str, period: str, on: date, now: datetime) -> PublicationRow:
    """The edition that stood at the end of a day of Viet Nam. NotFound where none did, or it may not be read."""
    wanted = Period.parse(period).code
    found = [row for row in listing(core, actor, now, report, on) if row.period == wanted]
    if not found:
        raise NotFound("Ngày đó chưa có ấn bản nào.", "No edition stood on that day.")
    return found[0]


def view(core: Core, actor: Actor, publication_id: str, now: datetime) -> PublicationView:
    """One edition exactly as issued: read back from its own JSON file, not computed again. NotFound."""
    with core.database.read() as connection:
        row, manifest = readable(core, connection, actor, publication_id, now)
        listed = publications.files(connection, publication_id)
        document = _as_issued(connection, row, {name: sha256 for name, _, _, sha256 in listed})
        editions = publications.editions(connection, row.report, row.period)
    older = next((each for each in reversed(editions) if each.number < row.number), None)
    newer = editions[-1] if editions[-1].number > row.number else None
    return PublicationView(row, document, manifest, listed, older, newer)


def _as_issued(connection: Connection, row: PublicationRow, hashes: Mapping[str, str]) -> Document:
    """The edition's tables; read once of the same bytes, which never change."""
    name = publications.json_name(row)
    found = _documents.get(hashes[name])
    if found is None:
        stored = publications.file(connection, row.id, name)
        assert stored is not None
        found = read_tables_json(stored.content)
        _documents.keep(hashes[name], found, _IN_MEMORY * len(stored.content))
    return found


def file(core: Core, actor: Actor, publication_id: str, name: str, now: datetime) -> tuple[str, bytes]:
    """One file of an edition, byte for byte as issued: media type and content. NotFound.

    Its PDF, its Word file and its Data Package are made when they are first asked for, and kept.
    """
    with core.database.read() as connection:
        row, _ = readable(core, connection, actor, publication_id, now)
        found = publications.file(connection, publication_id, name)
    if found is None:
        found = publication_documents.document(core, row, publication_documents.format_of(row, name))
    if found is None:
        raise NotFound
    return found.media_type, found.content


def readable(
    core: Core, connection: Connection, actor: Actor, publication_id: str, now: datetime
) -> tuple[PublicationRow, dict[str, Any]]:
    """An edition and its manifest, if the actor may read it; NotFound in both other cases, alike."""
    found = publications.get(connection, publication_id)
    if found is None or not may_read_report(core, actor, found[0].report, now):
        raise NotFound
    return found
