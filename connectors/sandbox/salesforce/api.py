"""One request as the endpoints see it, and the answers they give. Nothing here waits or touches the network."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
from starlette.responses import Response
from starlette.routing import compile_path

from connectors.sandbox.incoming import parsed, whole
from connectors.sandbox.salesforce.errors import ApiError, not_found
from connectors.sandbox.salesforce.org import INTEGRATION_USER, Org

OLDEST_VERSION, NEWEST_VERSION = 41, 66
JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` are the parts its template names, `base_url` how the caller reached us."""

    org: Org
    method: str
    path: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = ""
    user: str = INTEGRATION_USER

    @property
    def version(self) -> str:
        """The API version of the path, as "59.0"."""
        return self.path.get("version", f"{NEWEST_VERSION}.0")

    @property
    def root(self) -> str:
        return f"/services/data/v{self.version}"

    def content(self) -> bytes:
        """The body, unpacked when it came compressed."""
        if self.headers.get("content-encoding") != "gzip":
            return self.body
        try:
            return gzip.decompress(self.body)
        except (OSError, EOFError, zlib.error) as error:
            raise ApiError(400, "INVALID_INPUT", f"The body is not gzip: {error}") from error

    def json(self) -> Any:
        """Raises ApiError 400 JSON_PARSER_ERROR."""
        try:
            return parsed(self.content())
        except ValueError as error:
            raise ApiError(400, "JSON_PARSER_ERROR", f"Unexpected character: {error}") from error

    def json_object(self) -> dict[str, Any]:
        found = self.json()
        if not isinstance(found, dict):
            raise ApiError(400, "JSON_PARSER_ERROR", "Expected an object at [line:1, column:1]")
        return found

    def number(self, name: str, default: int) -> int:
        """A whole number of the query. Raises ApiError 400 for anything else."""
        given = self.query.get(name) or str(default)
        number = whole(given)
        if number is None:
            raise ApiError(400, "INVALID_ARGUMENT", f"{name} must be a whole number: {given}")
        return number

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() == "true"

    def option(self, header: str, name: str) -> str | None:
        """One option of a header such as `Sforce-Query-Options: batchSize=500; x=y`."""
        for part in self.headers.get(header.lower(), "").replace(";", ",").split(","):
            key, _, value = part.partition("=")
            if key.strip().lower() == name.lower():
                return value.strip()
        return None

    def origin(self, api: str = "rest") -> str:
        """What change events name as their origin: the API, its version, and the client where it told its name."""
        client = self.option("Sforce-Call-Options", "client")
        return f"com/salesforce/api/{api}/{self.version}" + (f";client={client}" if client else "")


Handler = Callable[[Call], Response]
# path template -> {method: handler}
Paths = dict[str, dict[str, Handler]]


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, dict(headers or {}), media_type=JSON)


def empty(status: int = 204) -> Response:
    return Response(b"", status)


def refusal(error: ApiError) -> Response:
    return answer(error.body(), error.status)


def perform(handler: Handler, call: Call) -> Response:
    """Run a handler; a refusal becomes its response."""
    try:
        check_version(call)
        return handler(call)
    except ApiError as error:
        return refusal(error)


def check_version(call: Call) -> None:
    """Raises ApiError 404 for an API version this organisation does not speak."""
    given = call.path.get("version")
    if given is None:
        return
    major, _, minor = given.partition(".")
    if minor != "0" or not OLDEST_VERSION <= (whole(major) or 0) <= NEWEST_VERSION:
        raise not_found()


class Router:
    """Finds the handler of a path, for requests that arrive inside another one."""

    def __init__(self, paths: Paths) -> None:
        self._paths = [(compile_path(template)[0], methods) for template, methods in paths.items()]

    def dispatch(self, outer: Call, method: str, url: str, headers: Mapping[str, str], body: Any) -> Response:
        """Answer a subrequest as if it had come by itself."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return refusal(not_found())
        for pattern, methods in self._paths:
            found = pattern.match(unquote(parts.path).rstrip("/"))
            if found is None:
                continue
            handler = methods.get(method)
            if handler is None:
                return refusal(wrong_method(method))
            call = Call(
                outer.org,
                method,
                found.groupdict(),
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {k.lower(): v for k, v in headers.items()},
                b"" if body is None else orjson.dumps(body),
                outer.base_url,
                outer.user,
            )
            return perform(handler, call)
        return refusal(not_found())


def wrong_method(method: str) -> ApiError:
    return ApiError(
        405, "METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE"
    )
