"""Decides whether to answer with the whole page or only the part that changes."""

from typing import Any

from django.http import HttpRequest


def wants_part(request: HttpRequest) -> bool:
    """True for htmx requests, except those that restore a page from history and need all of it."""
    details: Any = getattr(request, "htmx", None)
    return bool(details) and not details.history_restore_request
