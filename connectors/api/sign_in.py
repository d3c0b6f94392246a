"""Short-lived access tokens: requested when first needed, shared between processes, renewed when refused."""

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import orjson
from requests import PreparedRequest, Response

from connectors.api.protocol import TokenStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token endpoint gave. ``origin``: where to use it, empty for the configured address."""

    token: str = field(repr=False)
    lifetime_seconds: float
    origin: str = ""

    @property
    def header(self) -> str:
        return f"Bearer {self.token}"


class BearerSignIn:
    """Signs requests with an access token. Safe to use from several threads: one of them renews for all.

    The store may belong to a thread (a database connection does), so only the thread that made this object
    touches it; a token that another thread renewed is kept there by the next call of that thread.
    """

    def __init__(self, ask: Callable[[], Grant], tokens: TokenStore | None) -> None:
        self._ask = ask
        self._tokens = tokens
        self._owner = threading.get_ident()
        self._grant: Grant | None = None
        self._kept = True
        self._lock = threading.Lock()

    def grant(self) -> Grant:
        """The present token: ours, another process's, or a new one. Raises AuthError when none is given."""
        with self._lock:
            if self._grant is None:
                self._grant = self._stored() or self._request_grant()
            if not self._kept:
                self._keep(self._grant)
            return self._grant

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self.grant().header
        return request

    def renew(self, response: Response) -> bool:
        """Take a token other than the one ``response`` refused. True; raises AuthError if none is given."""
        self.replace(response.request.headers.get("Authorization"))
        return True

    def replace(self, refused: str | bytes | None) -> None:
        """Take a token other than the one in this header. Raises AuthError if none is given."""
        with self._lock:
            if self._grant is not None and self._grant.header != refused:
                return
            stored = self._stored()
            if stored is not None and stored.header != refused:
                self._grant = stored
                return
            logger.info("the access token was refused; asking for a new one")
            if self._tokens is not None and self._mine():
                self._tokens.clear()
            self._grant = None
            self._grant = self._request_grant()

    def _stored(self) -> Grant | None:
        text = self._tokens.get() if self._tokens is not None and self._mine() else None
        if not text:
            return None
        try:
            return Grant(**orjson.loads(text))
        except (orjson.JSONDecodeError, TypeError):  # kept by an older release
            return None

    def _request_grant(self) -> Grant:
        grant = self._ask()
        self._keep(grant)
        return grant

    def _keep(self, grant: Grant) -> None:
        self._kept = self._mine()
        if self._tokens is not None and self._kept:
            self._tokens.set(orjson.dumps(asdict(grant)).decode(), grant.lifetime_seconds)

    def _mine(self) -> bool:
        return threading.get_ident() == self._owner
