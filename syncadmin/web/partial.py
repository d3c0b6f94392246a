"""Decides whether to answer with the whole page or only the part that changes."""

from typing import Any

from django.http import HttpRequest


def wants_part(request: HttpRequest) -> bool:
    """True for htmx, except when it restores a page from history: then it needs the whole."""
    details: Any = getattr(request, "htmx", None)
    return bool(details) and not details.history_restore_request
