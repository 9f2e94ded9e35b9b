"""What the same values cost elsewhere: one row a value in SQL with an audit trigger, marshmallow, frictionless.

The table, its five foreign keys, its audit trigger and its upsert of up to 500 rows a statement are those of DHIS2
2.43, written anew; what DHIS2 does around them (reading, resolving ids, checking) is left out, to its favour.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import frictionless
import marshmallow
import psycopg
from sqlalchemy.engine import make_url

from benchmarks.measuring import Cost, cost
from benchmarks.postgres import processor_seconds

ROWS_A_STATEMENT = 500
_Value = tuple[int, int, int, int, int, str, None, None, bool]

_PARENTS = ("dataelement", "period", "organisationunit", "categoryoptioncombo")
_TABLES = """
CREATE TABLE datavalue (
    dataelementid bigint NOT NULL REFERENCES dataelement,
    periodid bigint NOT NULL REFERENCES period,
    sourceid bigint NOT NULL REFERENCES organisationunit,
    categoryoptioncomboid bigint NOT NULL REFERENCES categoryoptioncombo,
    attributeoptioncomboid bigint NOT NULL REFERENCES categoryoptioncombo,
    value varchar(50000), comment varchar(50000), followup boolean, deleted boolean NOT NULL,
    storedby varchar(255) DEFAULT current_setting('rival.person'),
    created timestamp NOT NULL DEFAULT now(), lastupdated timestamp NOT NULL DEFAULT now(),
    PRIMARY KEY (dataelementid, periodid, sourceid, categoryoptioncomboid, attributeoptioncomboid)
);
CREATE INDEX datavalue_lastupdated ON datavalue (lastupdated);
CREATE INDEX datavalue_deleted ON datavalue (deleted);
CREATE INDEX datavalue_where_when ON datavalue (sourceid, periodid);
CREATE SEQUENCE audit_number;
CREATE TABLE datavalueaudit (
    id bigint PRIMARY KEY, created timestamp, modifiedby varchar(100), dataelementid bigint, periodid bigint,
    organisationunitid bigint, categoryoptioncomboid bigint, attributeoptioncomboid bigint, value varchar(50000),
    audittype varchar(100)
);
CREATE INDEX datavalueaudit_of ON datavalueaudit (dataelementid, periodid, organisationunitid);
CREATE FUNCTION note_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.value IS DISTINCT FROM NEW.value OR OLD.deleted IS DISTINCT FROM NEW.deleted THEN
        INSERT INTO datavalueaudit VALUES (
            nextval('audit_number'), now(), left(NEW.storedby, 100), NEW.dataelementid, NEW.periodid, NEW.sourceid,
            NEW.categoryoptioncomboid, NEW.attributeoptioncomboid, NEW.value,
            CASE WHEN TG_OP = 'INSERT' THEN 'CREATE' WHEN NEW.deleted THEN 'DELETE' ELSE 'UPDATE' END);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER noted AFTER INSERT OR UPDATE ON datavalue FOR EACH ROW EXECUTE FUNCTION note_value();
"""
_UPSERT = """
INSERT INTO datavalue (dataelementid, periodid, sourceid, categoryoptioncomboid, attributeoptioncomboid, value,
                       comment, followup, deleted)
VALUES {rows}
ON CONFLICT (dataelementid, periodid, sourceid, categoryoptioncomboid, attributeoptioncomboid) DO UPDATE SET
    value = EXCLUDED.value, comment = EXCLUDED.comment, deleted = EXCLUDED.deleted, followup = EXCLUDED.followup,
    lastupdated = now(), storedby = current_setting('rival.person')
"""


def costs(url: str, count: int) -> dict[str, tuple[Cost, float]]:
    """What each rival takes with the factor that the hub is to reach. The SQL runs on PostgreSQL only."""
    found = {}
    if url.startswith("postgresql"):
        found["DHIS2's upserts of 500 rows with audit, nothing else"] = (upserts(url, count), 10.0)
    found["frictionless, validation alone"] = (frictionless_rows(min(count, 30_000)), 5.0)
    found["marshmallow, one schema a row, validation alone"] = (marshmallow_rows(count), 1.0)
    return found


def upserts(url: str, count: int, cells: int = 100) -> Cost:
    """All values of one push in one transaction; its parents are there and analysed."""
    parsed = make_url(url)
    where = f"host={parsed.query['host']} user={parsed.username} dbname={parsed.database}"
    with psycopg.connect(where) as connection:
        for parent in _PARENTS:
            connection.execute(f"CREATE TABLE {parent} ({parent}id bigint PRIMARY KEY, uid varchar(11), name text)")
            connection.execute(
                f"INSERT INTO {parent} SELECT n, 'u' || n, 'name ' || n FROM generate_series(0, %s) n", [count]
            )
        connection.execute("SELECT set_config('rival.person', 'push', false)")
        connection.execute(_TABLES)
        connection.commit()
        connection.execute("ANALYZE")
        connection.commit()
        values = [(n % cells, 1, n // cells, 1, 1, str(100 + n % 899), None, None, False) for n in range(count)]
        return cost(count, lambda: _put(connection, values), lambda: processor_seconds(url))


def _put(connection: psycopg.Connection, values: Sequence[_Value]) -> None:
    for chunk in _chunks(values):
        rows = ",".join(["(%s,%s,%s,%s,%s,%s,%s,%s,%s)"] * len(chunk))
        connection.execute(_UPSERT.format(rows=rows), [part for value in chunk for part in value])
    connection.commit()


def _chunks(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    for at in range(0, len(values), ROWS_A_STATEMENT):
        yield values[at : at + ROWS_A_STATEMENT]


_PATTERNS = {
    "regime": r"BENCH-10X10", "unit": r"X\d{5}", "period": r"\d{4}-M\d{2}", "scope": r"own|rollup", "form": r"F\d+",
    "row": r"r\d{2}", "column": r"c\d{2}",
}  # fmt: skip
"""The columns of a report as the hub's own CSV has them, beside the value."""


class _Row(marshmallow.Schema):
    value = marshmallow.fields.Integer(required=True, strict=True, validate=marshmallow.validate.Range(min=0))


_Schema = _Row.from_dict(
    {
        name: marshmallow.fields.String(required=True, validate=marshmallow.validate.Regexp(rf"\A(?:{pattern})\Z"))
        for name, pattern in _PATTERNS.items()
    }
)


def marshmallow_rows(count: int) -> Cost:
    """Values through a schema of eight fields, many rows at once."""
    rows = list(_rows(count))
    schema = _Schema(many=True)
    return cost(count, lambda: schema.load(rows))


def frictionless_rows(count: int) -> Cost:
    """The hub's own CSV of the same, eight columns with types and constraints."""
    fields = [
        {"name": name, "type": "string", "constraints": {"required": True, "pattern": pattern}}
        for name, pattern in _PATTERNS.items()
    ]
    value = {"name": "value", "type": "integer", "constraints": {"required": True, "minimum": 0}}
    schema = frictionless.Schema.from_descriptor({"fields": [*fields, value]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "values.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, [*_PATTERNS, "value"])
            writer.writeheader()
            writer.writerows(_rows(count))
        resource = frictionless.Resource(path=path.name, basepath=folder, schema=schema)
        reports: list[frictionless.Report] = []
        found = cost(count, lambda: reports.append(frictionless.validate(resource)))
    assert reports[0].valid, reports[0].flatten(["message"])[:3]
    return found


def _rows(count: int) -> Iterator[dict[str, object]]:
    for n in range(count):
        yield {
            "regime": "BENCH-10X10", "unit": f"X{n // 100:05}", "period": "2026-M09", "scope": "own", "form": "F1",
            "row": f"r{n % 100 // 10:02}", "column": f"c{n % 10:02}", "value": 100 + n % 899,
        }  # fmt: skip
