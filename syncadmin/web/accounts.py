"""Sign-in settings: accounts are created by administrators only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """No sign-up: administrators add people under Settings."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
