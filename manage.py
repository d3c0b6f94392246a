#!/usr/bin/env python3
"""Django's command line; `manage.py help` lists SyncAdmin's own commands."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from syncadmin.web.database import LOCKED, is_locked

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncadmin.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if not is_locked(error):
            raise
        sys.exit(LOCKED)
