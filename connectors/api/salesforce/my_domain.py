"""Derives the My Domain URL of an org from the address of any of its pages ("My Domain URL Formats")."""

import re

from connectors.api.address import netloc
from connectors.api.errors import ConfigError

MY_DOMAIN = ".my.salesforce.com"
# Pages of an org by the end of their host, with what stands between the org's name and the kind of its partition.
_PAGES = (
    (".lightning.force.com", False),
    (".my.salesforce-setup.com", False),
    (".vf.force.com", True),
    (".visualforce.com", True),
)
_SIGN_IN = ("login.salesforce.com", "test.salesforce.com")
_INSTANCE = re.compile(r"[a-z]{2,4}\d+\.salesforce\.com")
_SITE = (".my.site.com", ".my.salesforce-sites.com")
_HINT = "Use your My Domain: https://yourcompany.my.salesforce.com. Setup shows it under My Domain."


def account_url(origin: str) -> str:
    """https://acme.my.salesforce.com of any page of acme, also of one in Lightning or in Setup.

    Raises ConfigError for addresses that belong to no org, or to pages that do not tell which one.
    """
    host = netloc(origin)
    for end, packaged in _PAGES:
        if host.endswith(end):
            name, dot, partition = host.removesuffix(end).partition(".")
            name = name.rpartition("--")[0] or name if packaged else name
            return f"https://{name}{dot}{partition}{MY_DOMAIN}"
    if reason := _reason(host):
        raise ConfigError(reason, _HINT)
    return origin


def _reason(host: str) -> str:
    """Why the host cannot be that of an org; "" where it may be one."""
    if host in _SIGN_IN:
        return f"{host} is the sign-in page of all orgs."
    if _INSTANCE.fullmatch(host):
        return f"{host} is an instance, which many orgs share and an org can leave."
    if f".{host}".endswith(".salesforce.com") and not host.endswith(MY_DOMAIN):
        return f"{host} is a website of Salesforce, and no org."
    if host.endswith(_SITE):
        return f"{host} is a site for visitors of an org."
    if host.endswith(".force.com"):
        return f"{host} is no My Domain."
    return ""
