from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "syncadmin.live"
    label = "live"
