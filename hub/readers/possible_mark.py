"""Whether a secrecy mark could stand in a file of reports: a quick look, before anything of the file is kept (R06).

It errs on one side only: where it says no, reading the file would find no mark. Where it says that one could, the file
is read to find out.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator

from hub.domain.secrecy import has_mark
from hub.readers.guard import Refusal, open_archive
from hub.readers.limits import Limits

_LETTERS = (
    r"[ậẬ]|(?:[aAâÂạẠ]|\\u00[ceCE]2|\\u1[eE][aA]\d)(?:[\u0300-\u036f]|\\u03..|&#\w{2,5};)*\s*[tT]|&|\\u1[eE][aA][cCdD]"
)
_CANDIDATE = re.compile(rf"(?:[mM]|\\u00[46][dD]|&#(?:77|109|x[46][dD]);)\s*(?:{_LETTERS})")
_PLAIN_CANDIDATE = re.compile(rf"[mM]\s*(?:{_LETTERS})")
"""The same where no letter can be written by its number: looked for several times as fast."""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_PLAIN = {"n": "\n", "r": "\n", "t": "\t"}
_LINE_ENDS = re.compile(r"</(?:\w+:)?(?:si|is|c|p|f)>")
_TAG = re.compile(r"<[^>]*>")
_QUOTE = re.compile(r'(?<!\\)"')
_ENDS = {"xml": re.compile(r"[<>\n]"), "json": _QUOTE, "csv": re.compile(r"\n")}
_CELLS = re.compile(r"[,;\t]")
_MOST_PARTS = 10_000


def may_bear_mark(content: bytes) -> bool:
    """False only if no mark stands in the XML, JSON, CSV or office file."""
    if content.startswith(b"PK"):
        return any(_in_part(part) for part in _parts(content))
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    text = content.decode("utf-16" if wide else "utf-8-sig", "replace")
    if "\0" in text[:4]:
        return True
    kind = {"<": "xml", "{": "json", "[": "json"}.get(text.lstrip()[:1], "csv")
    return any(_is_marked(kind, each) for each in _around(text, _ENDS[kind]))


def _around(text: str, ends: re.Pattern[str]) -> Iterator[str]:
    """The pieces between two ends in which words of a mark could stand."""
    done = 0
    candidate = _CANDIDATE if "\\u00" in text or "&#" in text else _PLAIN_CANDIDATE
    for found in candidate.finditer(text):
        at = found.start()
        if at < done:
            continue
        before = deque(ends.finditer(text, done, at), maxlen=1)
        after = ends.search(text, at)
        begin, done = before[0].end() if before else done, after.start() if after else len(text)
        yield text[begin:done]


def _is_marked(kind: str, piece: str) -> bool:
    if kind == "json":
        return has_mark(_ESCAPE.sub(_unescaped, piece))
    if kind == "csv":
        return has_mark(piece) or any(has_mark(cell) for cell in _CELLS.split(piece))
    return has_mark(html.unescape(piece.removeprefix("![CDATA[").removesuffix("]]")))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _PLAIN.get(found[2], found[2])


def _in_part(part: bytes) -> bool:
    """The texts of a part of an office file, those of one cell or paragraph together."""
    text = part.decode("utf-8", "replace")
    lines = html.unescape(_TAG.sub("", _LINE_ENDS.sub("\n", text)))
    return any(has_mark(line) for line in lines.splitlines() if _CANDIDATE.search(line))


def _parts(content: bytes) -> Iterator[bytes]:
    """The text parts of an office file; none of one that is refused anyway."""
    try:
        archive = open_archive(content, Limits(max_bytes=len(content), max_entries=_MOST_PARTS))
        for name in archive.names:
            if name.endswith((".xml", ".vml")):
                yield archive.read(name)
    except Refusal:
        return
