from django.urls import path

from connectors import embedding_views, schema_views, views

app_name = "connectors"
urlpatterns = [
    path("", views.ConnectionList.as_view(), name="list"),
    path("add/", views.ChooseKind.as_view(), name="choose_kind"),
    path("add/<slug:kind>/", views.ConnectionFormPage.as_view(), name="add"),
    path("<slug:slug>/", views.ConnectionDetail.as_view(), name="detail"),
    path("<slug:slug>/edit/", views.ConnectionFormPage.as_view(), name="edit"),
    path("<slug:slug>/test/", views.TestConnection.as_view(), name="test"),
    path("<slug:slug>/switch/", views.SwitchConnection.as_view(), name="switch"),
    path("<slug:slug>/signing-secret/", embedding_views.SigningSecret.as_view(), name="signing_secret"),
    path("<slug:slug>/delete/", views.DeleteConnection.as_view(), name="delete"),
    path("<slug:slug>/describe/", schema_views.DescribeObject.as_view(), name="describe"),
    path("<slug:slug>/objects/<str:name>/", schema_views.FieldList.as_view(), name="fields"),
]
