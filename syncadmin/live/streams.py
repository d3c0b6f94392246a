"""What the listener stores about each subscribed object."""

from __future__ import annotations

from django.db import models

from connectors.models import Connection


class StreamState(models.TextChoices):
    CONNECTING = "connecting", "connecting"
    CONNECTED = "connected", "connected"
    RETRYING = "retrying", "connecting again"
    NOT_OFFERED = "not_offered", "polling only"
    STOPPED = "stopped", "not listening"


class ObjectStream(models.Model):
    """The changes of one object at one connection, as we receive them.

    ``position`` is where to go on after a break, as the system gave it. ``seen_at`` is when the listener was last at
    work on it, ``heard_at`` the last sign of life of the system, ``event_at`` when the last event came.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="streams")
    object = models.CharField(max_length=100)
    state = models.CharField(max_length=20, choices=StreamState.choices, default=StreamState.CONNECTING)
    position = models.BinaryField(default=bytes, max_length=1_000)
    connected_since = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    event_at = models.DateTimeField(null=True, blank=True)
    events = models.PositiveBigIntegerField(default=0)
    ours = models.PositiveBigIntegerField("events of our own writes", default=0)
    missed = models.PositiveIntegerField("times that events were kept no longer", default=0)
    reason = models.TextField(blank=True, default="")
    remedy = models.TextField(blank=True, default="")
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["connection", "object"]
        constraints = [models.UniqueConstraint(fields=["connection", "object"], name="one_stream_an_object")]

    def __str__(self) -> str:
        return f"{self.connection.slug}.{self.object}"
