"""The workshop: the one folder of regime data that the hub itself may write, where drafts are kept and mended.

It is the last folder of ``HUB_SCHEMAS``. What is in force is never touched, and nothing that lies elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from hub.catalog.roots import EditionFolder, edition_folders, roots_of
from hub.catalog.shared_lists import read_lists
from hub.catalog.writing import alone_in, write_whole
from hub.domain.access import Actor
from hub.domain.org import NATION
from hub.domain.visibility import allowed
from hub.errors import BadRequest, Conflict, Forbidden, NotFound, SchemaError, TooLarge
from hub.services import audit
from hub.services.core import Core
from hub.services.regime_publishing import Readiness, home_of, lock_in, readiness
from hub.store.database import Connection

MOST_BYTES = 512 * 1024
"""Of one file: the largest form of law has a tenth of that."""
MOST_FILES = 100
UNITS = "units.yaml"
_CODE, _DAY = r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}", r"\d{4}-\d{2}-\d{2}"
_EDITABLE = re.compile(
    rf"(?:regime\.yaml|rules\.yaml|uncertain\.md|forms/{_CODE}\.yaml|samples/invalid\.yaml|samples/{_CODE}\.json)",
    re.ASCII,
)
_KEPT = re.compile(rf"regimes/({_CODE}/{_DAY})/(.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class WorkFile:
    """A file of a draft. ``sha256`` of its bytes says which state of it was seen; empty: there is no such file yet."""

    name: str
    text: str
    sha256: str


def may_manage(actor: Actor) -> bool:
    """True for the national centre and for administrators of the nation: who sees drafts, keeps and publishes them."""
    return allowed(actor, "manage_regimes", NATION, NATION)


def insist(actor: Actor) -> None:
    """Forbidden for anybody else."""
    if not may_manage(actor):
        raise Forbidden


def workshop_of(core: Core) -> Path | None:
    """The folder, or None where the settings name none or the hub may not write it."""
    folder = core.config.schemas[-1] if core.config.schemas else None
    return folder if folder is not None and os.access(folder, os.W_OK) else None


def is_workable(core: Core, key: str) -> bool:
    """True for a draft that lies in the workshop."""
    folder = workshop_of(core)
    found = _folders(core).get(key)
    return folder is not None and found is not None and not found.locked and Path(str(found.root)) == folder


def file_names(core: Core, actor: Actor, key: str) -> list[str]:
    """The files of a draft of the workshop that may be mended; NotFound if it is not there."""
    home = _home(core, actor, key)
    names = (path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
    return sorted((name for name in names if _EDITABLE.fullmatch(name)), key=_order)


def _order(name: str) -> tuple[int, str]:
    first = ("regime.yaml", "forms/", "rules.yaml", "samples/", "uncertain.md")
    return next(place for place, start in enumerate(first) if name.startswith(start)), name


def read_file(core: Core, actor: Actor, key: str, name: str) -> WorkFile:
    """A file as it stands now; one that is not there yet is empty. BadRequest for a name that no edition has."""
    path = _path(_home(core, actor, key), name)
    if not path.is_file():
        return WorkFile(name, "", "")
    content = path.read_bytes()
    return WorkFile(name, content.decode("utf-8", "replace"), _sha256(content))


def save_file(core: Core, actor: Actor, key: str, name: str, text: str, seen: str, now: datetime) -> WorkFile:
    """The file holds ``text`` (NFC, plain line ends), if it is still as it was ``seen``; else Conflict.

    Saving the same text twice is saving it once. The deed is in the audit chain.
    """
    path = _path(_home(core, actor, key), name)
    content = _plain(text).encode()
    if len(content) > MOST_BYTES:
        raise TooLarge
    with alone_in(_root(core)):
        _home(core, actor, key)  # nobody published it meanwhile
        before = _sha256(path.read_bytes()) if path.is_file() else ""
        after = _sha256(content)
        if before != after:
            if before != seen:
                raise Conflict(
                    "Tệp này vừa được người khác sửa. Hãy mở lại tệp, rồi đưa phần bạn sửa vào.",
                    "Somebody else has just changed this file. Open it again and put your changes in.",
                )
            with core.database.write() as connection:
                _record(core, connection, actor, "draft_edit", key, now, {"file": name, "sha256": after})
                write_whole(path, content)
    return WorkFile(name, content.decode(), after)


def keep(core: Core, actor: Actor, files: Mapping[str, str], now: datetime) -> str:
    """A new draft edition lies in the workshop; gives its key. ``files``: path from the workshop's root → text.

    Keeping the same twice keeps it once. Conflict if there is an edition of that key with other content, or in another
    folder; BadRequest for files that are no edition. New units of measure are added to the workshop's own.
    """
    insist(actor)
    root, (key, contents) = _root(core), _edition_files(files)
    with alone_in(root):
        found = _folders(core).get(key)
        if found is not None:
            if _is_same(found, contents):
                return key
            raise Conflict(f"Đã có ấn bản {key}, với nội dung khác.", f"There is an edition {key} with other content.")
        with core.database.write() as connection:
            _record(core, connection, actor, "draft_keep", key, now, {"files": len(contents)})
            if UNITS in files:
                _add_units(core, root, files[UNITS])
            _put(root / "regimes" / key, contents)
    return key


def bring_into_force(core: Core, actor: Actor, key: str, seen: str, now: datetime) -> Readiness:
    """The draft of the workshop is in force, if it is still as it was ``seen`` (its hash); this hub opens it at once.

    SchemaError with every problem if it is not ready. Doing it twice does it once: the second finds it in force and
    says Conflict. The deed is in the audit chain.
    """
    insist(actor)
    home, base, overlays = _root(core), Path(str(core.catalog.root)), core.config.schemas
    if home_of(base, overlays, key) != home:
        raise Forbidden
    with alone_in(home):
        found = readiness(base, overlays, key)
        if found.edition.sha256 != seen:
            raise Conflict(
                "Bản thảo vừa được sửa. Hãy xem lại trước khi ban hành.",
                "The draft has just been changed. Look at it again before it is published.",
            )
        if not found.ready:
            raise SchemaError(list(found.problems))
        with core.database.write() as connection:
            _record(core, connection, actor, "edition_publish", key, now, {"sha256": seen})
            lock_in(home, found)
    core.look_at_locks()
    return found


# --- within the folder -------------------------------------------------------------------------------------------


def _root(core: Core) -> Path:
    folder = workshop_of(core)
    if folder is None:
        raise Forbidden(
            "Hệ thống chưa được cấp thư mục để lưu bản thảo (HUB_SCHEMAS).",
            "The hub has no folder to keep drafts in (HUB_SCHEMAS).",
        )
    return folder


def _folders(core: Core) -> dict[str, EditionFolder]:
    """The edition folders as they stand on disk now, not as they were when the Catalog was read."""
    return edition_folders(roots_of(core.catalog.root, core.catalog.overlays), [])


def _home(core: Core, actor: Actor, key: str) -> Path:
    insist(actor)
    found = _folders(core).get(key)
    if found is None or Path(str(found.root)) != workshop_of(core):
        raise NotFound
    if found.locked:
        raise Conflict(
            f"{key} đã có hiệu lực và không sửa được nữa; thay đổi là một ấn bản mới.",
            f"{key} is in force and never changes; a change is a new edition.",
        )
    return Path(str(found.place))


def _path(home: Path, name: str) -> Path:
    if _EDITABLE.fullmatch(name) is None:
        raise BadRequest(f"Ấn bản không có tệp “{name[:60]}”.", f"An edition has no file “{name[:60]}”.")
    return home / name


def _plain(text: str) -> str:
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return lines if not lines or lines.endswith("\n") else lines + "\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _record(
    core: Core, connection: Connection, actor: Actor, action: str, key: str, now: datetime, detail: dict[str, object]
) -> None:
    audit.record(
        connection, actor, action=action, object_type="edition", object_id=key, now=now, detail=detail
    )  # fmt: skip


# --- a new draft ---------------------------------------------------------------------------------------------------


def _edition_files(files: Mapping[str, str]) -> tuple[str, dict[str, bytes]]:
    """The key of the one edition that the files are, and its files by name. BadRequest if they are anything else."""
    matches = {path: _KEPT.fullmatch(path) for path in files if path != UNITS}
    keys = {match[1] for match in matches.values() if match is not None}
    named = {match[2]: files[path] for path, match in matches.items() if match is not None}
    fits = len(keys) == 1 and all(matches.values()) and all(_EDITABLE.fullmatch(name) for name in named)
    if not fits or "regime.yaml" not in named or len(files) > MOST_FILES:
        raise BadRequest("Đây không phải là một bản thảo.", "This is no draft of an edition.")
    contents = {name: _plain(text).encode() for name, text in named.items()}
    if any(len(content) > MOST_BYTES for content in contents.values()):
        raise TooLarge
    return keys.pop(), contents


def _is_same(found: EditionFolder, contents: Mapping[str, bytes]) -> bool:
    return all(
        (found.place / name).is_file() and (found.place / name).read_bytes() == contents[name] for name in contents
    )


def _put(target: Path, contents: Mapping[str, bytes]) -> None:
    """The folder is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
    try:
        draft.chmod(0o755)
        for name, content in contents.items():
            write_whole(draft / name, content)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _add_units(core: Core, root: Path, text: str) -> None:
    """The workshop's ``units.yaml`` has the units too that no folder knows yet; BadRequest if they do not hold."""
    path = root / UNITS
    before = path.read_text("utf-8") if path.is_file() else "units:\n"
    known = read_lists(roots_of(core.catalog.root, core.catalog.overlays), []).units or {}
    try:
        data = yaml.safe_load(text)
        new = [unit for unit in data["units"] if str(unit["code"]) not in known]
    except (yaml.YAMLError, TypeError, KeyError):
        raise BadRequest("Danh mục đơn vị tính không đọc được.", "The units of measure cannot be read.") from None
    if not new:
        return
    lines = yaml.safe_dump(new, allow_unicode=True, sort_keys=False, default_flow_style=None, width=10**9)
    write_whole(path, (before + lines).encode())
    problems: list[str] = []
    read_lists(roots_of(core.catalog.root, core.catalog.overlays), problems)
    if problems:
        write_whole(path, before.encode())
        raise BadRequest(f"Đơn vị tính chưa hợp lệ: {problems[0]}", f"The units of measure do not hold: {problems[0]}")
