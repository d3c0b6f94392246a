"""Django settings. docs/reference/settings.md lists the environment variables."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, SELF

import syncadmin
from syncadmin.environment import (
    data_folder,
    encryption_keys,
    env_bool,
    env_int,
    env_list,
    generated_keys,
    redis_url,
    secret_key,
)
from syncadmin.supervisor.queue_address import queue_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = data_folder(Path(os.environ.get("SYNCADMIN_VAR") or BASE_DIR / "var"), BASE_DIR)
_overridden = all(os.environ.get(name) for name in ("SECRET_KEY", "ENCRYPTION_KEYS"))
_keys = {} if _overridden else generated_keys(VAR_DIR)

SECRET_KEY = secret_key(os.environ.get("SECRET_KEY") or _keys["SECRET_KEY"])
ENCRYPTION_KEYS = encryption_keys(os.environ.get("ENCRYPTION_KEYS") or _keys["ENCRYPTION_KEYS"])

DEBUG = env_bool("DEBUG", False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", "")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # templates and styles of the job dashboard; no admin site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_rq",
    "django_tables2",
    "syncadmin.web",
    "connectors",
    "mappings",
    "syncadmin.inbox",
    "syncadmin.live",
    "syncadmin.logs",
    "syncadmin.runs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "syncadmin.web.bodies.refuse_large",
    "syncadmin.web.programs.answer_programs",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "syncadmin.web.nul.refuse_nul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "syncadmin.urls"
WSGI_APPLICATION = "syncadmin.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "syncadmin.web.context.product",
                "syncadmin.navigation.navigation",
                "syncadmin.firststeps.first_run",
            ],
        },
    }
]

_SQLITE_OPTIONS = {
    # Writers queue up at BEGIN instead of failing in the middle; WAL lets pages read while a run writes.
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
}
DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{VAR_DIR / 'syncadmin.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Counts failed sign-ins (allauth): all processes see them, a restart does not forget them, Redis is optional.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_sharedentry",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # What a process may work out again; no page waits for a database because of it.
    "memo": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "memo"},
}

REDIS_URL = redis_url(os.environ.get("REDIS_URL") or queue_url(VAR_DIR))
RQ_QUEUES = {
    "default": {
        "URL": REDIS_URL,
        "SERIALIZER": "rq.serializers.JSONSerializer",
        "DEFAULT_TIMEOUT": env_int("JOB_TIMEOUT_SECONDS", 86_400),
    }
}
RQ = {"WORKER_CLASS": "syncadmin.supervisor.worker.PromptWorker"}
RQ_SHOW_ADMIN_LINK = False
# How long a run belongs to a worker that gives no sign of life; then another may take it over.
# So many days what a system has sent by itself keeps its content.
MESSAGE_DAYS = env_int("MESSAGE_DAYS", 30)
RUN_LEASE_SECONDS = env_int("RUN_LEASE_SECONDS", 60)

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_REDIRECT_URL = "overview"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "syncadmin.web.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators enter the addresses; nobody registers

LANGUAGE_CODE = "en-us"
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
USE_I18N = False
USE_TZ = True

STATIC_URL = f"static/{syncadmin.__version__}/"  # modules import each other by relative address: a release changes all
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns about a missing one, although the finders below serve the files
_NODE = BASE_DIR / "node_modules"
_LIBRARIES = {
    "vendor/tabler": _NODE / "@tabler/core/dist",
    "vendor/htmx": _NODE / "htmx.org/dist",
    "vendor/sortable": _NODE / "sortablejs",
}
# Commands and most tests run before the libraries are installed, too.
STATICFILES_DIRS = [BASE_DIR / "static", *((name, path) for name, path in _LIBRARIES.items() if path.exists())]
ICON_DIR = _NODE / "@tabler/icons/icons"
# Files are served straight from where they are installed: no build step between a checkout and a page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600 if not DEBUG else 0

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
        "base-uri": [SELF],
    }
}
# A long mapping is saved as one form: a few fields for each row, one for each value of a picklist.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
CSRF_FAILURE_VIEW = "syncadmin.web.errors.stale_form"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
# Browsers that have once come over https come by nothing else for a day.
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 86_400) if _https else 0
if env_bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # failed sign-ins are counted for each visitor, not for the proxy

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "SyncAdmin <syncadmin@localhost>")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30  # a mail server that does not answer must not hold a worker

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refused": {"()": "syncadmin.web.logfilter.WithoutRefusedTracebacks"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refused"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    # Who changed what is worth a line on every installation.
    "loggers": {
        name: {"level": os.environ.get("LOG_LEVEL", "INFO")} for name in ("connectors", "mappings", "syncadmin")
    },
}
