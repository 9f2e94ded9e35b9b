"""Every integrated regime, by its data alone: samples, doors, workbook, XSD and national report.

A regime joins these tests by being in ``editions.lock``; nothing here names one.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from lxml import etree

from hub.catalog.load import load_catalog
from hub.catalog.roots import edition_folders, roots_of
from hub.catalog.samples import read_samples
from hub.domain.checks import Context, check
from hub.domain.envelope import Identity
from hub.domain.findings import stops_sending, stops_version
from hub.domain.interchange import XML_NAMESPACE
from hub.domain.packing import pack
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.report import Issue, RegimeFigures, UnitFigures, build_document
from hub.domain.rollup import Coverage, Matrix, as_decimals, whole
from hub.domain.values import canonical_document
from hub.readers.dispatch import read
from hub.readers.limits import Limits
from hub.services.samples import sample_problems, values_of
from hub.writers.csv import write_csv
from hub.writers.form import write_form
from hub.writers.json import write_json
from hub.writers.tables_xlsx import write_tables_xlsx
from hub.writers.workbook import write_workbook
from hub.writers.xml import write_xml
from hub.writers.xsd import write_xsd

CATALOG = load_catalog()
FOLDERS = edition_folders(roots_of(CATALOG.root, ()), [])
EDITIONS = sorted(CATALOG.editions)


@dataclass(frozen=True)
class Right:
    """A right sample of an edition."""

    edition: Edition
    name: str
    body: dict[str, Any]

    @property
    def identity(self) -> Identity:
        body = self.body
        return Identity(self.edition.regime, self.edition.code, body["unit"], body["period"], body["scope"])

    @property
    def context(self) -> Context:
        period = Period.parse(self.body["period"])
        return Context(period.code, period.frequency)

    def canonical(self, values) -> bytes:
        return canonical_document(self.edition, self.body["unit"], self.body["period"], self.body["scope"], values)


def rights() -> list[Right]:
    return [
        Right(edition, sample.name, dict(sample.body))
        for key, edition in sorted(CATALOG.editions.items())
        for sample in read_samples(FOLDERS[key]).valid
    ]


RIGHTS = rights()
by_sample = pytest.mark.parametrize("right", RIGHTS, ids=lambda right: f"{right.edition.key}-{right.name}")
by_edition = pytest.mark.parametrize("key", EDITIONS)


def test_at_least_69_regimes_are_integrated():
    assert len(CATALOG.regimes) >= 69


@by_edition
def test_right_samples_are_right_and_wrong_ones_give_exactly_their_findings(key):
    assert sample_problems(CATALOG.editions[key], read_samples(FOLDERS[key])) == []


@by_edition
def test_each_frequency_has_a_right_sample(key):
    edition = CATALOG.editions[key]
    covered = {Period.parse(right.body["period"]).frequency for right in RIGHTS if right.edition.key == key}
    assert covered == set(edition.frequencies)


def through(right: Right, door: str, content: bytes):
    """The checked values of a document of the sample, read through a door."""
    (reading,) = read(door, content, lambda identity: right.edition, right.identity, Limits())
    assert reading.problems == []
    checked = check(right.edition, reading, right.context)
    assert not stops_version(checked.findings), [finding.as_json() for finding in checked.findings][:3]
    return checked.values


@by_sample
def test_a_right_sample_is_the_same_through_every_door(right):
    edition, unit, period, scope = right.edition, right.body["unit"], right.body["period"], right.body["scope"]
    values = values_of(edition, right.body)
    wanted = right.canonical(values)
    documents = {
        "json": write_json(edition, unit, period, scope, values),
        "xml": write_xml(edition, unit, period, scope, values),
        "csv": write_csv(edition, unit, period, scope, values),
        "form": write_form(edition, values),
        "xlsx": write_workbook(
            edition, unit, "Đơn vị", period, scope, frequency=Period.parse(period).frequency, values=values
        ),
    }
    for door, content in documents.items():
        assert right.canonical(through(right, door, content)) == wanted, door


@by_sample
def test_its_workbook_shows_the_figures_to_a_second_reader(right):
    edition, body = right.edition, right.body
    values = values_of(edition, body)
    frequency = Period.parse(body["period"]).frequency
    content = write_workbook(
        edition, body["unit"], "Đơn vị", body["period"], body["scope"], frequency=frequency, values=values
    )
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    for form in edition.forms_for(frequency):
        shown = {cell for row in book[form.code].iter_rows(values_only=True) for cell in row if cell is not None}
        said = values.forms.get(form.code)
        figures = [value for value in (said.cells if said else {}).values() if isinstance(value, Decimal)]
        assert all(float(value) in shown or format(value, "f") in shown for value in figures), form.code


def xml_of(right: Right) -> etree._Element:
    body = right.body
    values = values_of(right.edition, body)
    return etree.fromstring(write_xml(right.edition, body["unit"], body["period"], body["scope"], values))


def schema_of(edition: Edition, form: str | None = None) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(write_xsd(edition, form)))


@by_sample
def test_its_xsd_takes_its_right_xml_and_refuses_an_unknown_form(right):
    schema, document = schema_of(right.edition), xml_of(right)
    assert schema.validate(document), schema.error_log.last_error
    etree.SubElement(document, f"{{{XML_NAMESPACE}}}form", code="KHONG_CO")
    assert not schema.validate(document)


@by_sample
def test_the_xsd_of_each_form_refuses_words_for_a_number(right):
    for form in right.edition.forms_for(right.context.frequency):
        schema, document = schema_of(right.edition, form.code), xml_of(right)
        for other in document.findall(f"{{{XML_NAMESPACE}}}form"):
            if other.get("code") != form.code:
                document.remove(other)
        assert schema.validate(document), schema.error_log.last_error
        numbers = {column.code for column in form.columns if column.numeric}
        cell = next((each for each in document.iter() if etree.QName(each).localname in numbers), None)
        if cell is not None:
            cell.text = "mười hai"
            assert not schema.validate(document), form.code


of_the_latest = pytest.mark.parametrize(
    "right",
    [right for right in RIGHTS if CATALOG.regimes[right.edition.regime].editions[-1] is right.edition],
    ids=lambda right: f"{right.edition.key}-{right.name}",
)


@of_the_latest
def test_its_national_report_comes_out(right):
    """Rolled up from the sample, every section of the period has a table and the workbook opens."""
    edition, code = right.edition, right.edition.regime
    packed = pack(edition, values_of(edition, right.body))
    vector = whole(edition, Matrix.of(edition, [packed.figures], [packed.presence]))
    coverage = Coverage(1, 1, 0, (), ())
    units = [
        UnitFigures(unit.id, unit.name, unit.level, as_decimals(edition, vector), coverage)
        for level in ("ministry", "province", "commune")
        for unit in CATALOG.orgs.on(date(2026, 12, 31), level)[:1]
    ]
    nation = UnitFigures("VN", edition.title, "nation", as_decimals(edition, vector), coverage)
    period = Period.parse(right.body["period"])
    issue = Issue(period, 1, datetime(2026, 11, 22, tzinfo=UTC), demonstration=True, manifest_sha256="0" * 64)
    definition = CATALOG.reports[code]
    document = build_document(definition, {code: RegimeFigures(edition, period, nation, units)}, issue)
    asked = {form.code for form in edition.forms_for(period.frequency)}
    assert len(document.tables) == sum(section.form in asked for section in definition.sections)
    book = openpyxl.load_workbook(io.BytesIO(write_tables_xlsx(document)))
    assert len(book.sheetnames) >= len(document.tables)


def test_every_form_awaiting_confirmation_says_so():
    awaiting = {edition.key for edition in CATALOG.editions.values() if edition.fidelity in {"derived", "memory"}}
    assert awaiting == {edition.key for edition in CATALOG.editions.values() if edition.awaits_confirmation}


def test_no_right_sample_keeps_anyone_from_sending():
    for right in RIGHTS:
        (reading,) = read("json", write_json_of(right), lambda identity, edition=right.edition: edition, None, Limits())
        assert not stops_sending(check(right.edition, reading, right.context).findings), right.name


def write_json_of(right: Right) -> bytes:
    body = right.body
    return write_json(right.edition, body["unit"], body["period"], body["scope"], values_of(right.edition, body))
