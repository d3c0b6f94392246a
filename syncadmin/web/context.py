"""What every template knows."""

from typing import Any

from django.http import HttpRequest

import syncadmin
from syncadmin.web.navigation import links


def product(request: HttpRequest) -> dict[str, Any]:
    """Product name and version (S3.C8), and the navigation for this address, or for the ``section`` a view named."""
    place = getattr(request, "section", request.path)
    return {"product": "SyncAdmin", "version": syncadmin.__version__, "navigation": links(place)}
