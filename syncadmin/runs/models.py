"""Runs and what they know: the mirror of both sides, the links between records, and the steps of each plan."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from connectors.api.values import ID_LENGTH
from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.lifecycle import ACTIVE, RunState, StepState
from syncadmin.engine.match import How
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import Operation, Side, Verb
from syncadmin.runs.choices import RunDirection, Trigger, choices_of
from syncadmin.runs.decision_models import Decision as Decision
from syncadmin.runs.decision_models import FieldChoice as FieldChoice
from syncadmin.runs.fields import JsonText
from syncadmin.runs.querysets import LinkQuerySet, MirrorRecordQuerySet, StepQuerySet
from syncadmin.runs.shared_models import SharedPage as SharedPage
from syncadmin.runs.shared_models import SharedRead as SharedRead

_PERSON = settings.AUTH_USER_MODEL


class Run(models.Model):
    """One pass over a sync: read, match, plan, and if approved write. The row shows the progress of its job.

    ``lease`` is a fencing number: whoever advances the run increments it, and a worker with an older one can write no
    more. ``leased_by`` is the id of the job that holds it; of a command, its process.
    """

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=20, choices=Trigger, default=Trigger.MANUAL)
    undo_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by")
    started_by = models.ForeignKey(_PERSON, null=True, blank=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=30, choices=choices_of(RunState), default=RunState.QUEUED)
    direction = models.CharField(max_length=10, choices=choices_of(RunDirection), default=RunDirection.BOTH)
    write = models.BooleanField("write without waiting for approval", default=False)
    approve_all = models.BooleanField("approve held steps too", default=False)
    full = models.BooleanField("read everything again", default=False)
    asked = models.JSONField("sides that nudges ask to be read, with ids of records", default=dict)
    cancel_requested = models.BooleanField(default=False)
    lease = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=64, blank=True, default="")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    phase = models.CharField(max_length=20, blank=True, default="")
    phases = models.JSONField(default=dict)
    planned = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    actions = models.JSONField(default=dict)
    unresolved = models.PositiveIntegerField("records that needed somebody when it ended", default=0)
    calls = models.JSONField(default=dict)
    groups = models.JSONField("steps by group, state and need of approval, as summary counted them", default=list)
    causes = models.JSONField("why steps were refused, as summary counted them", default=list)
    pauses = models.PositiveSmallIntegerField(default=0)
    message = models.TextField(blank=True, default="")
    hint = models.TextField(blank=True, default="")
    paused_until = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    plan_hash = models.CharField(max_length=64, blank=True, default="")
    approved_plan = models.CharField("hash of the plan that was approved", max_length=64, blank=True, default="")
    tripped = models.JSONField("guards that hold the plan until it is approved", default=list)
    value_counts = models.JSONField("values that the plan sets, by group and field", default=dict)
    replaced = models.JSONField("values of people that the plan replaces, by side and field", default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(_PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sync"], condition=models.Q(state__in=sorted(ACTIVE)), name="one_active_run_a_sync"
            )
        ]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return f"Run {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("runs:detail", args=[self.pk])

    @property
    def status(self) -> RunState:
        return RunState(self.state)

    @property
    def only(self) -> dict[str, list[str]] | None:
        """The ids of the records that the run is about, by side, if it is only about some; None for all."""
        named = self.trigger == Trigger.MANUAL and self.write and self.undo_of_id is None and self.asked
        return dict(self.asked) if named else None

    @property
    def is_outdated(self) -> bool:
        """Whether the mapping changed since the plan was made. An undo does not depend on the mapping."""
        return self.planned_at is not None and self.undo_of_id is None and self.revision != self.sync.revision


class Turn(models.Model):
    """The run that is active among syncs that share records; ``key`` identifies those. See storage.turns."""

    key = models.CharField(max_length=100, unique=True)
    run = models.OneToOneField(Run, null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.key


class Step(models.Model):
    """One row of a plan: complete when stored, written exactly as stored."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps", db_index=False)
    verb = models.CharField(max_length=10, choices=choices_of(Verb))
    side = models.CharField("side that is written", max_length=5, choices=choices_of(Side), default=Side.RIGHT)
    relation = models.CharField("written in place of the record itself", max_length=40, blank=True, default="")
    state = models.CharField(max_length=12, choices=choices_of(StepState), default=StepState.PLANNED)
    needs_approval = models.BooleanField(default=False)
    recorded = models.BooleanField(default=False)
    lease = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField("by the remote system's clock, where that is needed", null=True, blank=True)
    object = models.CharField("what is created, where not the kind's own object", max_length=40, blank=True, default="")
    left_id = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    right_id = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    waits_for = models.CharField("left record whose counterpart it needs", max_length=ID_LENGTH, blank=True, default="")
    role = models.CharField(max_length=10, blank=True, default="")
    group = models.CharField("email group", max_length=300, blank=True, default="")
    label = models.CharField(max_length=300)
    group_key = models.CharField(max_length=300)
    reason_code = models.CharField(max_length=60, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    changes = JsonText(default=list)
    warnings = JsonText(default=list)
    last_synced = JsonText(default=dict)
    field_notes = JsonText(default=dict)
    owned_values = JsonText(default=dict)
    facts = JsonText("what the sentence about its outcome is made of", default=dict)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["run", "state", "id"], condition=models.Q(recorded=False), name="step_unrecorded"),
            models.Index(fields=["run", "group_key", "state", "needs_approval", "id"]),
            models.Index(fields=["run", "group_key", "id"], name="step_in_plan"),
            models.Index(fields=["left_id"]),
            models.Index(fields=["right_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.operation.word} {self.label}"

    @property
    def operation(self) -> Operation:
        return Operation(Verb(self.verb), Side(self.side), self.relation)

    @property
    def status(self) -> StepState:
        return StepState(self.state)


class StepOutcome(models.Model):
    """The journal: the remote system's answer to a step. Written once, never changed."""

    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="outcome")
    state = models.CharField(max_length=12, choices=choices_of(StepState))
    remote_id = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    code = models.CharField(max_length=100, blank=True, default="")
    message = models.TextField(blank=True, default="")
    field = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.state} {self.message}"


class MirrorRecord(models.Model):
    """A remote record as last read, reduced to the fields that the sync uses.

    - ``match_key``: the folded name or email; ``lookalike_key``: the name without its form, for warnings.
    - ``address_look``: what the email of a person looks like, if that differs from the email.
    - ``criterion_2_key``, ``criterion_3_key``: values of the further match criteria (S1.21).
    - ``parent_key``: the account of a contact.
    - ``needs_planning``: new, changed, or to be looked at again; ``requeued``: it stays so after the present run.
    - ``status``, ``reason``: where the record stands and why; ``last_run``: the run that last read it.
    - ``unusable``: why read values cannot be stored; those fields keep their former values.
    - ``missing_since``: a full read did not find it, without proof of its deletion; it is looked for again.
    """

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="mirror", db_index=False)
    side = models.CharField(max_length=5, choices=choices_of(Side))
    remote_id = models.CharField(max_length=ID_LENGTH)
    label = models.CharField(max_length=300, blank=True, default="")
    match_key = models.CharField(max_length=300, blank=True, default="")
    lookalike_key = models.CharField(max_length=300, blank=True, default="")
    address_look = models.CharField(max_length=300, blank=True, default="")
    criterion_2_key = models.CharField(max_length=255, blank=True, default="")
    criterion_3_key = models.CharField(max_length=255, blank=True, default="")
    parent_key = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    external_key = models.CharField(max_length=255, blank=True, default="")
    digest = models.CharField(max_length=32)
    needs_planning = models.BooleanField(default=True)
    requeued = models.BooleanField(default=False, db_default=False)
    in_scope = models.BooleanField(default=True)
    deleted = models.BooleanField(default=False)
    status = models.CharField(max_length=30, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    failures = models.PositiveSmallIntegerField("equal refusals, one after the other", default=0)
    refused_in = models.BigIntegerField("run that last had it refused", default=0)
    refused_for = models.CharField("name of the reason", max_length=32, blank=True, default="")
    last_run = models.BigIntegerField("run that last read it", default=0)
    missing_since = models.DateTimeField(null=True, blank=True)
    unusable = models.TextField(blank=True, default="")
    values = JsonText(default=dict)
    modified_at = models.DateTimeField(null=True, blank=True)

    objects = MirrorRecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sync", "side", "remote_id"], name="one_row_a_record")]
        indexes = [
            # the later ones let shared emails be counted, and names be searched, without a look at the rows
            models.Index(
                fields=["sync", "side", "match_key", "in_scope", "deleted", "lookalike_key", "remote_id"],
                name="mirror_match",
            ),
            models.Index(fields=["sync", "side", "lookalike_key"]),
            models.Index(
                fields=["sync", "side", "address_look"], condition=~models.Q(address_look=""), name="mirror_address"
            ),
            models.Index(fields=["sync", "side", "external_key"]),
            models.Index(
                fields=["sync", "side", "criterion_2_key"], condition=~models.Q(criterion_2_key=""), name="mirror_2nd"
            ),
            models.Index(
                fields=["sync", "side", "criterion_3_key"], condition=~models.Q(criterion_3_key=""), name="mirror_3rd"
            ),
            models.Index(fields=["sync", "parent_key"], condition=~models.Q(parent_key=""), name="mirror_parent"),
            models.Index(fields=["sync", "side", "id"], condition=models.Q(needs_planning=True), name="mirror_pending"),
            models.Index(fields=["sync", "id"], condition=models.Q(requeued=True), name="mirror_woken"),
            models.Index(
                fields=["sync", "side"], condition=models.Q(missing_since__isnull=False), name="mirror_missing"
            ),
            models.Index(fields=["sync", "side", "status", "id"]),
        ]

    def __str__(self) -> str:
        return self.label or self.remote_id


class Link(models.Model):
    """Two records that are one: last synced values, notes about such fields, and list entries that a sync added.

    A proposed link becomes active when its step is written. Until then ``replaces`` holds the columns of the active
    link that it replaces, which is restored if the proposal is dropped.
    """

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="links", db_index=False)
    left_id = models.CharField(max_length=ID_LENGTH)
    right_id = models.CharField(max_length=ID_LENGTH)
    role = models.CharField(max_length=10, choices=choices_of(LinkRole), default=LinkRole.SYNCING)
    how = models.CharField(max_length=20, choices=choices_of(How), default=How.CREATED)
    active = models.BooleanField(default=True)
    reason = models.CharField(max_length=255, blank=True, default="")
    last_synced = JsonText(default=dict)
    field_notes = JsonText(default=dict)
    owned_values = JsonText(default=dict)
    replaces = JsonText(default=dict)
    synced_at = models.DateTimeField(null=True, blank=True)
    run_id = models.BigIntegerField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sync", "left_id"], name="one_link_a_left_record")]
        indexes = [
            models.Index(fields=["sync", "right_id"]),
            models.Index(fields=["sync", "id"], condition=models.Q(active=False), name="link_proposed"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} = {self.right_id}"


class FormerAddress(models.Model):
    """An email that a run has replaced, which stays with its user as a secondary one and may be removed (S1.40).

    ``address`` is case-folded.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    user_id = models.CharField(max_length=ID_LENGTH)
    address = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "address", "user_id"], name="one_former_address")]
        indexes = [models.Index(fields=["connection", "user_id"])]

    def __str__(self) -> str:
        return f"{self.address} of {self.user_id}"


class Health(models.Model):
    """The circuit breaker of a sync (engine.breaker), and the failure behind it.

    ``connection`` is the one that cannot be used, None if only this sync is affected; ``alerted``: an alert was sent,
    and the recovery is still to be reported; ``cause`` is the message of the last failure.
    """

    sync = models.OneToOneField(Sync, on_delete=models.CASCADE, related_name="health")
    failures = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    open_since = models.DateTimeField(null=True, blank=True)
    last_failure = models.DateTimeField(null=True, blank=True)
    cause = models.TextField(blank=True, default="")
    connection = models.ForeignKey(Connection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    alerted = models.BooleanField(default=False)
    mailed_refusals = models.CharField("digest of what was mailed last", max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.sync_id}: {self.failures} failures"


class SideState(models.Model):
    """How far one side of a sync has been read.

    - ``fingerprint``: the fields and filters that it was read with; ``address``: where it was read.
    - ``rules``: the configuration that it was last planned with.
    - ``sources``: the left field by which each right one was last filled; only on the left side's row.
    - ``terms``: what may cause refusals; only on the left side's row.
    - ``quiet_until``: until then an incremental read would only return our own last write.
    - ``listed_at``: when the whole list was last read, for what it does not show any more.
    """

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="side_states")
    side = models.CharField(max_length=5, choices=choices_of(Side))
    watermark = models.TextField(blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    address = models.CharField(max_length=255, blank=True, default="")
    rules = models.CharField(max_length=64, blank=True, default="")
    terms = models.CharField(max_length=64, blank=True, default="")
    sources = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    quiet_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sync", "side"], name="one_state_a_side")]

    def __str__(self) -> str:
        return f"{self.sync_id} {self.side}"
