"""The WSGI entry point for production servers."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncadmin.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - all pages are imported now, so that the first request does not wait for it
