"""What is synced, and how: one Sync joins two connections; filters and mappings belong to it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.urls import reverse

from connectors.models import Connection


class CreateLeft(models.TextChoices):
    """What to make in Salesforce of a helpdesk record that is not there (S3.48, S3.51, S3.C5)."""

    NOTHING = "nothing", "Nothing"
    ACCOUNTS = "accounts", "Accounts"
    CONTACTS = "contacts", "Contacts"
    LEADS = "leads", "Leads"


class PersonAccounts(models.TextChoices):
    """What to do with person accounts (S3.6)."""

    SKIP = "skip", "Skip them and list them"
    ORGANIZATION = "organization", "Treat each as an organization"
    USER = "user", "Treat each as a user"


class ParentAccounts(models.TextChoices):
    """What to do with accounts that have a parent (S3.7)."""

    ORGANIZATION = "organization", "Each account becomes its own organization"
    SKIP = "skip", "Skip accounts that have a parent and list them"


class NoEmail(models.TextChoices):
    """What to do with people without an email, by which users are matched (S3.4, S1.20)."""

    SKIP = "skip", "Skip them and list them"
    MATCH = "match", "Match them by the other criteria, create none"
    CREATE = "create", "Match or create them without an email"


class MembershipEnd(models.TextChoices):
    """What happens to a membership that we made when the contact leaves the account (S3.C15). Others' stay."""

    REMOVE = "remove", "Remove it"
    KEEP = "keep", "Keep it"
    ASK = "ask", "Ask: hold the removal until somebody approves it"


class WelcomeMail(models.TextChoices):
    """Whether Zendesk may write to the users that a sync creates (S3.C4)."""

    SUPPRESS = "suppress", "Create users without a welcome mail"
    ZENDESK = "zendesk", "As Zendesk is set"


class LeavingScope(models.TextChoices):
    """What happens to the counterpart of a record that leaves the filter (A6). Never deleted."""

    STOP = "stop", "Stop updating it"
    MARK = "mark", "Stop updating it and mark it with a tag"
    UNLINK = "unlink", "Stop updating it and forget the link"


class AccountScope(models.TextChoices):
    """Whose contacts and leads take part (S3.54). One without an account takes part under ALL alone."""

    ALL = "all", "All, whatever their account"
    IN_SCOPE = "in_scope", "Only those of accounts inside the filter of the accounts sync"
    LINKED = "linked", "Only those of accounts that are linked to an organization"


class Sync(models.Model):
    """One kind of synchronisation between two connections. ``revision`` counts saved configurations.

    ``rank_values`` of ``rank_field``, best first, choose the syncing record of an email group (A8, S3.C15);
    ``ended_values`` of it say that the person has left the account. A sync that is not ``enabled`` takes no part in
    anything (S3.C10); ``switched`` counts how often that was changed, since syncs that share users decide anew then.
    ``slug`` is its address and never changes; ``name`` is what people call it, empty for the slug.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100, blank=True, default="")
    kind = models.CharField(max_length=40)
    left = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="syncs_left")
    right = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="syncs_right")
    enabled = models.BooleanField("switched on", default=True)
    switched = models.PositiveIntegerField(default=0)
    automatic_updates = models.BooleanField("enable automatic updates", default=False)
    create_right = models.BooleanField(default=True)
    create_left = models.CharField(max_length=20, choices=CreateLeft, default=CreateLeft.NOTHING)
    picklist_field = models.CharField(max_length=200, blank=True, default="")
    tags = models.JSONField(default=list, blank=True)
    domain_names = models.CharField(max_length=200, blank=True, default="")
    notes = models.CharField(max_length=200, blank=True, default="")
    details = models.CharField(max_length=200, blank=True, default="")
    match_on = models.JSONField(default=list, blank=True)
    store_external_id = models.BooleanField("store the Salesforce id in the helpdesk", default=True)
    id_field = models.CharField("custom field for the Salesforce id", max_length=200, blank=True, default="")
    person_accounts = models.CharField(max_length=20, choices=PersonAccounts, default=PersonAccounts.SKIP)
    parent_accounts = models.CharField(max_length=20, choices=ParentAccounts, default=ParentAccounts.ORGANIZATION)
    leaving_scope = models.CharField(max_length=20, choices=LeavingScope, default=LeavingScope.STOP)
    accounts = models.CharField(max_length=10, choices=AccountScope, default=AccountScope.ALL)
    account_field = models.CharField("look-up of a lead to its account", max_length=200, blank=True, default="")
    no_email = models.CharField(max_length=10, choices=NoEmail, default=NoEmail.SKIP)
    rank_field = models.CharField(max_length=200, blank=True, default="")
    rank_values = models.JSONField(default=list, blank=True)
    ended_values = models.JSONField(default=list, blank=True)
    membership_end = models.CharField(max_length=10, choices=MembershipEnd, default=MembershipEnd.REMOVE)
    welcome_mail = models.CharField(max_length=10, choices=WelcomeMail, default=WelcomeMail.SUPPRESS)
    family_first = models.BooleanField("family names come first", default=False)
    welcome_confirmed = models.BooleanField("welcome mails were confirmed by typing", default=False)
    ceiling = models.PositiveIntegerField("most records written without approval", null=True, blank=True)
    guards = models.JSONField("guards that are not as by default (mappings.rules.guards)", default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.slug

    @property
    def of_demo(self) -> bool:
        """Whether it belongs to the demo: a connection of it leads to the sandbox."""
        return self.left.demo or self.right.demo

    def get_absolute_url(self) -> str:
        return reverse("mappings:detail", args=[self.slug])

    def beside(self, kinds: Iterable[str]) -> models.QuerySet[Sync]:
        """The syncs of these kinds between the same two systems, this one among them where it is of such a kind."""
        return Sync.objects.filter(left=self.left_id, right=self.right_id, kind__in=list(kinds))

    def rival(self) -> Sync | None:
        """Another sync of the same kind between the same two systems that is on: it has the same records."""
        return self.beside([self.kind]).filter(enabled=True).exclude(pk=self.pk).first()


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


class FieldMapping(models.Model):
    """One pair of fields by their full names; direction and rules are words of mappings.rules."""

    class Direction(models.TextChoices):
        TO_RIGHT = "to_right", "Salesforce to Zendesk"
        TO_LEFT = "to_left", "Zendesk to Salesforce"
        BOTH = "both", "Both ways"

    class Conflict(models.TextChoices):
        LEFT = "left", "Salesforce wins"
        RIGHT = "right", "Zendesk wins"
        NEWEST = "newest", "The newest edit wins"
        ASK = "ask", "Ask"

    class OnProblem(models.TextChoices):
        ROW = "row", "Hold the whole record back"
        FIELD = "field", "Leave this field alone"

    sync = models.ForeignKey(Sync, on_delete=models.CASCADE, related_name="mappings")
    position = models.PositiveIntegerField()
    left = models.CharField(max_length=200)
    right = models.CharField(max_length=200)
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.TO_RIGHT)
    conflict = models.CharField(max_length=10, choices=Conflict, default=Conflict.LEFT)
    on_problem = models.CharField(max_length=10, choices=OnProblem, default=OnProblem.ROW)
    transform = models.CharField(max_length=40, blank=True, default="")
    value_map = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sync", "right"], name="one_source_a_right_field")]

    def __str__(self) -> str:
        return f"{self.left} → {self.right}"
