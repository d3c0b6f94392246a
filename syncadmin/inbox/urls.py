from django.urls import path

from syncadmin.inbox import receiving

app_name = "inbox"
urlpatterns = [
    # no redirect may lose what is posted, so both spellings are there
    path("<slug:kind>/<slug:slug>", receiving.Hook.as_view(), name="hook"),
    path("<slug:kind>/<slug:slug>/", receiving.Hook.as_view(), name="hook_slash"),
    path("<slug:kind>/<slug:slug>/token", receiving.Token.as_view(), name="token"),
    path("<slug:kind>/<slug:slug>/token/", receiving.Token.as_view(), name="token_slash"),
]
