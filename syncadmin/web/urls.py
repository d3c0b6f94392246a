from django.urls import path

from syncadmin.web import pages
from syncadmin.web.people import views as people_views

urlpatterns = [
    path("", pages.Settings.as_view(), name="settings"),
    path("people/", people_views.UserList.as_view(), name="people"),
    path("people/add/", people_views.AddPerson.as_view(), name="add_person"),
    path("people/<int:pk>/", people_views.ChangePerson.as_view(), name="change_person"),
    path("people/<int:pk>/link/", people_views.PasswordLink.as_view(), name="password_link"),
]
