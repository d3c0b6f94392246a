from django.urls import path

from syncadmin.logs import mail_views, views

app_name = "logs"
urlpatterns = [
    path("", views.LogList.as_view(), name="list"),
    path("level/", views.SaveLoggingLevel.as_view(), name="save_level"),
    path("mails/", mail_views.MailList.as_view(), name="mails"),
    path("mails/choose/", mail_views.ChooseMails.as_view(), name="choose_mails"),
    path("mails/<int:pk>/", mail_views.MailDetail.as_view(), name="mail"),
    path("<int:pk>/", views.Story.as_view(), name="story"),
]
