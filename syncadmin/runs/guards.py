"""What keeps a plan from being written although everything in it is right."""

from __future__ import annotations

from syncadmin.engine.kinds import kind_of
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Action
from syncadmin.engine.welcome import ZENDESK, welcome_blocks
from syncadmin.runs.models import Run, Step


def refusal(run: Run) -> str:
    """Why this plan must not be written yet, "" if it may: nobody has agreed to mails that it would cause (S3.C4)."""
    sync = run.sync
    if not kind_of(sync.kind).settings_object or not _creates_users(run):
        return ""
    return welcome_blocks(sync.welcome_mail, sync.right.facts.get("welcome_emails"), sync.welcome_confirmed)


def depends_on_settings(run: Run) -> bool:
    """Whether a setting of the right side decides: it may be another one by the time that the plan is written."""
    sync = run.sync
    left_to_zendesk = sync.welcome_mail == ZENDESK and not sync.welcome_confirmed
    return left_to_zendesk and bool(kind_of(sync.kind).settings_object) and _creates_users(run)


def _creates_users(run: Run) -> bool:
    return Step.objects.filter(run=run, action=Action.CREATE_RIGHT, state=StepState.PLANNED).exists()
