"""Properties are checked on the same examples every time: a failure is never a matter of luck."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")
