"""The seeded tickets: every status, priority, group and brand, of people in many organizations and of some in none."""

from __future__ import annotations

from itertools import cycle, islice

from connectors.sandbox.zendesk.endpoints.field_routes import define
from connectors.sandbox.zendesk.schema import tags, ticket_ends
from connectors.sandbox.zendesk.schema.fields import Kind
from connectors.sandbox.zendesk.schema.records import User
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.schema.tickets import CHOICES, STATUSES, add_audit, add_comment, comment_event
from connectors.sandbox.zendesk.store import Store

SUBJECTS = ("Cannot sign in", "Invoice is wrong", "How do I export?", "App crashes", "Change our address")
MOST = 300
SPAN = 200 * 86_400  # the last one is made that long after the first at most
PACE = 6 * 3_600
AREAS = (("area_billing", "Billing"), ("area_app", "App"), ("area_api", "API"))
FIELDS = (
    ("Order number", Kind.TEXT),
    ("Refund", Kind.DECIMAL),
    ("Seats", Kind.INTEGER),
    ("Escalated", Kind.CHECKBOX),
    ("Needed by", Kind.DATE),
    ("Steps to see it", Kind.TEXTAREA),
)


def set_up(store: Store) -> None:
    """Statuses, brands, groups, forms and fields."""
    store.ticket_setup.fill(store.now())
    for title, kind in FIELDS:
        define(store, "ticket", "", kind, title, tag="escalated" if kind is Kind.CHECKBOX else None)
    define(store, "ticket", "", Kind.DROPDOWN, "Area", AREAS)


def fill(store: Store) -> None:
    """As many as the world asks for, else one for each user up to MOST, each with a comment and most with answers.

    Of the latter the last open ticket was merged into the one before it.
    """
    requesters = [row for row in store.users if row.role == "end-user"]
    wanted = store.world.size.tickets
    count = min(len(requesters), MOST) if wanted is None else wanted
    pace = min(PACE, SPAN // max(count, 1))
    agents = [row for row in store.users if row.role != "end-user"]
    for number, user in enumerate(islice(cycle(requesters), count)):
        store.moment = max(float(user.created), float(store.moment or 0) + pace)
        _add(store, number, user, agents[number % len(agents)])
    is_open = [row for row in store.tickets if row.status == "open"]
    if wanted is None and len(is_open) > 1:
        ticket_ends.merge(store, is_open[-1], is_open[-2], agents[0], {})


def _add(store: Store, number: int, user: User, agent: User) -> None:
    subject, status, now = SUBJECTS[number % len(SUBJECTS)], STATUSES[number % len(STATUSES)], store.now()
    row = Ticket(
        store.next_id("ticket"), subject, f"{subject}. Please help.", status, user.id, user.organization_id, now, now
    )
    setup, areas = store.ticket_setup, [value for value, _ in AREAS]
    row.priority = (None, *CHOICES["priority"])[number % 5]
    row.kind = (None, *CHOICES["type"])[number // 2 % 5]
    row.custom_status_id = setup.default_status(status)
    row.brand_id = list(setup.brands)[number % 7 == 6]
    row.ticket_form_id = list(setup.forms)[number % 9 == 8]
    row.group_id = list(setup.groups)[number // 6 % 3]
    row.assignee_id = agent.id if status != "new" else None
    area = store.ticket_fields.table.ids[-1]
    row.fields = {str(area): areas[number % 3]} if number % 4 else {}
    row.tags = tags.remirrored(["vip"] if number % 10 == 0 else [], set(), store.ticket_fields.tags_of(row.fields))
    row.rating = "good" if status in ("solved", "closed") and number % 3 == 0 else None
    comments = [add_comment(store, row, user.id, row.description, public=True)]
    comments[0]["files"] = [[store.next_id("attachment"), "screenshot.png", 48_213]] if number % 8 == 3 else []
    if status != "new":
        comments.append(add_comment(store, row, agent.id, "Thank you, we are looking into it.", public=True))
    if number % 4 == 3:
        comments.append(add_comment(store, row, agent.id, "Seen before, see the handbook.", public=False))
    add_audit(store, row, user.id, [comment_event(comment) for comment in comments])
    if status in ("solved", "closed"):
        row.solved = now
    store.tickets.put(row)
    store.touch_ticket(row)
