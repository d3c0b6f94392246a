"""Decisions of people: which records belong together, which are ignored, and whose value of a field stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from connectors.api.values import ID_LENGTH
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.choices import choices_of
from syncadmin.runs.fields import JsonText

_PERSON = settings.AUTH_USER_MODEL


class Decision(models.Model):
    """A person's word: these two are one; or, with one of the ids empty, leave the other alone. Survives runs.

    ``pinned``: the left record is the syncing record of its group (A8). ``create``: make a counterpart of this one
    record whatever the sync says (S3.C11).
    """

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="decisions")
    left_id = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    right_id = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    pinned = models.BooleanField(default=False)
    create = models.BooleanField(default=False)
    by = models.ForeignKey(_PERSON, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sync", "left_id"], condition=~models.Q(left_id=""), name="one_decision_a_left_record"
            ),
            models.UniqueConstraint(
                fields=["sync", "right_id"], condition=~models.Q(right_id=""), name="one_decision_a_right_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_id}{self.right_id}: ignore" if self.leaves_alone else f"{self.left_id} → {self.right_id}"

    @property
    def leaves_alone(self) -> bool:
        """Whether it says that nothing is to be done with its one record."""
        return not (self.left_id and self.right_id) and not self.pinned and not self.create


class FieldChoice(models.Model):
    """A person's word on one field of a linked pair that changed on both sides: whose value stays (A1).

    ``field`` is the right one's name, ``left`` and ``right`` are the values that were chosen between. Gone once the
    pair was written.
    """

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="field_choices", db_index=False)
    left_id = models.CharField(max_length=ID_LENGTH)
    field = models.CharField(max_length=255)
    wins = models.CharField(max_length=5, choices=choices_of(Side))
    left = JsonText(default=None, null=True)
    right = JsonText(default=None, null=True)
    by = models.ForeignKey(_PERSON, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sync", "left_id", "field"], name="one_choice_a_field")]

    def __str__(self) -> str:
        return f"{self.left_id} {self.field}: {self.wins}"
