"""Answers what programs post, before anything that only people need is done: no session, no user, no messages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

ADDRESSES = "/hooks/"


def answer_programs(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a burst of messages costs less this way. What is not found gets the usual page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path_info.startswith(ADDRESSES):
            return get_response(request)
        request.get_host()  # raises DisallowedHost
        try:
            found = resolve(request.path_info)
            request.resolver_match = found
            answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        except Http404:
            return get_response(request)
        answer.headers.setdefault("Content-Length", str(len(answer.content)))
        return answer

    return middleware
