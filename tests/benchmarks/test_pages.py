"""The pages that are timed with a million rows behind them all answer, over fewer rows. No time is looked at."""

from __future__ import annotations

import pytest

from benchmarks.pages.addresses import pages
from benchmarks.pages.fill import fill
from benchmarks.pages.timing import timed

ROWS = 200


@pytest.mark.django_db(transaction=True)
def test_every_timed_page_answers_with_rows_in_it() -> None:
    accounts, run, contacts = fill(ROWS)
    assert run.steps.count() == ROWS
    assert accounts.mirror.count() == contacts.mirror.count() == 2 * ROWS
    answered = {one.page: one for one in timed(pages(accounts, run, contacts))}
    assert {one.status for one in answered.values()} == {200}, answered
    assert all(one.queries for one in answered.values())
