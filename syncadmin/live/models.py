"""Stored state of streams and webhooks."""

from __future__ import annotations

from django.db import models

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.live.streams import ObjectStream, StreamState

__all__ = ["LagMinute", "ObjectStream", "StreamState", "Webhook"]


class Webhook(models.Model):
    """The webhook that we have set up at a system. The secret that signs what it sends is encrypted.

    ``kept_at`` is when it was last found in order, ``problem`` why it is not. ``refused`` counts messages that were not
    signed with the secret; ``alerted``: mail about many of them was sent, and none comes before they have stopped.
    """

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="webhook")
    remote_id = models.CharField(max_length=100, blank=True, default="")
    secret = models.TextField(blank=True, default="", editable=False)
    endpoint = models.CharField(max_length=500, blank=True, default="")
    objects_covered = models.JSONField("objects whose changes it tells", default=list)
    made_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="")
    last_event_at = models.DateTimeField(null=True, blank=True)
    events = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    refused_at = models.DateTimeField(null=True, blank=True)
    alerted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.connection.slug}: {self.remote_id}"


class LagMinute(models.Model):
    """How long changes took in one minute: the number of them for each class of ``live.lag.CLASSES``."""

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="lags", db_index=False)
    minute = models.DateTimeField()
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sync", "minute"], name="one_row_a_minute")]

    def __str__(self) -> str:
        return f"{self.sync_id} {self.minute}"
