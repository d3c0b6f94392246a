"""The error pages."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

import syncadmin
from syncadmin.web.access import RoleRefused, role_of
from syncadmin.web.database import LOCKED, is_locked


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "web/error_400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 403 page: names the required role and the person's own."""
    needed = exception.needed if isinstance(exception, RoleRefused) else None
    context = {"needed": needed, "role": role_of(request.user)}
    return render(request, "web/error_403.html", context, status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without a valid token, mostly from an old tab."""
    return render(request, "web/error_stale_form.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "web/error_404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """The 500 page. Uses no database, session or context processor, which may be broken too."""
    locked = is_locked(sys.exception())
    context = {"product": "SyncAdmin", "version": syncadmin.__version__, "locked": LOCKED if locked else ""}
    return HttpResponse(render_to_string("web/error_500.html", context), status=503 if locked else 500)
