"""The URLs of kinds with parts. They come before those of other kinds."""

from django.urls import path, register_converter

from mappings.kinds.registry import kind_of
from mappings.pages.urls import KindConverter
from syncadmin.runs.pages.parts import leaving, views


class PartedKindConverter(KindConverter):
    """The slug of a kind whose object is divided among several syncs."""

    def to_python(self, value: str) -> str:
        if kind_of(super().to_python(value)).part_list is None:
            raise ValueError(value)
        return value


register_converter(PartedKindConverter, "parted_kind")
app_name = "parts"
urlpatterns = [
    path("kinds/<parted_kind:kind>/", views.Parts.as_view(), name="list"),
    path("kinds/<parted_kind:kind>/add-many/", views.AddParts.as_view(), name="add"),
    path("syncs/<slug:slug>/take-off/", leaving.TakeOff.as_view(), name="take_off"),
]
