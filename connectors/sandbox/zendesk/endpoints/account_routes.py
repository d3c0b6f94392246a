"""/api/v2/account/settings, which GET shows and PUT changes, and the sandbox's own switches beside it.

GET, PUT /_sandbox/settings       account settings and behaviours, see connectors.sandbox.zendesk.store.SETTINGS
POST     /_sandbox/expire-tokens  issued access tokens expire now; they can be refreshed
POST     /_sandbox/revoke-tokens  no token works any more, the printed ones neither
GET      /_sandbox/mails          the mail the account has sent
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.incoming import parsed
from connectors.sandbox.zendesk.answers import Answer, response
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.store import SETTINGS, Store

USER_SETTINGS = (
    *("multiple_organizations", "agent_created_welcome_emails", "end_user_phone_number_validation"),
    *("tagging", "time_zone_selection"),
)


# group -> settings that PUT may change
CHANGEABLE = {"user": USER_SETTINGS, "tickets": ("assign_default_organization", "tagging")}


def update(call: Call) -> Answer:
    """PUT: the given settings among those the account has; the others are ignored, as the vendor does."""
    given = call.part("settings")
    for group, names in CHANGEABLE.items():
        values = given.get(group)
        values = values if isinstance(values, dict) else {}
        call.store.settings.update({name: values[name] for name in names if isinstance(values.get(name), bool)})
    return show(call)


def show(call: Call) -> Answer:
    held = call.store.settings
    user = {name: held[name] for name in USER_SETTINGS}
    settings = {
        "active_features": {"organization_access_enabled": True, "user_org_fields": True, "csat": False},
        "api": {"accepted_api_agreement": True, "api_password_access": "false", "api_token_access": "true"},
        "branding": {"header_color": "1F73B7", "page_background_color": "333333", "text_color": "FFFFFF"},
        "limits": {"attachment_size": 52_428_800},
        "localization": {"default_locale_identifier": "en-US", "time_zone": "Berlin", "locale_ids": [1]},
        "statistics": {"forum": False, "search": False, "rule_usage": False},
        "tickets": {
            "assign_default_organization": held["assign_default_organization"],
            "comments_public_by_default": True,
            "list_newest_comments_first": True,
            "collaboration": True,
            "private_attachments": False,
            "tagging": held["tagging"],
        },
        "user": {**user, "language_selection": False, "have_gravatars_enabled": False},
    }
    return Answer({"settings": settings})


async def sandbox_settings(request: Request) -> Response:
    store: Store = request.app.state.store
    if request.method == "PUT":
        try:
            given = parsed(await request.body())
        except ValueError as error:
            return response({"error": str(error)}, 400, {})
        if not isinstance(given, dict):
            return response({"error": "expected an object of settings"}, 400, {})
        unknown = sorted(set(given) - set(SETTINGS))
        if unknown:
            return response({"error": f"unknown {unknown}; known are {sorted(SETTINGS)}"}, 400, {})
        if not all(isinstance(value, bool) for value in given.values()):
            return response({"error": "every setting is true or false"}, 400, {})
        store.settings.update(given)
        store.revision += 1
    return response(store.settings, 200, {})


async def expire_tokens(request: Request) -> Response:
    request.app.state.store.tokens.expire()
    return response({}, 200, {})


async def revoke_tokens(request: Request) -> Response:
    request.app.state.store.tokens.revoke()
    return response({}, 200, {})


async def mails(request: Request) -> Response:
    store: Store = request.app.state.store
    store.settle()
    return response({"mails": store.mails}, 200, {})
