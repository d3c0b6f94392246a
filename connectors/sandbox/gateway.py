"""One port for all vendors' host names, so that clients which hard-code https and the host work as they are.

It passes connections on to the right vendor's server and looks into none of them. A client reaches it as its
HTTPS_PROXY (`CONNECT acme.zendesk.com:443`), or by TLS itself, where the machine resolves the vendors' names to it
and it listens on port 443: then the server name of the handshake says which vendor is meant.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from fnmatch import fnmatchcase

HANDSHAKE = 0x16
LONGEST_HEAD = 16_384
CHUNK = 65_536
SIGN_ON_SECONDS = 30.0  # seconds in which a client says where it wants to go
Places = Mapping[str, tuple[str, int]]  # host name, or pattern of host names -> address of a server


class NoPlace(Exception):
    """Nothing that the gateway can pass on; the message is for the caller."""


class Gateway:
    def __init__(self, places: Places) -> None:
        self._places = places
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, listening: socket.socket) -> asyncio.Server:
        return await asyncio.start_server(self._begin, sock=listening, limit=CHUNK)

    async def close(self, server: asyncio.Server) -> None:
        server.close()
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # asyncio runs it as one
        self._open.add(task)
        try:
            await self._pass_on(reader, writer)
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, asyncio.CancelledError):
            writer.transport.abort()  # the client or the server went away, or it never said where to go
        finally:
            writer.close()
            self._open.discard(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(SIGN_ON_SECONDS):
                place, first = await self._asked(reader, writer)
        except NoPlace as refusal:
            text = f"{refusal}\n".encode()
            head = f"HTTP/1.1 502 Bad Gateway\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + text)
            await writer.drain()
            return
        there_reader, there_writer = await asyncio.open_connection(*place)
        there_writer.write(first)
        try:
            await _both(_copied(reader, there_writer), _copied(there_reader, writer))
        finally:
            there_writer.close()

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[tuple[str, int], bytes]:
        """Where the client wants to go, and what it has said to be passed on. Raises NoPlace."""
        start = await reader.readexactly(1)
        if start[0] == HANDSHAKE:
            head = start + await reader.readexactly(4)
            hello = head + await reader.readexactly(int.from_bytes(head[3:5]))
            return self._place(server_name(hello)), hello
        line = start + await reader.readuntil(b"\r\n\r\n")
        method, _, rest = line.decode("latin-1").partition(" ")
        if method != "CONNECT" or len(line) > LONGEST_HEAD:
            raise NoPlace("This is the sandbox's gateway: use it as HTTPS_PROXY, or with TLS.")
        place = self._place(rest.partition(" ")[0].rpartition(":")[0])
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return place, b""

    def _place(self, host: str) -> tuple[str, int]:
        for pattern, place in self._places.items():
            if fnmatchcase(host.lower(), pattern):
                return place
        raise NoPlace(f"The sandbox answers for {', '.join(self._places)}, not for {host or 'a nameless host'}.")


def server_name(hello: bytes) -> str:
    """The host name in a TLS ClientHello; empty where it has none."""
    try:
        position = 5 + 4 + 2 + 32  # record, handshake, version, random
        position += 1 + hello[position]  # session id
        position += 2 + int.from_bytes(hello[position : position + 2])  # cipher suites
        position += 1 + hello[position]  # compression methods
        position += 2
        while position + 4 <= len(hello):
            kind, length = (int.from_bytes(hello[position + i : position + i + 2]) for i in (0, 2))
            if kind == 0:
                # list length (2), name type (1), name length (2)
                return hello[position + 9 : position + 4 + length].decode("ascii")
            position += 4 + length
    except (IndexError, UnicodeDecodeError):
        pass
    return ""


async def _both(*copies: asyncio.Future[None] | asyncio.Task[None]) -> None:
    """Until both directions have ended, or one broke."""
    try:
        await asyncio.gather(*copies)
    finally:
        for copy in copies:
            copy.cancel()


def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> asyncio.Task[None]:
    async def copy() -> None:
        try:
            while chunk := await reader.read(CHUNK):
                writer.write(chunk)
                await writer.drain()
            writer.write_eof()
        except OSError:
            writer.transport.abort()
            raise

    return asyncio.create_task(copy())
