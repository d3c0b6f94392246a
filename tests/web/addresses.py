"""Who may least of those who are let in: by opening an address, and by pressing its button; "-" where nobody does,
"nobody" where no role is enough: a signature is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

_TABLE = """
overview                              viewer         -
test_connections                      -              operator
go_live                               -              administrator
hide_steps                            -              viewer
connectors:list                       viewer         -
connectors:choose_kind                administrator  -
connectors:add                        administrator  administrator
connectors:detail                     viewer         -
connectors:edit                       administrator  administrator
connectors:test                       -              operator
connectors:switch                     -              administrator
connectors:signing_secret             -              administrator
connectors:delete                     -              administrator
messages                              viewer         -
message_credentials                   -              administrator
connectors:describe                   -              operator
connectors:fields                     viewer         -
mappings:list                         viewer         -
mappings:add                          administrator  administrator
mappings:detail                       viewer         -
mappings:rename                       administrator  administrator
mappings:copy                         administrator  administrator
mappings:switch                       -              administrator
mappings:read                         -              operator
mappings:automatic                    administrator  administrator
mappings:scope                        administrator  administrator
mappings:fields                       administrator  administrator
mappings:section                      administrator  administrator
mappings:guards                       administrator  administrator
mappings:count                        viewer         -
mappings:policies                     viewer         -
mappings:external_ids                 operator       -
mappings:samples                      viewer         -
mappings:try                          viewer         -
mappings:polling_cost                 viewer         -
parts:add                             administrator  administrator
parts:list                            viewer         -
parts:take_off                        administrator  administrator
groups:list                           viewer         -
groups:detail                         viewer         operator
synced_people                         viewer         -
delete_sync                           administrator  administrator
remove_demo                           administrator  administrator
runs:rests                            viewer         -
runs:list                             viewer         -
runs:plan                             -              operator
runs:updates                          -              administrator
runs:pause                            -              operator
runs:live                             viewer         -
runs:live_line                        viewer         -
runs:check                            viewer         -
runs:review_finding                   -              operator
runs:check_test                       -              operator
runs:detail                           viewer         -
runs:rows                             viewer         -
runs:step                             viewer         -
runs:choose                           -              operator
runs:approve                          -              operator
runs:discard                          -              operator
runs:cancel                           -              operator
runs:resume                           -              operator
runs:undo                             -              operator
records:list                          viewer         -
records:decide_many                   -              operator
records:choose                        -              operator
records:detail                        viewer         -
records:tickets                       viewer         -
records:unlink                        -              operator
records:sync                          -              operator
records:send_ticket                   -              operator
records:decide                        -              operator
embedded_tickets                      nobody         nobody
inbox:hook                            anonymous      anonymous
inbox:hook_slash                      anonymous      anonymous
inbox:token                           anonymous      anonymous
inbox:token_slash                     anonymous      anonymous
save_view                             -              viewer
delete_view                           -              viewer
logs:list                             viewer         -
logs:save_level                       -              administrator
logs:story                            viewer         -
logs:mails                            administrator  -
logs:mail                             administrator  -
logs:choose_mails                     administrator  administrator
settings                              viewer         -
people                                administrator  -
add_person                            administrator  administrator
change_person                         administrator  administrator
password_link                         -              administrator
help                                  viewer         -
help_document                         viewer         -
changelog                             viewer         -
my_account                            viewer         -
account_email                         viewer         -
account_login                         anonymous      anonymous
account_inactive                      anonymous      -
account_signup                        anonymous      anonymous
account_reauthenticate                no_role        no_role
account_email_verification_sent       anonymous      -
account_change_password               no_role        no_role
account_set_password                  no_role        no_role
account_reset_password                anonymous      anonymous
account_confirm_login_code            anonymous      anonymous
account_confirm_email                 anonymous      anonymous
account_reset_password_from_key_done  anonymous      -
account_reset_password_from_key       anonymous      anonymous
account_reset_password_done           anonymous      -
mfa_index                             no_role        -
mfa_authenticate                      anonymous      anonymous
mfa_reauthenticate                    no_role        no_role
mfa_activate_totp                     no_role        no_role
mfa_deactivate_totp                   no_role        no_role
mfa_view_recovery_codes               no_role        -
mfa_generate_recovery_codes           no_role        no_role
mfa_download_recovery_codes           no_role        no_role
django_rq:home_json                   administrator  administrator
django_rq:home                        administrator  administrator
django_rq:jobs                        administrator  administrator
django_rq:queue_details               administrator  administrator
django_rq:finished_jobs               administrator  administrator
django_rq:failed_jobs                 administrator  administrator
django_rq:delete_failed_jobs          administrator  administrator
django_rq:scheduled_jobs              administrator  administrator
django_rq:started_jobs                administrator  administrator
django_rq:deferred_jobs               administrator  administrator
django_rq:clear                       administrator  administrator
django_rq:requeue_all                 administrator  administrator
django_rq:job_detail                  administrator  administrator
django_rq:result_detail               administrator  administrator
django_rq:delete_job                  administrator  administrator
django_rq:requeue_job                 administrator  administrator
django_rq:enqueue_job                 administrator  administrator
django_rq:stop_job                    -              administrator
django_rq:confirm_action              administrator  administrator
django_rq:actions                     administrator  administrator
django_rq:workers                     administrator  administrator
django_rq:worker_details              administrator  administrator
django_rq:scheduler_jobs              administrator  administrator
django_rq:cron_scheduler_detail       administrator  administrator
django_rq:cron_job_detail             administrator  administrator
admin:index                           administrator  administrator
admin:login                           administrator  administrator
admin:logout                          administrator  administrator
admin:password_change                 administrator  administrator
"""

ADDRESSES = {
    name: (get.replace("_", " "), post.replace("_", " "))
    for name, get, post in map(str.split, _TABLE.split("\n")[1:-1])
}
EXAMPLES = {
    "kind": "leads_users",
    "partedkind": "contacts_outlook",
    "int": 4711,
    "string": "nothing",
    "slug": "nothing",
    "path": "nothing",
    "uuid": "0" * 32,
    "side": "left",
}
BY_HAND = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "a-b"},
    "account_confirm_email": {"key": "nothing"},
}


def addresses(
    resolver: URLResolver | None = None, namespace: str = "", above: dict[str, Any] | None = None
) -> Iterator[tuple[str, str]]:
    """Name and path of each address, with made-up values where it takes some."""
    for entry in (resolver or get_resolver()).url_patterns:
        known = {**(above or {}), **getattr(entry.pattern, "converters", {})}
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner, known)
        else:
            # signing out would end the persons' sessions, and is there for everybody
            if entry.name != "account_logout":
                yield f"{namespace}{entry.name}", path_of(entry, namespace, known)


def path_of(entry: URLPattern, namespace: str, known: dict[str, Any]) -> str:
    name = f"{namespace}{entry.name}"
    made_up = {key: EXAMPLES[type(kind).__name__.removesuffix("Converter").lower()] for key, kind in known.items()}
    return reverse(name, kwargs=BY_HAND.get(name, made_up))
