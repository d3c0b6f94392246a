"""A portal over one Salesforce org."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from tests.worlds import portal
from tests.worlds.company import Company


@pytest.fixture
def sync(company: Company) -> Sync:
    return company.store(portal.SYNC)


@pytest.fixture
def acme(company: Company) -> str:
    return company.account("Acme")
