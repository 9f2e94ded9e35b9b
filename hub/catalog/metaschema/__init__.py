"""The structure of the files under ``report_schemas``: strict marshmallow schemas whose result is domain objects.

Only structure is checked here (keys, types, allowed words); meaning is the work of :mod:`hub.catalog.lint`. What each
field says of itself becomes the JSON Schema that editors use (:mod:`hub.catalog.json_schema`).
"""

from hub.catalog.metaschema.form import FormSchema
from hub.catalog.metaschema.kpi import KpiSetSchema
from hub.catalog.metaschema.regime import METHODS, RegimeSchema
from hub.catalog.metaschema.report import ReportSchema
from hub.catalog.metaschema.rules import RulesSchema
from hub.catalog.metaschema.samples import InvalidSamplesSchema, ValidSampleSchema
from hub.catalog.metaschema.shared import BreakdownsSchema, IndicatorsSchema, UnitsSchema

__all__ = [
    "METHODS",
    "BreakdownsSchema",
    "FormSchema",
    "IndicatorsSchema",
    "InvalidSamplesSchema",
    "KpiSetSchema",
    "RegimeSchema",
    "ReportSchema",
    "RulesSchema",
    "UnitsSchema",
    "ValidSampleSchema",
]
