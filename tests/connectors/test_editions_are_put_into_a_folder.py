"""The outgoing folder: a file appears whole, once, with a note of what it is; nothing is overwritten."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from connectors.outgoing import Parcel, ParcelRefused, TargetAway
from connectors.outgoing_folder import OutgoingFolder


@pytest.fixture
def parcel():
    content = "số liệu".encode()
    return Parcel(
        "s1:p1", "thu_2026-M09_1.xlsx", "application/x", content, hashlib.sha256(content).hexdigest(),
        {"report": "thu", "period": "2026-M09", "edition": "1"},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return OutgoingFolder(tmp_path / "out")


def test_a_file_stands_beside_its_note(folder, parcel):
    folder.deliver(parcel)
    assert (folder.folder / parcel.name).read_bytes() == parcel.content
    note = json.loads((folder.folder / f"{parcel.name}.delivery.json").read_text("utf-8"))
    assert (note["sha256"], note["report"], note["edition"]) == (parcel.sha256, "thu", "1")
    assert len(list(folder.folder.iterdir())) == 2


def test_the_same_file_again_is_there_already(folder, parcel):
    folder.deliver(parcel)
    first = (folder.folder / parcel.name).stat()
    folder.deliver(replace(parcel, key="s2:p1"))
    assert (folder.folder / parcel.name).stat().st_mtime_ns == first.st_mtime_ns


def test_a_file_that_was_put_there_without_its_note_gets_it(folder, parcel):
    folder.folder.mkdir()
    (folder.folder / parcel.name).write_bytes(parcel.content)
    folder.deliver(parcel)
    assert (folder.folder / f"{parcel.name}.delivery.json").exists()


def test_another_file_of_the_same_name_is_never_overwritten(folder, parcel):
    folder.folder.mkdir()
    (folder.folder / parcel.name).write_bytes(b"khac")
    with pytest.raises(ParcelRefused):
        folder.deliver(parcel)
    assert (folder.folder / parcel.name).read_bytes() == b"khac"


def test_a_name_never_leads_out_of_the_folder(folder, parcel):
    folder.deliver(replace(parcel, name="../ngoai.xlsx"))
    assert (folder.folder / "ngoai.xlsx").exists()
    with pytest.raises(ParcelRefused):
        folder.deliver(replace(parcel, name=".."))


def test_a_folder_that_cannot_be_written_to_is_away(tmp_path, parcel):
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetAway):
        OutgoingFolder(tmp_path / "file" / "out").deliver(parcel)
