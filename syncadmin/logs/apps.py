from django.apps import AppConfig


class LogsConfig(AppConfig):
    name = "syncadmin.logs"
    label = "logs"
