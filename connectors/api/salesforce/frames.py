"""Which origins may embed our pages: those from which an org serves its pages ("My Domain URL Formats", enhanced
domains).
"""

from connectors.api.address import netloc
from connectors.api.salesforce.my_domain import MY_DOMAIN


def frame_origins(base_url: str) -> tuple[str, ...]:
    """The org's own address, that of Lightning, and that of the Visualforce pages without a namespace.

    acme--dev.sandbox.my.salesforce.com has acme--dev.sandbox.lightning.force.com and
    acme--dev--c.sandbox.vf.force.com. No wildcard: that would let every org in.
    """
    host = netloc(base_url)
    if not host.endswith(MY_DOMAIN):
        return (base_url,)
    name, _, partition = host.removesuffix(MY_DOMAIN).partition(".")
    rest = f".{partition}" if partition else ""
    return (base_url, f"https://{name}{rest}.lightning.force.com", f"https://{name}--c{rest}.vf.force.com")
