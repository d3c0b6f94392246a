"""The forms to add and change a person."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator

from syncadmin.web.access import Role

_ROLES = [(role.value, f"{role.label}: {role.sentence}") for role in Role]


class PersonForm(forms.Form):
    """Email and role of a person. The address must be unique, because people can sign in with it."""

    email = forms.EmailField(label="E-mail address")
    role = forms.TypedChoiceField(choices=_ROLES, coerce=Role, widget=forms.RadioSelect, initial=Role.VIEWER.value)
    active = forms.BooleanField(label="May sign in", required=False)

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        others = User.objects.exclude(pk=self.person.pk) if self.person else User.objects.all()
        if others.filter(email__iexact=email).exists():
            raise forms.ValidationError("This address is already in use.")
        return email


class NewPersonForm(PersonForm):
    """The form for a new person."""

    username = forms.CharField(max_length=150, label="Sign-in name", validators=[UnicodeUsernameValidator()])
    active = None  # type: ignore[assignment]
    field_order = ["username", "email", "role"]

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError("This sign-in name is taken.")
        return name
