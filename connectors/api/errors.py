"""The exceptions that a call to a remote system can raise.

    ConnectorError              message: what is true now; hint: what to do next
      ConfigError               an administrator has to change something
        AuthError               the credentials were refused, expired or lack a scope
      Transient                 worth trying again later: 5xx, connection refused before sending
        RateLimited             the vendor said when: retry_after seconds
        Late                    not sent, since the wait for its turn outlasted what it was based on
      WatermarkExpired          the remote system no longer knows the watermark: read everything
      Incomplete                a read that does not prove that it is complete
      OutcomeUnknown            the request left, the answer never came: it may have taken effect

A refused row is not an error here; it is a ``WriteResult``.
"""


class ConnectorError(Exception):
    """A call failed as a whole. ``str()`` is the message; ``hint`` tells the administrator what to press."""

    def __init__(self, message: str, hint: str = "", *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(ConnectorError):
    """Waiting does not help; a setting here or in the remote system must change."""


class AuthError(ConfigError):
    """The remote system does not accept who we are, or what we may do."""


class Transient(ConnectorError):
    """Nothing was written and the same call may succeed later."""


class RateLimited(Transient):
    """The remote system asks us to wait ``retry_after`` seconds."""

    def __init__(self, message: str, hint: str = "", *, retry_after: float = 60.0, code: str = "") -> None:
        super().__init__(message, hint, code=code)
        self.retry_after = retry_after


class Late(Transient):
    """The call had to wait for so long that it was not sent: what it is based on has to be looked at again."""


class WatermarkExpired(ConnectorError):
    """Changes since a watermark can no longer be told, or not all of them: everything has to be read and compared."""


class Incomplete(ConnectorError):
    """A read ended early, came twice, or does not say that it is complete: what it left out means nothing."""


class OutcomeUnknown(ConnectorError):
    """The request was sent and no answer came back: look the record up before writing it again."""
