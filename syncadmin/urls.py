"""All URLs. Each app has its own namespace."""

from django.urls import include, path

from syncadmin import overview, people
from syncadmin.inbox import pages as inbox_pages
from syncadmin.runs.pages.removal import views as removal_views
from syncadmin.runs.pages.tickets.embedded import EmbeddedTickets
from syncadmin.web import pages
from syncadmin.web.lists import saved_views
from syncadmin.web.rq_dashboard import admin_urls, dashboard_urls

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("first-steps/test/", overview.TestConnections.as_view(), name="test_connections"),
    path("first-steps/go-live/", overview.GoLive.as_view(), name="go_live"),
    path("first-steps/hide/", overview.HideSteps.as_view(), name="hide_steps"),
    path("connections/", include("connectors.urls")),
    path("connections/<slug:slug>/messages/", inbox_pages.MessageList.as_view(), name="messages"),
    path(
        "connections/<slug:slug>/messages/credentials/",
        inbox_pages.MakeCredentials.as_view(),
        name="message_credentials",
    ),
    path("syncs/<slug:slug>/delete/", removal_views.DeleteSync.as_view(), name="delete_sync"),
    path("", include("syncadmin.runs.pages.parts.urls")),
    path("", include("mappings.pages.urls")),
    path("people/emails/", include("syncadmin.runs.pages.emails.urls")),
    path("people/", people.People.as_view(), name="synced_people"),
    path("demo/remove/", removal_views.RemoveDemo.as_view(), name="remove_demo"),
    path("runs/", include("syncadmin.runs.pages.runs.urls")),
    path("records/", include("syncadmin.runs.pages.records.urls")),
    # no slash at the end: a signed request is posted to it, which no redirect may lose
    path("embed/tickets/<slug:object>/<str:remote_id>", EmbeddedTickets.as_view(), name="embedded_tickets"),
    path("hooks/", include("syncadmin.inbox.urls")),
    path("views/save/", saved_views.SaveView.as_view(), name="save_view"),
    path("views/<int:pk>/delete/", saved_views.DeleteView.as_view(), name="delete_view"),
    path("logs/", include("syncadmin.logs.urls")),
    path("settings/", include("syncadmin.web.urls")),
    path("help/", pages.Help.as_view(), name="help"),
    path("help/<path:address>/", pages.HelpDocument.as_view(), name="help_document"),
    path("changelog/", pages.Changelog.as_view(), name="changelog"),
    path("account/", pages.MyAccount.as_view(), name="my_account"),
    # before allauth's page of the same name: administrators keep the addresses, one each
    path("account/email/", pages.MyAccount.as_view(), name="account_email"),
    path("account/", include("allauth.urls")),
    path("rq/", include(dashboard_urls())),
    path("rq-admin/", include(admin_urls())),
]

handler400 = "syncadmin.web.errors.bad_request"
handler403 = "syncadmin.web.errors.forbidden"
handler404 = "syncadmin.web.errors.not_found"
handler500 = "syncadmin.web.errors.broken"
