"""The first steps of a connection test: address, DNS, network and TLS (S3.C2)."""

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from connectors.api.address import normalise_base_url
from connectors.api.errors import ConfigError, ConnectorError
from connectors.api.values import CheckState, CheckStep

CONNECT_SECONDS = 8.0
# Through a proxy the network is seen with the first call only; what is wrong with it is still told at its own step.
NETWORK = {"DNS": "DNS", "UNREACHABLE": "Connection", "PROXY": "Connection", "TLS": "TLS"}


class Steps:
    """Collects steps in order. After the first failure the rest is not reached."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._steps: dict[str, CheckStep] = {}

    @property
    def failed(self) -> bool:
        return any(step.state is CheckState.FAILED for step in self._steps.values())

    def run(self, name: str, work: Callable[[], CheckStep], blame: Mapping[str, str] = NETWORK) -> None:
        """Do the step unless an earlier one failed.

        A ConnectorError makes it FAILED with its own words, an answer without what was asked for in ours. ``blame``
        names the step that fails instead, by the error's code: a call may show what another step is about.
        """
        if self.failed:
            return
        try:
            self._steps[name] = work()
        except ConnectorError as error:
            guilty = blame.get(error.code, name)
            self._steps[guilty] = CheckStep(guilty, CheckState.FAILED, error.message, error.hint)
        except (LookupError, TypeError, ValueError):
            message = "The answer does not hold what was asked for."
            self._steps[name] = CheckStep(name, CheckState.FAILED, message, "Check the address.")

    def all(self) -> tuple[CheckStep, ...]:
        """Every step, those that were not reached included."""
        return tuple(self._steps.get(name) or CheckStep(name, CheckState.NOT_REACHED) for name in self._names)


def check_address(base_url: str) -> CheckStep:
    """Whether the address can be used as it stands."""
    return CheckStep("Address", CheckState.OK, normalise_base_url(base_url))


def check_name(base_url: str) -> CheckStep:
    """Whether the host name has a network address."""
    parts = urlsplit(base_url)
    try:
        socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise ConfigError(
            f"The host name {parts.hostname} does not exist or cannot be looked up from here.",
            "Check its spelling against the address bar of your browser.",
        ) from None
    return CheckStep("DNS", CheckState.OK, f"{parts.hostname} was found.")


def check_connection(base_url: str, proxied: bool) -> CheckStep:
    """Whether the host takes connections at all. A proxy connects with the first call."""
    if proxied:
        return CheckStep("Connection", CheckState.OK, "Made with the first call, through the proxy.")
    try:
        with _connected(base_url):
            return CheckStep("Connection", CheckState.OK, f"{urlsplit(base_url).hostname} takes connections.")
    except OSError:
        raise ConfigError(
            f"{urlsplit(base_url).hostname} does not take connections.",
            "Check the address and that your firewall lets us out.",
        ) from None


def check_tls(base_url: str, proxied: bool) -> CheckStep:
    """Whether the certificate is trusted. The sandbox on this machine has none; a proxy speaks for itself."""
    parts = urlsplit(base_url)
    if parts.scheme == "http":
        return CheckStep("TLS", CheckState.OK, "Not used: the sandbox runs on this machine.")
    if proxied:
        return CheckStep("TLS", CheckState.OK, "Checked with the first call, through the proxy.")
    host = parts.hostname or ""
    try:
        with _connected(base_url) as plain:
            with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure:
                return CheckStep("TLS", CheckState.OK, f"{secure.version()}, certificate trusted.")
    except ssl.SSLError:
        raise ConfigError(
            f"The certificate of {host} is not trusted.",
            "Check the address, and whether a proxy on your side opens TLS connections.",
        ) from None
    except OSError:
        raise ConfigError(
            f"{host} breaks off before it shows a certificate.", "Check the address and that your firewall lets us out."
        ) from None


def _connected(base_url: str) -> socket.socket:
    parts = urlsplit(base_url)
    port = parts.port or (80 if parts.scheme == "http" else 443)
    return socket.create_connection((parts.hostname or "", port), CONNECT_SECONDS)
