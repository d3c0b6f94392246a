"""The job queue dashboard of django-rq, for administrators, in our layout.

Its templates extend Django's admin and link to it. There is no admin site here: the names they need lead to our pages.
"""

from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView
from django_rq.stats_views import stats_json
from django_rq.urls import get_admin_urlpatterns
from redis.exceptions import ConnectionError as RedisConnectionError
from rq.exceptions import DeserializationError, NoSuchJobError

from syncadmin.web.access import Role, View, role_required

_NO_ANSWER = {
    "title": "Background jobs",
    "heading": "The job queue does not answer",
    "text": "Redis (or Valkey) cannot be reached, so no run starts or goes on. Nothing is lost: the state of every run "
    "is in the database. Start it again, or correct REDIS_URL.",
}
_FOREIGN = {
    "title": "Background jobs",
    "heading": "This job cannot be shown",
    "text": "It is not JSON as this version of SyncAdmin writes it. It was written by an earlier version, or by "
    "somebody else who can reach the queue. Workers refuse such jobs.",
}
_Urls = tuple[list[URLPattern], str]


def dashboard_urls() -> _Urls:
    """Queues, workers and jobs. django-rq also checks ``is_staff``, which people.change_person maintains."""
    numbers = [re_path(r"^stats\.json/?$", _guarded(stats_json), name="home_json")]
    return [*numbers, *get_admin_urlpatterns(view_wrapper=_guarded)], "django_rq"


def _guarded(view: View) -> View:
    """The view for administrators, with a message if Redis does not answer or holds foreign jobs.

    Allows the styles in django-rq's templates, which other pages may not have.
    """
    styled = csp_update({"style-src": ["'unsafe-inline'"]})(view)

    # without the attributes: one of them sends people to the sign-in page of an admin site that is not there
    @wraps(view, updated=())
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return styled(request, *args, **kwargs)
        except RedisConnectionError:
            return render(request, "web/error_queue.html", _NO_ANSWER, status=503)
        except (IndexError, NoSuchJobError, ImproperlyConfigured):  # the last: of a scheduler that is not installed
            raise Http404("There is no such queue or job.") from None
        except (DeserializationError, ValueError):  # what is planted there may be pickled: it is never read
            return render(request, "web/error_queue.html", _FOREIGN, status=422)

    return role_required(Role.ADMINISTRATOR)(answer)


def admin_urls() -> _Urls:
    """The names of the admin site that django-rq's templates and decorators use."""
    targets = {
        "index": "django_rq:home",
        "login": "account_login",
        "logout": "account_logout",
        "password_change": "account_change_password",
    }
    return [path(f"{name}/", _leads_to(target), name=name) for name, target in targets.items()], "admin"


def _leads_to(url_name: str) -> View:
    return role_required(Role.ADMINISTRATOR)(RedirectView.as_view(pattern_name=url_name))
