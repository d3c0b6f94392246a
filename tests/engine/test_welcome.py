"""When creating users is refused for the mails that Zendesk would send (S3.C4)."""

from __future__ import annotations

import pytest

from mappings.kinds.people.welcome import welcome_blocks


@pytest.mark.parametrize("setting", [True, False, None])
@pytest.mark.parametrize("confirmed", [True, False])
def test_users_created_without_a_mail_are_never_refused(setting: bool | None, confirmed: bool) -> None:
    assert welcome_blocks("suppress", setting, confirmed) == ""


@pytest.mark.parametrize(
    "setting, confirmed, refused",
    [(True, False, True), (None, False, True), (False, False, False), (True, True, False)],
)
def test_mails_need_a_setting_that_is_off_or_a_typed_consent(
    setting: bool | None, confirmed: bool, refused: bool
) -> None:
    assert bool(welcome_blocks("zendesk", setting, confirmed)) is refused


def test_a_setting_that_could_not_be_read_counts_as_on_and_says_so() -> None:
    assert "could not be read" in welcome_blocks("zendesk", None, False)
    assert "could not be read" not in welcome_blocks("zendesk", True, False)
