"""The guide of a regime for who owes or receives it, made of the edition itself: all regimes have one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.catalog.roots import EditionFolder
from hub.catalog.samples import InvalidSample, Samples, ValidSample, read_samples
from hub.domain.access import Actor
from hub.domain.form import Address, Label
from hub.domain.org import OrgUnit
from hub.domain.period import local_day
from hub.domain.regime import Edition, Rule
from hub.domain.remark import place_of, words_of
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.edition_dates import NextDates, next_dates
from hub.services.preview import sample_filing, sample_workbook
from hub.services.receipts import address_from_text
from hub.services.receiving import owner_of
from hub.services.samples import box_of, findings_of, values_of, wrong_body
from hub.services.worklist import own_units
from hub.writers.workbook import write_workbook

_IN_BRACKETS = re.compile(r"\s*\([^()]*\{[^{}]*\}[^()]*\)")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A rule broken in a sample: where, what stood there, what is right, and what the hub says of it."""

    place: Label
    wrong: str
    right: str
    said: Label


@dataclass(frozen=True, slots=True)
class Guide:
    """``levels``: those of the reader's own units, whose dates matter to them. ``mistakes``: rule → an example."""

    edition: Edition
    editions: tuple[Edition, ...]
    dates: tuple[NextDates, ...]
    levels: frozenset[str]
    owner: OrgUnit | None
    has_sample: bool
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)


def edition_of(core: Core, regime: str, code: str, now: datetime) -> Edition:
    """The edition of that code, else the one in force today, else the newest. NotFound if there is none."""
    found = core.catalog.regimes.get(regime)
    if found is None:
        raise NotFound
    if code:
        return core.catalog.edition(f"{regime}/{code}")
    return found.edition_on(local_day(now)) or found.editions[-1]


def guide(core: Core, actor: Actor, regime: str, code: str, now: datetime) -> Guide:
    """All that a reporter needs to know of a regime. It holds law and forms, no figures: nobody is refused it."""
    edition, today = edition_of(core, regime, code, now), local_day(now)
    samples = _samples(core, edition)
    units = [core.orgs.units[unit] for unit in own_units(actor) if unit in core.orgs.units]
    return Guide(
        edition,
        core.catalog.regimes[regime].editions,
        tuple(next_dates(edition, today, core.calendar)),
        frozenset(unit.level for unit in units),
        core.orgs.units.get(owner_of(core, edition, today)),
        bool(samples.valid),
        mistakes_of(edition, samples),
    )


def rule_words(rule: Rule) -> Label:
    """What the rule says, without the figures that its message holds a place for."""
    return Label(*(_PLACEHOLDER.sub("…", _IN_BRACKETS.sub("", text)) for text in (rule.message.vi, rule.message.en)))


def blank_workbook(core: Core, regime: str, code: str, now: datetime) -> tuple[str, bytes]:
    """File name and content of the regime's workbook as somebody would get it, to look at: it is of no report."""
    edition = edition_of(core, regime, code, now)
    return sample_workbook(edition, sample_filing(edition, core.orgs, local_day(now)))


def filled_workbook(core: Core, regime: str, code: str, now: datetime) -> tuple[str, bytes]:
    """The same with the figures of a right sample. NotFound where the edition has none."""
    edition = edition_of(core, regime, code, now)
    sample = next(iter(_samples(core, edition).valid), None)
    if sample is None:
        raise NotFound
    filing = sample_filing(edition, core.orgs, local_day(now))
    content = write_workbook(
        edition, filing.unit.id, filing.unit.name.vi, filing.period.code, filing.scope,
        frequency=filing.period.frequency, values=values_of(edition, sample.body), demonstration=True,
    )  # fmt: skip
    return f"{edition.regime}_{edition.code}_mau.xlsx", content


# --- a rule broken, as an example ------------------------------------------------------------------------------------


def mistakes_of(edition: Edition, samples: Samples) -> dict[str, Mistake]:
    """Rule → a wrong sample's mistake that breaks it, for the rules that a sample breaks."""
    bodies = {sample.name: sample for sample in samples.valid}
    found: dict[str, Mistake] = {}
    for wrong in samples.invalid:
        if wrong.of in bodies and len(wrong.set) == 1 and not wrong.nil:
            for rule, mistake in _broken(edition, wrong, bodies[wrong.of], bodies):
                found.setdefault(rule, mistake)
    return found


def _broken(
    edition: Edition, wrong: InvalidSample, right: ValidSample, samples: Mapping[str, ValidSample]
) -> Iterator[tuple[str, Mistake]]:
    ((address, text),) = wrong.set.items()
    before = samples.get(right.before.get("prev", ""))
    body = wrong_body(wrong, right.body)
    for finding in findings_of(edition, body, before.body if before is not None else None):
        if finding.stage == "rule":
            said = Label(finding.message_vi, finding.message_en)
            was = _text_at(right, address)
            yield finding.code, Mistake(words_of(edition, place_of(_address(address))), _shown(text), was, said)


def _text_at(sample: ValidSample, address: str) -> str:
    box, key = box_of({**sample.body, "forms": dict(sample.body.get("forms", {}))}, address)
    return _shown(box.get(key))


def _shown(text: object) -> str:
    return "" if text is None else str(text)


def _address(text: str) -> Address:
    if text.startswith("outline."):
        return Address("outline", "*", text.removeprefix("outline."))
    return address_from_text(text)


def _samples(core: Core, edition: Edition) -> Samples:
    folder: EditionFolder | None = core.catalog.folders.get(edition.key)
    return read_samples(folder) if folder is not None else Samples()
