from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "syncadmin.inbox"
    label = "inbox"
