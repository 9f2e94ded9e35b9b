"""A series of figures as a file of one of the formats that people take away."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.domain.export_request import ExportRequest, Format
from hub.domain.form import Label
from hub.domain.observation import Series
from hub.services.core import Core
from hub.services.figure_access import edition_now
from hub.writers.data_package import package_of, write_data_package
from hub.writers.figures_plain import write_series_csv, write_series_json
from hub.writers.figures_tables import Words, document_of
from hub.writers.publication_print import write_publication_pdf
from hub.writers.tables_xlsx import write_tables_xlsx

ISSUER = Label("Trung tâm thông tin, chỉ đạo điều hành", "Government information and steering centre")


@dataclass(frozen=True, slots=True)
class ExportFile:
    name: str
    media_type: str
    content: bytes


Writer = Callable[[Core, Series, ExportRequest, datetime], bytes]


def write(core: Core, series: Series, request: ExportRequest, now: datetime) -> ExportFile:
    """The file in the format of the request; the same series and moment give the same bytes."""
    ending, media_type, writer = _FORMATS[request.format]
    periods = f"{series.periods[0].code}_{series.periods[-1].code}" if series.periods else "trong"
    mark = "_demonstration" if core.config.demonstration else ""
    return ExportFile(f"{request.regime}_{periods}{mark}.{ending}", media_type, writer(core, series, request, now))


def words_of(core: Core, regime: str, now: datetime) -> Words:
    """What a document of a regime's figures calls things."""
    edition = edition_now(core, regime, now)
    return Words(
        lambda unit_id: unit_name(core, unit_id), lambda code: _measured_in(core, code), edition.title,
        edition.legal_basis.text, ISSUER, core.config.demonstration,
    )  # fmt: skip


def unit_name(core: Core, unit_id: str) -> Label:
    """A unit's name in both languages; its id if the register does not know it."""
    unit = core.orgs.units.get(unit_id)
    return Label(unit.name.vi, unit.name.en or unit.name.vi) if unit is not None else Label(unit_id, unit_id)


def _measured_in(core: Core, code: str) -> Label:
    unit = core.catalog.units.get(code)
    return unit.label if unit is not None else Label(code, code)


def _xlsx(core: Core, series: Series, request: ExportRequest, now: datetime) -> bytes:
    return write_tables_xlsx(document_of(series, words_of(core, request.regime, now), now))


def _csv(core: Core, series: Series, _request: ExportRequest, _now: datetime) -> bytes:
    return write_series_csv(series, lambda unit_id: unit_name(core, unit_id))


def _json(core: Core, series: Series, _request: ExportRequest, now: datetime) -> bytes:
    return write_series_json(
        series, lambda unit_id: unit_name(core, unit_id), now, demonstration=core.config.demonstration
    )


def _pdf(core: Core, series: Series, request: ExportRequest, now: datetime) -> bytes:
    document = document_of(series, words_of(core, request.regime, now), now)
    return write_publication_pdf(document, _json(core, series, request, now))


def _package(core: Core, series: Series, request: ExportRequest, now: datetime) -> bytes:
    target = io.BytesIO()
    title = edition_now(core, request.regime, now).title
    write_data_package(target, package_of(series, request.regime.lower(), title, core.orgs, now))
    return target.getvalue()


_FORMATS: Mapping[Format, tuple[str, str, Writer]] = {
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "csv": ("csv", "text/csv; charset=utf-8", _csv),
    "json": ("json", "application/json", _json),
    "package": ("zip", "application/zip", _package),
    "pdf": ("pdf", "application/pdf", _pdf),
}
