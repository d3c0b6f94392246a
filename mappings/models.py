"""What is synced, and how: one Sync joins two connections; filters and mappings belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from connectors.models import Connection
from mappings.kinds.declaration import Kind
from mappings.kinds.option import effective, misfits
from mappings.kinds.registry import KINDS, defaults, kind_of
from mappings.rules.conditions import ALL
from mappings.rules.configuration import Conflict, Direction, OnProblem, made_of

# When a sync runs by itself: no plan depends on it.
SCHEDULE = frozenset({"automatic_updates", "automatic_both_ways", "interval", "hours"})


class SyncQuerySet(models.QuerySet["Sync"]):
    """Syncs by whether they take part."""

    def on(self) -> SyncQuerySet:
        """Those that take part: switched on, and of a kind that there is. As ``Sync.is_on``."""
        return self.filter(enabled=True, kind__in=list(KINDS))


class Sync(models.Model):
    """One kind of synchronisation between two connections.

    ``revision`` counts saved configurations, those of the schedule left out: a plan of an earlier one is outdated.

    A sync that is not ``enabled`` takes no part in anything (S3.C10); ``switched`` counts how often that was changed,
    since syncs that share users decide anew then. ``options`` holds values of the options that its kind declares; one
    that is not there has its default.
    ``hours`` are as in ``mappings.rules.hours``. ``interval`` is empty for that of its kind;
    ``updated_automatically_at`` is the last start by the clock.
    ``slug`` is its address and never changes; ``name`` is what people call it, empty for the slug. ``group`` is the
    slug of the configuration in a file that it is a part of, empty for one of its own. ``leaving``: its configuration
    lists it no longer; while it is enabled, its runs take away what was made for it, and the last one switches it off.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100, blank=True, default="")
    group = models.CharField("configuration of several syncs", max_length=50, blank=True, default="")
    kind = models.CharField(max_length=40)
    left = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="syncs_left")
    right = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="syncs_right")
    enabled = models.BooleanField("switched on", default=True)
    switched = models.PositiveIntegerField(default=0)
    leaving = models.BooleanField("removed from the list of its configuration", default=False)
    automatic_updates = models.BooleanField("enable automatic updates", default=False)
    automatic_both_ways = models.BooleanField("automatic updates write to the left, too", default=False)
    interval = models.PositiveIntegerField("minutes between automatic updates", null=True, blank=True)
    hours = models.CharField("hours of the day for automatic updates", max_length=5, blank=True, default="")
    paused_until = models.DateTimeField("automatic updates paused until", null=True, blank=True)
    reviewed = models.JSONField("findings of the check page that somebody has reviewed", default=list, blank=True)
    updated_automatically_at = models.DateTimeField(null=True, blank=True)
    options = models.JSONField("what people chose, by option of the kind", default=dict, blank=True)
    picklist_field = models.CharField(max_length=200, blank=True, default="")
    list_view = models.CharField(max_length=255, blank=True, default="")
    conditions = models.JSONField("conditions on fields: field, op and values of each", default=list, blank=True)
    match = models.CharField("whether all conditions are to be met, or any", max_length=3, default=ALL)
    ceiling = models.PositiveIntegerField("most records written without approval", null=True, blank=True)
    guards = models.JSONField("guards that are not as by default (mappings.rules.guards)", default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SyncQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.slug

    @property
    def is_known(self) -> bool:
        """Whether this version has its kind. One whose kind it lacks is shown, and does nothing."""
        return kind_of(self.kind).known

    @property
    def declared(self) -> Kind:
        """Its kind with the objects and look-ups that its options name."""
        return kind_of(self.kind).as_chosen(self.effective_options())

    @property
    def parted(self) -> Kind:
        """Its kind as declared for it, with the parts of its objects that are its own."""
        return kind_of(self.kind).under(self.effective_options())

    @property
    def is_on(self) -> bool:
        """Whether it takes part: it is switched on, and of a kind that there is."""
        return self.enabled and self.is_known

    @property
    def why_off(self) -> str:
        """Why it takes no part and what to do; "" where it does."""
        if not self.is_known:
            return f"The kind {self.kind} of the sync {self.slug} is unknown. Install a version that has it."
        if not self.enabled:
            return f"{kind_of(self.kind).title} are switched off. Switch the sync {self.slug} on first."
        return ""

    @property
    def of_demo(self) -> bool:
        """Whether it belongs to the demo: a connection of it leads to the sandbox."""
        return self.left.demo or self.right.demo

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it. Raises ValidationError when options that it stores are not as its kind declares them."""
        stored = kwargs.get("update_fields")
        concerned = self.is_known and (stored is None or "options" in stored)
        if concerned and (problems := misfits(kind_of(self.kind).options, self.options)):
            raise ValidationError(problems)
        super().save(*args, **kwargs)

    def option(self, name: str) -> Any:
        """The value of an option; None where the kind has no such option."""
        return self.options[name] if name in self.options else defaults(self.kind).get(name)

    @property
    def minutes(self) -> int:
        """Minutes between automatic updates: as chosen, else as the kind has it."""
        return self.interval or kind_of(self.kind).interval

    @property
    def goes_back(self) -> bool:
        """Whether its mapping writes anything to the left side."""
        ways = (mapping.direction for mapping in self.mappings.all())
        return bool(self.creates_left) or any(way != Direction.TO_RIGHT.value for way in ways)

    @property
    def writes_by_itself(self) -> Direction:
        """Which way automatic updates write: as the kind has it, or both ways where an administrator chose so (A1)."""
        return Direction.BOTH if self.automatic_both_ways else kind_of(self.kind).automatic

    @property
    def creates_left(self) -> str:
        """What is created on the left for what is missing there; "" for nothing."""
        return made_of(self.option("create_left"))

    @property
    def stores_id(self) -> bool:
        """Whether the right record keeps the id of the left one; never where it has no field for it."""
        has_field = bool(self.option("id_field") or kind_of(self.kind).right.link_field)
        return has_field and self.option("store_external_id") is not False

    def effective_options(self) -> dict[str, Any]:
        """The value of every option that the kind declares."""
        return effective(kind_of(self.kind).options, self.options)

    def get_absolute_url(self) -> str:
        return reverse("mappings:detail", args=[self.slug])

    def beside(self, kinds: Iterable[str]) -> SyncQuerySet:
        """The syncs of these kinds between the same two systems, this one among them where it is of such a kind."""
        return Sync.objects.filter(left=self.left_id, right=self.right_id, kind__in=list(kinds))

    @property
    def parts(self) -> tuple[Any, ...]:
        """The parts of its objects that it has, where its kind divides them among syncs."""
        return tuple(str(self.option(side.part) or "").casefold() for side in kind_of(self.kind).sides if side.part)

    def rival(self) -> Sync | None:
        """Another sync of the same kind between the same two systems that is on and has the same records."""
        others = self.beside([self.kind]).on().exclude(pk=self.pk)
        return next((other for other in others if other.parts == self.parts), None)


class RecordTypeFilter(models.Model):
    """One record type in scope. The first is the default for new records (S3.15, S3.16)."""

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="record_type_filters")
    name = models.CharField("developer name", max_length=100)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sync", "name"], name="one_record_type_a_sync")]

    def __str__(self) -> str:
        return self.name


class PicklistFilter(models.Model):
    """One value of the sync's picklist field in scope. The first is the default for new records (S3.17, S3.18)."""

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="picklist_filters")
    value = models.CharField(max_length=255)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sync", "value"], name="one_value_a_sync")]

    def __str__(self) -> str:
        return self.value


_DIRECTIONS = [
    (Direction.TO_RIGHT.value, "From left to right"),
    (Direction.TO_LEFT.value, "From right to left"),
    (Direction.BOTH.value, "Both ways"),
]
_CONFLICTS = [
    (Conflict.LEFT.value, "The left side wins"),
    (Conflict.RIGHT.value, "The right side wins"),
    (Conflict.NEWEST.value, "The newest edit wins"),
    (Conflict.ASK.value, "Ask"),
]
ON_PROBLEM = [(OnProblem.ROW.value, "Hold the whole record back"), (OnProblem.FIELD.value, "Leave this field alone")]


class FieldMapping(models.Model):
    """One pair of fields by their full names; direction and rules are words of mappings.rules."""

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="mappings")
    position = models.PositiveIntegerField()
    left = models.CharField(max_length=200)
    right = models.CharField(max_length=200)
    direction = models.CharField(max_length=10, choices=_DIRECTIONS, default=Direction.TO_RIGHT.value)
    conflict = models.CharField(max_length=10, choices=_CONFLICTS, default=Conflict.LEFT.value)
    on_problem = models.CharField(max_length=10, choices=ON_PROBLEM, default=OnProblem.ROW.value)
    transform = models.CharField(max_length=40, blank=True, default="")
    value_map = models.JSONField(default=dict, blank=True)
    only_if_empty = models.BooleanField("is written only while the target is empty", default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sync", "right"], name="one_source_a_right_field")]

    def __str__(self) -> str:
        return f"{self.left} → {self.right}"
