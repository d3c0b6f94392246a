"""The host names of the API and of the sign-in."""

from __future__ import annotations

API = "graph.microsoft.com"
LOGIN = ("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net")
HOSTS = (API, *LOGIN)
