"""Proof of an issued edition: its files are those that were hashed, and its figures follow again from its manifest.

The manifest names every report's version by its hash. Where those versions and the edition of the regime are here as
they were, each figure of the tables is computed anew from them and compared to the last digit. What a manifest does not
hold, such as how many units were obliged on that day, is not computed again; it is covered by the files' hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hub.domain.access import Actor
from hub.domain.bringing_together import Counted, bring_together
from hub.domain.org import NATION
from hub.domain.packing import FigureOverflow
from hub.domain.period import Period
from hub.domain.publication_change import figures_of, parse_reference
from hub.domain.regime import Edition
from hub.domain.rollup import as_decimals
from hub.readers.tables_json import read_tables_json
from hub.services.campaigns import window_of
from hub.services.core import Core
from hub.services.publication import readable
from hub.services.publication_diff import parts_of
from hub.store import publication_inputs, publications
from hub.store.database import Connection
from hub.store.publications import PublicationRow

Said = tuple[str, str]


@dataclass(slots=True)
class Proof:
    """What was looked at and what does not hold, each in Vietnamese and English.

    ``figures``: how many figures the tables show, ``recomputed`` how many of them were computed anew and are equal.
    ``left_out``: why others could not be computed; that alone is no fault of the edition.
    """

    row: PublicationRow
    files: int = 0
    reports: int = 0
    figures: int = 0
    recomputed: int = 0
    problems: list[Said] = field(default_factory=list)
    left_out: list[Said] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.problems


def prove(core: Core, actor: Actor, publication_id: str, now: datetime) -> Proof:
    """Everything that can be said again of one edition, said again and compared. NotFound where it may not be read."""
    with core.database.read() as connection:
        row, manifest = readable(core, connection, actor, publication_id, now)
        proof = Proof(row)
        proof.problems += _files(connection, row, manifest, proof)
        stored = publications.file(connection, row.id, publications.json_name(row))
        shown = figures_of(read_tables_json(stored.content)) if stored is not None else {}
        proof.figures = len(shown)
        for regime, source in manifest["regimes"].items():
            its = {ref: value for ref, (value, _) in shown.items() if ref.startswith(f"{regime}@")}
            _prove_source(core, connection, proof, regime, source, its)
    return proof


def _files(connection: Connection, row: PublicationRow, manifest: Mapping[str, Any], proof: Proof) -> Iterator[Said]:
    """The manifest and every file are the bytes that were hashed when the edition was issued."""
    text = publications.manifest_text(dict(manifest))
    if hashlib.sha256(text.encode()).hexdigest() != row.manifest_sha256:
        yield "Bản kê đầu vào không còn như khi ban hành.", "The manifest of inputs is not the one that was issued."
    for name, *_ in publications.files(connection, row.id):
        file = publications.file(connection, row.id, name)
        proof.files += 1
        if file is None or hashlib.sha256(file.content).hexdigest() != file.sha256:
            yield f"Tệp {name} không còn như khi ban hành.", f"The file {name} is not the one that was issued."


def _prove_source(
    core: Core,
    connection: Connection,
    proof: Proof,
    regime: str,
    source: Mapping[str, Any],
    shown: Mapping[str, Decimal],
) -> None:
    edition = core.catalog.editions.get(source["edition"])
    if edition is None or edition.sha256 != source["edition_sha256"]:
        key = source["edition"]
        said = f"Ấn bản {key} của chế độ không còn ở đây như khi ban hành.", f"The regime's edition {key} is not here."
        proof.left_out.append(said)
        return
    counted = _counted(core, connection, proof, source)
    if counted is None:
        return
    computed = _computed(core, connection, edition, Period.parse(source["period"]), counted, set(_units(shown)))
    for ref, value in shown.items():
        again = computed.get(ref)
        if again == value:
            proof.recomputed += 1
        else:
            proof.problems.append(
                (f"Số liệu {ref} là {value}, tính lại được {again}.", f"The figure {ref} is {value}, computed {again}.")
            )


def _units(shown: Mapping[str, Decimal]) -> Iterator[str]:
    for ref in shown:
        if (parsed := parse_reference(ref)) is not None:
            yield parsed.unit_id


def _counted(
    core: Core, connection: Connection, proof: Proof, source: Mapping[str, Any]
) -> list[tuple[publication_inputs.InputRow, Counted]] | None:
    """The reports that the manifest names, in its order; None where one is not here as it was."""
    inputs = [(filing_id, int(number), sha256) for filing_id, number, sha256 in source["inputs"]]
    rows = publication_inputs.filings(connection, {each[0] for each in inputs})
    stored = publication_inputs.figures(connection, {each[:2] for each in inputs})
    counted = []
    for filing_id, number, sha256 in inputs:
        row, version = rows.get(filing_id), stored.get((filing_id, number))
        if row is None or version is None or version.sha256 != sha256:
            name = f"{filing_id} / {number}"
            proof.problems.append(
                (f"Phiên bản {name} không còn như trong bản kê.", f"Version {name} is not the one of the manifest.")
            )
            return None
        its = core.catalog.editions.get(row.edition)
        if its is None:
            key = row.edition
            proof.left_out.append((f"Không còn ấn bản {key}.", f"The regime's edition {key} is not here."))
            return None
        above = row.unit_path.split("/", 2)[1]
        counted.append((row, Counted(above, Period.parse(row.period), its, version.packed)))
    proof.reports += len(counted)
    return counted


def _computed(
    core: Core, connection: Connection, edition: Edition, period: Period,
    counted: list[tuple[publication_inputs.InputRow, Counted]], units: set[str],
) -> dict[str, Decimal]:  # fmt: skip
    """reference → figure, of the nation and of each of these units."""
    known = core.catalog.regimes[edition.regime].editions
    periods = parts_of(core, edition, period)
    last_day = window_of(core, connection, edition, period).end
    in_tree = sorted(counted, key=lambda each: each[0].unit_path)
    under: dict[str, list[Counted]] = {}
    for _, each in in_tree:
        under.setdefault(_heir(core, each.above, last_day) if len(periods) > 1 else each.above, []).append(each)
    found: dict[str, Decimal] = {}
    for unit in units:
        its = [each for _, each in in_tree] if unit == NATION else under.get(unit, [])
        try:
            vector = bring_together(edition, known, periods, its, by_unit=unit != NATION)
        except FigureOverflow:
            continue
        values = as_decimals(edition, vector)
        found |= {f"{edition.regime}@{unit}:{address}": value for address, value in values.items()}
    return found


def _heir(core: Core, unit_id: str, day: date) -> str:
    heirs = core.orgs.today(unit_id, day) if unit_id in core.orgs.units else ()
    return heirs[0].id if len(heirs) == 1 else unit_id
