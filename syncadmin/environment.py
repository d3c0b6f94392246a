"""Reads environment variables, and refuses values that make no sense.

Every setting has a default that works on a laptop: SQLite and generated keys under ``var/``.
"""

import contextlib
import ipaddress
import json
import os
import secrets
import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET_KEY = 32
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def env_bool(name: str, default: bool) -> bool:
    """A yes/no variable. Raises ImproperlyConfigured for anything but 1/0, true/false, yes/no, on/off."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}; it must be 1 or 0.")


def env_int(name: str, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else."""
    text = os.environ.get(name, "").strip()
    try:
        return int(text) if text else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be a whole number.") from None


def env_list(name: str, default: str) -> list[str]:
    """Comma-separated words, blanks removed."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def data_folder(folder: Path, project: Path) -> Path:
    """SYNCADMIN_VAR: sessions, encrypted secrets, people's records.

    Raises ImproperlyConfigured for one that holds other things too. Side effects: it
    exists, and other people of the machine can open nothing in it, nor what this process makes later.
    """
    resolved = folder.resolve()
    if resolved in (project, *project.parents, Path(os.path.expanduser("~")).resolve()):
        raise ImproperlyConfigured(f"SYNCADMIN_VAR is {folder}, which holds more than data. Name a folder of its own.")
    os.umask(os.umask(OTHERS) | OTHERS)
    folder.mkdir(parents=True, exist_ok=True)
    _close_to_others(folder)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            _close_to_others(Path(parent, name))
    return folder


def _close_to_others(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError):  # gone meanwhile, or not ours to change
        mode = path.lstat().st_mode
        if mode & OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)


def redis_url(text: str) -> str:
    """REDIS_URL. Raises ImproperlyConfigured for a server on the network that asks nobody for a password.

    Who reaches the queue decides which runs are started and how fast the vendors are called.
    """
    try:
        url = urlsplit(text)
        has_password = bool(url.password or any(parse_qs(url.query).get("password", [])))
        host = url.hostname or "localhost"
    except ValueError:
        raise ImproperlyConfigured("REDIS_URL is not an address such as redis://:password@host:6379/0.") from None
    if url.scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured("REDIS_URL must start with redis://, rediss:// or unix://.")
    if url.scheme != "unix" and not has_password and not _is_this_machine(host):
        raise ImproperlyConfigured(
            f"REDIS_URL names {host}, another machine, without a password. Set requirepass there, and write "
            "redis://:password@host:6379/0, or rediss:// for an encrypted connection."
        )
    return text


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def secret_key(text: str) -> str:
    """SECRET_KEY. Raises ImproperlyConfigured for one that could be guessed."""
    if len(text) < SHORTEST_SECRET_KEY:
        raise ImproperlyConfigured(f"SECRET_KEY has {len(text)} characters; it must have {SHORTEST_SECRET_KEY}.")
    return text


def encryption_keys(text: str) -> list[str]:
    """ENCRYPTION_KEYS, newest first. Raises ImproperlyConfigured when one of them is no Fernet key; shows none."""
    keys = [key.strip() for key in text.split(",") if key.strip()]
    for place, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"Key {place} of ENCRYPTION_KEYS is not a Fernet key: 32 random bytes in URL-safe base64."
            ) from None
    return keys


def generated_keys(folder: Path) -> dict[str, str]:
    """The keys of this installation, made on first use and kept in ``folder``/keys.json (mode 600).

    SECRET_KEY and ENCRYPTION_KEYS (comma-separated Fernet keys, newest first) override the file.
    """
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = {"SECRET_KEY": secrets.token_urlsafe(50), "ENCRYPTION_KEYS": Fernet.generate_key().decode()}
        _write_once(path, json.dumps(fresh))
    keys: dict[str, str] = json.loads(path.read_text())
    return keys


def _write_once(path: Path, text: str) -> None:
    """Two first starts at once must agree on one file: the link fails for whoever comes second."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
