"""The watched folder: what is taken, what is refused, where it goes; nothing is ever deleted."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import ConnectorFault, FetchLimits, Outcome, Visit
from connectors.folder import FolderConnector

ACCEPTED = Outcome(True, b'{"verdict": "accepted"}')
REFUSED = Outcome(False, b'{"verdict": "refused"}')
LIMITS = FetchLimits(max_bytes=1000)


@pytest.fixture
def connector(tmp_path):
    (tmp_path / "inbox").mkdir()
    return FolderConnector(tmp_path / "inbox", sleep=lambda seconds: None)


def visit(connector, outcome=ACCEPTED):
    """One whole visit: everything fetched is settled alike. The names taken and the sentences of refusal."""
    seen, taken = Visit(), []
    for fetched in connector.fetch({}, LIMITS, seen):
        connector.settle(fetched, outcome)
        taken.append(fetched.envelope.filename)
    return taken, seen.refused


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


def test_files_are_taken_in_name_order_and_stand_in_done_with_their_receipts(connector):
    for name in ("b.json", "a.xml", "c.csv"):
        (connector.folder / name).write_bytes(name.encode())
    assert visit(connector) == (["a.xml", "b.json", "c.csv"], [])
    assert listing(connector.folder / "done") == [
        "a.xml", "a.xml.receipt.json", "b.json", "b.json.receipt.json", "c.csv", "c.csv.receipt.json",
    ]  # fmt: skip
    assert (connector.folder / "done" / "b.json").read_bytes() == b"b.json"
    assert json.loads((connector.folder / "done" / "b.json.receipt.json").read_bytes())["verdict"] == "accepted"


def test_what_the_hub_refused_stands_in_refused(connector):
    (connector.folder / "a.json").write_bytes(b"{}")
    visit(connector, REFUSED)
    assert listing(connector.folder / "refused") == ["a.json", "a.json.receipt.json"]


def test_a_second_visit_finds_nothing_more_to_do(connector):
    (connector.folder / "a.json").write_bytes(b"{}")
    visit(connector)
    assert visit(connector) == ([], [])


def test_a_name_that_was_used_before_is_numbered_and_nothing_is_overwritten(connector):
    for content in (b"one", b"two", b"three"):
        (connector.folder / "a.json").write_bytes(content)
        visit(connector)
    done = connector.folder / "done"
    assert [(done / name).read_bytes() for name in ("a.json", "a-2.json", "a-3.json")] == [b"one", b"two", b"three"]
    assert (done / "a-3.json.receipt.json").exists()


def test_partial_hidden_and_lock_files_wait_untouched(connector):
    names = [".hidden.json", "a.json.part", "b.tmp", "~$c.xlsx", "D.JSON.PART"]
    for name in names:
        (connector.folder / name).write_bytes(b"x")
    assert visit(connector) == ([], [])
    assert set(names) <= set(listing(connector.folder))


def test_a_file_that_still_grows_is_left_for_the_next_visit(connector):
    growing = connector.folder / "a.json"
    growing.write_bytes(b"{")
    connector.sleep = lambda seconds: growing.write_bytes(b'{"a": 1}')
    assert visit(connector) == ([], [])
    connector.sleep = lambda seconds: None
    assert visit(connector)[0] == ["a.json"]


def test_a_symbolic_link_is_refused_and_what_it_points_to_is_never_read(connector, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_bytes(b"secret")
    (connector.folder / "a.json").symlink_to(secret)
    taken, refused = visit(connector)
    assert taken == []
    assert "link" in refused[0]
    assert secret.read_bytes() == b"secret"
    assert (connector.folder / "refused" / "a.json").is_symlink()
    assert b"secret" not in (connector.folder / "refused" / "a.json.receipt.json").read_bytes()


def test_a_pipe_is_refused_without_waiting_for_a_writer(connector):
    os.mkfifo(connector.folder / "a.json")
    taken, refused = visit(connector)
    assert taken == []
    assert "not a plain file" in refused[0]


def test_a_folder_in_the_inbox_is_left_alone(connector):
    (connector.folder / "archive").mkdir()
    assert visit(connector) == ([], [])
    assert (connector.folder / "archive").is_dir()


def test_a_file_over_the_cap_is_refused_unread_and_kept(connector):
    (connector.folder / "big.xlsx").write_bytes(b"x" * 1001)
    taken, refused = visit(connector)
    assert taken == []
    assert "1001" in refused[0]
    assert (connector.folder / "refused" / "big.xlsx").stat().st_size == 1001
    receipt = json.loads((connector.folder / "refused" / "big.xlsx.receipt.json").read_bytes())
    assert receipt["verdict"] == "refused"
    assert set(receipt["message"]) == {"vi", "en"}


def test_a_stop_before_settling_brings_the_file_again_under_the_same_key(connector):
    (connector.folder / "a.json").write_bytes(b"{}")
    [first] = connector.fetch({}, LIMITS, Visit())
    [again] = connector.fetch({}, LIMITS, Visit())
    assert again.envelope.idempotency_key == first.envelope.idempotency_key
    assert len(first.envelope.idempotency_key) <= 200


def test_a_stop_between_the_receipt_and_the_move_loses_no_file(connector):
    (connector.folder / "done").mkdir()
    (connector.folder / "done" / "a.json.receipt.json").write_bytes(b"written just before the stop")
    (connector.folder / "a.json").write_bytes(b"{}")
    visit(connector)
    assert (connector.folder / "done" / "a-2.json").read_bytes() == b"{}"


def test_settling_twice_is_harmless(connector):
    (connector.folder / "a.json").write_bytes(b"{}")
    [fetched] = connector.fetch({}, LIMITS, Visit())
    connector.settle(fetched, ACCEPTED)
    connector.settle(fetched, ACCEPTED)
    assert listing(connector.folder / "done") == ["a.json", "a.json.receipt.json"]


def test_a_name_that_is_not_utf8_is_stored_as_clean_text_and_still_moved(connector):
    raw = os.fsencode(connector.folder) + b"/b\xe1o.json"
    with open(raw, "wb") as file:
        file.write(b"{}")
    taken, _ = visit(connector)
    assert taken == ["b\ufffdo.json"]
    assert os.path.exists(os.fsencode(connector.folder) + b"/done/b\xe1o.json")


def test_a_name_of_the_greatest_length_gets_a_receipt_too(connector):
    name = "a" * 250 + ".json"
    (connector.folder / name).write_bytes(b"{}")
    visit(connector)
    assert len(listing(connector.folder / "done")) == 2
    assert listing(connector.folder) == ["done", "refused"]


def test_an_inbox_that_cannot_be_opened_is_a_fault_in_both_languages(tmp_path):
    (tmp_path / "inbox").write_bytes(b"a file where a folder should be")
    with pytest.raises(ConnectorFault) as caught:
        list(FolderConnector(tmp_path / "inbox").fetch({}, LIMITS, Visit()))
    assert "thư mục" in caught.value.message_vi
    assert "inbox" in caught.value.message_en


names = st.text(st.characters(blacklist_characters="/\0", blacklist_categories=("Cs",)), min_size=1, max_size=60)


@given(st.lists(st.tuples(names, st.binary(max_size=20)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_files_are_called_none_is_lost_and_none_leaves_the_inbox(tmp_path_factory, files):
    root = tmp_path_factory.mktemp("hub")
    connector = FolderConnector(root / "inbox", sleep=lambda seconds: None)
    connector.folder.mkdir()
    written = []
    for name, content in files:
        if name in {".", "..", "done", "refused"} or (connector.folder / name).exists():
            continue
        (connector.folder / name).write_bytes(content)
        written.append(content)
    visit(connector)
    kept = [path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.name.endswith(".receipt.json")]
    assert sorted(kept) == sorted(written)
    assert listing(root) == ["inbox"]
