from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "syncadmin.live"
    label = "live"

    def ready(self) -> None:
        from connectors.signals import deleting
        from syncadmin.live.webhooks import leave

        deleting.connect(leave, dispatch_uid="leave_webhook")
