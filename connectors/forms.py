"""The form of a connection. Every field beyond name and address follows from the vendor's ConnectorSpec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from connectors.api.errors import ConfigError
from connectors.api.protocol import AuthMethod, Setting
from connectors.api.registry import address_of
from connectors.models import Connection
from connectors.saving import kept_secrets
from connectors.services import stored_secrets
from syncadmin.web.templatetags.ui import moment


class SecretLine(forms.PasswordInput):
    """Written, never read: what is stored or was typed does not go back into the page."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "new-password", "spellcheck": "false"}, render_value=False)


class SecretText(forms.Textarea):
    """The same over several lines, for private keys."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false", "class": "secret"})

    def format_value(self, value: Any) -> str:
        return ""


class ConnectionForm(forms.Form):
    """Settings of ``connection``, which may be new. ``waiting``: secrets typed before and not saved (drafts.recall)."""

    name = forms.CharField(max_length=100, help_text="How this system is called in SyncAdmin.")
    base_url = forms.CharField(max_length=255, label="Address")
    auth = forms.ChoiceField(label="How to sign in", widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, connection: Connection, waiting: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"initial": _initial(connection), **kwargs})
        self.connection = connection
        self.waiting = dict(waiting or {})
        self.stored = set(stored_secrets(connection))
        spec = connection.spec
        self.fields["base_url"].help_text = spec.url_help
        self.fields["base_url"].widget.attrs.update(placeholder=spec.url_placeholder, inputmode="url")
        # the stubs know a form's fields only as Field
        self.fields["auth"].choices = [(method.key, method.label) for method in spec.auth_methods]  # type: ignore[attr-defined]
        for method in spec.auth_methods:
            for setting in method.settings:
                self.fields[field_name(method, setting)] = self._field(method, setting)

    def groups(self) -> list[tuple[AuthMethod, list[forms.BoundField]]]:
        """The ways to sign in, each with its own fields."""
        methods = self.connection.spec.auth_methods
        return [(method, [self[field_name(method, setting)] for setting in method.settings]) for method in methods]

    @property
    def chosen_auth(self) -> str:
        """The way to sign in that the page shows first."""
        chosen: str = self["auth"].value() or self.connection.spec.auth_methods[0].key
        return chosen

    def clean_base_url(self) -> str:
        try:
            return address_of(self.connection.kind, self.cleaned_data["base_url"])
        except ConfigError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Only the chosen way to sign in has to be complete. Stored secrets are not sent to another address."""
        for setting in self._chosen_settings():
            name = f"{self.data['auth']}__{setting.key}"
            if setting.required and not self.typed().get(setting.key) and not self._known(setting):
                moved = " at the new address; the stored one belongs to the old" if setting.key in self.stored else ""
                self.add_error(name, f"{setting.label} is needed to sign in this way{moved}.")
            elif typed := self.typed().get(setting.key):
                try:
                    setting.check(typed)
                except ConfigError as error:
                    self.add_error(name, str(error))
        return self.cleaned_data

    def values(self) -> dict[str, str]:
        """Setting key to value of the chosen way, for saving.filled. A secret that stays as stored is empty."""
        secrets = {s.key for s in self._chosen_settings() if s.secret}
        waiting = {key: value for key, value in self.waiting.items() if key in secrets}
        return {**waiting, **{key: value for key, value in self.typed().items() if value or key not in secrets}}

    def typed(self) -> dict[str, str]:
        """What stands in the boxes of the chosen way."""
        method = self._method()
        return {s.key: str(self.data.get(field_name(method, s), "")).strip() for s in method.settings} if method else {}

    def typed_secrets(self) -> dict[str, str]:
        secrets = {s.key for s in self._chosen_settings() if s.secret}
        return {key: value for key, value in self.typed().items() if key in secrets}

    def changes(self) -> dict[str, Any]:
        """Keyword arguments of saving.filled and saving.save. Only after ``is_valid``."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned.get("name") or self.connection.name or self.connection.spec.label,
            "base_url": cleaned["base_url"],
            "auth": cleaned["auth"],
            "values": self.values(),
        }

    def can_be_tested(self) -> bool:
        """Whether everything a test needs is there: all but the name."""
        return set(self.errors) <= {"name"}

    def _field(self, method: AuthMethod, setting: Setting) -> forms.CharField:
        return forms.CharField(
            label=setting.label if setting.required else f"{setting.label} (optional)",
            required=False,
            help_text=" ".join(part for part in (setting.help, self._secret_note(setting)) if part),
            widget=_widget(setting),
            initial="" if setting.secret else self.connection.settings.get(setting.key, ""),
        )

    def _secret_note(self, setting: Setting) -> str:
        if not setting.secret:
            return ""
        if setting.key in self.waiting:
            return "Typed and not saved yet. Leave empty to use it."
        if setting.key not in self.stored:
            return "Stored encrypted and never shown again."
        changed = self.connection.secrets_changed_at
        return f"Stored{f', last changed {moment(changed)}' if changed else ''}. Leave empty to keep it."

    def _known(self, setting: Setting) -> bool:
        kept = kept_secrets(self.connection, self.cleaned_data.get("base_url", ""))
        return setting.secret and (setting.key in kept or setting.key in self.waiting)

    def _method(self) -> AuthMethod | None:
        chosen = self.data.get("auth")
        return next((method for method in self.connection.spec.auth_methods if method.key == chosen), None)

    def _chosen_settings(self) -> tuple[Setting, ...]:
        method = self._method()
        return method.settings if method else ()


def field_name(method: AuthMethod, setting: Setting) -> str:
    """Two ways to sign in may both have a client id."""
    return f"{method.key}__{setting.key}"


def _widget(setting: Setting) -> forms.Widget:
    if setting.secret:
        return SecretText() if setting.multiline else SecretLine()
    attrs = {"placeholder": setting.placeholder, "autocomplete": "off", "spellcheck": "false"}
    return forms.Textarea(attrs={**attrs, "rows": 6}) if setting.multiline else forms.TextInput(attrs=attrs)


def _initial(connection: Connection) -> dict[str, Any]:
    auth = connection.auth_method.key
    return {"name": connection.name or connection.spec.label, "base_url": connection.base_url, "auth": auth}
