"""Where the pages of each kind of sync are. One set of addresses is mounted once for each kind, by namespace."""

from __future__ import annotations

from django.urls import reverse

# The one without a line of its own is the application's default: accounts.
_NAMESPACES = {"contacts_users": "contacts", "leads_users": "leads"}


def address(kind: str, name: str, *args: object) -> str:
    """The address of a page of this kind: ``address("leads_users", "detail", "leads")``."""
    return reverse(f"{_NAMESPACES.get(kind, 'mappings')}:{name}", args=args)
