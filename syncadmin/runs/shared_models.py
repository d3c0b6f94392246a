"""What a sync has read of its left side, kept for a short while for others that would read the same."""

from __future__ import annotations

from django.db import models

from connectors.models import Connection
from syncadmin.runs.fields import JsonText


class SharedRead(models.Model):
    """One read of a connection: ``key`` names the object, fields and conditions, ``since`` is the watermark that it
    went on from, "" for everything. ``watermark`` is set once its last page is there.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    since = models.TextField(blank=True, default="")
    watermark = models.TextField(blank=True, default="")
    began_at = models.DateTimeField()
    complete = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["connection", "key", "began_at"])]

    def __str__(self) -> str:
        return f"{self.key} of {self.connection_id}"


class SharedPage(models.Model):
    """Some records of a shared read, in the order in which they came."""

    read = models.ForeignKey(SharedRead, on_delete=models.CASCADE, related_name="pages")
    records = JsonText(default=list)

    def __str__(self) -> str:
        return f"page {self.pk} of {self.read_id}"
