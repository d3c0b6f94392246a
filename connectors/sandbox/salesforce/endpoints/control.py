"""What only the sandbox has: switches and events that a person or the platform would cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from starlette.responses import Response

from connectors.sandbox.salesforce import events, listviews
from connectors.sandbox.salesforce.api import Call, Handler, Paths, answer
from connectors.sandbox.salesforce.errors import ApiError, RowRefused
from connectors.sandbox.salesforce.rules import automations
from connectors.sandbox.salesforce.sessions import Sessions
from connectors.sandbox.salesforce.soql.run import condition_of


class Control:
    """POST /_sandbox/expire-tokens       every access token ends now
    GET, PUT /_sandbox/settings        see org.Settings
    PUT /_sandbox/schema               one change or a list of them, see events.change_schema
    POST, PATCH, DELETE /_sandbox/records   {"object", "values"}, {"id", "values"}, {"id"}: what a person does
    POST /_sandbox/undelete            {"id"}
    POST /_sandbox/merge               {"master", "losers", "values"}
    POST /_sandbox/convert             {"lead", "account", "contact"}: the last two if they exist already
    POST /_sandbox/listviews           {"object", "developerName", "label", "columns", "where", "scope"}
    PATCH, DELETE /_sandbox/listviews  {"object", "developerName", "where", "visible"}, {"object", "developerName"}"""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def paths(self) -> Paths:
        table: Paths = {
            "/_sandbox/expire-tokens": {"POST": self.expire_tokens},
            "/_sandbox/settings": {"GET": settings, "PUT": change_settings},
            "/_sandbox/schema": {"PUT": change_schema},
            "/_sandbox/records": {"POST": insert, "PATCH": update, "DELETE": delete},
            "/_sandbox/undelete": {"POST": undelete},
            "/_sandbox/merge": {"POST": merge},
            "/_sandbox/convert": {"POST": convert},
            "/_sandbox/listviews": {"POST": add_listview, "PATCH": change_listview, "DELETE": remove_listview},
        }
        return {path: {method: _careful(act) for method, act in acts.items()} for path, acts in table.items()}

    def expire_tokens(self, call: Call) -> Response:
        return answer({"expired": self._sessions.expire_all()})


def _careful(handler: Handler) -> Handler:
    """The handler, with a part that is missing or of another type refused."""

    def act(call: Call) -> Response:
        try:
            return handler(call)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ApiError(400, "INVALID_INPUT", f"{type(error).__name__}: {error}") from error

    return act


def insert(call: Call) -> Response:
    body = call.json_object()
    return answer({"id": _done(lambda: events.insert(call.org, body["object"], body["values"]))}, 201)


def update(call: Call) -> Response:
    body = call.json_object()
    _done(lambda: events.update(call.org, body["id"], body["values"]))
    return answer({"id": body["id"]})


def delete(call: Call) -> Response:
    id = call.query.get("id") or call.json_object()["id"]
    _done(lambda: events.delete(call.org, id))
    return answer({"id": id})


def undelete(call: Call) -> Response:
    id = call.json_object()["id"]
    _done(lambda: events.undelete(call.org, id))
    return answer({"id": id})


def merge(call: Call) -> Response:
    body = call.json_object()
    _done(lambda: events.merge(call.org, body["master"], body["losers"], body.get("values")))
    return answer({"id": body["master"]})


def convert(call: Call) -> Response:
    body = call.json_object()
    return answer(_done(lambda: events.convert(call.org, body["lead"], body.get("account"), body.get("contact"))))


def change_schema(call: Call) -> Response:
    body = call.json()
    for change in body if isinstance(body, list) else [body]:
        events.change_schema(call.org, change)
    return answer(call.org.schema_changes)


def add_listview(call: Call) -> Response:
    body = call.json_object()
    columns = tuple(map(str, body.get("columns", ["Name"])))
    scope = body.get("scope", "everything")
    view = listviews.add(
        call.org, body["object"], body["developerName"], body["label"], columns, body.get("where", ""), scope
    )
    return answer({"id": view.id}, 201)


def change_listview(call: Call) -> Response:
    body = call.json_object()
    changes = {name: body[name] for name, type in (("where", str), ("visible", bool)) if _says(body, name, type)}
    view = listviews.change(call.org, body["object"], body["developerName"], **changes)
    return answer({"id": view.id})


def _says(body: dict[str, Any], name: str, type: type) -> bool:
    """Whether something is said under a name. Raises TypeError where it is of another type."""
    if name in body and not isinstance(body[name], type):
        raise TypeError(name)
    return name in body


def remove_listview(call: Call) -> Response:
    body = call.json_object()
    listviews.remove(call.org, body["object"], body["developerName"])
    return answer({"removed": body["developerName"]})


T = TypeVar("T")


def _done(act: Callable[[], T]) -> T:
    """Do it; a refused row is a refused request here. Raises ApiError 400."""
    try:
        return act()
    except RowRefused as refused:
        raise ApiError.of(400, refused.failures) from refused


def settings(call: Call) -> Response:
    shown = asdict(call.org.settings)
    return answer(shown | {"duplicate_rules": sorted(shown["duplicate_rules"])})


def change_settings(call: Call) -> Response:
    """Change the switches given, keep the others. Raises ApiError 400 for one that does not exist."""
    held, given = asdict(call.org.settings), call.json_object()
    for name in given:
        if name not in held:
            raise ApiError(400, "INVALID_FIELD", f"no such setting: {name}")
    for name, value in {name: _converted(call, name, value, held[name]) for name, value in given.items()}.items():
        setattr(call.org.settings, name, value)
    return settings(call)


def _converted(call: Call, name: str, value: Any, held: Any) -> Any:
    """The value of a setting. Raises ApiError 400 for one of another type or a rule that cannot be checked."""
    if name == "duplicate_rules":
        return {call.org.object(one).name for one in value}
    if name == "validation_rules":
        for rule in value:
            condition_of(call.org, call.org.object(rule["object"]), rule["when"])
            str.strip(rule["message"])
    if name == "automations":
        automations.checked(value, call.org.object, lambda object, when: condition_of(call.org, object, when))
    if name == "seats":
        return {str.strip(licence): int(number) for licence, number in value.items()}
    if name == "assignment_rules":
        return {call.org.object(one).name: str.strip(owner) for one, owner in value.items()}
    if type(value) is not type(held) or (isinstance(value, int) and not 0 <= value <= 10**9):
        raise ApiError(400, "INVALID_INPUT", f"{name} cannot be {value}")
    return value
