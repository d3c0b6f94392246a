"""The list of vendors, one line each. A vendor's module is imported when it is first needed."""

from functools import cache
from importlib import import_module

from connectors.api.address import netloc, normalise_base_url
from connectors.api.errors import ConfigError
from connectors.api.protocol import ConnectorSpec

CONNECTORS: dict[str, str] = {
    "salesforce": "connectors.api.salesforce.spec",
    "zendesk": "connectors.api.zendesk.spec",
    "didomi": "connectors.api.didomi.spec",
    "outlook": "connectors.api.outlook.spec",
}


@cache
def connector_spec(kind: str) -> ConnectorSpec:
    """The declaration of a vendor. Raises KeyError with the known kinds for an unknown one."""
    try:
        path = CONNECTORS[kind]
    except KeyError:
        raise KeyError(f"Unknown connector kind {kind!r}; known: {', '.join(sorted(CONNECTORS))}") from None
    spec: ConnectorSpec = import_module(path).SPEC
    return spec


def address_of(kind: str, text: str) -> str:
    """The address of an account at this vendor, from what people type or paste: any page of it will do.

    Raises ConfigError with the reason where there is no account, or where the address cannot be called safely.
    """
    spec, origin = connector_spec(kind), normalise_base_url(text)
    host = f".{netloc(origin)}"
    for other in connector_specs():
        if other.kind != kind and host.endswith(tuple(f".{domain}" for domain in other.domains)):
            reason = f"{host[1:]} is an address of {other.label}, and this is a connection to {spec.label}."
            example = f": {spec.url_placeholder}" if spec.url_placeholder else ""
            raise ConfigError(reason, f"Enter the address of {spec.label}{example}.")
    return spec.account_url(origin)


def remedy(code: str) -> str:
    """What to do about a refusal, by the system's own word for it; empty where no system explains it."""
    return next((found for spec in connector_specs() if (found := spec.remedies.get(code))), "")


def connector_specs() -> tuple[ConnectorSpec, ...]:
    """Every vendor, in the order in which people are offered them."""
    return tuple(connector_spec(kind) for kind in CONNECTORS)
