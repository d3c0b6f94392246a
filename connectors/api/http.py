"""The HTTP session of a connection: counts every call, limits the rate, retries and classifies errors.

The vendors' libraries carry the traffic; this session lies under them. It never follows them elsewhere:
only the configured origin, and hosts that a sign-in named and ``allow`` accepted, are called.
"""

import logging
import math
import os
import random
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.utils import get_environ_proxies
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from connectors.api.address import is_loopback, netloc
from connectors.api.errors import ConfigError, ConnectorError, Late, OutcomeUnknown, RateLimited, Transient
from connectors.api.policy import Judgement, Reaction
from connectors.api.protocol import LONGEST_WAIT, Budget

logger = logging.getLogger(__name__)

READS = frozenset({"GET", "HEAD"})
CONNECTIONS = 32  # that a session keeps open to one host
_NEVER_ANSWERED = "It has never answered at this address: check the address under Connections, then start again."


class SignIn(Protocol):
    """Puts credentials on a request. ``renew`` gets new ones when those of ``response`` were refused."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest: ...

    def renew(self, response: requests.Response) -> bool:
        """Whether there are other credentials now, so that repeating makes sense."""


PAGE_READ_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long one call is worth, in seconds: for an answer, and for waits that we were told.

    ``tries`` counts how often a read that breaks is sent; ``first_pause`` doubles with each.
    """

    tries: int = 4
    first_pause: float = 0.5
    longest_wait: float = LONGEST_WAIT
    connect_timeout: float = 10.0
    read_timeout: float = 60.0


def limited(retry_policy: RetryPolicy, longest_wait: float) -> RetryPolicy:
    """The policy for a caller that waits no longer than that for limits; a page has to answer soon."""
    retry_policy = replace(retry_policy, longest_wait=longest_wait)
    if longest_wait >= LONGEST_WAIT:
        return retry_policy
    return replace(
        retry_policy, tries=min(2, retry_policy.tries), read_timeout=min(PAGE_READ_TIMEOUT, retry_policy.read_timeout)
    )


class Unsigned(AuthBase):
    """For calls that carry no credentials of ours, such as the one that asks for a token."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


UNSIGNED = Unsigned()


class VendorSession(requests.Session):
    """A ``requests.Session`` that raises ConnectorError for every failure. Several threads may use it.

    ``request`` takes two more arguments than its parent: ``repeatable`` (default: GET is, the rest is not)
    tells whether the call may be sent twice, ``accept`` names statuses outside 2xx that the caller handles.
    ``known``: the address has answered before, so that silence is a matter of time.
    """

    def __init__(
        self,
        base_url: str,
        *,
        product: str,
        judge: Callable[[requests.Response], Judgement],
        budget: Budget | None = None,
        known: bool = True,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        self.product = product
        self.retry_policy = retry_policy or RetryPolicy()
        self.server_time: datetime | None = None
        self.clock_ahead = 0.0
        self.answered = False
        self.authorized = True  # zenpy then leaves the credentials to this session
        self.sign_in: SignIn | None = None
        self._judge, self.budget, self._sleep = judge, budget, sleep
        self._known = known
        self._lock = threading.Lock()
        self._calls = 0
        self._not_before = 0.0
        self._turns = 0
        self._thread = threading.local()
        self.address = netloc(base_url)
        self._hosts = {self.address}
        self.headers.update({"User-Agent": f"SyncAdmin/{_version()}", "Accept": "application/json"})
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._take_environment(base_url)
        self.mount("http://", _Refusing())
        self.mount("https://", HTTPAdapter(pool_connections=4, pool_maxsize=CONNECTIONS))
        if base_url.startswith("http://") and is_loopback(netloc(base_url).partition(":")[0]):
            plain = _Loopback(pool_connections=2, pool_maxsize=CONNECTIONS)
            self.mount(f"https://{netloc(base_url)}", plain)
            self.mount(f"http://{netloc(base_url)}", plain)

    @property
    def calls(self) -> int:
        """Requests that went out, repeats and sign-ins included."""
        return self._calls

    def allow(self, url: str) -> None:
        """Also call this origin from now on. The caller has judged that it belongs to the vendor."""
        self._hosts.add(netloc(url))

    def learn(self, per_minute: int) -> None:
        """The vendor's own word on how many calls a minute it allows."""
        if self.budget is not None:
            self.budget.learn(per_minute)

    def request(  # type: ignore[override]  # keywords of our own, the rest goes through
        self,
        method: str,
        url: str,
        *args: Any,
        repeatable: bool | None = None,
        accept: Collection[int] = (),
        **kwargs: Any,
    ) -> requests.Response:
        """Send, wait and repeat as the vendor's table and the house rules say.

        Returns an answer of 2xx or of an accepted status. Raises AuthError or ConfigError where waiting does
        not help (a host that has never answered included), RateLimited when the wait we are told exceeds
        the longest wait, Transient when nothing was done, OutcomeUnknown when a call that must not be repeated left and
        no usable answer came.
        """
        reads = method.upper() in READS if repeatable is None else repeatable
        # zenpy names a timeout of its own, simple-salesforce none; ours holds for both.
        kwargs["timeout"] = (self.retry_policy.connect_timeout, self.retry_policy.read_timeout)
        # A redirected write would arrive as a GET; only reads may follow, and only to our own origin.
        kwargs.setdefault("allow_redirects", method.upper() in READS)
        # A refused request for a token must not ask for a token.
        attempts = _Attempts(self.retry_policy, renewable=kwargs.get("auth") is not UNSIGNED)
        while True:
            try:
                response = super().request(method, url, *args, **kwargs)
            except requests.RequestException as failure:
                self._after_failure(failure, reads, attempts)
                continue
            if (response.ok and not response.is_redirect) or response.status_code in accept:
                if not reads:
                    self._thread.send_by = None  # the work has begun; what belongs to it goes on
                return response
            self._after_refusal(response, reads, attempts)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """One request on the wire, redirects included: guarded, paced and counted."""
        target = netloc(request.url or "")
        if target not in self._hosts:
            raise ConfigError(
                f"{self.product} redirects to {target or 'nowhere'}, which is not the configured address.",
                "If that is its right address, enter it in the connection.",
            )
        self._await_turn()
        self._check_age()
        with self._lock:
            self._calls += 1
        response = super().send(request, **kwargs)
        self.answered = True
        if moment := _date(response):
            self.server_time, self.clock_ahead = moment, (moment - datetime.now(UTC)).total_seconds()
        return response

    @contextmanager
    def sending_by(self, moment: float) -> Iterator[None]:
        """Calls of this thread inside are not sent after ``moment`` (of the monotonic clock); they raise Late instead.

        Once a write has been answered, what follows it is sent in any case.
        """
        self._thread.send_by = moment
        try:
            yield
        finally:
            self._thread.send_by = None

    def await_turn(self) -> None:
        """Wait here until a call may go out, before taking what it is made of. Raises RateLimited as a call does."""
        self._await_turn()
        with self._lock:
            self._turns += 1

    def _check_age(self) -> None:
        send_by = getattr(self._thread, "send_by", None)
        if send_by is not None and time.monotonic() > send_by:
            raise Late(f"A call to {self.product} waited too long for its turn and was not sent.", "It is made again.")

    def hold(self, seconds: float) -> None:
        """Send nothing for that long, here and in every process that shares the budget."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)
        if self.budget is not None:
            self.budget.hold(seconds)

    def pause(self, seconds: float) -> None:
        """Let the calling thread sleep; other threads go on."""
        self._sleep(seconds)

    def _await_turn(self) -> None:
        with self._lock:
            awaited = self._turns > 0
            self._turns -= awaited
        if self.budget is not None and not awaited:
            self._await_others(self.budget)
        until = self._not_before
        pause = until - time.monotonic()
        if pause <= 0:
            return
        if pause > self.retry_policy.longest_wait:
            raise self._asked_to_wait(pause)
        self._sleep(pause)
        with self._lock:
            if self._not_before == until:
                self._not_before = 0.0

    def _await_others(self, budget: Budget) -> None:
        try:
            budget.acquire(self.retry_policy.longest_wait)
        except RateLimited as limit:
            raise self._asked_to_wait(limit.retry_after) from None

    def _asked_to_wait(self, seconds: float) -> RateLimited:
        minutes = math.ceil(seconds / 60)
        return RateLimited(
            f"{self.product} takes no calls for the next {'minute' if minutes == 1 else f'{minutes} minutes'}: "
            "it asks us to wait.",
            "A run continues automatically after that. On a page, try again then.",
            retry_after=seconds,
        )

    def _after_refusal(self, response: requests.Response, reads: bool, attempts: "_Attempts") -> None:
        """Return to repeat the call, raise to give up."""
        if response.is_redirect:
            raise ConfigError(
                f"{self.product} answers from another address: {netloc(response.headers['Location'])}.",
                "Enter that address in the connection if it is yours.",
            )
        verdict = self._judge(response)
        error = verdict.error
        logger.info("%s answered %d (%s)", self.product, response.status_code, error.code)
        match verdict.reaction:
            case Reaction.FINAL:
                raise error
            case Reaction.RENEW:
                if self.sign_in is None or not attempts.may_renew() or not self.sign_in.renew(response):
                    raise error
            case Reaction.WAIT:
                seconds = attempts.wait(verdict.retry_after)
                self.hold(verdict.retry_after or seconds or 0.0)
                if seconds is None and isinstance(error, RateLimited):
                    raise error
                if seconds is None:
                    seconds_named = verdict.retry_after or 60.0
                    raise RateLimited(error.message, error.hint, retry_after=seconds_named, code=error.code)
            case Reaction.REPEAT:
                self._try_again(attempts, error)
            case Reaction.RETRY:
                if not reads:
                    raise OutcomeUnknown(error.message, "Its records are looked up.", code=error.code)
                self._try_again(attempts, error)

    def _after_failure(self, failure: requests.RequestException, reads: bool, attempts: "_Attempts") -> None:
        """Return to repeat the call, raise to give up."""
        error, left = self._read_failure(failure)
        logger.info("%s: %s", self.product, error.message)
        if left and not reads:
            raise OutcomeUnknown(error.message, "Its records are looked up.", code=error.code) from None
        if isinstance(error, ConfigError):
            raise error from None
        if not (left or self._known or self.answered):
            error = ConfigError(error.message, _NEVER_ANSWERED, code=error.code)
        self._try_again(attempts, error)

    def _read_failure(self, failure: requests.RequestException) -> tuple[ConnectorError, bool]:
        """What went wrong, without quoting ``failure`` (it quotes the request); whether the call had left."""
        again = "Try again in a few minutes."
        cause = failure.args[0] if failure.args else None
        reason = cause.reason if isinstance(cause, MaxRetryError) else None
        if isinstance(failure, requests.exceptions.SSLError):
            hint = "Check the address, and whether a proxy on your side opens TLS connections."
            return ConfigError(f"The certificate of {self.product} is not trusted.", hint, code="TLS"), False
        if isinstance(failure, requests.exceptions.ProxyError):
            return Transient(f"The proxy to {self.product} does not answer.", again, code="PROXY"), False
        if isinstance(reason, NameResolutionError):
            hint = "Check the spelling of the address and that this server can look up names."
            host = self.address.partition(":")[0]
            return Transient(f"{self.product}'s host name {host} cannot be looked up.", hint, code="DNS"), False
        if isinstance(failure, requests.exceptions.ConnectTimeout) or isinstance(reason, NewConnectionError):
            return Transient(f"{self.product} cannot be reached at {self.address}.", again, code="UNREACHABLE"), False
        if isinstance(failure, requests.exceptions.Timeout):
            return Transient(f"{self.product} did not answer in time.", again, code="TIMEOUT"), True
        return Transient(f"{self.product} closed the connection before it answered.", again, code="RESET"), True

    def _try_again(self, attempts: "_Attempts", error: ConnectorError) -> None:
        seconds = attempts.pause()
        if seconds is None:
            raise error from None
        self._sleep(seconds)

    def _take_environment(self, base_url: str) -> None:
        """Read proxies and certificates once: per call it costs time, and .netrc could overrule us."""
        self.trust_env = False
        self.proxies.update(get_environ_proxies(base_url))
        self.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


class _Attempts:
    """How often one call was tried and how long it has waited, against what its policy allows."""

    def __init__(self, retry_policy: RetryPolicy, renewable: bool) -> None:
        self._retry_policy = retry_policy
        self._renewable = renewable
        self._tries = 1
        self._waits = 0
        self._waited = 0.0

    def may_renew(self) -> bool:
        """True the first time."""
        first, self._renewable = self._renewable, False
        return first

    def pause(self) -> float | None:
        """Seconds before the next try, jittered so that callers spread; None when the tries are used up."""
        if self._tries >= self._retry_policy.tries:
            return None
        base = self._retry_policy.first_pause * 2 ** (self._tries - 1)
        self._tries += 1
        return base * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing

    def wait(self, seconds_named: float | None) -> float | None:
        """Seconds to wait for a limit; where nobody said, 5 and doubling. None when the policy allows no more."""
        seconds = seconds_named if seconds_named is not None else 5.0 * 2**self._waits
        self._waits += 1
        self._waited += max(seconds, 0.5)
        return seconds if self._waited <= self._retry_policy.longest_wait else None


class _Loopback(HTTPAdapter):
    """Sends to the sandbox on this machine by plain http, where the vendors' libraries insist on https."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if request.url is not None and request.url.startswith("https://"):
            request.url = "http://" + request.url.removeprefix("https://")
        return super().send(request, *args, **kwargs)


class _Refusing(HTTPAdapter):
    """Plain http to any host but the sandbox's would show the credentials to everybody on the way."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        raise ConfigError(f"Plain http to {netloc(request.url or '')} is refused.", "Use https://.")


def _date(response: requests.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return None


def _version() -> str:
    try:
        return version("syncadmin")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
