"""Under which conditions the product is measured: what the sandbox is told, and what follows for the floors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """``flags`` go to `manage.py sandbox`; ``terms`` say the same to readers, the numbers to the floors.

    Durations are seconds. ``per_minute`` is Zendesk's plan limit, None where it is too high to matter. ``waits`` says
    whether anything takes time at all; without it there is no floor in time.
    """

    name: str
    title: str
    terms: str
    flags: tuple[str, ...]
    salesforce_latency: float = 0.0
    zendesk_latency: float = 0.0
    per_minute: int | None = None
    job: float = 0.0
    job_row: float = 0.0
    bulk_query: float = 0.0

    @property
    def waits(self) -> bool:
        return bool(self.salesforce_latency or self.zendesk_latency or self.job)


ZERO = Profile(
    name="zero",
    title="Zero latency",
    terms="No delays and no limits: all the time is the product's and the sandbox's, which share the machine.",
    flags=("--latency-ms", "0", "--job-ms", "0", "--zendesk-rpm", "1000000", "--no-endpoint-limits"),
)
P1 = Profile(
    name="p1",
    title="P1",
    terms="Salesforce answers after 80 ms, Zendesk after 120 ms; 700 requests a minute, 30 jobs at once of 1 s and "
    "5 ms a row, a bulk query job takes 3 s, limits of single endpoints as documented.",
    flags=("--profile", "p1"),
    salesforce_latency=0.080,
    zendesk_latency=0.120,
    per_minute=700,
    job=1.0,
    job_row=0.005,
    bulk_query=3.0,
)
PROFILES = {profile.name: profile for profile in (ZERO, P1)}
