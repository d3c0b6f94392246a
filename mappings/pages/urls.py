"""The pages of syncs: lists by kind, everything else by the slug of the sync."""

from django.urls import include, path, register_converter
from django.urls.converters import SlugConverter

from mappings.kinds.registry import KINDS
from mappings.pages import live_views, section_views, sync_views, views


class KindConverter(SlugConverter):
    """The slug of a kind that there is."""

    def to_python(self, value: str) -> str:
        if value not in KINDS:
            raise ValueError(value)
        return value


register_converter(KindConverter, "kind")
app_name = "mappings"
_of_sync = [
    path("", views.Detail.as_view(), name="detail"),
    path("name/", sync_views.Rename.as_view(), name="rename"),
    path("copy/", sync_views.Copy.as_view(), name="copy"),
    path("switch/", views.Switch.as_view(), name="switch"),
    path("read/", views.ReadFields.as_view(), name="read"),
    path("automatic/", section_views.Automatic.as_view(), name="automatic"),
    path("scope/", section_views.ScopeSection.as_view(), name="scope"),
    path("fields/", section_views.Fields.as_view(), name="fields"),
    path("guards/", section_views.Guards.as_view(), name="guards"),
    path("count/", live_views.ScopeCount.as_view(), name="count"),
    path("policies/", live_views.PolicyCounts.as_view(), name="policies"),
    path("external-ids/", live_views.ExternalIds.as_view(), name="external_ids"),
    path("samples/", live_views.SamplesPart.as_view(), name="samples"),
    path("polling-cost/", live_views.PollingCost.as_view(), name="polling_cost"),
    path("try/", live_views.TryIt.as_view(), name="try"),
    path("<slug:name>/", section_views.OptionsSection.as_view(), name="section"),
]
urlpatterns = [
    path("kinds/<kind:kind>/", views.Syncs.as_view(), name="list"),
    path("kinds/<kind:kind>/add/", sync_views.SetUp.as_view(), name="add"),
    path("syncs/<slug:slug>/", include(_of_sync)),
]
