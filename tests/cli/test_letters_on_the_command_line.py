"""``hub mail`` shows letters on their way and tries the dead ones again."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from hub.cli import mail as commands
from hub.cli import main
from hub.services.notifications import new_letter
from hub.store import mail
from hub.store.notifications import Recipient

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


@pytest.fixture
def hub(core, make_actor, monkeypatch):
    """``hub(*words)`` over a hub with one letter that was given up."""
    reader = Recipient(make_actor("reporter", "X11").account_id, "X11", "lan@xa.example.vn", "vi", None)
    with core.database.write() as connection:
        mail.add(connection, [new_letter("m1", reader, "Chủ đề", "NOI-DUNG-THU", NOW)])
        mail.give_up(connection, "m1", "550 no such box")

    @contextmanager
    def opened():
        yield core

    monkeypatch.setattr(commands.opened, "hub", opened)
    return lambda *words: CliRunner().invoke(main, ["mail", *words])


def test_letters_that_were_given_up_are_shown_with_the_servers_answer_and_without_their_text(hub):
    shown = hub()
    assert shown.exit_code == 0, shown.output
    assert "given up: 1" in shown.stdout
    assert "hub mail retry" in shown.stdout
    [letter] = json.loads(hub("--json").stdout)["letters"]
    assert (letter["state"], letter["last_error"]) == ("dead", "550 no such box")
    assert "NOI-DUNG-THU" not in shown.stdout + json.dumps(letter)


def test_a_dead_letter_is_tried_again_once_asked(hub):
    assert "tried again: 1" in hub("retry", "m1").stdout
    assert hub("retry", "m1").exit_code == 2, "it is not dead any more"
    assert "tried again: 0" in hub("retry").stdout
    assert json.loads(hub("--json").stdout)["counts"] == {"waiting": 1, "sent": 0, "dead": 0}
