"""What belongs to no app: a key-value table that all processes share, and the views of lists that people saved."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SharedEntry(models.Model):
    """The table of the default cache, with the columns of Django's DatabaseCache."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key


class SavedView(models.Model):
    """A list as somebody wants to see it again: its address and the query with filters, order and columns."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    path = models.CharField(max_length=255)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2_000, blank=True, default="")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "path", "name"], name="one_saved_view_a_name")]

    def __str__(self) -> str:
        return self.name
