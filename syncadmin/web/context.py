"""The template context of all pages."""

from typing import Any

from django.http import HttpRequest

import syncadmin


def product(request: HttpRequest) -> dict[str, Any]:
    """Template context: product name and version (S3.C8)."""
    return {"product": "SyncAdmin", "version": syncadmin.__version__}
