"""Where a button redirects: back to the page it was on, if that is one of ours."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def back_to(request: HttpRequest, otherwise: str) -> str:
    """The address in ``back`` if it is one of ours, else ``otherwise``."""
    to = str(request.POST.get("back", ""))
    ours = to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    return to if ours else otherwise
