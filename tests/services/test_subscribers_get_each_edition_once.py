"""Each new edition comes to each subscriber exactly once: by letter, folder or HTTP, whatever happens twice or dies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from connectors.outgoing import ParcelRefused, TargetAway
from hub.domain.access import SYSTEM
from hub.errors import BadRequest, Forbidden, NotFound, Refused
from hub.services import accounts, aggregation, deliveries, letters, profiles, publication, subscriptions
from hub.services.core import Core
from hub.services.pulled_editions import PulledFiles
from hub.store import tables

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


@pytest.fixture
def hub(opened, tmp_path):
    """The small hub with a mail server, a folder and an address for deliveries."""
    settings = {
        "smtp_host": "127.0.0.1", "mail_from": "khong-tra-loi@hub.example.vn", "base_url": "https://hub.example.vn/",
        "deliver_folder": str(tmp_path / "out"), "deliver_url": "http://127.0.0.1:9/",
    }  # fmt: skip
    return Core(replace(opened.config, **settings), opened.catalog, opened.database)


@pytest.fixture
def reader(hub, make_actor):
    """``reader(role, unit)``: somebody with an address."""

    def make(role="central", unit="VN"):
        actor = make_actor(role, unit)
        address = f"{actor.account_id[:8]}@hub.example.vn"
        profiles.keep(hub, actor, email=address, phone="", language="vi", choices={}, now=NOW)
        return actor

    return make


@pytest.fixture
def issue(hub, submit, accept, document):
    """``issue(*units)``: their reports are accepted, rolled up and published."""
    moments = iter(range(1, 20))

    def do(*units):
        for unit in units:
            submit(unit, content=document(unit))
            accept(unit)
        at = NOW + timedelta(hours=next(moments))
        aggregation.run(hub, SYSTEM, EDITION, PERIOD, at)
        return publication.issue(hub, SYSTEM, "thu", PERIOD, at)

    return do


class Carrier:
    """A connector that counts what it is handed; ``answers`` are raised in turn."""

    def __init__(self, *answers):
        self.answers, self.taken, self.name = list(answers), [], "http"

    def deliver(self, parcel):
        self.taken.append(parcel)
        if self.answers:
            raise self.answers.pop(0)

    def __call__(self, config, name):
        return self


def count(core, table, **values):
    wanted = [table.c[name] == value for name, value in values.items()]
    with core.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*wanted)).scalar_one()


def test_a_subscriber_has_one_letter_with_a_link_for_each_edition(hub, reader, issue):
    subscriptions.subscribe(hub, reader(), "thu", "xlsx", "mail", "", NOW)
    first = issue("X11", "G01")
    assert deliveries.any_due(hub, first.issued_at)
    assert deliveries.deliver_due(hub, first.issued_at).sent == 1
    assert deliveries.deliver_due(hub, first.issued_at + timedelta(days=1)).sent == 0
    second = issue("X12")
    assert deliveries.deliver_due(hub, second.issued_at).sent == 1
    with hub.database.read() as connection:
        bodies = [row.body for row in connection.execute(select(tables.mail).order_by(tables.mail.c.created_at))]
    links = [f"https://hub.example.vn/reports/{row.id}" for row in (first, second)]
    assert [link in body for link, body in zip(links, bodies, strict=True)] == [True, True]
    assert "ấn bản số 2" in bodies[1]


def test_editions_issued_before_somebody_subscribed_do_not_come(hub, reader, issue):
    issue("X11", "G01")
    subscriptions.subscribe(hub, reader(), "thu", "xlsx", "mail", "", NOW + timedelta(days=1))
    assert not deliveries.any_due(hub, NOW + timedelta(days=2))


def test_subscribing_twice_is_one_subscription_and_ending_it_ends_it(hub, reader, issue):
    who = reader()
    first = subscriptions.subscribe(hub, who, "thu", "xlsx", "mail", "", NOW)
    again = subscriptions.subscribe(hub, who, "thu", "xlsx", "mail", "", NOW + timedelta(minutes=1))
    assert first == again
    for _ in range(2):
        subscriptions.end(hub, who, first.id, NOW + timedelta(minutes=2))
    assert subscriptions.mine(hub, who, NOW) == []
    issue("X11", "G01")
    assert not deliveries.any_due(hub, NOW + timedelta(days=2))
    taken_up = subscriptions.subscribe(hub, who, "thu", "xlsx", "mail", "", NOW + timedelta(days=3))
    assert (taken_up.id, taken_up.active, taken_up.since) == (first.id, True, NOW + timedelta(days=3))


def test_only_who_may_read_a_report_subscribes_to_it_and_only_the_centre_to_a_connector(hub, reader, make_actor):
    with pytest.raises(NotFound):
        subscriptions.subscribe(hub, reader("officer", "P1"), "thu", "xlsx", "mail", "", NOW)
    owner = reader("officer", "G12")
    assert subscriptions.subscribe(hub, owner, "thu", "xlsx", "mail", "", NOW).active
    with pytest.raises(Forbidden):
        subscriptions.subscribe(hub, owner, "thu", "xlsx", "connector", "folder", NOW)
    with pytest.raises(BadRequest):
        subscriptions.subscribe(hub, reader(), "thu", "xlsx", "connector", "khac", NOW)
    with pytest.raises(BadRequest):
        subscriptions.subscribe(hub, reader(), "thu", "exe", "mail", "", NOW)
    with pytest.raises(Refused, match="address"):
        subscriptions.subscribe(hub, make_actor("central", "VN"), "thu", "xlsx", "mail", "", NOW)
    other = reader()
    kept = subscriptions.subscribe(hub, owner, "thu", "json", "mail", "", NOW)
    with pytest.raises(NotFound):
        subscriptions.end(hub, reader("officer", "G01"), kept.id, NOW)
    subscriptions.end(hub, other, kept.id, NOW)


def test_who_may_no_longer_read_gets_nothing(hub, reader, issue):
    revoked, locked, ended = reader("officer", "G12"), reader(), reader()
    kept = [subscriptions.subscribe(hub, who, "thu", "xlsx", "mail", "", NOW) for who in (revoked, locked, ended)]
    row = issue("X11", "G01")
    accounts.revoke(hub, SYSTEM, revoked.account_id, "officer", "G12", NOW)
    accounts.set_active(hub, SYSTEM, locked.account_id, False, NOW)
    subscriptions.end(hub, ended, kept[2].id, row.issued_at)
    assert deliveries.deliver_due(hub, row.issued_at) == deliveries.Delivered(dropped=3)
    assert count(hub, tables.mail) == 0


class Postbox:
    def __init__(self):
        self.received = []

    def __call__(self, config):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def send(self, message):
        self.received.append(message)


def test_a_letter_that_waited_while_its_reader_lost_the_right_does_not_go_out(hub, reader, issue):
    who = reader("officer", "G12")
    subscriptions.subscribe(hub, who, "thu", "xlsx", "mail", "", NOW)
    row = issue("X11", "G01")
    deliveries.deliver_due(hub, row.issued_at)
    accounts.revoke(hub, SYSTEM, who.account_id, "officer", "G12", NOW)
    box = Postbox()
    assert letters.send_due(hub, row.issued_at, box).dead == 1
    assert box.received == []


@pytest.mark.parametrize(("largest", "names"), [(0, []), (1_000_000, ["thu_2026-M09_1.xlsx"]), (50, [])])
def test_a_small_file_goes_along_where_the_operator_allows_it(hub, reader, issue, largest, names):
    subscriptions.subscribe(hub, reader(), "thu", "xlsx", "mail", "", NOW)
    row = issue("X11", "G01")
    hub = Core(replace(hub.config, mail_attachment_bytes=largest), hub.catalog, hub.database)
    deliveries.deliver_due(hub, row.issued_at)
    box = Postbox()
    assert letters.send_due(hub, row.issued_at, box).sent == 1
    attached = {part.get_filename(): part.get_content() for part in box.received[0].iter_attachments()}
    assert list(attached) == names
    for name, content in attached.items():
        assert content == publication.file(hub, SYSTEM, row.id, name, NOW)[1]


def test_the_folder_has_the_very_file_that_was_issued(hub, reader, issue, tmp_path):
    for format in ("json", "csv"):
        subscriptions.subscribe(hub, reader(), "thu", format, "connector", "folder", NOW)
    row = issue("X11", "G01")
    assert deliveries.deliver_due(hub, row.issued_at).sent == 2
    name = "thu_2026-M09_1.json"
    assert (tmp_path / "out" / name).read_bytes() == publication.file(hub, SYSTEM, row.id, name, NOW)[1]
    with zipfile.ZipFile(BytesIO((tmp_path / "out" / "thu_2026-M09_1_csv.zip").read_bytes())) as archive:
        listed = {name for name, *_ in publication.view(hub, SYSTEM, row.id, NOW).files if name.endswith(".csv")}
        assert set(archive.namelist()) == listed
    note = json.loads((tmp_path / "out" / f"{name}.delivery.json").read_text("utf-8"))
    assert note["manifest_sha256"] == row.manifest_sha256


def test_a_connector_that_is_away_is_tried_later_and_no_other_delivery_to_it_is_worn_out(hub, reader, issue):
    for _ in range(3):
        subscriptions.subscribe(hub, reader(), "thu", "json", "connector", "http", NOW)
    row, carrier = issue("X11", "G01"), Carrier(TargetAway("answered 503"))
    assert deliveries.deliver_due(hub, row.issued_at, carrier) == deliveries.Delivered(postponed=1)
    assert len(carrier.taken) == 1
    assert not deliveries.any_due(hub, row.issued_at + timedelta(seconds=40))
    assert deliveries.deliver_due(hub, row.issued_at + timedelta(minutes=2), carrier).sent == 3
    assert Counter(parcel.key for parcel in carrier.taken).most_common(1)[0][1] == 2


def test_after_many_tries_a_delivery_is_given_up_and_may_be_tried_again(hub, reader, issue):
    central = reader()
    subscriptions.subscribe(hub, central, "thu", "json", "connector", "http", NOW)
    at, carrier = issue("X11", "G01").issued_at, Carrier(*[TargetAway("down")] * deliveries.MOST_TRIES)
    outcomes = Counter[str]()
    for _ in range(deliveries.MOST_TRIES + 3):
        done = deliveries.deliver_due(hub, at, carrier)
        outcomes.update({name: getattr(done, name) for name in done.__slots__})
        at += timedelta(hours=8)
    assert (outcomes["postponed"], outcomes["dead"], outcomes["sent"]) == (deliveries.MOST_TRIES - 1, 1, 0)
    counts, rows, _ = subscriptions.not_delivered(hub, central)
    assert (counts["dead"], rows[0].last_error) == (1, "down")
    assert subscriptions.retry(hub, central, at) == 1
    assert deliveries.deliver_due(hub, at, carrier).sent == 1


def test_a_refused_file_is_given_up_at_once(hub, reader, issue):
    subscriptions.subscribe(hub, reader(), "thu", "json", "connector", "http", NOW)
    row, carrier = issue("X11", "G01"), Carrier(ParcelRefused("answered 422"))
    assert deliveries.deliver_due(hub, row.issued_at, carrier).dead == 1
    assert len(carrier.taken) <= 1


def test_a_data_package_is_delivered_as_whoever_pulls_it_gets_it(hub, reader, issue):
    central = reader()
    subscriptions.subscribe(hub, central, "thu", "package", "connector", "http", NOW)
    row, carrier = issue("X11", "G01"), Carrier()
    assert deliveries.deliver_due(hub, row.issued_at, carrier).sent == 1
    (parcel,) = carrier.taken
    assert (parcel.name, parcel.media_type) == (f"thu_{row.period}_{row.number}.zip", "application/zip")
    pulled = PulledFiles().file(hub, central, row.id, parcel.name, row.issued_at)
    assert (parcel.content, parcel.sha256) == (pulled.content, pulled.sha256)


def test_two_turns_at_once_deliver_each_edition_once(hub, reader, issue):
    for _ in range(8):
        subscriptions.subscribe(hub, reader(), "thu", "json", "connector", "http", NOW)
    for _ in range(4):
        subscriptions.subscribe(hub, reader(), "thu", "json", "mail", "", NOW)
    row, carrier = issue("X11", "G01"), Carrier()
    start = threading.Barrier(3)

    def turn():
        start.wait(10)
        deliveries.deliver_due(hub, row.issued_at, carrier)

    threads = [threading.Thread(target=turn) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(Counter(parcel.key for parcel in carrier.taken).values()) == [1] * 8
    assert count(hub, tables.mail) == 4
    assert count(hub, tables.delivery, state="sent") == 12


KILLED = """
import sys
from datetime import datetime
from hub.config import load_config
from hub.services import deliveries
from hub.services.core import Core
from hub.store.database import Database
from types import SimpleNamespace
from pathlib import Path
import hub.services.deliveries as d
d.may_still_have = lambda *a: True
config = load_config({}, var=Path(sys.argv[2]), deliver_folder=sys.argv[3], smtp_host="x", mail_from="a@b")
core = Core(config, SimpleNamespace(reports={}), Database(sys.argv[1]))
deliveries.deliver_due(core, datetime.fromisoformat(sys.argv[4]))
"""


def test_a_process_that_dies_between_handing_over_and_noting_it_delivers_the_same_file_once(
    hub, reader, issue, tmp_path
):
    subscriptions.subscribe(hub, reader(), "thu", "json", "connector", "folder", NOW)
    row = issue("X11", "G01")
    environment = os.environ | {"HUB_FAILPOINT": "after-delivery-before-note"}
    arguments = [hub.database.url, str(tmp_path), str(tmp_path / "out"), row.issued_at.isoformat()]
    died = subprocess.run([sys.executable, "-c", KILLED, *arguments], env=environment, check=False, capture_output=True)
    assert died.returncode == -9, died.stderr.decode()
    assert count(hub, tables.delivery, state="waiting") == 1
    assert not deliveries.any_due(hub, row.issued_at + timedelta(minutes=5))
    later = row.issued_at + deliveries.LEASE
    assert deliveries.deliver_due(hub, later) == deliveries.Delivered(sent=1)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "thu_2026-M09_1.json", "thu_2026-M09_1.json.delivery.json",
    ]  # fmt: skip
