"""Messages received from systems, and the result of each message for each sync."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from connectors.api.values import ID_LENGTH
from connectors.models import Connection
from mappings.models import Sync


class Receiver(models.Model):
    """The credentials with which a system fetches a token from us before it sends. The secret is kept as its hash.

    ``version`` counts the secrets: tokens of an earlier one are no good.
    """

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="receiver")
    client_id = models.CharField(max_length=64, unique=True)
    secret_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    refused = models.PositiveIntegerField("messages without a good token", default=0)
    malformed = models.PositiveIntegerField("messages that could not be read", default=0)

    def __str__(self) -> str:
        return self.client_id


class Message(models.Model):
    """One message, stored before it is answered. Its ``body`` is emptied when its time is over.

    ``key`` is the same in each copy of it. ``known``: its type is one that we understand.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="messages", db_index=False)
    key = models.CharField(max_length=ID_LENGTH)
    type = models.CharField(max_length=100)
    known = models.BooleanField(default=True)
    record = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    entity = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    look_up = models.BooleanField(default=False)
    left_out = models.CharField(max_length=20, blank=True, default="")
    happened_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    copies = models.PositiveIntegerField("further copies of it that came", default=0)
    body = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="one_row_a_message")]
        indexes = [
            models.Index(fields=["connection", "entity"]),
            models.Index(fields=["connection", "received_at"]),
            models.Index(fields=["connection", "record"]),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.entity}"


class DeliveryState(models.TextChoices):
    """What became of a message for one sync."""

    QUEUED = "queued", "Waits for a run"
    TAKEN = "taken", "In a plan"
    WRITTEN = "written", "Written"
    UNCHANGED = "unchanged", "Nothing to write"
    SKIPPED = "skipped", "Skipped"
    REJECTED = "rejected", "Rejected"


class Delivery(models.Model):
    """A message for one sync. ``fields`` are those that were written because of it, ``code`` says why others were not.

    ``run`` is the one that has taken it.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    code = models.CharField(max_length=30, blank=True, default="")
    fields = models.JSONField(default=list, blank=True)
    run_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "sync"], name="one_delivery_a_sync")]
        indexes = [
            models.Index(fields=["sync", "id"], condition=models.Q(state="queued"), name="delivery_queued"),
            models.Index(fields=["sync", "run_id"], condition=models.Q(state="taken"), name="delivery_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} for {self.sync_id}: {self.state}"
