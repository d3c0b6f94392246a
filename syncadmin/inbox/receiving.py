"""The endpoints that a system calls: an OAuth token endpoint, and the address for messages."""

from __future__ import annotations

import base64
from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from connectors.api.protocol import Pushes
from connectors.api.registry import CONNECTORS, connector_spec
from connectors.models import Connection
from syncadmin.inbox import credentials, together
from syncadmin.inbox.models import Receiver
from syncadmin.live.receiving import receive

MOST_BYTES = 256 * 1024
_NESTING = 64


@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class Called(View):
    """An address for programs: no session, no page."""

    http_method_names = ["post"]
    takes_signed = False
    """Whether it is also called by webhooks that we have set up, which sign what they send."""
    pushes: Pushes

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        spec = connector_spec(kwargs["kind"]) if kwargs["kind"] in CONNECTORS else None
        if spec and self.takes_signed and request.method == "POST" and spec.hooks:
            return receive(request, self.connection, spec.hooks)
        if spec is None or spec.pushes is None:
            raise Http404
        self.pushes = spec.pushes
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def connection(self) -> Connection:
        """The connection of the address. Raises Http404."""
        return get_object_or_404(Connection, slug=self.kwargs["slug"], kind=self.kwargs["kind"])


class Token(Called):
    """Client credentials for an access token of an hour (RFC 6749, section 4.4)."""

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        if _too_large(request):
            return _answer({"error": "invalid_request"}, 413)
        given = _form(request)
        if given.get("grant_type") != "client_credentials":
            return _answer({"error": "unsupported_grant_type"}, 400)
        client_id, secret = _basic(request) or (given.get("client_id", ""), given.get("client_secret", ""))
        token = credentials.token_for(self.connection, str(client_id), str(secret))
        if not token:
            return _answer({"error": "invalid_client"}, 401)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": credentials.TOKEN_SECONDS}
        return _answer(answer, 200)


class Hook(Called):
    """A message: stored, then answered 202. What follows from it is the business of a run.

    A signed one of a webhook that we have set up says only that something has changed, and is not stored.
    """

    takes_signed = True

    def post(self, request: HttpRequest, kind: str, slug: str) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        claim = credentials.claim_of(token.strip()) if scheme.lower() == "bearer" else None
        if claim is None:
            return self._unknown()
        if _too_large(request):
            return self._refused(f"A message has {MOST_BYTES:,} bytes at most.", 413)
        try:
            body = _parsed(request.body)
            pushed = self.pushes.parse(body)
        except ValueError as error:
            return self._refused(f"This is not a message: {error}", 400)
        new = together.store_together(together.Incoming(kind, slug, self.pushes.object, claim, pushed, body))
        return self._unknown() if new is None else _answer({"status": "stored" if new else "known"}, 202)

    def _unknown(self) -> HttpResponse:
        Receiver.objects.filter(connection=self.connection).update(refused=F("refused") + 1)
        return _answer({"error": "invalid_token"}, 401)

    def _refused(self, problem: str, status: int) -> HttpResponse:
        Receiver.objects.filter(connection=self.connection).update(malformed=F("malformed") + 1)
        return _answer({"error": problem}, status)


def _too_large(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length", "")
    return not length.isdecimal() or int(length) > MOST_BYTES


def _parsed(body: bytes) -> Any:
    """The value of a JSON text that a database can hold. Raises ValueError."""
    if b"\\u0000" in body:
        raise ValueError("it holds a zero byte")
    value = orjson.loads(body)
    if _depth(value) > _NESTING:
        raise ValueError("it is nested too deeply")
    return value


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= _NESTING:
        inner = [list(one.values()) if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [each for one in inner for each in one]
        deepest += 1
    return deepest


def _form(request: HttpRequest) -> dict[str, Any]:
    if request.content_type == "application/json":
        try:
            given = orjson.loads(request.body)
        except ValueError:
            return {}
        return given if isinstance(given, dict) else {}
    return {key: str(value) for key, value in request.POST.items()}


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, secret


def _answer(content: dict[str, Any], status: int) -> HttpResponse:
    answer = JsonResponse(content, status=status)
    answer["Cache-Control"] = "no-store"
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return answer
