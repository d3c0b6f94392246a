"""The URLs of email groups, below those of People."""

from django.urls import path

from syncadmin.runs.pages.emails import views as groups_views

app_name = "groups"
urlpatterns = [
    path("<slug:slug>/", groups_views.GroupList.as_view(), name="list"),
    path("<slug:slug>/<path:email>/", groups_views.GroupDetail.as_view(), name="detail"),
]
