from django.urls import path

from syncadmin.runs.pages.checks import views as check_views
from syncadmin.runs.pages.live import views as live_views
from syncadmin.runs.pages.overview import updates
from syncadmin.runs.pages.runs import actions as buttons
from syncadmin.runs.pages.runs import views

app_name = "runs"
urlpatterns = [
    path("", views.RunList.as_view(), name="list"),
    path("plan/<slug:slug>/", buttons.PlanSync.as_view(), name="plan"),
    path("rests/<slug:slug>/", views.RestingPart.as_view(), name="rests"),
    path("updates/<slug:slug>/", updates.SwitchUpdates.as_view(), name="updates"),
    path("updates/<slug:slug>/pause/", updates.PauseUpdates.as_view(), name="pause"),
    path("live/<slug:slug>/", live_views.LiveSync.as_view(), name="live"),
    path("live/<slug:slug>/line/", live_views.LiveLine.as_view(), name="live_line"),
    path("check/<slug:slug>/", check_views.CheckSync.as_view(), name="check"),
    path("check/<slug:slug>/review/", check_views.ReviewFinding.as_view(), name="review_finding"),
    path("check/<slug:slug>/test/", check_views.TestBoth.as_view(), name="check_test"),
    path("<int:pk>/", views.RunDetail.as_view(), name="detail"),
    path("<int:pk>/rows.csv", views.RunRows.as_view(), name="rows"),
    path("<int:pk>/steps/<int:step>/", views.StepDetail.as_view(), name="step"),
    path("<int:pk>/choose/", buttons.ChooseSteps.as_view(), name="choose"),
    path("<int:pk>/approve/", buttons.Approve.as_view(), name="approve"),
    path("<int:pk>/discard/", buttons.Discard.as_view(), name="discard"),
    path("<int:pk>/cancel/", buttons.Cancel.as_view(), name="cancel"),
    path("<int:pk>/resume/", buttons.Resume.as_view(), name="resume"),
    path("<int:pk>/undo/", buttons.Undo.as_view(), name="undo"),
]
