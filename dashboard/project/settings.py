"""Django's settings. What a site can change comes from the environment: environment.py."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import django_ace
from csp.constants import NONE, SELF

from dashboard.project.database import database
from dashboard.project.environment import Environment
from dashboard.project.logs import is_unforeseen
from dashboard.project.secret_key import secret_key

ENVIRONMENT = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA = ENVIRONMENT.get("QUBECB_DATA")
READ_ONLY = ENVIRONMENT.get("QUBECB_READ_ONLY")
PUBLIC_URL = ENVIRONMENT.get("QUBECB_PUBLIC_URL")
TRUSTED_PROXIES = ENVIRONMENT.get("QUBECB_TRUSTED_PROXIES")

DEBUG = False
SECRET_KEY = ENVIRONMENT.get("QUBECB_SECRET_KEY") or secret_key(DATA)
ALLOWED_HOSTS = [
    *ENVIRONMENT.get("QUBECB_ALLOWED_HOSTS"),
    *([urlsplit(PUBLIC_URL).hostname or ""] if PUBLIC_URL else []),
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")] if PUBLIC_URL else []
_HTTPS = bool(PUBLIC_URL) and PUBLIC_URL.startswith("https:")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "csp",
    "axes",
    "ninja",
    "dashboard",
]
MIDDLEWARE = [
    "dashboard.project.proxies.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dashboard.project.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "dashboard.project.hosts.HostMiddleware",
    "dashboard.api.plain_errors.JsonErrorsMiddleware",
    "dashboard.methods.MethodsMiddleware",
    "dashboard.project.body_size.BodySizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "dashboard.views.store_errors.StoreErrorsMiddleware",
    "dashboard.unseen.UnseenMiddleware",
    "dashboard.zone.ZoneMiddleware",
]
ROOT_URLCONF = "dashboard.project.urls"
WSGI_APPLICATION = "dashboard.project.wsgi.application"
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
            ],
        },
    }
]
DATABASES = {"default": database(ENVIRONMENT.get("QUBECB_DATABASE_URL"), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
TIME_ZONE = ENVIRONMENT.get("QUBECB_TIME_ZONE")
USE_TZ = True
USE_I18N = False

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
SESSION_ENGINE = "dashboard.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dashboard.resending.expired"
SESSION_COOKIE_AGE = 14 * 24 * 3600
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "dashboard.views.login.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True

SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SILENCED_SYSTEM_CHECKS = [
    # other hosts in the domain of the public address are not ours
    "security.W005",  # SECURE_HSTS_INCLUDE_SUBDOMAINS
    "security.W021",  # SECURE_HSTS_PRELOAD
    # the proxy that has the certificate redirects; farms and /healthz come without TLS
    "security.W008",  # SECURE_SSL_REDIRECT
]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "worker-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

STATIC_URL = "static/"
_ACE = Path(django_ace.__file__).parent / "static" / "django_ace"
STATICFILES_DIRS = [BASE_DIR / "static"]
ACE_FILES = _ACE
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "dashboard.project.ace_files.AceFilesFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "dashboard.project.logs.Lines",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "filters": {
        "thinned": {"()": "dashboard.project.thinning.Thinned"},
        "unforeseen": {
            "()": "django.utils.log.CallbackFilter",
            "callback": is_unforeseen,
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["thinned"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.request": {"filters": ["unforeseen"]},
        # one line for each request that waits a moment for a thread
        "waitress.queue": {"level": "ERROR"},
    },
}
