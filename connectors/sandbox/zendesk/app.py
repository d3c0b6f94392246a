"""The routes, and what every call passes through: limits, sign-in, scopes, jobs that are due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.sandbox.incoming import base_address, parsed
from connectors.sandbox.vendor import JOB_FAULT
from connectors.sandbox.zendesk import auth, user_jobs
from connectors.sandbox.zendesk.answers import Answer, Refusal, response
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.endpoints import (
    account_routes,
    custom_object_routes,
    field_routes,
    identity_routes,
    incremental,
    job_routes,
    membership_routes,
    merge_routes,
    oauth,
    organization_routes,
    pages,
    search,
    tag_routes,
    ticket_jobs,
    ticket_routes,
    ticket_setup_routes,
    upload_routes,
    user_routes,
    webhook_routes,
)
from connectors.sandbox.zendesk.jobs import KINDS
from connectors.sandbox.zendesk.store import Store


class Number(Convertor[int]):
    """An id in an address: no more digits than a number of 63 bits has, so that any of them can be looked up."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", Number())

Handler = Callable[[Call], Answer]
STAFF = ("admin", "agent")
ADMIN = ("admin",)
ANYONE = (*STAFF, "end-user", auth.ANONYMOUS.role)
for kinds in (organization_routes, merge_routes, membership_routes, user_jobs, custom_object_routes, ticket_jobs):
    KINDS.update(kinds.JOB_KINDS)


def build_app(store: Store) -> tuple[ASGIApp, list[Route]]:
    """The ASGI app and its routes. Every path is answered with and without `.json`."""
    table = routes()
    app = Starlette(routes=table, exception_handlers={Exception: _broken})
    app.state.store = store
    return _without_suffix(app), table


def bare(path: str) -> str:
    return path.removesuffix(".json")


def routes() -> list[Route]:
    return [
        Route("/oauth/tokens", oauth.tokens, methods=["POST"]),
        Route("/oauth/authorizations/new", oauth.authorize, methods=["GET"]),
        Route("/_sandbox/settings", account_routes.sandbox_settings, methods=["GET", "PUT"]),
        Route("/_sandbox/expire-tokens", account_routes.expire_tokens, methods=["POST"]),
        Route("/_sandbox/revoke-tokens", account_routes.revoke_tokens, methods=["POST"]),
        Route("/_sandbox/mails", account_routes.mails, methods=["GET"]),
        Route("/_sandbox/webhooks", webhook_routes.settle, methods=["GET"]),
        *_resource("account/settings", GET=account_routes.show),
        *_resource("account/settings", ADMIN, PUT=account_routes.update),
        *_organizations(),
        *_users(),
        *_identities(),
        *_memberships(),
        *_tickets(),
        *_exports(),
        *_tags(),
        *_fields("user"),
        *_fields("organization"),
        *_fields("ticket"),
        *_ticket_setup(),
        *_custom_objects(),
        *_webhooks(),
        *_resource("job_statuses", GET=job_routes.index),
        *_resource("job_statuses/show_many", GET=job_routes.show_many),
        *_resource("job_statuses/{id}", GET=job_routes.show),
        Route("/agent/users/{id:number}", pages.user, methods=["GET"]),
        Route("/agent/organizations/{id:number}", pages.organization, methods=["GET"]),
        Route("/agent/tickets/{id:number}", pages.ticket, methods=["GET"]),
        Route("/{anything:path}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _organizations() -> list[Route]:
    here = organization_routes
    return [
        *_resource("organizations", GET=here.index, POST=here.create),
        *_resource("organizations/show_many", GET=here.show_many),
        *_resource("organizations/create_many", POST=here.create_many),
        *_resource("organizations/update_many", PUT=here.update_many),
        *_resource("organizations/destroy_many", DELETE=here.destroy_many),
        *_resource("organizations/create_or_update", POST=here.create_or_update),
        *_resource("organizations/search", GET=here.search),
        *_resource("organizations/autocomplete", GET=here.autocomplete),
        *_resource("organizations/count", GET=here.count),
        *_resource("organizations/{id:number}", GET=here.show, PUT=here.update, DELETE=here.delete),
        *_resource("organizations/{id:number}/related", GET=here.related),
        *_resource("organizations/{id:number}/merge", ADMIN, POST=merge_routes.create),
        *_resource("organizations/{id:number}/merges", ADMIN, GET=merge_routes.of_organization),
        *_resource("organization_merges/{id}", GET=merge_routes.show),
        *_resource("users/{id:number}/organizations", GET=here.user_organizations),
    ]


def _users() -> list[Route]:
    here = user_routes
    return [
        *_resource("users", GET=here.index, POST=here.create),
        *_resource("users/me", ANYONE, GET=here.me),
        *_resource("users/show_many", GET=here.show_many),
        *_resource("users/create_many", ADMIN, POST=here.create_many),
        *_resource("users/create_or_update_many", ADMIN, POST=here.create_or_update_many),
        *_resource("users/update_many", PUT=here.update_many),
        *_resource("users/destroy_many", ADMIN, DELETE=here.destroy_many),
        *_resource("users/create_or_update", POST=here.create_or_update),
        *_resource("users/search", GET=here.search_users),
        *_resource("users/autocomplete", GET=here.autocomplete),
        *_resource("users/count", GET=here.count),
        *_resource("users/{id:number}", GET=here.show, PUT=here.update, DELETE=here.delete),
        *_resource("users/{id:number}/merge", ADMIN, PUT=here.merge),
        *_resource("users/{id:number}/related", GET=here.related),
        *_resource("deleted_users", GET=here.deleted),
        *_resource("organizations/{id:number}/users", GET=here.of_organization),
    ]


def _identities() -> list[Route]:
    here, path = identity_routes, "users/{user:number}/identities"
    return [
        *_resource(path, GET=here.index, POST=here.create),
        *_resource(f"{path}/{{id:number}}", GET=here.show, PUT=here.update, DELETE=here.delete),
        *_resource(f"{path}/{{id:number}}/make_primary", PUT=here.make_primary),
        *_resource(f"{path}/{{id:number}}/verify", PUT=here.verify),
        *_resource(f"{path}/{{id:number}}/request_verification", PUT=here.request_verification),
    ]


def _memberships() -> list[Route]:
    here, path = membership_routes, "organization_memberships"
    of_user = "users/{user:number}/organization_memberships/{id:number}"
    pair = "users/{user:number}/organizations/{organization:number}"
    return [
        *_resource(path, GET=here.index, POST=here.create),
        *_resource(f"{path}/create_many", POST=here.create_many),
        *_resource(f"{path}/destroy_many", DELETE=here.destroy_many),
        *_resource(f"{path}/{{id:number}}", GET=here.show, DELETE=here.delete),
        *_resource(f"users/{{id:number}}/{path}", GET=here.of_user, POST=here.create),
        *_resource(of_user, GET=here.show, DELETE=here.delete),
        *_resource(f"{of_user}/make_default", PUT=here.make_default),
        *_resource(pair, DELETE=here.leave),
        *_resource(f"{pair}/make_default", PUT=here.make_organization_default),
        *_resource(f"organizations/{{id:number}}/{path}", GET=here.of_organization),
    ]


def _tickets() -> list[Route]:
    here, jobs, one = ticket_routes, ticket_jobs, "tickets/{id:number}"
    comment = f"{one}/comments/{{comment:number}}"
    return [
        *_resource("tickets", GET=here.index, POST=here.create),
        *_resource("tickets/show_many", GET=here.show_many),
        *_resource("tickets/create_many", POST=jobs.create_many),
        *_resource("tickets/update_many", PUT=jobs.update_many),
        *_resource("tickets/destroy_many", DELETE=jobs.destroy_many),
        *_resource("tickets/count", GET=here.count),
        *_resource(one, GET=here.show, PUT=here.update, DELETE=here.delete),
        *_resource(f"{one}/comments", GET=here.comments),
        *_resource(f"{comment}/redact", PUT=here.redact),
        *_resource(f"{comment}/make_private", PUT=here.make_private),
        *_resource(f"{one}/audits", GET=here.audits),
        *_resource(f"{one}/merge", POST=jobs.merge),
        *_resource("uploads", POST=upload_routes.create),
        *_resource("deleted_tickets", GET=jobs.deleted),
        *_resource("deleted_tickets/{id:number}", DELETE=jobs.destroy),
        *_resource("deleted_tickets/{id:number}/restore", PUT=jobs.restore),
        *_resource("users/{id:number}/tickets/requested", GET=here.requested),
        *_resource("users/{id:number}/tickets/assigned", GET=here.assigned),
        *_resource("organizations/{id:number}/tickets", GET=here.of_organization),
        *_resource("organizations/{id:number}/tickets/count", GET=here.count_of_organization),
    ]


def _ticket_setup() -> list[Route]:
    here = ticket_setup_routes
    return [
        *_resource("custom_statuses", GET=here.statuses),
        *_resource("custom_statuses", ADMIN, POST=here.create_status),
        *_resource("custom_statuses/{id:number}", GET=here.show_status),
        *_resource("custom_statuses/{id:number}", ADMIN, PUT=here.update_status),
        *_resource("brands", GET=here.brands),
        *_resource("brands", ADMIN, POST=here.create_brand),
        *_resource("brands/{id:number}", GET=here.show_brand),
        *_resource("groups", GET=here.groups),
        *_resource("groups", ADMIN, POST=here.create_group),
        *_resource("groups/{id:number}", GET=here.show_group),
        *_resource("ticket_forms", GET=here.forms),
        *_resource("ticket_forms/{id:number}", GET=here.show_form),
    ]


def _exports() -> list[Route]:
    return [
        *_resource("incremental/users/cursor", ADMIN, GET=incremental.users_by_cursor),
        *_resource("incremental/users", ADMIN, GET=incremental.users_by_time),
        *_resource("incremental/organizations", ADMIN, GET=incremental.organizations_by_time),
        *_resource("incremental/tickets/cursor", ADMIN, GET=incremental.tickets_by_cursor),
        *_resource("incremental/tickets", ADMIN, GET=incremental.tickets_by_time),
        *_resource("incremental/custom_objects/{key}/cursor", ADMIN, GET=incremental.custom_objects_by_cursor),
        *_resource("search", GET=search.search),
        *_resource("search/count", GET=search.count),
        *_resource("search/export", GET=search.export),
    ]


def _tags() -> list[Route]:
    return [
        route
        for owner in ("users", "organizations", "tickets")
        for route in _resource(f"{owner}/{{id:number}}/tags", STAFF, **tag_routes.endpoints(owner))
    ]


def _fields(owner: str) -> list[Route]:
    here, path = field_routes.endpoints(owner), f"{owner}_fields"
    return [
        *_resource(path, GET=here["index"], POST=here["create"]),
        *_resource(f"{path}/{{key}}", GET=here["show"], PUT=here["update"], DELETE=here["delete"]),
        *_resource(f"{path}/{{key}}/options", GET=here["options"], POST=here["put_option"]),
        *_resource(f"{path}/{{key}}/options/{{option:number}}", GET=here["option"], DELETE=here["delete_option"]),
    ]


def _custom_objects() -> list[Route]:
    here, path = custom_object_routes, "custom_objects/{key}"
    return [
        *_resource("custom_objects", GET=here.index),
        *_resource(path, GET=here.show),
        *_resource(f"{path}/fields", GET=here.fields),
        *_resource(f"{path}/jobs", POST=here.job),
        *_resource(f"{path}/records", GET=here.records, POST=here.create),
        *_resource(f"{path}/records/count", GET=here.count),
        *_resource(f"{path}/records/{{id}}", GET=here.show_record, PATCH=here.update, DELETE=here.delete),
    ]


def _webhooks() -> list[Route]:
    here, one = webhook_routes, "webhooks/{id}"
    return [
        *_resource("webhooks", ADMIN, GET=here.index, POST=here.create),
        *_resource("webhooks/test", ADMIN, POST=here.test),
        *_resource(one, ADMIN, GET=here.show, PUT=here.update, PATCH=here.patch, DELETE=here.delete),
        *_resource(f"{one}/signing_secret", ADMIN, GET=here.secret),
        *_resource(f"{one}/invocations", ADMIN, GET=here.invocations),
        *_resource(f"{one}/invocations/{{invocation}}/attempts", ADMIN, GET=here.attempts),
    ]


def _resource(path: str, allowed: tuple[str, ...] = STAFF, **handlers: Handler) -> list[Route]:
    """Routes of one path, a handler for each method."""
    return [
        Route(f"/api/v2/{path}", _endpoint(handler, allowed), methods=[method]) for method, handler in handlers.items()
    ]


def _endpoint(handler: Handler, allowed: tuple[str, ...]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        store: Store = request.app.state.store
        headers: dict[str, str] = {}
        call: Call | None = None
        given = request.query_params
        try:
            headers = store.limits.spend(store.time())
            store.settle()
            principal, scopes = auth.authenticate(store, request.headers.get("authorization"), allowed)
            auth.require_scope(scopes, request.method, request.scope["path"])
            auth.require_role(principal, allowed)
            call = Call(
                store=store,
                method=request.method,
                base=base_address(request),
                path=request.scope["path"],
                params=request.path_params,
                query={key: ",".join(given.getlist(key)) for key in given},
                body=body if handler is upload_routes.create else _parsed(body),
                principal=principal,
                job_fault=request.scope.get(JOB_FAULT),
            )
            answer = handler(call)
            store.hooks.tell()
        except Refusal as refusal:
            extra = call.headers if call else {}
            return response(refusal.body, refusal.status, {**headers, **extra, **refusal.headers})
        if request.method != "GET":
            store.revision += 1
        return response(answer.content, answer.status, {**headers, **call.headers, **answer.headers})

    return endpoint


def _parsed(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return parsed(body)
    except ValueError as error:
        entry = {"code": "MalformedRequest", "title": "The request body is not JSON", "detail": str(error)}
        raise Refusal(400, {"errors": [entry]}) from error


async def _broken(request: Request, bug: Exception) -> Response:
    """What the caller gets for an error of the sandbox, which the frame counts."""
    details = {"base": [{"description": "The request cannot be processed", "error": type(bug).__name__}]}
    return response({"error": "RecordInvalid", "description": "Record validation errors", "details": details}, 422, {})


async def _unknown(request: Request) -> Response:
    body = {"error": {"title": "Invalid endpoint", "message": "Not found"}}
    return response(body, 404, {})


def _without_suffix(app: ASGIApp) -> ASGIApp:
    async def stripped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith(".json"):
            scope = {**scope, "path": bare(scope["path"])}
        await app(scope, receive, send)

    return stripped
