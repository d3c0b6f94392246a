"""Large forms are refused before anything of them is read, whoever sends them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.test import Client
from django.urls import reverse_lazy

from syncadmin.web.bodies import MOST, MOST_WITHOUT_SESSION


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that were begun to be read."""
    names: list[str] = []
    begin = FileUploadHandler.new_file

    def noted(self: FileUploadHandler, field_name: str, file_name: str, *args: object, **more: object) -> None:
        names.append(file_name)
        begin(self, field_name, file_name, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(FileUploadHandler, "new_file", noted)
    return names


def file(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("big.bin", b"x" * size)


@pytest.mark.parametrize("path", [reverse_lazy("account_login"), "/embed/tickets/Account/001000000000001AAA"])
def test_whoever_has_no_session_sends_small_forms_alone(db: None, opened: list[str], path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(str(path), {"signed_request": "x", "file": file(MOST_WITHOUT_SESSION)}).status_code == 413
    assert opened == []
    assert client.post(str(path), {"signed_request": "x"}).status_code == 403


def test_people_send_larger_ones_up_to_a_limit(as_ada: Client, opened: list[str]) -> None:
    assert as_ada.post("/syncs/", {"file": file(MOST_WITHOUT_SESSION)}).status_code != 413
    assert as_ada.post("/syncs/", {"file": file(MOST)}).status_code == 413
