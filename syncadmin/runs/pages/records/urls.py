from django.urls import path, register_converter

from syncadmin.engine.steps import Side
from syncadmin.runs.pages.records import views as record_views
from syncadmin.runs.pages.runs.actions import SyncRecord
from syncadmin.runs.pages.tickets import views as ticket_views


class SideConverter:
    """One of the two sides; anything else is 404."""

    regex = "|".join(Side)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(SideConverter, "side")

app_name = "records"
urlpatterns = [
    path("", record_views.RecordList.as_view(), name="list"),
    path("decide/<slug:slug>/", record_views.DecideMany.as_view(), name="decide_many"),
    path("<slug:slug>/left/<str:remote_id>/choose/", record_views.ChooseValue.as_view(), name="choose"),
    path("<slug:slug>/<side:side>/<str:remote_id>/", record_views.RecordDetail.as_view(), name="detail"),
    path("<slug:slug>/<side:side>/<str:remote_id>/tickets/", ticket_views.RecordTickets.as_view(), name="tickets"),
    path("<slug:slug>/<side:side>/<str:remote_id>/sync/", SyncRecord.as_view(), name="sync"),
    path("<slug:slug>/<side:side>/<str:remote_id>/unlink/", record_views.Unlink.as_view(), name="unlink"),
    path("<slug:slug>/<side:side>/<str:remote_id>/send/", ticket_views.SendTicket.as_view(), name="send_ticket"),
    path("<slug:slug>/<side:side>/<str:remote_id>/decide/", record_views.Decide.as_view(), name="decide"),
]
