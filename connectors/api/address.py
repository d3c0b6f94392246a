"""The address of a remote system: what people type, what we keep, and which hosts are ours to call."""

import re
from ipaddress import IPv4Address, ip_address
from urllib.parse import SplitResult, urlsplit

from connectors.api.errors import ConfigError

# Letters before a colon with no dot among them name a scheme, unless what follows is a port.
_SCHEME = re.compile(r"([^./:@]+):(?!\d+(?:/|$))")


def normalise_base_url(text: str) -> str:
    """The origin in ``text``: scheme, host and, on this machine only, a port. No path and no trailing slash.

    ``https://`` is added where no scheme is given (``http://`` for this machine, where the sandbox lives),
    paths and queries that were copied along are dropped. Raises ConfigError, with a hint, for http to any
    other host (S3.C2), for user names inside the address, for odd ports and for bare numbers.
    """
    typed = text.strip()
    if not typed:
        raise ConfigError("The address is empty.", "Enter the address you see when you are signed in.")
    parts = _split(typed)
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            "The address contains a user name or a password.",
            "Enter the host name alone; sign-in details have fields of their own.",
        )
    if not host or any(character.isspace() for character in host):
        raise ConfigError("The address has no valid host name.", "It looks like https://example.com.")
    port = _port(parts)
    if is_loopback(host):
        return _loopback_origin(parts.scheme, host, port)
    _refuse_unusable(parts.scheme, host, port)
    return f"https://{host}"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, over IPv4."""
    if host == "localhost":
        return True
    try:
        return IPv4Address(host).is_loopback
    except ValueError:
        return False


def netloc(url: str) -> str:
    """Host and, where it is not the scheme's own, port of ``url``, in lower case."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    standard = {"https": 443, "http": 80}.get(parts.scheme)
    return host if parts.port in (None, standard) else f"{host}:{parts.port}"


def _split(typed: str) -> SplitResult:
    if (scheme := _SCHEME.match(typed)) and scheme[1].lower() not in ("http", "https"):
        raise _not_https("".join(scheme[1].split()))
    if "://" not in typed:
        host = typed.split("/")[0].rpartition("@")[2].split(":")[0].lower()
        typed = f"{'http' if is_loopback(host) else 'https'}://{typed}"
    try:
        return urlsplit(typed)
    except ValueError:
        raise ConfigError("The address cannot be read.", "It looks like https://example.com.") from None


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise ConfigError("The port in the address is not a number.", "Leave the port out.") from None


def _loopback_origin(scheme: str, host: str, port: int | None) -> str:
    if scheme not in ("http", "https"):
        raise _not_https(scheme)
    # zenpy joins a subdomain and a domain by a dot, so a name without one cannot be passed on.
    name = "127.0.0.1" if host == "localhost" else host
    return f"{scheme}://{name}" if port is None else f"{scheme}://{name}:{port}"


def _refuse_unusable(scheme: str, host: str, port: int | None) -> None:
    if scheme == "http":
        raise ConfigError(
            f"http:// would send the credentials to {host} unprotected.",
            f"Use https://{host} instead.",
        )
    if scheme != "https":
        raise _not_https(scheme)
    if port not in (None, 443):
        raise ConfigError(f"Port {port} cannot be used.", f"Use https://{host} without a port.")
    if _is_number(host):
        raise ConfigError(f"{host} is a network number.", "Use the host name that you see in your browser.")
    if "." not in host:
        raise ConfigError(f"{host} is not a whole host name.", "Include the domain, as in example.com.")


def _not_https(scheme: str) -> ConfigError:
    return ConfigError(
        f"What begins with {scheme}: is not an https address.",
        "Copy the address from the browser while you are signed in; it begins with https://.",
    )


def _is_number(host: str) -> bool:
    """Also 127.1 and 0x7f.0.0.1, which resolvers take for numbers: no top-level domain begins with a digit."""
    try:
        ip_address(host)
    except ValueError:
        return host.rpartition(".")[2][:1].isdigit()
    return True
