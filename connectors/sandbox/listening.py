"""The ports the sandbox listens on, and what to do where one cannot be had."""

from __future__ import annotations

import errno
import ipaddress
import socket


class RemoteHostRefused(ValueError):
    """The sandbox prints its credentials, so it serves loopback unless asked twice."""


class PortRefused(OSError):
    """A port that cannot be listened on; the message says why and what to do."""


def listen(host: str, port: int, name: str) -> socket.socket:
    """A listening socket for the server `name`; port 0 picks a free one. Raises PortRefused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only for sockets that name their protocol; it costs 40 ms a call
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except (OSError, OverflowError) as error:
        listening.close()
        raise refused(host, port, name, error) from error
    return listening


def refused(host: str, port: int, name: str, error: OSError | OverflowError) -> PortRefused:
    """Why the server `name` cannot have its port, and what to do."""
    return PortRefused(_said(host, port, name, error))


def listen_near(host: str, usual: int, name: str) -> socket.socket:
    """A listening socket at the usual port, or at a free one where that is taken."""
    try:
        return listen(host, usual, name)
    except PortRefused:
        return listen(host, 0, name)


def _said(host: str, port: int, name: str, error: OSError | OverflowError) -> str:
    other = f"choose another one with --{name}-port (0 picks a free one)"
    match error.errno if isinstance(error, OSError) else errno.EINVAL:
        case errno.EADDRINUSE:
            return f"Port {port} is taken: stop the program that listens on it, or {other}."
        case errno.EACCES:
            return f"Port {port} needs more rights than this user has: {other}."
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: choose another one with --host."
        case _:
            return f"Port {port} on {host} cannot be listened on ({error}): {other}."


def refuse_remote(host: str, allowed: bool) -> None:
    """Raises RemoteHostRefused for an address that others can reach, unless that is allowed."""
    if allowed or host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise RemoteHostRefused(
            f"{host} is not a loopback address and the sandbox's credentials are public; "
            "add --allow-remote if that is what you want"
        )
