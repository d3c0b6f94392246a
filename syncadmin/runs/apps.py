from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "syncadmin.runs"
    label = "runs"

    def ready(self) -> None:
        from mappings import leaving
        from syncadmin.runs.linked import linked_values
        from syncadmin.supervisor.job_rules import restrict_rq

        leaving.register(linked_values)
        restrict_rq()
