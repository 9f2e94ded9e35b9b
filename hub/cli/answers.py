"""How every command answers: errors in both languages, lines and tables, ``--json``, and after "→" what comes next."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from hub.errors import HubError, SchemaError

log = logging.getLogger("hub.cli")

json_option = click.option("--json", "as_json", is_flag=True, help="for a machine to read")


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
            code = complain("Đã dừng.", "Stopped.", 130)
        except SchemaError as error:
            code = complain(error.vi, error.en, 2)
            click.echo("\n".join(error.problems), err=True)
        except HubError as error:
            code = complain(error.message_vi, error.message_en, 2)
        except OSError as error:
            code = complain(
                f"Không đọc hoặc ghi được: {error.strerror}.", f"Cannot read or write: {error.strerror}.", 2
            )
        except Exception as error:
            log.debug("unforeseen error", exc_info=error)
            code = complain(
                "Hệ thống gặp lỗi; đặt HUB_LOG_LEVEL=DEBUG để xem chi tiết.",
                "The hub met an error; set HUB_LOG_LEVEL=DEBUG to see more.",
                1,
            )
        sys.exit(code if isinstance(code, int) else 0)


def _wrong_usage(error: click.UsageError) -> int:
    path = error.ctx.command_path if error.ctx else "hub"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return complain(f"Hãy thêm tên lệnh: {path} LỆNH", f"Name a command: {path} COMMAND", 2)
    return complain(
        f"Lệnh chưa đúng: {error.format_message()} Xem: {path} --help",
        f"The command is not right: {error.format_message()} See: {path} --help",
        2,
    )


def complain(vi: str, en: str, code: int) -> int:
    """Say what is wrong on standard error, in both languages; gives ``code``, the exit code."""
    click.echo(vi, err=True)
    click.echo(en, err=True)
    return code


def say(*lines: str) -> None:
    """Print lines for people."""
    for line in lines:
        click.echo(line)


def say_next(line: str) -> None:
    """Print what comes next."""
    click.echo(f"→ {line}")


def say_both(vi: str, en: str) -> None:
    """Print one line for people in both languages."""
    say(f"{vi} / {en}")


def say_json(data: Any) -> None:
    """Print ``data`` for a machine: days and moments in ISO form, whatever JSON does not know as its text."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def say_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their heads; None is an empty cell."""
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(("" if cell is None else str(cell)) for cell in row))
    console().print(table)


def write_file(folder: Path, name: str, content: bytes) -> None:
    """Write a file into ``folder``, made if it is not there, whatever folders ``name`` speaks of; say where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(name).name
    path.write_bytes(content)
    say_both("đã ghi", f"written: {path}")


def console() -> Console:
    """Standard output as wide as the terminal; 160 letters where there is none."""
    return Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 160)
