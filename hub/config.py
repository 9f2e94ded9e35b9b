"""One table of settings: name, type, default, help. Values are ``HUB_*`` variables; a bad value stops the start."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from hub.errors import ConfigError


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("expected 1 or 0")


_ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+", re.ASCII)


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise ValueError("expected a positive whole number")
    return number


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("expected a whole number that is not negative")
    return number


def _per_cent(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 100:
        raise ValueError("expected a whole number between 0 and 100")
    return number


def _storage(text: str) -> str:
    if text != "memory://" and not text.startswith(("redis://", "rediss://")):
        raise ValueError("expected memory:// or redis://host:port/number")
    return text


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError("expected a port between 0 and 65535")
    return number


def _level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _security(text: str) -> str:
    if text not in {"none", "starttls", "tls"}:
        raise ValueError("expected none, starttls or tls")
    return text


def _spark(text: str) -> str:
    if text and not text.startswith("spark://"):
        raise ValueError("expected spark://host:port")
    return text


def _folders(text: str) -> tuple[Path, ...]:
    paths = tuple(Path(part) for part in text.split(os.pathsep) if part)
    for path in paths:
        if not path.is_dir():
            raise ValueError(f"{path} is not a folder")
    return paths


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    read: Callable[[str], Any]
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("var", Path, "var", "folder for the database file, publications on disk and checkpoints"),
    Setting("database", str, "", "SQLAlchemy URL; empty means SQLite in <var>/hub.db"),
    Setting(
        "schemas",
        _folders,
        "",
        f"folders of more regimes, laid out like report_schemas; {os.pathsep!r} separates several",
    ),
    Setting("host", str, "127.0.0.1", "address the web server listens on"),
    Setting("port", _port, "8000", "port the web server listens on"),
    Setting("scheduler", _flag, "1", "run the scheduler inside `hub serve`"),
    Setting("demonstration", _flag, "0", "mark every page and file as demonstration data"),
    Setting("demo_serve", _flag, "1", "serve pages after the job of `hub demo`"),
    Setting("secure_cookies", _flag, "0", "send cookies over TLS only (set to 1 behind TLS)"),
    Setting("max_upload_bytes", _positive, str(20 * 1024 * 1024), "largest body of one request"),
    Setting("parse_memory_mb", _positive, "512", "memory of the child process that parses what is not proved small"),
    Setting("parse_seconds", _positive, "10", "CPU seconds of that child process"),
    Setting("inbox", Path, "", "folder that the folder connector watches; empty means <var>/inbox"),
    Setting("pull_url", str, "", "address that the HTTP pull connector reads; empty means off"),
    Setting("pull_token", str, "", "bearer token for the HTTP pull connector"),
    Setting("enter_for", _flag, "1", "receivers may enter a report for a unit that cannot (marked as such)"),
    Setting("base_url", str, "", "address at which people reach the hub, for links in letters and QR codes"),
    Setting("trust_roots", _folders, "", "folders of the root certificates (PEM) that signatures must lead to"),
    Setting("smtp_host", str, "", "mail server that letters go through; empty means no letters are sent"),
    Setting("smtp_port", _port, "25", "port of the mail server"),
    Setting("smtp_security", _security, "none", "none, starttls or tls"),
    Setting("smtp_user", str, "", "name to sign in to the mail server with; empty means without"),
    Setting("smtp_password", str, "", "password for the mail server"),
    Setting("smtp_timeout", _positive, "20", "seconds that each step with the mail server may take"),
    Setting("mail_from", str, "", "address that letters come from"),
    Setting("attachment_bytes", _positive, str(20 * 1024 * 1024), "largest file attached to a report"),
    Setting("attachments_bytes", _positive, str(100 * 1024 * 1024), "all files attached to one report together"),
    Setting("attachments_count", _positive, "20", "files attached to one report"),
    Setting(
        "scan_command",
        str,
        "",
        "virus scanner that reads an attachment from its input, ends with 0 (clean) or 1 (not); empty means off",
    ),
    Setting(
        "publish_floor",
        _per_cent,
        "0",
        "national reports wait until so many of a hundred obliged units are accepted, where the regime does not say",
    ),
    Setting("deliver_folder", str, "", "folder into which issued editions are delivered; empty means off"),
    Setting("deliver_url", str, "", "address to which issued editions are pushed (POST); empty means off"),
    Setting("deliver_token", str, "", "bearer token for that address"),
    Setting(
        "mail_attachment_bytes",
        _not_negative,
        "0",
        "largest file of an issued edition that goes along with its letter; 0 means letters hold a link only",
    ),
    Setting("keep_runs_days", _positive, "365", "days that a finished run of a job stays in the record of runs"),
    Setting("keep_letters_days", _positive, "365", "days that a sent letter is kept"),
    Setting("rate_read", _not_negative, "600", "reading requests a minute of one API token; 0 means no limit"),
    Setting("rate_write", _not_negative, "120", "writing requests a minute of one API token; 0 means no limit"),
    Setting("rate_sign_in", _not_negative, "20", "wrong passwords or tokens a minute of one address; 0 means no limit"),
    Setting("rate_storage", _storage, "memory://", "where these are counted: memory:// (each process) or redis://…"),
    Setting("history", Path, "", "folder of the history for analysis (Parquet); empty means <var>/history"),
    Setting("history_export", _flag, "0", "export the history every night"),
    Setting("spark", _spark, "", "Spark cluster that rolls up the history, spark://host:port; empty: this process"),
    Setting("log_level", _level, "INFO", "DEBUG, INFO, WARNING or ERROR"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one process; see ``SETTINGS`` for what each means."""

    var: Path
    database: str
    schemas: tuple[Path, ...]
    host: str
    port: int
    scheduler: bool
    demonstration: bool
    demo_serve: bool
    secure_cookies: bool
    max_upload_bytes: int
    parse_memory_mb: int
    parse_seconds: int
    inbox: Path
    pull_url: str
    pull_token: str
    enter_for: bool
    base_url: str
    trust_roots: tuple[Path, ...]
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password: str
    smtp_timeout: int
    mail_from: str
    attachment_bytes: int
    attachments_bytes: int
    attachments_count: int
    scan_command: str
    publish_floor: int
    deliver_folder: str
    deliver_url: str
    deliver_token: str
    mail_attachment_bytes: int
    keep_runs_days: int
    keep_letters_days: int
    rate_read: int
    rate_write: int
    rate_sign_in: int
    rate_storage: str
    history: Path
    history_export: bool
    spark: str
    log_level: str

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database or f"sqlite:///{self.var / 'hub.db'}"


def load_config(environment: Mapping[str, str] | None = None, **overrides: Any) -> Config:
    """Settings from the environment, with keyword overrides. ConfigError lists every bad value at once."""
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting in SETTINGS:
        text = source.get(f"HUB_{setting.name.upper()}", setting.default)
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            problems.append(f"HUB_{setting.name.upper()}={text!r}: {error} ({setting.help})")
    if problems:
        raise ConfigError("; ".join(problems))
    values |= {} if values["inbox"] != Path() else {"inbox": overrides.get("var", values["var"]) / "inbox"}
    unknown = set(overrides) - {field.name for field in fields(Config)}
    if unknown:
        raise ConfigError(f"unknown settings: {', '.join(sorted(unknown))}")
    config = Config(**(values | overrides))
    if config.smtp_host and not _ADDRESS.fullmatch(config.mail_from):
        raise ConfigError("HUB_SMTP_HOST is set, so HUB_MAIL_FROM must be the address that letters come from")
    return config
