"""Filters the process log: no tracebacks for refused requests."""

from logging import Filter, LogRecord


class WithoutRefusedTracebacks(Filter):
    """Logs refused requests (4xx) without a traceback, because no code failed."""

    def filter(self, record: LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if isinstance(status, int) and 400 <= status < 500:
            record.exc_info = record.exc_text = None
        return True
