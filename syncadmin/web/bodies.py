"""Refuses request bodies that are too large, before they are read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

MOST, MOST_WITHOUT_SESSION = 5 * 1024 * 1024, 64 * 1024
"""Bytes of a form: the longest mapping and list of mailboxes have less; who has no session signs in or shows a view."""
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def refuse_large(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: 413 for forms that announce a larger body. A body without a length is not read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        most = MOST if settings.SESSION_COOKIE_NAME in request.COOKIES else MOST_WITHOUT_SESSION
        if request.content_type in FORMS and announced.isdecimal() and int(announced) > most:
            return HttpResponse("The form is too large.\n", status=413, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware
