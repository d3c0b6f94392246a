"""Checks whether creating users would make Zendesk send welcome mails (S3.C4)."""

ZENDESK = "zendesk"
"""The policy that leaves the mail to Zendesk's own setting. Any other one creates every user without a mail."""


def welcome_blocks(policy: str, setting: bool | None, confirmed: bool) -> str:
    """Why no users may be created, for an administrator; "" if they may.

    ``setting``: Zendesk's own switch for a welcome mail to users that agents create, None if it could not be read.
    ``confirmed``: an administrator typed their consent.
    """
    if policy != ZENDESK or confirmed or setting is False:
        return ""
    problem = "Zendesk would send a welcome mail to every user that is created"
    if setting is None:
        problem = "Zendesk might send a welcome mail to every user that is created: its setting could not be read"
    return (
        f"{problem}. A run that creates users is refused until that setting is off, this sync creates them without a "
        "mail, or an administrator confirms the mails by typing."
    )
