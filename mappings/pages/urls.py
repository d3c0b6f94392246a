"""The pages of one kind of sync; mounted once for each kind, which comes as ``kind``."""

from django.urls import path

from mappings.pages import live_views, section_views, sync_views, views

app_name = "mappings"
_options = section_views.Options.as_view
urlpatterns = [
    path("", views.Syncs.as_view(), name="list"),
    path("", views.Syncs.as_view(), name="accounts"),  # what other apps call the list of accounts
    path("add/", sync_views.SetUp.as_view(), name="add"),
    path("<slug:slug>/", views.Detail.as_view(), name="detail"),
    path("<slug:slug>/name/", sync_views.Rename.as_view(), name="rename"),
    path("<slug:slug>/copy/", sync_views.Copy.as_view(), name="copy"),
    path("<slug:slug>/switch/", views.Switch.as_view(), name="switch"),
    path("<slug:slug>/read/", views.ReadFields.as_view(), name="read"),
    path("<slug:slug>/automatic/", section_views.Automatic.as_view(), name="automatic"),
    path("<slug:slug>/scope/", section_views.ScopeSection.as_view(), name="scope"),
    path("<slug:slug>/organization/", _options(name="organization", what="organization mapping"), name="organization"),
    path("<slug:slug>/person/", _options(name="person", what="user mapping"), name="person"),
    path("<slug:slug>/fields/", section_views.Fields.as_view(), name="fields"),
    path("<slug:slug>/matching/", _options(name="matching", what="match criteria"), name="matching"),
    path("<slug:slug>/duplicates/", _options(name="duplicates", what="syncing record"), name="duplicates"),
    path("<slug:slug>/creating/", _options(name="creating", what="creation of records"), name="creating"),
    path("<slug:slug>/guards/", _options(name="guards", what="guards"), name="guards"),
    path("<slug:slug>/count/", live_views.ScopeCount.as_view(), name="count"),
    path("<slug:slug>/policies/", live_views.PolicyCounts.as_view(), name="policies"),
    path("<slug:slug>/external-ids/", live_views.ExternalIds.as_view(), name="external_ids"),
    path("<slug:slug>/names/", live_views.Names.as_view(), name="names"),
    path("<slug:slug>/try/", live_views.TryIt.as_view(), name="try"),
]
