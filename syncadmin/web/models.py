"""A shared key-value table for all processes of an installation."""

from __future__ import annotations

from django.db import models


class SharedEntry(models.Model):
    """The table of the default cache, with the columns of Django's DatabaseCache."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
