from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "syncadmin.runs"
    label = "runs"

    def ready(self) -> None:
        from connectors.signals import test_passed
        from mappings import resting
        from mappings.scope import demanded, leaving
        from syncadmin.runs.services.automatic import go_on_after_test, rests
        from syncadmin.runs.storage.linked import linked_rights, linked_values
        from syncadmin.supervisor.job_rules import restrict_rq

        leaving.register(linked_values)
        demanded.register(linked_rights)
        resting.register(lambda syncs: {pk: rest.reason for pk, rest in rests(syncs).items()})
        test_passed.connect(go_on_after_test, dispatch_uid="go_on_after_test")
        restrict_rq()
