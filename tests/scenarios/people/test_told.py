"""What a sync of people tells: errors of ongoing sync (S1.33), and the mail at the end of a run (S3.53)."""

from __future__ import annotations

import csv
import io

from django.contrib.auth.models import User
from django.core.mail import EmailMessage

from syncadmin.engine.lifecycle import RunState
from syncadmin.logs.models import Functionality, Level, LogEntry
from syncadmin.runs.models import Run
from syncadmin.runs.services import automatic
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.runs import advance


def test_a_syncing_record_that_the_helpdesk_refuses_is_an_error_of_ongoing_sync(company: Company) -> None:
    sync = ready(company, automatic_updates=True)
    company.check_connections()
    completed(sync)
    contact = company.contact("One", "a@test.com")
    call = {"method": "POST", "path": "/api/v2/users/create_many"}
    refusal = {"fail_rows": [0], "error": "RecordInvalid", "details": "Email: is not valid"}
    company.fault(company.zendesk, {**call, "times": 1, "job": refusal})
    assert automatic.start_due() >= 1
    ended = advance(Run.objects.filter(sync=sync).latest("pk"))
    assert ended.status is RunState.REJECTIONS
    entry = LogEntry.objects.get(run_id=ended.pk, level=Level.ERROR)
    assert (entry.functionality, entry.left_id, entry.email_group) == (Functionality.ONGOING, contact, "a@test.com")
    assert entry.code == "RecordInvalid"
    assert entry.not_done == "Not created in Zendesk (name, email, External ID)"


def test_whoever_starts_a_run_of_people_is_told_its_end_with_its_rows(
    company: Company, olaf: User, mailoutbox: list[EmailMessage]
) -> None:
    sync = ready(company)
    completed(sync)
    company.contact("One", "a@test.com")
    company.contact("Two", "a@test.com")
    ended = completed(sync, by=olaf)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([olaf.email], "SyncAdmin · Contacts and users: completed")
    assert "2 planned = 2 written" in mail.body
    assert ended.get_absolute_url() in mail.body
    ((_, content, kind),) = mail.attachments
    rows = list(csv.reader(io.StringIO(str(content))))
    assert kind == "text/csv"
    assert len(rows) >= 3
    assert {"One", "Two"} <= {cell for row in rows for cell in row}
