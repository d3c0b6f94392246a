"""The host names an organisation is reached by."""

from __future__ import annotations

from urllib.parse import urlsplit

MY_DOMAIN = "acme.my.salesforce.com"
LOGIN = ("login.salesforce.com", "test.salesforce.com")
PUBSUB_HOSTS = ("api.pubsub.salesforce.com", "api.deu.pubsub.salesforce.com")
HOSTS = (MY_DOMAIN, *LOGIN, "*.my.salesforce.com", "*.sandbox.my.salesforce.com", "*.lightning.force.com")


def instance_url(base_url: str) -> str:
    """Where a token is good for: the organisation's own domain, also where it was asked for at the login host."""
    return f"https://{MY_DOMAIN}" if at_login(base_url) else base_url


def at_login(base_url: str) -> bool:
    """Whether the caller came to the host that all organisations share."""
    return urlsplit(base_url).hostname in LOGIN
