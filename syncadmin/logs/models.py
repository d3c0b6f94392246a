"""Log entries: level, functionality, records, and what was not done (S1.35, S3.11)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from connectors.api.values import ID_LENGTH
from mappings.kinds.registry import kind_of
from mappings.models import Sync


class Level(models.TextChoices):
    DEBUG = "debug", "Debug"
    INFO = "info", "Info"
    WARNING = "warning", "Warning"
    ERROR = "error", "Error"

    @property
    def tone(self) -> str:
        return {"debug": "secondary", "info": "blue", "warning": "yellow", "error": "red"}[self.value]

    @property
    def icon(self) -> str:
        return {"debug": "bug", "info": "info-circle", "warning": "alert-triangle", "error": "circle-x"}[self.value]


class Functionality(models.TextChoices):
    BULK = "Bulk Sync", "Bulk Sync"
    ONGOING = "Ongoing Sync", "Ongoing Sync"
    TICKETS = "Ticket Sync", "Ticket Sync"
    CONNECTION = "Connection", "Connection"


class LoggingLevel(models.TextChoices):
    """The setting of S3.11. Warnings and run summaries are kept at every level (S1.31, A9)."""

    NONE = "none", "None"
    ERROR = "error", "Error"
    DEBUG = "debug", "Debug"


class LogSettings(models.Model):
    """One row: the logging level that somebody saved."""

    level = models.CharField(max_length=10, choices=LoggingLevel)

    def __str__(self) -> str:
        return self.get_level_display()


class LogEntry(models.Model):
    """One line of the log. ``run_id`` and ``step_id`` are numbers, not keys: a log outlives what it tells of."""

    at = models.DateTimeField(db_index=True)
    level = models.CharField(max_length=10, choices=Level)
    functionality = models.CharField(max_length=20, choices=Functionality, default=Functionality.BULK)
    sync = models.ForeignKey(Sync, null=True, blank=True, on_delete=models.SET_NULL, related_name="log_entries")
    run_id = models.BigIntegerField(null=True, blank=True)
    step_id = models.BigIntegerField(null=True, blank=True)
    left_id = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    right_id = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    label = models.CharField(max_length=300, blank=True, default="")
    email_group = models.CharField(max_length=254, blank=True, default="")
    code = models.CharField(max_length=100, blank=True, default="")
    message = models.TextField()
    not_done = models.TextField(blank=True, default="")
    version = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["level", "-id"]),
            models.Index(fields=["functionality", "-id"]),
            models.Index(fields=["run_id", "-id"]),
            models.Index(fields=["run_id", "level", "-id"]),
            models.Index(fields=["sync", "-id"]),
            models.Index(fields=["sync", "level", "-id"]),
            models.Index(fields=["email_group"]),
            models.Index(fields=["left_id"]),
            models.Index(fields=["right_id"]),
        ]

    def __str__(self) -> str:
        return self.message

    @property
    def severity(self) -> Level:
        return Level(self.level)

    @property
    def left_system(self) -> str:
        """Where ``left_id`` is an id; "" without a sync. Select the sync along."""
        return kind_of(self.sync.kind).names.left_system if self.sync else ""

    @property
    def right_system(self) -> str:
        """Where ``right_id`` is an id; "" without a sync. Select the sync along."""
        return kind_of(self.sync.kind).names.right_system if self.sync else ""


class Mail(models.Model):
    """A mail that SyncAdmin wrote. ``error`` says why it could not be handed over, "" where it was."""

    at = models.DateTimeField(auto_now_add=True)
    to = models.TextField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject


class MailChoice(models.Model):
    """Which mails an administrator gets. Without a row: alerts."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choice")
    alerts = models.BooleanField(default=True)
    refused = models.BooleanField("what automatic updates could not write", default=False)

    def __str__(self) -> str:
        return str(self.person)
