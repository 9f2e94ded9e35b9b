"""``hub config``: the settings in force, without their secrets."""

from __future__ import annotations

import os

import click

from hub.cli.answers import json_option, say_json, say_next, say_table
from hub.config import SETTINGS, load_config

HIDDEN = "••••••"
"""Shown instead of what opens something."""


@click.command("config")
@json_option
def show_config(as_json: bool) -> None:
    """Các thiết lập đang dùng / The settings in force."""
    config = load_config()
    shown = {setting.name: _shown(setting.name, getattr(config, setting.name)) for setting in SETTINGS}
    if as_json:
        say_json(shown)
        return
    say_table(
        ("variable", "value", "default", "meaning"),
        [(f"HUB_{s.name.upper()}", shown[s.name], s.default, s.help) for s in SETTINGS],
    )
    say_next("set a HUB_… variable to change one")


def _shown(name: str, value: object) -> str:
    """A setting without its secrets: tokens never, a database address without its password."""
    text = os.pathsep.join(map(str, value)) if isinstance(value, tuple) else str(value)
    if "token" in name or "secret" in name or "password" in name:
        return HIDDEN if text else ""
    scheme, separator, rest = text.partition("://")
    if separator and "@" in rest:
        return f"{scheme}://{HIDDEN}@{rest.rpartition('@')[2]}"
    return text
