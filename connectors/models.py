"""Connections to remote systems, and the cached schema of their objects."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from connectors.api.protocol import AuthMethod, ConnectorSpec
from connectors.api.registry import connector_spec


class Connection(models.Model):
    """How to reach one remote system. Secrets are stored encrypted and never leave through a form or a repr."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=30)
    base_url = models.CharField("address", max_length=255)
    auth = models.CharField(max_length=40)
    settings = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(default="", blank=True, editable=False)
    secrets_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    token = models.TextField(default="", blank=True, editable=False)
    token_until = models.DateTimeField(null=True, blank=True, editable=False)
    signing_secret = models.TextField(default="", blank=True, editable=False)
    signing_secret_at = models.DateTimeField(null=True, blank=True, editable=False)
    enabled = models.BooleanField(default=True)
    demo = models.BooleanField("leads to the sandbox of the demo", default=False)
    last_check = models.JSONField(null=True, blank=True)
    last_check_at = models.DateTimeField(null=True, blank=True)
    last_check_ok = models.BooleanField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Connection {self.slug}>"

    def get_absolute_url(self) -> str:
        return reverse("connectors:detail", args=[self.slug])

    @property
    def spec(self) -> ConnectorSpec:
        return connector_spec(self.kind)

    @property
    def daily_used_at(self) -> datetime | None:
        """When the remote system said how many of the day's requests are used; None where it never did."""
        return parse_datetime(self.facts.get("daily_used_at") or "")

    @property
    def auth_method(self) -> AuthMethod:
        """The chosen way to sign in; the vendor's default when the stored one no longer exists."""
        methods = self.spec.auth_methods
        return next((method for method in methods if method.key == self.auth), methods[0])


class RemoteObject(models.Model):
    """One object of a connection as it was last described. ``digest`` names all of it: equal digest, equal fields."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="objects_described")
    name = models.CharField(max_length=100)
    label = models.CharField(max_length=200)
    record_types = models.JSONField(default=list)
    digest = models.CharField(max_length=32, default="")
    fetched_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="one_row_an_object")]

    def __str__(self) -> str:
        return f"{self.connection.slug}.{self.name}"


class RemoteField(models.Model):
    """One field of a described object; ``attributes`` holds the rest of FieldSchema."""

    object = models.ForeignKey(RemoteObject, on_delete=models.CASCADE, related_name="fields")
    name = models.CharField(max_length=200)
    label = models.CharField(max_length=255)
    type = models.CharField(max_length=30)
    attributes = models.JSONField(default=dict)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["object", "name"], name="one_row_a_field")]

    def __str__(self) -> str:
        return self.name
