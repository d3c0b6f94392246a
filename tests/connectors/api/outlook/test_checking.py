"""The connection test names the step that failed: tenant, credentials, consent, licence, policy (S3.C2)."""

import pytest

from connectors.api.values import CheckState
from tests.connectors.api.subjects import Remote

OLIVIA = "olivia@outlook.example"


def failed(remote: Remote, **given: object) -> tuple[str, str]:
    """The step that failed, and what to do."""
    report = remote.open(**given).check()
    (step,) = [step for step in report.steps if step.state is CheckState.FAILED]
    assert step.message
    return step.name, step.hint


@pytest.mark.parametrize("auth", ["secret", "certificate"])
def test_both_ways_to_sign_in_work(outlook: Remote, auth: str) -> None:
    report = outlook.open(auth=auth, settings={"mailbox": OLIVIA}).check()
    assert report.ok
    assert report.steps[-1].message == f"The contacts of {OLIVIA} can be read."


def test_the_step_that_failed_is_named(outlook: Remote) -> None:
    assert failed(outlook, settings={"tenant_id": "elsewhere.example"})[0] == "Tenant"
    assert failed(outlook, settings={"client_id": "0"})[0] == "Credentials"
    assert failed(outlook, settings={"client_secret": "x"})[0] == "Credentials"
    assert failed(outlook, auth="certificate", settings={"private_key": "x"})[0] == "Credentials"
    assert failed(outlook, settings={"mailbox": "nobody@outlook.example"})[0] == "Mailbox"
    outlook.control("PUT", "settings", {"without_licence": [OLIVIA]})
    name, hint = failed(outlook, settings={"mailbox": OLIVIA})
    assert (name, "licence" in hint) == ("Mailbox", True)
    outlook.control("PUT", "settings", {"without_licence": [], "outside_policy": [OLIVIA]})
    name, hint = failed(outlook, settings={"mailbox": OLIVIA})
    assert (name, "policy" in hint) == ("Mailbox", True)
    outlook.control("PUT", "settings", {"roles": []})
    name, hint = failed(outlook)
    assert (name, "Contacts.ReadWrite" in hint) == ("Permission", True)
