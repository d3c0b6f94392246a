"""Pages that belong to no app, and what every page promises."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

import syncadmin
from syncadmin.web.errors import bad_request, broken

PAGES = ["/", "/settings/", "/changelog/", "/account/", "/connections/", "/account/password/change/", "/account/2fa/"]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_shows_the_version_and_leads_to_known_issues(as_ada: Client, path: str) -> None:
    # S3.C8
    text = as_ada.get(path).content.decode()
    assert f"SyncAdmin {syncadmin.__version__}" in text
    assert 'href="/changelog/"' in text


def policy_of(response: Any) -> dict[str, str]:
    """The content security policy by directive."""
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))


@pytest.mark.parametrize("path", ["/account/login/", *PAGES])
def test_no_page_allows_scripts_or_styles_of_its_own_or_from_elsewhere(as_ada: Client, path: str) -> None:
    response = as_ada.get(path, follow=True)
    policy = policy_of(response)
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    text = response.content.decode()
    for inline in ("<script>", " onclick=", "<style", " style="):
        assert inline not in text


def test_the_changelog_page_lists_every_known_issue(as_ada: Client) -> None:
    # S3.C8
    lines = (settings.BASE_DIR / "docs" / "known-issues.md").read_text(encoding="utf-8").splitlines()
    known = [line for line in lines if line.startswith("- ")]
    assert known
    assert as_ada.get("/changelog/").content.decode().count("<li>") >= len(known)
    assert "No known issue." not in as_ada.get("/changelog/").content.decode()


def test_who_has_chosen_a_password_is_led_to_the_sign_in(client: Client) -> None:
    assert 'href="/account/login/"' in client.get("/account/password/reset/key/done/").content.decode()


def test_each_page_begins_with_a_way_past_the_navigation(as_ada: Client) -> None:
    text = as_ada.get("/").content.decode()
    assert text.index('href="#main"') < text.index('aria-label="Main"')


def test_an_unknown_address_says_so_in_the_look_of_the_product(as_ada: Client) -> None:
    response = as_ada.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_the_address_of_a_button_opened_as_a_page_says_so(as_ada: Client) -> None:
    response = as_ada.get("/runs/plan/accounts/")
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert "This address cannot be opened" in response.content.decode()


def test_a_form_without_a_token_says_that_nothing_changed(ada: User) -> None:
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "ada", "password": "x"})
    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


def test_the_page_for_our_own_faults_needs_no_database(rf: RequestFactory) -> None:
    response = broken(rf.get("/"))
    assert response.status_code == 500
    assert b"Something broke on our side" in response.content


def test_a_request_that_is_not_understood_is_told_so(rf: RequestFactory, db: None, ada: User) -> None:
    request = rf.get("/")
    request.user = ada
    assert bad_request(request, ValueError()).status_code == 400


def test_the_job_dashboard_stands_in_our_layout(as_ada: Client, valkey) -> None:
    response = as_ada.get("/rq/")
    assert response.status_code == 200
    assert 'aria-label="Main"' in response.content.decode()
    assert "Queued Jobs" in response.content.decode()


def test_the_job_dashboard_alone_may_bring_styles_of_its_own(as_ada: Client, valkey) -> None:
    policy = policy_of(as_ada.get("/rq/"))
    assert policy["style-src"].split() == ["'self'", "'unsafe-inline'"]
    assert policy["script-src"] == "'self'"


def test_the_job_dashboard_says_when_the_queue_does_not_answer(as_ada: Client, settings) -> None:
    settings.RQ_QUEUES = {"default": {"URL": "redis://127.0.0.1:1/0"}}
    response = as_ada.get("/rq/")
    assert response.status_code == 503
    assert "The job queue does not answer" in response.content.decode()


def test_the_job_dashboard_is_for_administrators(as_olaf: Client) -> None:
    assert as_olaf.get("/rq/").status_code == 403


def test_only_administrators_see_the_way_to_people_and_jobs(as_ada: Client, as_vera: Client) -> None:
    assert "/settings/people/" in as_ada.get("/settings/").content.decode()
    assert "/settings/people/" not in as_vera.get("/settings/").content.decode()


def test_the_changelog_page_shows_what_the_file_says(as_vera: Client) -> None:
    assert "What changed" in as_vera.get("/changelog/").content.decode()
