from django.urls import path

from syncadmin.logs import views

app_name = "logs"
urlpatterns = [
    path("", views.LogList.as_view(), name="list"),
    path("level/", views.SaveLoggingLevel.as_view(), name="save_level"),
    path("<int:pk>/", views.Story.as_view(), name="story"),
]
