"""Creates the administrator of the demo."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

NAME = "admin"
EMAIL = "admin@example.com"


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in. `password` is None once a person has chosen their own."""

    name: str
    password: str | None


def ensure_login(folder: Path) -> Login:
    """The administrator, made on first use; the password is kept in `folder`/demo-login.txt (mode 600)."""
    path = folder / "demo-login.txt"
    users = get_user_model()._default_manager
    user = users.filter(username=NAME).first()
    if user is None:
        password = secrets.token_urlsafe(12)
        user = users.create_superuser(username=NAME, email=EMAIL, password=password)
        user.groups.set(Group.objects.filter(name="administrator"))
        _write_private(path, f"{NAME}\n{password}\n")
    elif not user.email:  # mails about its runs go there
        user.email = EMAIL
        user.save(update_fields=["email"])
    kept = path.read_text(encoding="utf-8").splitlines()[1] if path.exists() else ""
    return Login(NAME, kept if user.check_password(kept) else None)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
