"""The product against the sandbox, through HTTP: an org, a helpdesk, and a sync between them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors import budgets
from connectors.api.zendesk import poll_schedule
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import Sandbox, running
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import Company


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    """What a vendor has told one test to wait is none of the next one's business."""
    yield
    budgets._counter.cache_clear()


@pytest.fixture(scope="session")
def empty_sandbox() -> Iterator[Sandbox]:
    with running(Options(seed=Seed.EMPTY, job_ms=10, zendesk_rpm=100_000)) as servers:
        yield servers


@pytest.fixture(autouse=True)
def _short_jobs() -> Iterator[None]:
    """The jobs of these sandboxes take a hundredth of a second: the first look at them need not wait longer."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(poll_schedule, "BLIND", (0.02, *poll_schedule.BLIND))
        yield


@pytest.fixture(autouse=True)
def _looks_stay_fresh() -> Iterator[None]:
    """A slow machine makes no look at a target too old; tests of old looks set a limit of their own."""
    with pytest.MonkeyPatch.context() as patched:
        for module in ("connectors.api.batches", "syncadmin.runs.pipeline.apply.stage"):
            patched.setattr(f"{module}.FRESH_SECONDS", HANG_SECONDS)
        yield


@pytest.fixture
def company(empty_sandbox: Sandbox, transactional_db: None) -> Iterator[Company]:
    both = Company(empty_sandbox)
    yield both
    both.close()
