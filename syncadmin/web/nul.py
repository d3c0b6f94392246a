"""Refuses requests with a NUL character, which PostgreSQL cannot store."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NUL = "\x00"
# What programs send there is not read before it is known who sends it and how much; it is judged there.
OF_PROGRAMS = "/hooks/"


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: 400 for requests with NUL characters."""

    def middleware(request: HttpRequest) -> HttpResponse:
        queries = [request.GET] if request.path_info.startswith(OF_PROGRAMS) else [request.GET, request.POST]
        given = (one for query in queries for one in query.lists())
        if NUL in request.path or any(NUL in text for name, values in given for text in (name, *values)):
            raise BadRequest("The request holds a NUL byte.")
        return get_response(request)

    return middleware
