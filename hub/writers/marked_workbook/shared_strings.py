"""The few shared strings that somebody asks for, out of however many a workbook has."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from xml.parsers import expat

from hub.writers.marked_workbook.contents import Unmarkable
from hub.writers.marked_workbook.package import BROKEN


def strings_at(part: bytes, wanted: Collection[int]) -> dict[int, str]:
    """Number → text, without phonetic readings, for the numbers that exist; one pass that keeps nothing else."""
    found: dict[int, str] = {}
    state: dict[str, Any] = {"index": -1, "keep": False, "phonetic": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            state["index"] += 1
            state["keep"] = state["index"] in wanted
            if state["keep"]:
                found[state["index"]] = ""
        elif local == "rPh":
            state["phonetic"] += 1
        elif local == "t" and state["keep"] and not state["phonetic"]:
            parser.CharacterDataHandler = text

    def end(name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "rPh":
            state["phonetic"] -= 1
        elif local == "t":
            parser.CharacterDataHandler = None

    def text(content: str) -> None:
        found[state["index"]] += content

    def doctype(*_: Any) -> None:
        raise Unmarkable(*BROKEN)

    if not wanted:
        return found
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise Unmarkable(*BROKEN) from error
    return found
