"""Bytes → Source: says what cannot be read and how to help it, converts old formats, keeps bombs out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import zlib
from dataclasses import asdict
from pathlib import Path

from hub.drafting.grid import Block, Cell, Line, Sheet, Source, Table
from hub.errors import BadRequest, TooLarge
from hub.readers.guard import Archive, Refusal, open_archive
from hub.readers.limits import DEFAULT_LIMITS, MIB
from hub.readers.sandbox import Failure, run_limited

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONVERTED = {".xls": "xlsx", ".doc": "docx", ".ods": "xlsx", ".odt": "docx", ".rtf": "docx"}
_DIRECT = 3 * MIB
"""Unpacked bytes of XML up to which a file is read at once; larger ones are read in a child process with limits."""


def open_form(content: bytes, filename: str) -> Source:
    """The file as sheets of lines and tables. BadRequest or TooLarge, in both languages, for whatever is no form."""
    suffix = Path(filename).suffix.lower()
    if not content.strip():
        raise BadRequest("Tệp trống, không có gì để đọc.", "The file is empty; there is nothing to read.")
    if _is_old(content, suffix):
        content = _convert(content, suffix if suffix in _CONVERTED else ".doc")
    return _read(content)


def _is_old(content: bytes, suffix: str) -> bool:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise BadRequest(
                "Tệp đang được đặt mật khẩu. Hãy mở tệp, bỏ mật khẩu rồi lưu lại.",
                "The file is protected by a password. Open it, remove the password and save it again.",
            )
        return True
    return suffix in (".ods", ".odt") or content[:5] == b"{\\rtf"


def _convert(content: bytes, suffix: str) -> bytes:
    """The content as XLSX or DOCX, by LibreOffice where it is installed."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    target = _CONVERTED[suffix]
    if office is None:
        raise BadRequest(
            f"Tệp ở định dạng cũ ({suffix}). Hãy mở bằng Excel, Word hoặc LibreOffice và lưu thành .{target}.",
            f"The file has an old format ({suffix}). Open it in Excel, Word or LibreOffice and save it as .{target}.",
        )
    if len(content) > DEFAULT_LIMITS.max_bytes:
        raise TooLarge
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"form{suffix}"
        source.write_bytes(content)
        _run(office, folder, source, target)
        made = source.with_suffix(f".{target}")
        if not made.is_file():
            raise BadRequest(
                f"Không tự chuyển được tệp {suffix}. Hãy mở bằng Excel, Word hoặc LibreOffice và lưu thành .{target}.",
                f"The {suffix} file could not be converted. Open it in an office program; save it as .{target}.",
            )
        return made.read_bytes()


def _run(office: str, folder: str, source: Path, target: str) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--norestore", "--convert-to", target, "--outdir", folder, str(source)]
    environment = {**os.environ, "HOME": folder}
    try:
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=90, check=False)
    except subprocess.TimeoutExpired as error:
        raise BadRequest(
            "Chuyển định dạng quá lâu. Hãy tự lưu tệp thành .xlsx hoặc .docx rồi thử lại.",
            "Converting took too long. Save the file as .xlsx or .docx yourself and try again.",
        ) from error


def _read(content: bytes) -> Source:
    archive = _archive(content)
    kind = _kind(archive)
    names = [name for name in archive.names if name.endswith((".xml", ".rels"))]
    _no_doctype(archive, names)
    if archive.declared(names) <= _DIRECT:
        try:
            return read_kind(kind, content)
        except BadRequest:
            raise
        except Exception as error:
            raise _broken() from error
    answer = run_limited("hub.drafting.opening:read_in_child", kind.encode() + b"\n" + content, DEFAULT_LIMITS)
    if isinstance(answer, Failure):
        raise _too_much() if answer.reason in ("memory", "time", "output") else _broken()
    return _unpacked(json.loads(zlib.decompress(answer)))


def _archive(content: bytes) -> Archive:
    try:
        return open_archive(content, DEFAULT_LIMITS)
    except Refusal as refusal:
        raise _refused(refusal.code) from refusal


def _refused(code: str) -> BadRequest | TooLarge:
    if code in ("file_too_large", "zip_bomb", "zip_too_many_entries"):
        return _too_much()
    if code == "workbook_encrypted":
        return BadRequest("Tệp đang được đặt mật khẩu.", "The file is protected by a password.")
    if code in ("zip_broken", "zip_unsafe", "workbook_broken"):
        return _broken()
    return _no_form()


def _too_much() -> TooLarge:
    return TooLarge(
        "Tệp quá lớn khi giải nén hoặc quá phức tạp cho một biểu mẫu. Hãy chỉ giữ lại các sheet, bảng của biểu.",
        "Unpacked, the file is too large or too complex for a form. Keep only the sheets and tables of the form.",
    )


def _broken() -> BadRequest:
    return BadRequest(
        "Tệp bị hỏng. Hãy mở bằng Excel hoặc Word, lưu lại rồi thử lại.",
        "The file is broken. Open it in Excel or Word, save it again and try once more.",
    )


def _no_form() -> BadRequest:
    return BadRequest(
        "Tệp không phải biểu mẫu Excel (.xlsx) hay Word (.docx).", "The file is no Excel (.xlsx) or Word (.docx) form."
    )


def _kind(archive: Archive) -> str:
    if "word/document.xml" in archive.names:
        return "docx"
    if "xl/workbook.xml" in archive.names:
        return "xlsx"
    raise _no_form()


def _no_doctype(archive: Archive, names: list[str]) -> None:
    for name in names:
        try:
            if b"<!DOCTYPE" in archive.read(name)[:4096]:
                raise _broken()
        except Refusal as refusal:
            raise _refused(refusal.code) from refusal


def read_kind(kind: str, content: bytes) -> Source:
    """The bytes of an XLSX or DOCX that was found sound, read."""
    if kind == "xlsx":
        from hub.drafting.excel import read_excel

        return read_excel(content)
    from hub.drafting.word import read_word

    return read_word(content)


def read_in_child(payload: bytes) -> bytes:
    """What the child process answers: the Source as packed JSON."""
    kind, _, content = payload.partition(b"\n")
    source = read_kind(kind.decode(), content)
    sheets = [{"name": s.name, "blocks": [_packed(block) for block in s.blocks]} for s in source.sheets]
    return zlib.compress(json.dumps({"sheets": sheets, "remarks": source.remarks}).encode())


def _packed(block: Block) -> dict[str, object]:
    return {"kind": type(block).__name__, **asdict(block)}


def _unpacked(data: dict[str, list]) -> Source:  # type: ignore[type-arg]
    sheets = tuple(Sheet(sheet["name"], tuple(_block(block) for block in sheet["blocks"])) for sheet in data["sheets"])
    return Source(sheets, tuple((kind, place, facts) for kind, place, facts in data["remarks"]))


def _block(data: dict) -> Block:  # type: ignore[type-arg]
    kind = data.pop("kind")
    if kind == "Line":
        return Line(**data)
    cells = tuple(Cell(**{**cell, "choices": tuple(cell["choices"])}) for cell in data.pop("cells"))
    return Table(cells, **data)
