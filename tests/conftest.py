"""Fixtures shared by all tests: a small edition that shows every kind of form, and databases of both kinds."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from types import CodeType
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import insert
from xdist.scheduler import LoadFileScheduling

from hub.catalog.catalog import Catalog
from hub.config import load_config
from hub.domain.access import Actor, Grant
from hub.domain.form import Choice, Column, Form, Label, Rollup, Row
from hub.domain.org import OrgRegister, OrgUnit
from hub.domain.regime import DayRule, Edition, LegalBasis, OutlineSection, Regime, Reporter, Rule, WindowRule
from hub.domain.working_days import WorkingCalendar
from hub.services import passwords
from hub.services.core import Core
from hub.store import tables
from hub.store.database import Database
from hub.store.migrations import upgrade
from hub.store.tables import metadata

settings.register_profile("hub", deadline=None, print_blob=True)
settings.load_profile("hub")  # no example is judged by the clock: machines are shared; a failing one can be replayed


def _label(text: str) -> Label:
    return Label(text, text)


def _make_small_edition(**changes: object) -> Edition:
    grid = Form(
        code="F1",
        title=Label("Biểu lưới", "A grid"),
        kind="grid",
        rows=(
            Row("r01", _label("Tổng số")),
            Row("r02", _label("Nam"), of="r01"),
            Row("r03", _label("Nữ"), of="r01"),
        ),
        columns=(
            Column("c01", _label("Tổng"), "integer", unit="người", rollup=Rollup("sum", "sum")),
            Column("c02", _label("Trong đó: mới"), "integer", unit="người", of="c01", rollup=Rollup("sum", "sum")),
            Column("c03", _label("Còn lại"), "integer", unit="người", of="c01", rollup=Rollup("last", "last")),
            Column("c04", _label("Kinh phí"), "money", 2, unit="triệu đồng", rollup=Rollup("sum", "sum")),
            Column(
                "c05", _label("Tỷ lệ mới"), "percent", 1, unit="%", required=False,
                rollup=Rollup("ratio", "recompute", numerator="c02", denominator="c01", scale=Decimal(100)),
            ),
            Column("c06", _label("Ghi chú"), "text", required=False),
        ),
    )  # fmt: skip
    records = Form(
        code="F2",
        title=Label("Danh sách", "A list"),
        kind="list",
        columns=(
            Column("c01", _label("Tên"), "text"),
            Column("c02", _label("Loại"), "choice", choices=(Choice("1", _label("Một")), Choice("2", _label("Hai")))),
            Column("c03", _label("Ngày cấp"), "date", required=False),
            Column("c04", _label("Diện tích"), "decimal", 2, unit="ha", rollup=Rollup("sum", "sum")),
        ),
        required=False,
    )
    fields: dict[str, object] = {
        "regime": "THU-01",
        "code": "2025-07-01",
        "title": Label("Chế độ thử", "A regime for tests"),
        "valid_from": date(2025, 7, 1),
        "valid_to": None,
        "report_type": "periodic",
        "content_kind": "both",
        "owner": "G12",
        "receiver": Label("Bộ Tài chính", "Ministry of Finance"),
        "legal_basis": LegalBasis("Văn bản thử"),
        "fidelity": "form",
        "reporters": (
            Reporter("commune", "own", "province"),
            Reporter("province", "rollup", "owner"),
            Reporter("ministry", "own", "owner"),
        ),
        "frequencies": ("monthly", "quarterly", "yearly"),
        "windows": {
            "monthly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14)),
            "quarterly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14)),
            "yearly": WindowRule(DayRule("period_start", months=-1, day=15), DayRule("period_end", day=14)),
        },
        "dues": {
            (level, frequency): DayRule("period_end", day=25)
            for level in ("province", "ministry")
            for frequency in ("monthly", "quarterly", "yearly")
        }
        | {
            ("commune", frequency): DayRule("window_end", working_days=2)
            for frequency in ("monthly", "quarterly", "yearly")
        },
        "forms": (grid, records),
        "rules": (
            Rule(
                "THU-R1", "F1", "c01 = c02 + c03", "error", "text",
                Label("c01 phải bằng c02 + c03", "c01 must equal c02 + c03"), computes="c01",
            ),
            Rule(
                "THU-R2", "F1", "r01 = r02 + r03", "error", "inferred",
                Label("Tổng số phải bằng nam cộng nữ", "The total must equal men plus women"),
            ),
            Rule(
                "THU-R3", "F1", "c04 <= c01 * 1000", "warning", "inferred",
                Label("Kinh phí bất thường", "Unusual cost"),
            ),
        ),
        "outline": (OutlineSection("s1", Label("Đánh giá chung", "Assessment")),),
        "sha256": "0" * 64,
    }  # fmt: skip
    fields.update(changes)
    return Edition(**fields)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make_small_edition():
    """A callable that builds the small edition, with any field replaced."""
    return _make_small_edition


@pytest.fixture
def small_edition() -> Edition:
    return _make_small_edition()


# --- databases of both kinds -------------------------------------------------------------------------------------


class _PostgresServer:
    """A private server in a temporary folder, reached through its socket only; it stops when the tests do."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.folder = folder
        owner: dict[str, object] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        folder.chmod(0o755)
        data = folder / "data"
        with (folder / "initdb.log").open("wb") as log:
            subprocess.run(
                [binaries / "initdb", "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8", "--no-sync",
                 "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=vi"],
                check=True, stdout=log, stderr=log, cwd="/", **owner,
            )  # fmt: skip
        with (folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=",
                 "-c", "max_connections=100", "-c", "shared_buffers=64MB"],
                stdout=log, stderr=log, cwd="/", preexec_fn=_end_with_parent, **owner,
            )  # fmt: skip
        self.make("hub")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://hub@/{name}?host={self.folder}"

    def run(self, statement: str, name: str = "postgres") -> None:
        with psycopg.connect(f"host={self.folder} user=hub dbname={name}", autocommit=True) as connection:
            connection.execute(statement)

    def make(self, name: str, template: str = "template1") -> str:
        """The URL of a new database."""
        for _ in range(200):
            try:
                self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
                return self.url(name)
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "server.log").read_text()
                time.sleep(0.05)
        raise AssertionError("PostgreSQL did not start")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def _postgres_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


def _quick_folder() -> str | None:
    """A folder in memory, where a test need not wait for the disk, if the machine has much of it; else None."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30 else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[_PostgresServer]:
    """The tests' own PostgreSQL server with one migrated database, ``hub``. Skips when PostgreSQL is not installed."""
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("NOT RUN: PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="hub-pg-", dir=_quick_folder()) as folder:
        server = _PostgresServer(binaries, Path(folder))
        try:
            database = Database(server.url("hub"))
            upgrade(database)
            database.dispose()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "hub.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def _sqlite_database() -> Iterator[Database]:
    """One for all tests of this process: it remembers the SQL of every statement it was asked, which takes long."""
    with tempfile.TemporaryDirectory(prefix="hub-sqlite-", dir=_quick_folder()) as folder:
        yield Database(f"sqlite:///{folder}/hub.db")


@pytest.fixture
def sqlite_database(_sqlite_database: Database, migrated_sqlite_file: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database; its file is a new one for each test."""
    path = Path(_sqlite_database.url.removeprefix("sqlite:///"))
    for each in path.parent.iterdir():
        each.unlink()
    shutil.copy(migrated_sqlite_file, path)
    yield _sqlite_database
    _sqlite_database.dispose()


@pytest.fixture(scope="session")
def _postgres_database(postgres_server: _PostgresServer) -> Iterator[Database]:
    """One for all tests of this process: it remembers SQL, and keeps its connections from test to test."""
    database = Database(postgres_server.url("hub"))
    yield database
    database.dispose()


@pytest.fixture
def postgres_database(postgres_server: _PostgresServer, _postgres_database: Database) -> Database:
    """The migrated PostgreSQL database, emptied before this test. Leave its triggers alone: it is used again."""
    emptied = "; ".join(f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables))
    postgres_server.run(f"SET session_replication_role = replica; SET lock_timeout = '10s'; {emptied}", "hub")
    return _postgres_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database: every test that asks for it runs on SQLite and on PostgreSQL."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    return request.getfixturevalue(name)


@pytest.fixture
def make_empty_database(database: Database, tmp_path: Path, request: pytest.FixtureRequest):
    """A callable that makes one more database of the same kind, without any table (``migrated=True``: with them)."""
    made: list[Database] = []

    def make(*, migrated: bool = False) -> Database:
        name = f"extra_{uuid.uuid4().hex[:12]}"
        if database.kind == "sqlite":
            new = Database(f"sqlite:///{tmp_path / name}.db")
        else:
            new = Database(request.getfixturevalue("postgres_server").make(name))
        if migrated:
            upgrade(new)
        made.append(new)
        return new

    yield make
    for each in made:
        each.dispose()


# --- several processes share the tests --------------------------------------------------------------------------------

TOGETHER = ("tests/demonstration/",)
"""Folders that one process takes as a whole: what their tests share takes long to make."""
LONGEST = (
    "tests/demonstration/", "tests/readers4/", "tests/web/browser/test_pages_are", "tests/web/browser/test_nothing",
    "tests/web/browser/", "tests/soak/", "tests/web/test_promise", "tests/scheduler/test_jobs", "tests/regimes/",
    "tests/web/", "tests/drafting",
)  # fmt: skip
"""What begins first, so that no process is left alone with it at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: next((n for n, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST)))


class _ByFileOrFolder(LoadFileScheduling):
    """A file's tests go to one process, in the order of collection."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if folder in nodeid), super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return _ByFileOrFolder(config, log) if config.getvalue("dist") == "loadfile" else None


# --- what every test would do anew ------------------------------------------------------------------------------------


class _CompiledTemplates(BytecodeCache):
    """Templates as Python made of them, for every application of this process: each test makes one."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": _CompiledTemplates()})
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> Iterator[None]:
    """How much the hub's own hashing costs has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


# --- a small hub -------------------------------------------------------------------------------------------------


def _unit(unit_id: str, level: str, parent: str | None, name: str, **changes: object) -> OrgUnit:
    fields: dict[str, object] = {
        "id": unit_id,
        "code": unit_id,
        "identifier": "" if level == "commune" else unit_id,
        "name": _label(name),
        "level": level,
        "type": level,
        "valid_from": date(2008, 8, 1),
        "valid_to": None,
        "parent_code": parent,
        "verified": True,
    }
    return OrgUnit(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def small_orgs() -> OrgRegister:
    """The nation, ministries G12 and G01, provinces P1 (communes X11, X12, X13) and P2 (communes X21, X22)."""
    units = [_unit("VN", "nation", None, "Việt Nam")]
    units += [_unit(code, "ministry", "VN", f"Bộ {code}") for code in ("G12", "G01")]
    for province, communes in (("P1", ("X11", "X12", "X13")), ("P2", ("X21", "X22"))):
        units.append(_unit(province, "province", "VN", f"Tỉnh {province}"))
        units += [_unit(code, "commune", province, f"Xã {code}") for code in communes]
    return OrgRegister(units, ())


@pytest.fixture
def small_catalog(small_edition: Edition, small_orgs: OrgRegister) -> Catalog:
    """One regime (``small_edition``), the small units and a calendar without holidays for 2020-2039."""
    regime = Regime(small_edition.regime, (small_edition,))
    catalog = Catalog({regime.code: regime}, {}, {}, {}, files("report_schemas"))
    catalog.__dict__["orgs"] = small_orgs
    catalog.__dict__["calendar"] = WorkingCalendar(frozenset(), frozenset(), range(2020, 2040))
    return catalog


@pytest.fixture
def core(database: Database, small_catalog: Catalog, tmp_path: Path) -> Core:
    """A hub over ``small_catalog`` on each kind of database, with its own empty ``var``."""
    unlimited = {"HUB_RATE_READ": "0", "HUB_RATE_WRITE": "0", "HUB_RATE_SIGN_IN": "0"}
    return Core(load_config(unlimited, var=tmp_path / "var", inbox=tmp_path / "inbox"), small_catalog, database)


@pytest.fixture
def make_actor(core: Core):
    """``make_actor(role, unit_id, username=None) -> Actor``: an account in the database with that role on that unit.

    The account has no usable password; sign-in tests make theirs with ``access.create_account``.
    """

    def make(role: str, unit_id: str, username: str | None = None) -> Actor:
        account_id = uuid.uuid4().hex
        name = username or f"{role}-{unit_id}-{account_id[:6]}".lower()
        with core.database.write() as connection:
            connection.execute(
                insert(tables.account).values(
                    id=account_id, username=name, name=f"{role} {unit_id}", unit_id=unit_id, password_hash="!",
                    must_change_password=False, active=True, failures=0, created_at="2026-01-01T00:00:00.000000+00:00",
                )
            )  # fmt: skip
            connection.execute(insert(tables.role_grant).values(account_id=account_id, role=role, unit_id=unit_id))
        return Actor(account_id, f"{role} {unit_id}", unit_id, (Grant(role, unit_id),))  # type: ignore[arg-type]

    return make
