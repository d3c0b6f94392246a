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
