"""A ticket as it is kept, and how the API shows it. Times are whole seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.zendesk.times import iso

ARCHIVED_AFTER = 120 * 86_400


@dataclass(slots=True)
class Ticket:
    """comments: {id, author_id, body, public, created, audit_id}. fields: ticket field id, as text -> value.

    audits: {id, author_id, created, events}. generated: when the export last had a new version, which changes of the
    account itself make too. solved: when it was solved. deleted: when it was deleted, and actor by whom.
    merged_into: the ticket that it was merged into.
    """

    id: int
    subject: str
    description: str
    status: str
    requester_id: int
    organization_id: int | None
    created: int
    updated: int
    priority: str | None = None
    kind: str | None = None
    assignee_id: int | None = None
    external_id: str | None = None
    tags: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    channel: str = "web"
    submitter_id: int | None = None
    audits: list[dict[str, Any]] = field(default_factory=list)
    custom_status_id: int | None = None
    group_id: int | None = None
    brand_id: int | None = None
    ticket_form_id: int | None = None
    due: str | None = None
    rating: str | None = None
    generated: int = 0
    solved: int | None = None
    deleted: int | None = None
    actor: int | None = None
    merged_into: int | None = None
    problem_id: int | None = None

    def archived(self, now: int) -> bool:
        """Whether lists leave it out: it was closed 120 days ago."""
        return self.status == "closed" and self.updated <= now - ARCHIVED_AFTER

    def wire(self, base: str, fields: dict[str, Any]) -> dict[str, Any]:
        """`fields`: the custom fields with their defaults put in."""
        values = [{"id": int(key), "value": value} for key, value in fields.items()]
        return {
            "url": f"{base}/api/v2/tickets/{self.id}.json",
            "id": self.id,
            "external_id": self.external_id,
            "via": {"channel": self.channel, "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": iso(self.created),
            "updated_at": iso(self.updated),
            "generated_timestamp": self.generated or self.updated,
            "type": self.kind,
            "subject": self.subject,
            "raw_subject": self.subject,
            "description": self.description,
            "priority": self.priority,
            "status": "deleted" if self.deleted is not None else self.status,
            "recipient": None,
            "requester_id": self.requester_id,
            "submitter_id": self.submitter_id or self.requester_id,
            "assignee_id": self.assignee_id,
            "organization_id": self.organization_id,
            "group_id": self.group_id,
            "collaborator_ids": [],
            "follower_ids": [],
            "email_cc_ids": [],
            "forum_topic_id": None,
            "problem_id": self.problem_id,
            "has_incidents": False,
            "is_public": any(comment["public"] for comment in self.comments),
            "due_at": self.due,
            "tags": self.tags,
            "custom_fields": values,
            "fields": values,
            "satisfaction_rating": {"score": self.rating or "unoffered"},
            "sharing_agreement_ids": [],
            "custom_status_id": self.custom_status_id,
            "followup_ids": [],
            "ticket_form_id": self.ticket_form_id,
            "brand_id": self.brand_id,
            "allow_channelback": False,
            "allow_attachments": True,
            "from_messaging_channel": False,
        }

    def metric(self, base: str) -> dict[str, Any]:
        """The times of its metric that are known here."""
        return {
            "url": f"{base}/api/v2/ticket_metrics/{self.id}.json",
            "id": self.id,
            "ticket_id": self.id,
            "created_at": iso(self.created),
            "updated_at": iso(self.updated),
            "solved_at": None if self.solved is None else iso(self.solved),
            "replies": max(len(self.comments) - 1, 0),
            "reopens": 0,
        }
