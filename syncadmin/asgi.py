"""The ASGI entry point of a production server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncadmin.settings")
application = get_asgi_application()
