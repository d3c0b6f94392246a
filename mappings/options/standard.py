"""Tags, Zendesk's own fields and the policies of a sync: one form for organizations, one for users."""

from __future__ import annotations

from typing import Any

from django import forms

from mappings.fields import choices as options
from mappings.fields.misfits import id_field_problem
from mappings.kinds.registry import kind_of
from mappings.models import CreateLeft, ParentAccounts, Sync
from mappings.options import wording
from mappings.options.form_parts import YES_NO, all_known, allowed, explain, offer, with_lost
from mappings.options.widgets import RadioCards, ReasonedSelect
from mappings.services import Schemas
from syncadmin.web.duallist import DualList, DualListField


class StandardForm(forms.Form):
    """What both have (S3.19, S3.21, S3.33, S3.34, S3.6, S3.C12). ``plain`` are the fields of Sync that it edits."""

    plain: tuple[str, ...] = ("tags", "notes", "details", "person_accounts", "id_field")
    tags = DualListField(required=False, widget=DualList(noun="fields", ordered=False, none="No tags are made."))
    notes = forms.ChoiceField(required=False, label="Notes", widget=ReasonedSelect)
    details = forms.ChoiceField(required=False, label="Details", widget=ReasonedSelect)
    person_accounts = forms.ChoiceField(label="Person accounts", widget=RadioCards())
    store_external_id = forms.ChoiceField(choices=YES_NO, widget=RadioCards())
    id_field = forms.ChoiceField(required=False, label="Kept in", widget=forms.Select({"class": "form-select"}))

    def __init__(self, data: Any = None, *, sync: Sync, known: Schemas) -> None:
        stored = {name: getattr(sync, name) for name in self.plain}
        super().__init__(data, initial={**stored, "store_external_id": "yes" if sync.store_external_id else "no"})
        self.known = known
        self.names = {field.name for field in known.left.fields}
        kind, fields = kind_of(sync.kind), dict[str, Any](self.fields)
        fields["tags"].choices = with_lost(options.taggable(known), self["tags"].value())
        for name in ("notes", "details"):
            offer(self, name, options.long_texts(known), "Not mapped", self.names)
        self.sync = sync
        fields["id_field"].choices = with_lost(options.id_fields(known), [self["id_field"].value() or ""])
        label = f"Store the Salesforce id with the {kind.right.one}"
        explain(self, "store_external_id", wording.store_lines(kind), label)
        if known.left_field("IsPersonAccount") is None:
            del self.fields["person_accounts"]
        else:
            fields["person_accounts"].choices = wording.person_choices(kind)
            explain(self, "person_accounts", wording.person_lines(kind))

    def clean_tags(self) -> list[str]:
        return all_known(self.cleaned_data["tags"], {name for name, _ in options.taggable(self.known)})

    def clean_notes(self) -> str:
        return allowed(self, "notes", self.names)

    def clean_details(self) -> str:
        return allowed(self, "details", self.names)

    def clean_id_field(self) -> str:
        key: str = self.cleaned_data["id_field"]
        mapped = self.sync.mappings.values_list("right", flat=True) if key else ()
        if problem := id_field_problem(key, self.known, mapped):
            raise forms.ValidationError(problem)
        return key

    def values(self) -> dict[str, Any]:
        """The fields of Sync as typed. Only after ``is_valid``."""
        cleaned = dict(self.cleaned_data)
        cleaned["store_external_id"] = cleaned["store_external_id"] == "yes"
        return cleaned


class OrganizationForm(StandardForm):
    """Map Zendesk organizations and Salesforce Accounts (S3.19 - S3.21, S3.6, S3.7, S3.48, S3.C12)."""

    plain = (*StandardForm.plain, "domain_names", "parent_accounts", "create_left")
    domain_names = forms.ChoiceField(required=False, label="Domain Names", widget=ReasonedSelect)
    parent_accounts = forms.ChoiceField(
        label="Parent accounts", choices=ParentAccounts.choices, widget=RadioCards(wording.PARENT_LINES)
    )
    create_left = forms.ChoiceField(
        label="Create Zendesk organizations as Accounts",
        choices=[(CreateLeft.NOTHING, "No"), (CreateLeft.ACCOUNTS, "Yes")],
        widget=RadioCards(wording.ACCOUNT_LINES),
    )

    def __init__(self, data: Any = None, *, sync: Sync, known: Schemas) -> None:
        super().__init__(data, sync=sync, known=known)
        offer(self, "domain_names", options.domain_texts(known), "Not mapped", self.names)

    def clean_domain_names(self) -> str:
        return allowed(self, "domain_names", self.names)
