"""``hub …``: the operator's commands, each a few lines over a service. Every one says what it did and what comes next.

Bad input is answered in Vietnamese and English on standard error with exit code 2; what was found wrong gives 1.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import click
from rich.console import Console
from rich.table import Table

from hub.boot import open_core
from hub.catalog.load import load_catalog, read_editions
from hub.catalog.lock import write_lock
from hub.config import SETTINGS, load_config
from hub.domain.access import SYSTEM, Actor, Grant, Role
from hub.domain.envelope import Envelope, Receipt
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.errors import BadRequest, ConfigError, HubError, NotFound, NotSignedIn, SchemaError
from hub.readers.dispatch import door_of
from hub.services import (
    accounts,
    aggregation,
    collection,
    credentials,
    filings,
    intake,
    opening,
    orgs,
    passwords,
    publication,
    receipts,
    runs,
    tracing,
    verify,
)
from hub.services.core import Core

HIDDEN = "••••••"
"""Shown instead of what opens something."""

log = logging.getLogger("hub.cli")


class BilingualGroup(click.Group):
    """Answers whatever is wrong in both languages, never with a traceback. 2: bad input; 1: what the hub found."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except click.UsageError as error:
            code = _wrong_usage(error)
        except click.exceptions.Exit as error:
            code = error.exit_code
        except click.Abort:
            code = _complain("Đã dừng.", "Stopped.", 130)
        except SchemaError as error:
            code = _complain(error.vi, error.en, 2)
            click.echo("\n".join(error.problems), err=True)
        except HubError as error:
            code = _complain(error.message_vi, error.message_en, 2)
        except OSError as error:
            code = _complain(
                f"Không đọc hoặc ghi được: {error.strerror}.", f"Cannot read or write: {error.strerror}.", 2
            )
        except Exception as error:
            log.debug("unforeseen error", exc_info=error)
            code = _complain(
                "Hệ thống gặp lỗi; đặt HUB_LOG_LEVEL=DEBUG để xem chi tiết.",
                "The hub met an error; set HUB_LOG_LEVEL=DEBUG to see more.",
                1,
            )
        sys.exit(code if isinstance(code, int) else 0)


def _wrong_usage(error: click.UsageError) -> int:
    path = error.ctx.command_path if error.ctx else "hub"
    return _complain(
        f"Lệnh chưa đúng: {error.format_message()} Xem: {path} --help",
        f"The command is not right: {error.format_message()} See: {path} --help",
        2,
    )


def _complain(vi: str, en: str, code: int) -> int:
    click.echo(vi, err=True)
    click.echo(en, err=True)
    return code


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _hub(**overrides: Any) -> Iterator[Core]:
    """An open hub by the settings of the environment and ``overrides``, closed at the end."""
    config = load_config(**overrides)
    level = logging.getLevelNamesMapping().get(config.log_level.upper())
    if level is None:
        raise ConfigError(
            f"HUB_LOG_LEVEL={config.log_level}: phải là DEBUG, INFO, WARNING hoặc ERROR.",
            f"HUB_LOG_LEVEL={config.log_level}: must be DEBUG, INFO, WARNING or ERROR.",
        )
    logging.basicConfig(level=level, stream=sys.stderr, force=True)
    for chatty in ("alembic", "apscheduler", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    core = open_core(config)
    try:
        yield core
    finally:
        core.database.dispose()


def _say(*lines: str) -> None:
    for line in lines:
        click.echo(line)


def _next(line: str) -> None:
    click.echo(f"→ {line}")


def _json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(("" if cell is None else str(cell)) for cell in row))
    Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 160).print(table)


json_option = click.option("--json", "as_json", is_flag=True, help="for a machine to read")


@click.group(cls=BilingualGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Hệ thống báo cáo quốc gia / The national reporting hub."""


# --- running -----------------------------------------------------------------------------------------------------


@main.command()
def serve() -> None:
    """Chạy máy chủ web / Run the web server, with the scheduler inside unless HUB_SCHEDULER=0."""
    with _hub() as core, _serving(core) as (run, lines):
        _say(*lines)
        _next("Ctrl+C to stop")
        run()


@contextmanager
def _serving(core: Core) -> Iterator[tuple[Callable[[], None], list[str]]]:
    """The bound web server: what runs it until it is told to stop, with the scheduler inside, and where it answers."""
    from hub.app import create_app
    from hub.web.serving import make_server
    from scheduler.__main__ import configure_log, worker_id
    from scheduler.runner import start_background

    def run() -> None:
        stop = start_background(core, worker_id()) if core.config.scheduler else None
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress ends its loop, then the jobs under way end
        try:
            server.run()
        finally:
            if stop is not None:
                stop()

    configure_log(core.config.log_level)
    server = make_server(create_app(core), core.config.host, core.config.port)
    address = f"http://{core.config.host}:{server.effective_port}"
    scheduler = "inside" if core.config.scheduler else "off"
    try:
        yield run, [f"Hub: {address}/", f"API: {address}/api/v1/", f"Scheduler: {scheduler}"]
    finally:
        server.close()


@main.command()
def demo() -> None:
    """Trình diễn / The whole main job on invented figures, then the web server unless HUB_DEMO_SERVE=0."""
    from hub.demonstration.show import run as show

    console = Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 160)
    with _hub(demonstration=True) as core:
        if not core.config.demo_serve:
            _say(f"national report: {show(core, console).overview}")
            return
        with _serving(core) as (run, lines):
            path = show(core, console).overview
            _say(*lines, f"national report: {path}")
            sys.stdout.flush()
            run()


@main.command()
def migrate() -> None:
    """Nâng cấp cơ sở dữ liệu / Bring the database to this release."""
    with _hub() as core:
        _say(f"The database ({core.database.kind}) is at the newest step.")
        _next("hub serve")


@main.command("config")
@json_option
def show_config(as_json: bool) -> None:
    """Các thiết lập đang dùng / The settings in force."""
    config = load_config()
    shown = {setting.name: _shown(setting.name, getattr(config, setting.name)) for setting in SETTINGS}
    if as_json:
        _json(shown)
        return
    _table(
        ("variable", "value", "default", "meaning"),
        [(f"HUB_{s.name.upper()}", shown[s.name], s.default, s.help) for s in SETTINGS],
    )
    _next("set a HUB_… variable to change one")


def _shown(name: str, value: object) -> str:
    """A setting without its secrets: tokens never, a database address without its password."""
    text = str(value)
    if "token" in name or "secret" in name or "password" in name:
        return HIDDEN if text else ""
    scheme, separator, rest = text.partition("://")
    if separator and "@" in rest:
        return f"{scheme}://{HIDDEN}@{rest.rpartition('@')[2]}"
    return text


@main.command("runs")
@click.option("--job", help="one job only")
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1, 1000))
@json_option
def show_runs(job: str | None, limit: int, as_json: bool) -> None:
    """Các lần chạy của bộ lập lịch / What the scheduler ran, and where the connectors stand."""
    with _hub() as core:
        found, states = runs.listing(core, job, limit), collection.states(core)
    if as_json:
        _json({"runs": [asdict(run) for run in found], "connectors": [asdict(state) for state in states]})
        return
    _table(
        ("job", "occurrence", "outcome", "tries", "worker", "detail"),
        [(r.job, r.occurrence, r.outcome or "running", r.tries, r.worker, r.detail) for r in found],
    )
    for state in states:
        _say(f"connector {state.connector}: {state.failures} failures in a row; {state.last_error or 'well'}")
    _next("hub verify" if found else "nothing ran yet: hub serve, or python -m scheduler")


@main.command()
@click.option("--connector", "name", help="one connector only")
@json_option
def collect(name: str | None, as_json: bool) -> None:
    """Lấy báo cáo qua các kết nối / Visit the connectors now, even those that rest after failures."""
    from scheduler.jobs import connectors

    with _hub() as core:
        chosen = [each for each in connectors(core.config) if name in {None, each.name}]
        if not chosen:
            raise NotFound(f"Không có kết nối {name}.", f"There is no connector {name}.")
        done = [collection.collect(core, each, _now(), force=True) for each in chosen]
    if as_json:
        _json([asdict(each) for each in done])
    else:
        _say(*(each.describe() for each in done), *(line for each in done for line in each.left_out))
        _next("hub runs")
    if any(each.failing for each in done):
        raise click.exceptions.Exit(1)


# --- units and regimes -------------------------------------------------------------------------------------------


@main.group("orgs")
def orgs_group() -> None:
    """Các đơn vị / The organisation units."""


@orgs_group.command("count")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="a day; today if not given")
@json_option
def orgs_count(day: datetime | None, as_json: bool) -> None:
    """Số đơn vị có hiệu lực trong một ngày / How many units are valid on a day."""
    counted = orgs.count(load_catalog().orgs, day.date() if day else _now().date())
    if as_json:
        _json(counted)
        return
    _say(f"Units valid on {counted['day']}:")
    _table(
        ("level", "units", "of which"),
        [
            (level, count, ", ".join(f"{kind} {number}" for kind, number in counted["types"][level].items()))
            for level, count in counted["levels"].items()
        ],
    )


@main.group("regime")
def regime_group() -> None:
    """Các chế độ báo cáo / The regimes."""


@regime_group.command("list")
@json_option
def regime_list(as_json: bool) -> None:
    """Các chế độ đã tích hợp / The integrated regimes."""
    found = [regime.editions[-1] for _, regime in sorted(load_catalog().regimes.items())]
    if as_json:
        _json([_regime_facts(edition) for edition in found])
        return
    _table(
        ("regime", "edition", "frequencies", "figures", "fidelity", "title"),
        [(e.regime, e.code, ", ".join(e.frequencies), len(e.figures), e.fidelity, e.title.vi) for e in found],
    )
    _next("hub regime show CODE")


@regime_group.command("show")
@click.argument("code")
@json_option
def regime_show(code: str, as_json: bool) -> None:
    """Một chế độ / One regime with its editions and forms."""
    regime = load_catalog().regimes.get(code)
    if regime is None:
        raise NotFound(f"Không có chế độ báo cáo {code}.", f"There is no regime {code}.")
    if as_json:
        _json([_regime_facts(edition) for edition in regime.editions])
        return
    for edition in regime.editions:
        _say(f"{edition.key}: {edition.title.vi}", f"  {edition.title.en}", f"  {edition.legal_basis.text}")
        _say(f"  {edition.valid_from} – {edition.valid_to or ''}; fidelity {edition.fidelity}; {edition.sha256}")
        _table(
            ("  form", "kind", "rows", "columns", "title"),
            [(f"  {f.code}", f.kind, len(f.rows), len(f.columns), f.title.vi) for f in edition.forms],
        )
        _say(f"  {len(edition.rules)} rules, {len(edition.outline)} sections of narrative")
    _next(f"hub roll-up {regime.editions[-1].key} PERIOD")


def _regime_facts(edition: Edition) -> dict[str, Any]:
    return {
        "regime": edition.regime,
        "edition": edition.key,
        "title": asdict(edition.title),
        "valid_from": edition.valid_from,
        "valid_to": edition.valid_to,
        "frequencies": edition.frequencies,
        "levels": [reporter.level for reporter in edition.reporters],
        "forms": [form.code for form in edition.forms],
        "figures": len(edition.figures),
        "rules": len(edition.rules),
        "fidelity": edition.fidelity,
        "sha256": edition.sha256,
    }


folder_option = click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="instead of the packaged data"
)


@regime_group.command("lint")
@folder_option
def regime_lint(folder: Path | None) -> None:
    """Kiểm tra dữ liệu chế độ báo cáo / Check the regime data: every problem at once, each with file and line."""
    catalog = load_catalog(folder) if folder else load_catalog()
    _say(f"{len(catalog.editions)} editions of {len(catalog.regimes)} regimes hold; {len(catalog.reports)} reports.")
    _next("hub regime lock")


@regime_group.command("lock")
@click.argument("editions", nargs=-1)
@folder_option
def regime_lock(editions: tuple[str, ...], folder: Path | None) -> None:
    """Khoá các phiên bản / Lock editions by hash: from then on a change is a new edition."""
    target = folder or Path(str(files("report_schemas")))
    new = write_lock(target, read_editions(target), editions)
    _say(*(f"locked {key}" for key in new), f"{len(new)} editions were locked now.")
    _next("commit editions.lock")


# --- the main job ------------------------------------------------------------------------------------------------


@main.command("open")
@json_option
def open_filings(as_json: bool) -> None:
    """Mở các báo cáo phải nộp / Open every filing that is due to be opened."""
    with _hub() as core:
        opened = opening.open_due(core, _now())
    if as_json:
        campaigns = [{"edition": e, "period": p, "filings": n} for (e, p), n in opened.by_campaign.items()]
        _json({"total": opened.total, "campaigns": campaigns})
        return
    _say(f"{opened.total} filings were opened now.")
    _table(("edition", "period", "filings"), [(e, p, n) for (e, p), n in sorted(opened.by_campaign.items())])
    _next("hub submit FILE --as USER, or hub collect")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", help="the account that sends")
@click.option("--token", envvar="HUB_TOKEN", help="an API token; better in HUB_TOKEN than on the command line")
@click.option("--draft", is_flag=True, help="save without sending")
@click.option("--dry-run", is_flag=True, help="only check")
@json_option
def submit(file: Path, username: str | None, token: str | None, draft: bool, dry_run: bool, as_json: bool) -> None:
    """Nộp một tệp / Take in a file of one or many reports."""
    with _hub() as core:
        now = _now()
        actor = _actor(core, username, token, now)
        content = _content(file, core.config.max_upload_bytes)
        envelope = Envelope(
            content=content,
            door=door_of(content, file.name),
            filename=file.name,
            intent="dry_run" if dry_run else "draft" if draft else "send",
            via="cli",
        )
        answered = intake.receive_many(core, actor, envelope, now)
    if as_json:
        _json([json.loads(receipts.receipt_json(receipt)) for receipt in answered])
    else:
        _tell_receipts(answered)
    if any(receipt.verdict == "refused" for receipt in answered):
        raise click.exceptions.Exit(1)


def _content(file: Path, most: int) -> bytes:
    """At most one byte more than allowed is read: intake then says that it is too large."""
    with file.open("rb") as opened:
        return opened.read(most + 1)


def _tell_receipts(answered: list[Receipt]) -> None:
    for receipt in answered:
        filing = receipt.filing_id or "no filing"
        _say(f"{receipt.verdict}: {filing}, version {receipt.version or '–'}, state {receipt.state or '–'}")
        for finding in receipt.findings:
            _say(f"  {finding.severity} {finding.place.describe()}: {finding.message_vi} / {finding.message_en}")
    refused = any(receipt.verdict == "refused" for receipt in answered)
    _next("correct the file and submit it again" if refused else "hub roll-up EDITION PERIOD, once accepted")


def _actor(core: Core, username: str | None, token: str | None, now: datetime) -> Actor:
    """Who submits: the holder of the token, or the named account by the word of the operator at this machine."""
    if username:
        account_id, held = _account(core, username, now)
        return Actor(account_id, username, held[0], held[1])
    actor = credentials.actor_of_token(core, token, now) if token else None
    if actor is None:
        raise NotSignedIn(
            "Cần --as TÊN hoặc một mã truy cập còn hiệu lực (HUB_TOKEN).",
            "Give --as USER or a valid token (HUB_TOKEN).",
        )
    return actor


def _account(core: Core, username: str, now: datetime) -> tuple[str, tuple[str, tuple[Grant, ...]]]:
    """(id, (unit, roles)) of an active account. NotFound otherwise."""
    for account, grants in accounts.listing(core, SYSTEM, now):
        if account.username == username.strip().lower() and account.active:
            return account.id, (account.unit_id, grants)
    raise NotFound(f"Không có tài khoản {username} đang dùng.", f"There is no active account {username}.")


@main.command()
@click.argument("filing")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="folder for the workbook")
def template(filing: str, out: Path) -> None:
    """Tạo tệp Excel cho một báo cáo / Write the workbook of one filing."""
    with _hub() as core:
        name, content = filings.template(core, SYSTEM, filing, _now())
    _write(out, name, content)
    _next("fill it in, then hub submit it")


def _write(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(name).name
    path.write_bytes(content)
    _say(f"written: {path}")


@main.command("roll-up")
@click.argument("edition")
@click.argument("period")
@json_option
def roll_up(edition: str, period: str, as_json: bool) -> None:
    """Tổng hợp một kỳ / Roll up a campaign. EDITION is regime/edition, or a regime's code."""
    with _hub() as core:
        run = aggregation.run(core, SYSTEM, _edition_key(core, edition, period), period, _now())
    if as_json:
        _json(asdict(run))
        return
    _say(f"{run.edition} {run.period}: {run.accepted} of {run.obliged} reports, figures of {run.units} units.")
    _next("hub publish REPORT PERIOD")


def _edition_key(core: Core, text: str, period: str) -> str:
    if "/" in text:
        return core.catalog.edition(text).key
    return core.catalog.edition_for(text, Period.parse(period).end).key


@main.command()
@click.argument("report")
@click.argument("period")
@click.option("--note", help="a note kept with the edition")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="write the files into this folder, too")
@json_option
def publish(report: str, period: str, note: str | None, out: Path | None, as_json: bool) -> None:
    """Phát hành báo cáo quốc gia / Issue a national report; from unchanged figures, the edition that exists."""
    with _hub() as core:
        row = publication.issue(core, SYSTEM, report, period, _now(), note)
        listed = publication.view(core, SYSTEM, row.id, _now()).files
        contents = (
            [(name, publication.file(core, SYSTEM, row.id, name, _now())[1]) for name, *_ in listed] if out else []
        )
    if as_json:
        _json(asdict(row) | {"files": [name for name, *_ in listed]})
    else:
        _say(f"{row.report} {row.period}, edition {row.number}: {row.id}")
        _table(("file", "type", "bytes", "sha256"), listed)
    for name, content in contents:
        _write(cast(Path, out), name, content)
    if not as_json:
        _next(f"hub trace {row.id} CELL")


@main.command()
@click.argument("publication_id", metavar="PUBLICATION")
@click.argument("cell")
@json_option
def trace(publication_id: str, cell: str, as_json: bool) -> None:
    """Truy nguyên một số liệu / Follow a figure down to each unit's submission. CELL: F1.r01.c03 or UNIT:F1.r01.c03."""
    with _hub() as core:
        found = tracing.trace(core, SYSTEM, publication_id, cell, _now())
    if as_json:
        _json(asdict(found))
        return
    _say(f"{found.publication.report} {found.period} edition {found.publication.number}: {found.address}")
    _say(f"{found.label.vi} / {found.label.en}", f"{found.unit_name.vi}: {found.value} ({found.rollup})")
    _say(f"{found.accepted} of {found.obliged} reports; {len(found.parts)} below:")
    _table(
        ("unit", "value", "filing", "version", "submission", "door", "file", "where"),
        [
            (p.unit_name.vi, p.value, p.filing_id, p.version, p.submission_id, p.door, p.filename,
             "computed" if p.computed else p.place.describe())
            for p in found.parts
        ],
    )  # fmt: skip


# --- keeping it sound --------------------------------------------------------------------------------------------


@main.command("verify")
@json_option
def verify_all(as_json: bool) -> None:
    """Kiểm tra toàn vẹn / Check the audit chain, all hashes, and all that was derived. Exit 1 if anything differs."""
    with _hub() as core:
        verified = verify.everything(core)
    if as_json:
        _json(asdict(verified) | {"holds": verified.holds})
    else:
        _table(("looked at", "number"), verified.looked_at.items())
        _say(*verified.problems, *([f"and {verified.more} more"] if verified.more else []))
        _say("Everything holds." if verified.holds else "Something does not hold.")
        _next(
            "copy <var>/checkpoints away"
            if verified.holds
            else "keep this database as it is; restore a backup beside it"
        )
    if not verified.holds:
        raise click.exceptions.Exit(1)


@main.command()
@json_option
def rebuild(as_json: bool) -> None:
    """Lập lại số liệu tổng hợp từ các phiên bản / Make all aggregates again. Exit 1 if any had differed."""
    with _hub() as core:
        done = verify.rebuild(core, _now())
    if as_json:
        _json(asdict(done))
    else:
        _say(f"{len(done.same)} campaigns: the same bytes; {len(done.brought_up_to_date)} brought up to date.")
        _say(*(f"had differed: {edition} {period}" for edition, period in done.differed))
        _next("hub verify")
    if done.differed:
        raise click.exceptions.Exit(1)


# --- people ------------------------------------------------------------------------------------------------------


@main.group("accounts")
def accounts_group() -> None:
    """Các tài khoản / Accounts and their roles."""


@accounts_group.command("list")
@json_option
def accounts_list(as_json: bool) -> None:
    """Các tài khoản / All accounts with their roles."""
    with _hub() as core:
        rows = [
            (a.username, a.name, a.unit_id, " ".join(f"{g.role}@{g.unit_id}" for g in held), a.active)
            for a, held in accounts.listing(core, SYSTEM, _now())
        ]
    heads = ("username", "name", "unit", "roles", "active")
    if as_json:
        _json([dict(zip(heads, row, strict=True)) for row in rows])
        return
    _table(heads, rows)


@accounts_group.command("create")
@click.argument("username")
@click.option("--name", required=True, help="the person's or system's name")
@click.option("--unit", required=True, help="the unit it belongs to, e.g. VN")
@click.option("--role", "roles", multiple=True, required=True, help="ROLE or ROLE@UNIT; may be given again")
def accounts_create(username: str, name: str, unit: str, roles: tuple[str, ...]) -> None:
    """Tạo tài khoản / Make an account. Its first password is shown once and must be changed at first sign-in."""
    password = passwords.make_one_time()
    with _hub() as core:
        accounts.create_account(
            core, SYSTEM, username=username, name=name, unit_id=unit, password=password,
            grants=[_grant(role, unit) for role in roles], now=_now(),
        )  # fmt: skip
    _say(f"account {username} was made", f"first password (shown once): {password}")
    _next("sign in and choose an own password")


def _grant(text: str, unit: str) -> Grant:
    role, _, on = text.partition("@")
    return Grant(cast(Role, role), on or unit)  # the service refuses what is no role


@accounts_group.command("grant")
@click.argument("username")
@click.argument("role", metavar="ROLE@UNIT")
@click.option("--revoke", is_flag=True, help="take the role away instead")
def accounts_grant(username: str, role: str, revoke: bool) -> None:
    """Giao hoặc thu vai trò / Give an account a role on a unit."""
    if "@" not in role:
        raise BadRequest("Vai trò viết là VAI_TRÒ@ĐƠN_VỊ, ví dụ approver@VN.", "Write ROLE@UNIT, e.g. approver@VN.")
    wanted = _grant(role, "")
    with _hub() as core:
        now = _now()
        account_id, _ = _account(core, username, now)
        change = accounts.revoke if revoke else accounts.grant
        change(core, SYSTEM, account_id, wanted.role, wanted.unit_id, now)
    _say(f"{username} {'no longer holds' if revoke else 'holds'} {wanted.role} on {wanted.unit_id}")
    _next("its sessions have ended: sign in again")


@main.group("tokens")
def tokens_group() -> None:
    """Mã truy cập API / API tokens."""


@tokens_group.command("issue")
@click.argument("username")
@click.option("--name", required=True, help="what the token is for")
@click.option("--scope", "scopes", multiple=True, default=("submit", "send", "read"), show_default=True)
@click.option("--days", default=365, show_default=True, type=int)
def tokens_issue(username: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Cấp mã truy cập / Issue a token. It is shown once."""
    with _hub() as core:
        now = _now()
        account_id, _ = _account(core, username, now)
        token = credentials.issue_token(
            core, SYSTEM, account_id=account_id, name=name, scopes=scopes, expires_in_days=days, now=now
        )
    _say(f"token (shown once): {token}")
    _next("send it as: Authorization: Bearer …")


@tokens_group.command("list")
@click.argument("username")
@json_option
def tokens_list(username: str, as_json: bool) -> None:
    """Các mã truy cập của một tài khoản / The tokens of an account."""
    with _hub() as core:
        now = _now()
        found = credentials.tokens_of(core, SYSTEM, _account(core, username, now)[0], now)
    heads = ("id", "name", "scopes", "expires_at", "last_used", "revoked_at")
    rows = [(t.id, t.name, " ".join(sorted(t.scopes)), t.expires_at, t.last_used, t.revoked_at) for t in found]
    if as_json:
        _json([dict(zip(heads, row, strict=True)) for row in rows])
        return
    _table(heads, rows)
    _next("hub tokens revoke ID")


@tokens_group.command("revoke")
@click.argument("token_id", metavar="ID")
def tokens_revoke(token_id: str) -> None:
    """Thu hồi mã truy cập / Revoke a token."""
    with _hub() as core:
        credentials.revoke_token(core, SYSTEM, token_id, _now())
    _say(f"token {token_id} opens nothing any more")


if __name__ == "__main__":
    main()
