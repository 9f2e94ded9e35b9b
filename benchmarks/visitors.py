"""A crowd's side of HTTP: many requests at once over connections that stay open, to one server after another."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` 0: none came. ``retry_after``: seconds."""

    status: int
    retry_after: float = 1.0
    body: bytes = b""

    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """Asks the next server each time, as a load balancer without sticky sessions would."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._turn = itertools.cycle(ports)
        self._free: dict[int, list[_Line]] = {port: [] for port in ports}

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One answer; a connection that the server closed meanwhile is replaced by a new one, once."""
        port = next(self._turn)
        said = [f"{method} {path} HTTP/1.1", "Host: hub", f"Content-Length: {len(body)}"]
        said += [f"{name}: {value}" for name, value in headers.items()]
        request = ("\r\n".join(said) + "\r\n\r\n").encode() + body
        for waiting in (self._free[port], []):
            line = None
            try:
                async with asyncio.timeout(LONGEST):
                    line = waiting.pop() if waiting else await asyncio.open_connection("127.0.0.1", port)
                    answer, stays = await _exchange(line, request)
            except (OSError, EOFError, TimeoutError):
                if line is not None:
                    line[1].close()
                continue
            if stays:
                self._free[port].append(line)
            else:
                line[1].close()
            return answer
        return Answer(0)

    def close(self) -> None:
        for _, writer in (line for lines in self._free.values() for line in lines):
            writer.close()


async def _exchange(line: _Line, request: bytes) -> tuple[Answer, bool]:
    reader, writer = line
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {name.lower(): value for name, _, value in (each.partition(": ") for each in head[1:])}
    if "chunked" in fields.get("transfer-encoding", ""):
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(fields.get("content-length", 0)))
    answer = Answer(int(head[0].split()[1]), float(fields.get("retry-after", 1)), body)
    return answer, fields.get("connection", "").lower() != "close"


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readline()
    return b"".join(parts)
