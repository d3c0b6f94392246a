"""The form of the logging level (S3.11)."""

from django import forms

from syncadmin.logs.models import LoggingLevel


class LoggingLevelForm(forms.Form):
    level = forms.ChoiceField(choices=LoggingLevel.choices, label="Logging level")
