"""Every right and wrong sample of every edition in force, as each of the four readers takes it.

Where an edition has no samples yet, the ones the demonstration would propose stand in, so that a new edition joins by
being data.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from hub.catalog.load import load_catalog
from hub.catalog.samples import InvalidSample, read_samples
from hub.demonstration.samples import propose
from hub.domain.checks import Checked, Context, check
from hub.domain.envelope import RawForm, Reading
from hub.domain.findings import STOPS_VERSION, Finding
from hub.domain.form import Address
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.sheet_layout import SheetLayout
from hub.domain.swings import SWING_CODES
from hub.domain.values import FormValues, Value, Values
from hub.readers import json as json_door
from hub.readers.limits import Limits
from hub.services.samples import values_of, wrong_body

Verdict = tuple[str, str]
"""(rule, address): a rule fails at a place."""


@dataclass
class Case:
    """One sample report. ``body`` is what the JSON door takes."""

    edition: Edition
    name: str
    body: Mapping[str, Any]
    before: Values | None = None
    unread: dict[Address, str] = field(default_factory=dict)
    """What was typed where the server reads no value."""

    @property
    def title(self) -> str:
        return f"{self.edition.key} {self.name}"

    @cached_property
    def period(self) -> Period:
        return Period.parse(str(self.body["period"]))

    @property
    def context(self) -> Context:
        return Context(self.period.code, self.period.frequency, self.before)

    @cached_property
    def reading(self) -> Reading:
        import json

        content = json.dumps(self.body, ensure_ascii=False).encode()
        (reading,) = json_door.read(content, lambda _: self.edition, None, Limits())
        return reading

    @cached_property
    def checked(self) -> Checked:
        """Without the figures that swing: no rule of the edition says them, and the page marks them by itself."""
        found = check(self.edition, self.reading, self.context)
        return Checked(found.values, [each for each in found.findings if each.code not in SWING_CODES])

    @property
    def makes_a_version(self) -> bool:
        return not any(one.stage in STOPS_VERSION and one.severity == "error" for one in self.checked.findings)

    @property
    def structure_is_right(self) -> bool:
        """False for mistakes that neither a page nor a workbook lets anybody make: an unknown cell, form or key."""
        return all(one.stage in ("value", "presence", "rule") for one in self.checked.findings)

    def failing(self) -> set[Verdict]:
        return {(one.code, str(one.address)) for one in self.rule_findings()}

    def rule_findings(self) -> Iterator[Finding]:
        return (one for one in self.checked.findings if one.stage == "rule")

    # --- as people type it on the page

    def typed(self) -> dict[str, Any]:
        return {code: _typed_form(form) for code, form in self.reading.forms.items()}

    # --- as the writer puts it into a workbook

    @cached_property
    def given(self) -> Values:
        """What the report says itself, without the totals that the check filled in; what has no value left out."""
        refused = {one.address for one in self.checked.findings if one.stage == "value" and one.address is not None}
        forms: dict[str, FormValues] = {}
        for code, said in self.checked.values.forms.items():
            raw = self.reading.forms[code]
            cells = {key: value for key, value in said.cells.items() if _is_there(raw.cells.get(key))}
            records = _records(raw)
            kept = [
                {key: value for key, value in record.items() if _is_there(told.get(key))}
                for record, told in zip(said.records, records, strict=True)
            ]
            forms[code] = FormValues(cells, kept, said.nil)
        for address in refused:
            self._put_refused(forms, address)
        return Values(forms, dict(self.checked.values.outline))

    def _put_refused(self, forms: dict[str, FormValues], address: Address) -> None:
        """A number stays a number, as people type it into a cell; any other text is put over the cell afterwards."""
        raw = self.reading.forms.get(address.form)
        if raw is None:
            return
        is_record = address.row.isdigit()
        told = _records(raw)[int(address.row) - 1] if is_record else {}
        text = told.get(address.column) if is_record else raw.cells.get((address.row, address.column))
        if text is None:
            return
        number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(text))
        form = forms.setdefault(address.form, FormValues())
        value: Value = Decimal(str(text)) if number is not None and len(str(text)) <= 15 else Decimal(0)
        column = self.edition.form(address.form).column(address.column)
        if number is None or len(str(text)) > 15 or not column.numeric:
            self.unread[address] = str(text)
            value = Decimal(0) if column.numeric else date(2000, 1, 1) if column.type == "date" else "x"
        if is_record:
            form.records[int(address.row) - 1][address.column] = value
        else:
            form.cells[address.row, address.column] = value

    def typed_over(self, workbook: bytes) -> bytes:
        """The workbook with the texts that no figure can be, typed over their cells."""
        if not self.unread:
            return workbook
        texts: dict[str, dict[str, str]] = {}
        for address, text in self.unread.items():
            layout = SheetLayout(self.edition.form(address.form))
            texts.setdefault(address.form, {})[layout.a1(address)] = text
        return _with_texts(workbook, texts)


def _records(raw: RawForm) -> list[dict[str, Any]]:
    return [record for record in raw.records if any(_is_there(value) for value in record.values())]


def _is_there(raw: Any) -> bool:
    return raw is not None and not (isinstance(raw, str) and not raw.strip())


def _typed_form(form: RawForm) -> dict[str, Any]:
    return {
        "nil": form.nil,
        "cells": {".".join(key): _as_typed(value) for key, value in form.cells.items()},
        "records": [
            [number, {key: _as_typed(value) for key, value in record.items()}]
            for number, record in enumerate(form.records, 1)
        ],
    }


def _as_typed(raw: Any) -> str:
    """A plain number with the decimal comma people use; anything else as it is."""
    if raw is None:
        return ""
    text = format(raw, "f") if isinstance(raw, Decimal) else str(raw)
    return text.replace(".", ",") if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) else text


def _with_texts(workbook: bytes, texts: Mapping[str, Mapping[str, str]]) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        names = [name.decode() for name in re.findall(rb'<sheet name="([^"]*)"', old.read("xl/workbook.xml"))]
        parts = {f"xl/worksheets/sheet{names.index(sheet) + 1}.xml": cells for sheet, cells in texts.items()}
        for name in old.namelist():
            content = old.read(name)
            for cell, text in parts.get(name, {}).items():
                pattern = rf'<c r="{cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'.encode()
                put = f'<c r="{cell}"\\1 t="inlineStr"><is><t>{escape(text)}</t></is></c>'.encode()
                content, count = re.subn(pattern, put, content, count=1)
                assert count == 1, (name, cell)
            new.writestr(name, content)
    return saved.getvalue()


def every_case() -> list[Case]:
    """Right and wrong samples of every edition in force."""
    catalog = load_catalog()
    cases: list[Case] = []
    for key, edition in catalog.editions.items():
        samples = read_samples(catalog.folders[key])
        assert samples.problems == (), samples.problems
        if samples.valid:
            cases += _of_samples(edition, {one.name: one for one in samples.valid}, samples.invalid)
        else:
            cases += _of_proposal(edition, propose(edition, catalog.orgs))
    return cases


def _of_samples(edition: Edition, right: Mapping[str, Any], wrong: tuple[InvalidSample, ...]) -> Iterator[Case]:
    def before(name: str) -> Values | None:
        earlier = right[name].before.get("prev")
        return values_of(edition, right[earlier].body) if earlier is not None else None

    for name, sample in right.items():
        yield Case(edition, name, sample.body, before(name))
    for sample in wrong:
        body = right[sample.of].body
        yield Case(edition, f"{sample.of} {sample.name}", wrong_body(sample, body), before(sample.of))


def _of_proposal(edition: Edition, proposal: Any) -> Iterator[Case]:
    from hub.services.samples import changed

    def before(name: str) -> Values | None:
        earlier = proposal.right[name].before
        return values_of(edition, proposal.right[earlier].body) if earlier else None

    for name, sample in proposal.right.items():
        yield Case(edition, name, sample.body, before(name))
    for wrong in proposal.wrong:
        body = changed(proposal.right[wrong.of].body, wrong.change)
        yield Case(edition, f"{wrong.of} {wrong.name}", body, before(wrong.of))
