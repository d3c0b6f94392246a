"""Commands as scripts call them: the exit code, and what they say on both outputs."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import Any

import orjson
from django.core.management import CommandError, call_command


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object; nothing else may stand on standard output."""
        return orjson.loads(self.out)


def manage(*arguments: str) -> Said:
    out, err = StringIO(), StringIO()
    code: Any = 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    except CommandError as error:
        code = error.returncode
        err.write(str(error))
    return Said(code, out.getvalue(), err.getvalue())
