"""Letters through a real SMTP server on this machine: once each, later if it is away, never in the way."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from hub.config import load_config
from hub.domain.access import SYSTEM
from hub.errors import BadRequest, ConfigError, Forbidden
from hub.services import letters, notifications, profiles
from hub.services.core import Core
from hub.store import tables
from scheduler import jobs
from scheduler.occurrences import Every
from scheduler.runner import Runner

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
ADDRESS = "lan@xa.example.vn"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class Postbox:
    """A mail server that keeps what it is given; ``answers``: address → refusal."""

    port: int = field(default_factory=free_port)
    received: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    controller: Controller | None = None

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def postbox():
    box = Postbox()
    box.start()
    yield box
    box.stop()


def connected(core: Core, **settings: object) -> Core:
    sent_by = {"smtp_host": "127.0.0.1", "mail_from": "khong-tra-loi@hub.example.vn"}
    config = replace(core.config, **(sent_by | {"base_url": "https://hub.example.vn/"} | settings))
    return Core(config, core.catalog, core.database)


@pytest.fixture
def hub(core, postbox):
    """The small hub with the mail server."""
    return connected(core, smtp_port=postbox.port)


@pytest.fixture
def reader(hub, make_actor):
    """``reader(language="vi", **choices)``: a reporter of X11 with an address and these choices."""

    def make(email: str = ADDRESS, language: str = "vi", **choices: str):
        actor = make_actor("reporter", "X11")
        profiles.keep(hub, actor, email=email, phone="", language=language, choices=choices, now=NOW)
        return actor

    return make


def tell(core, actor, *, occurrence="o1", kind="returned", subject=("Bị trả lại: Xã Đoàn Kết", "Sent back"), now=NOW):
    with core.database.write() as connection:
        return notifications.tell(
            connection, core, kind, occurrence=occurrence, path="/filings/f1", subject=subject,
            body=("Hạn gửi lại: 18/09/2026.", "By 18/09/2026."), now=now, account_ids=[actor.account_id],
        )  # fmt: skip


def stored(core):
    with core.database.read() as connection:
        return connection.execute(select(tables.mail).order_by(tables.mail.c.id)).all()


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


# --- What arrives ----------------------------------------------------------------------------------------------------


def test_a_letter_arrives_once_in_vietnamese_with_a_link_and_as_text_and_html(hub, postbox, reader):
    tell(hub, reader())
    assert letters.send_due(hub, NOW).sent == 1
    assert letters.send_due(hub, NOW) == letters.Delivered()
    [message] = postbox.received
    [row] = stored(hub)
    assert message["Subject"] == "Bị trả lại: Xã Đoàn Kết"
    assert message["From"] == "khong-tra-loi@hub.example.vn"
    assert message["To"] == ADDRESS
    assert message["Message-ID"] == f"<{row.id}@hub.example.vn>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "vi"
    assert "Hạn gửi lại: 18/09/2026." in text_of(message)
    assert "https://hub.example.vn/filings/f1\n" in text_of(message)
    assert '<a href="https://hub.example.vn/filings/f1"' in text_of(message, "html")
    assert row.state == "sent"


def test_a_letter_speaks_the_language_of_its_reader(hub, postbox, reader):
    tell(hub, reader(language="en"))
    letters.send_due(hub, NOW)
    [message] = postbox.received
    assert message["Subject"] == "Sent back"
    assert "By 18/09/2026." in text_of(message)
    assert "Hạn" not in text_of(message)


def test_demonstration_data_say_so_in_letters(hub, postbox, reader):
    shown = connected(hub, smtp_port=postbox.port, demonstration=True)
    tell(shown, reader())
    letters.send_due(shown, NOW)
    assert postbox.received[0]["Subject"].startswith("[Dữ liệu minh họa] ")
    assert "dữ liệu minh họa" in text_of(postbox.received[0])


def test_the_same_occurrence_twice_is_one_letter(hub, reader):
    actor = reader()
    tell(hub, actor)
    tell(hub, actor)
    assert len(stored(hub)) == 1


def test_a_notice_that_is_rolled_back_takes_its_letter_with_it(hub, reader):
    actor = reader()

    def decide_and_fail() -> None:
        with hub.database.write() as connection:
            notifications.tell(
                connection, hub, "returned", occurrence="o", path="/", subject=("a", "a"), body=("b", "b"), now=NOW,
                account_ids=[actor.account_id],
            )  # fmt: skip
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide_and_fail()
    assert stored(hub) == []
    assert notifications.unread(hub, actor) == 0


# --- What people chose -----------------------------------------------------------------------------------------------


def test_nobody_is_written_to_against_their_choice_or_without_an_address(hub, reader, make_actor):
    tell(hub, reader(returned="none"))
    tell(hub, make_actor("reporter", "X11"))
    tell(hub, reader(email=""))
    assert stored(hub) == []


def test_no_letters_are_written_where_no_mail_server_is_set(core, hub, reader):
    actor = reader()
    tell(core, actor)
    assert letters.write_digests(core, NOW) == 0
    assert stored(core) == []
    assert letters.send_due(core, NOW) == letters.Delivered()
    assert notifications.unread(core, actor) == 1


def test_a_digest_groups_what_is_not_read_by_kind_and_goes_out_once(hub, postbox, reader):
    actor = reader(returned="digest")
    other = reader(email="hai@xa.example.vn", returned="digest")
    tell(hub, actor, occurrence="a", kind="due_soon", subject=("Hạn 25/09", "Due"), now=NOW - timedelta(hours=1))
    tell(hub, actor, occurrence="b")
    tell(hub, actor, occurrence="c", kind="due_soon", subject=("Hạn 26/09", "Due"))
    tell(hub, actor, occurrence="d", kind="accepted", subject=("Đã đọc rồi", "Read"))
    notifications.mark_read(hub, actor, NOW, notifications.listing(hub, actor, kind="accepted").rows[0].id)
    tell(hub, other, occurrence="e")
    assert letters.send_due(hub, NOW).sent == 0, "a digest waits for the morning"
    assert letters.write_digests(hub, NOW) == 2
    assert letters.write_digests(hub, NOW) == 0
    assert letters.send_due(hub, NOW).sent == 2
    mine = next(message for message in postbox.received if message["To"] == ADDRESS)
    assert mine["Subject"] == "Tóm tắt ngày 15/09/2026: 3 thông báo"
    lines = [line for line in text_of(mine).splitlines() if line]
    assert lines[1:6] == [
        "Sắp đến hạn", "- Hạn 25/09: https://hub.example.vn/filings/f1",
        "- Hạn 26/09: https://hub.example.vn/filings/f1", "Bị trả lại",
        "- Bị trả lại: Xã Đoàn Kết: https://hub.example.vn/filings/f1",
    ]  # fmt: skip
    assert "Đã đọc rồi" not in text_of(mine)


def test_a_long_digest_counts_what_it_does_not_spell_out(hub, postbox, reader):
    actor = reader()
    for number in range(53):
        tell(hub, actor, occurrence=f"o{number}", kind="due_soon")
    letters.write_digests(hub, NOW)
    letters.send_due(hub, NOW)
    assert "- và 3 thông báo khác" in text_of(postbox.received[0])


# --- A server that is away, slow or unwilling ------------------------------------------------------------------------


def test_letters_wait_while_the_server_is_down_and_arrive_when_it_is_up(hub, postbox, reader):
    actor = reader()
    postbox.stop()
    for number in range(3):
        tell(hub, actor, occurrence=f"o{number}")
    first = letters.send_due(hub, NOW)
    assert (first.sent, first.postponed, bool(first.away)) == (0, 1, True)
    assert [row.tries for row in stored(hub)].count(1) == 1, "the turn ended with the first that failed"
    assert not letters.any_due(hub, NOW), "the others wait with it"
    postbox.start()
    assert letters.send_due(hub, NOW + timedelta(minutes=20)).sent == 3
    assert len(postbox.received) == 3
    assert {row.state for row in stored(hub)} == {"sent"}


def test_a_crash_after_the_servers_yes_repeats_the_letter_under_the_same_message_id(hub, postbox, reader, monkeypatch):
    tell(hub, reader())

    def die(point: str) -> None:
        assert point == "after-letter-before-note"
        raise SystemExit

    monkeypatch.setattr(letters, "reach", die)
    with pytest.raises(SystemExit):
        letters.send_due(hub, NOW)
    monkeypatch.undo()
    assert letters.send_due(hub, NOW + timedelta(minutes=1)).sent == 0, "it is still another one's"
    assert letters.send_due(hub, NOW + letters.LEASE).sent == 1
    first, second = postbox.received
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_two_schedulers_send_each_letter_once(hub, postbox, reader):
    actor = reader()
    for number in range(30):
        tell(hub, actor, occurrence=f"o{number}")
    threads = [threading.Thread(target=letters.send_due, args=(hub, NOW)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [message["Message-ID"] for message in postbox.received]
    assert (len(numbers), len(set(numbers))) == (30, 30)


def test_a_box_that_does_not_exist_ends_a_letter_and_does_not_hold_up_the_next(hub, postbox, reader):
    postbox.answers["sai@xa.example.vn"] = "550 no such box"
    tell(hub, reader(email="sai@xa.example.vn"))
    tell(hub, reader())
    done = letters.send_due(hub, NOW)
    assert (done.sent, done.dead, done.away) == (1, 1, "")
    shown = letters.listing(hub, SYSTEM)
    assert shown.counts == {"waiting": 0, "sent": 1, "dead": 1}
    assert [letter.last_error for letter in shown.letters] == ["550 no such box"]
    postbox.answers.clear()
    assert letters.retry(hub, SYSTEM, NOW) == 1
    assert letters.retry(hub, SYSTEM, NOW) == 0
    assert letters.send_due(hub, NOW).sent == 1


def test_a_box_that_is_full_today_is_tried_again_later_and_not_for_ever(hub, postbox, reader):
    postbox.answers[ADDRESS] = "452 mailbox full"
    tell(hub, reader())
    moment = NOW
    assert letters.send_due(hub, moment).postponed == 1
    assert letters.send_due(hub, moment).postponed == 0
    tries = 0
    while stored(hub)[0].state == "waiting":
        moment += timedelta(hours=6)
        tries += 1
        letters.send_due(hub, moment)
    assert moment == NOW + letters.KEEP_TRYING
    assert stored(hub)[0].last_error == "452 mailbox full"


def test_an_outage_wears_out_no_letter_before_three_days(hub, postbox, reader):
    postbox.stop()
    tell(hub, reader())
    for hours in (1, 20, 71):
        assert letters.send_due(hub, NOW + timedelta(hours=hours)).dead == 0
    assert letters.send_due(hub, NOW + timedelta(hours=73)).dead == 1


def test_waiting_doubles_up_to_a_quarter_of_an_hour_with_some_chance_in_it():
    for tries, minutes in ((0, 1), (1, 2), (3, 8), (4, 15), (500, 15)):
        waits = {letters.wait_after(tries).total_seconds() / 60 for _ in range(200)}
        assert all(minutes * 0.75 <= wait <= minutes * 1.25 for wait in waits)
        assert len(waits) > 1


@pytest.fixture
def silent():
    """A server that takes connections and never says a word: (port, told of each connection, what closes it)."""
    server, seen, held = socket.create_server(("127.0.0.1", 0)), threading.Event(), []

    def take() -> None:
        while True:
            try:
                held.append(server.accept()[0])
            except OSError:
                return
            seen.set()

    def close() -> None:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for connection in held:
            connection.close()

    thread = threading.Thread(target=take)
    thread.start()
    yield server.getsockname()[1], seen, close
    if server.fileno() != -1:
        close()
    thread.join()


def test_a_server_that_never_answers_is_given_up_after_the_time_that_is_set(core, hub, reader, silent):
    tell(hub, reader())
    slow = connected(core, smtp_port=silent[0], smtp_timeout=1)
    assert letters.send_due(slow, NOW).away == "no answer in time"


def test_a_server_that_hangs_holds_up_neither_other_jobs_nor_a_report(core, hub, reader, silent, make_actor):
    port, seen, close = silent
    actor = reader()
    tell(hub, actor)
    slow = connected(core, smtp_port=port, smtp_timeout=60)
    runner = Runner(slow, "w1", clock=lambda: NOW)
    letter_job = next(job for job in jobs.JOBS if job.name == "letters")
    hanging = threading.Thread(target=runner.tick, args=(letter_job,))
    hanging.start()
    assert seen.wait(30)
    assert runner.tick(jobs.Job("other", Every(1), lambda core, now: "ran")) != []
    assert tell(slow, actor, occurrence="meanwhile") == 1
    assert hanging.is_alive(), "all that was done while the mail server hung"
    close()
    hanging.join(30)
    assert not hanging.is_alive()
    assert {row.state for row in stored(hub)} == {"waiting"}


def test_the_job_says_that_the_server_is_away_and_leaves_no_trace_where_nothing_waits(core, hub, postbox, reader):
    job = next(job for job in jobs.JOBS if job.name == "letters")
    runner = Runner(hub, "w1", clock=lambda: NOW)
    assert runner.tick(job) == []
    tell(hub, reader())
    postbox.stop()
    assert len(runner.tick(job)) == 1
    with hub.database.read() as connection:
        [run] = connection.execute(select(tables.job_run)).all()
    assert (run.outcome, run.detail.splitlines()[1].partition(":")[0]) == ("failed", "0 sent; the mail server is away")


# --- Nothing else goes out -------------------------------------------------------------------------------------------


def test_a_line_break_in_a_subject_makes_no_header(hub, postbox, reader):
    tell(hub, reader(), subject=("Hạn\r\nBcc: ai-do@example.org", "x"))
    assert letters.send_due(hub, NOW).sent == 1
    [message] = postbox.received
    assert message["Bcc"] is None
    assert message["Subject"] == "Hạn Bcc: ai-do@example.org"


def test_a_line_break_that_got_into_the_table_is_refused(hub, postbox, reader):
    tell(hub, reader())
    with hub.database.write() as connection:
        connection.execute(update(tables.mail).values(address="a@b.vn\r\nBcc: c@d.vn"))
    assert letters.send_due(hub, NOW).dead == 1
    assert postbox.received == []


@pytest.mark.parametrize(
    "address",
    [
        "x",
        "a@b",
        "a b@c.vn",
        "a@c.vn\r\nBcc: d@e.vn",
        "a@c.vn, d@e.vn",
        "<a@c.vn>",
        "a..b@c.vn",
        "a@" + "c" * 200 + ".vn",
    ],
)
def test_what_is_no_address_is_not_kept(hub, make_actor, address):
    with pytest.raises(BadRequest):
        profiles.keep(hub, make_actor("reporter", "X11"), email=address, phone="", language="vi", choices={}, now=NOW)


def test_a_persons_profile_is_changed_without_telling_the_audit_their_address(hub, make_actor):
    actor = make_actor("reporter", "X11")
    said = {
        "email": ADDRESS,
        "phone": "024 3826 3826",
        "language": "en",
        "choices": {"returned": "digest", "published": "at_once"},
    }
    profiles.keep(hub, actor, **said, now=NOW)
    profiles.keep(hub, actor, **said, now=NOW)
    view = profiles.view(hub, actor)
    assert (view.profile.email, view.profile.phone, view.profile.language) == (ADDRESS, "024 3826 3826", "en")
    assert view.choices["returned"] == "digest"
    assert view.choices["accepted"] == "digest", "the default where nothing was chosen"
    assert "published" not in view.choices, "nothing of the kind is ever told to a reporter"
    with hub.database.read() as connection:
        lines = connection.execute(select(tables.event.c.detail).where(tables.event.c.action == "profile")).scalars()
        [line] = lines
    assert ADDRESS not in line


def test_only_whoever_manages_jobs_sees_letters(hub, make_actor):
    with pytest.raises(Forbidden):
        letters.listing(hub, make_actor("officer", "P1"))
    with pytest.raises(Forbidden):
        letters.retry(hub, make_actor("reporter", "X11"), NOW)
    assert letters.listing(hub, make_actor("central", "VN")).letters == ()


def test_a_mail_server_needs_an_address_that_letters_come_from():
    with pytest.raises(ConfigError, match="HUB_MAIL_FROM"):
        load_config({"HUB_SMTP_HOST": "mail.example.vn"})
    with pytest.raises(ConfigError, match="HUB_MAIL_FROM"):
        load_config({"HUB_SMTP_HOST": "mail.example.vn", "HUB_MAIL_FROM": "khong phai dia chi"})
    assert load_config({"HUB_SMTP_HOST": "mail.example.vn", "HUB_MAIL_FROM": "a@b.vn"}).smtp_timeout == 20
