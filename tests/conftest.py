from hypothesis import HealthCheck, settings

pytest_plugins = (
    "tests.fixtures.database",
    "tests.fixtures.pauses",
    "tests.fixtures.people",
    "tests.fixtures.remote",
    "tests.fixtures.sandbox_errors",
    "tests.fixtures.skipped",
    "tests.fixtures.syncs",
    "tests.fixtures.valkey",
)

# Properties are checked on the same examples every time, however slow the machine is.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
