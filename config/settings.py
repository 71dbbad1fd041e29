"""All settings, read from the environment. `docs/running.md` lists every variable with its default."""

import base64
import os
import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env
from config.celery import LONGEST_TASK, transport_options

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(env.text("KINDRED_DATA", str(BASE_DIR / "var"))).resolve()
DATA.mkdir(parents=True, exist_ok=True)

# Where it runs ---------------------------------------------------------------------------------------------------

DEBUG = env.flag("KINDRED_DEBUG", False)
DEMO = env.flag("KINDRED_DEMO", False)
PRODUCTION = not (DEBUG or DEMO)
HTTPS = env.flag("KINDRED_HTTPS", PRODUCTION)
STAFF_SECOND_FACTOR = env.flag("KINDRED_STAFF_SECOND_FACTOR", PRODUCTION)
ALLOWED_HOSTS = env.words("KINDRED_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("KINDRED_TRUSTED_ORIGINS")

# The first one signs; all are recognised. To rotate, put a new one in front.
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.secret_words(
    "KINDRED_SECRET_KEY", DATA / "secret.key", lambda: secrets.token_urlsafe(64)
)
# The first key seals; every key opens. To rotate, put a new one in front and run `manage.py reseal`.
ANSWER_KEYS = env.secret_words(
    "KINDRED_ANSWER_KEYS",
    DATA / "answer.keys",
    lambda: f"{secrets.token_hex(2)}:{base64.b64encode(secrets.token_bytes(32)).decode()}",
)

# The name in titles, mail and files. It is neutral on purpose: that somebody is here at all is theirs to tell.
SITE_NAME = env.text("KINDRED_SITE_NAME", "Workspace")
# Where mail sends people to.
SITE_ADDRESS = env.text("KINDRED_SITE_ADDRESS", "http://127.0.0.1:8000/")
# Who answers for what is kept, and how to reach them: read by everybody, so in words that give nobody away.
ANSWERS_FOR_IT = env.text("KINDRED_ANSWERS_FOR_IT")
# Whom to tell of a hole, in /.well-known/security.txt; without it there is none.
SECURITY_CONTACT = env.contact("KINDRED_SECURITY_CONTACT")
EXIT_ADDRESS = env.text("KINDRED_EXIT_ADDRESS", "https://www.wikipedia.org/")

# What it is made of ----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts.apps.Admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "ui",
    "accounts",
    "consent",
    "safety.apps.Safety",
    "notices",
    "mentorship",
    "matching",
    "home",
]

MIDDLEWARE = [
    # What every answer says comes first, so that files, redirects and refusals say it, too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.SecurityHeaders",
    "accounts.middleware.PrivateResponses",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.WholePages",
    "safety.middleware.Sessions",
    "accounts.middleware.Reader",
    "accounts.middleware.StaffSecondFactor",
    "accounts.middleware.Onboarding",
    "accounts.middleware.Limits",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "ui.forms.Renderer"

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
                "ui.context.chrome",
            ],
        },
    },
]

# Data ------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.database("KINDRED_DATABASE_URL", DATA / "data.sqlite3")}

_cache = env.text("KINDRED_CACHE_URL")
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _cache,
            # A cache that hangs must not hold every page up.
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
        if _cache
        # The limits must hold across processes, so memory of one process will not do.
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
    | {"KEY_FUNCTION": "config.cachekeys.keyed"}
}

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("KINDRED_STATIC", str(DATA / "static"))).resolve()
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = DATA / "media"
# Who was erased, for as long as a back-up may bring them back (home/erased.py): beside the database, not in it.
ERASURES = DATA / "erasures"
BACKUP_DAYS = env.number("KINDRED_BACKUP_DAYS", 90, least=1)

# For how many days a class of home/register.toml is kept, where not as it says there.
KEEP_DAYS = env.numbers("KINDRED_KEEP")

# Background work -------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("KINDRED_BROKER_URL", f"files://{DATA / 'broker'}")
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(CELERY_BROKER_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
# Results are rows; nothing of a task is kept by Celery.
CELERY_TASK_IGNORE_RESULT = True
# A killed worker's task is done again by another: tasks claim their row, so that twice delivered is once done.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_TIME_LIMIT = LONGEST_TASK
CELERY_TASK_SOFT_TIME_LIMIT = LONGEST_TASK - 60
# Remote control is for the health check of production; files have no use for its reply queues.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = not CELERY_BROKER_URL.startswith("files:")
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "beat-schedule")
CELERY_BEAT_SYNC_EVERY = 1  # what the health check looks at
SWEEP_SECONDS = env.number("KINDRED_SWEEP_SECONDS", 30, least=1)
# A row whose worker gave no sign of life for so long is given to another one.
STALE_SECONDS = env.number("KINDRED_STALE_SECONDS", 60, least=1)
# A pass of a run that looks at more pairs than this is spread over all workers (python -m bench workers).
SPREAD_PAIRS = env.number("KINDRED_SPREAD_PAIRS", 1_000_000_000)
# What reads free text beside its words; "" for words alone.
TEXT_MODEL = env.text_model("KINDRED_TEXT_MODEL")
CELERY_BEAT_SCHEDULE = {
    sweep: {"task": sweep, "schedule": float(SWEEP_SECONDS), "options": {"expires": max(SWEEP_SECONDS - 5.0, 1.0)}}
    for sweep in (
        "matching.tasks.sweep",
        "mentorship.tasks.sweep",
        "notices.tasks.sweep",
        "home.tasks.sweep",
        *(["matching.tasks.read_texts"] if TEXT_MODEL else []),
    )
}
CELERY_BEAT_SCHEDULE["home.tasks.forget"] = {
    "task": "home.tasks.forget",
    "schedule": 3600.0,
    "options": {"expires": 3000.0},
}

# Mail ------------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("KINDRED_MAIL_FROM", "updates@localhost")
# Whom discreet mail is from, at the same host: a name, and what stands before the @.
DISCREET_NAME = env.text("KINDRED_DISCREET_NAME", "Updates")
DISCREET_SENDER = env.text("KINDRED_DISCREET_SENDER", "updates")
if env.text("KINDRED_SMTP_URL"):
    globals().update(env.mail("KINDRED_SMTP_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"

# Accounts --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "home.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Mail may be slow: a code is good for a quarter of an hour, and for five tries.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
# An address is answered no sooner than this, in seconds, whether it is known or not (accounts/pace.py).
PACE = 0.3
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "home.adapter.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("KINDRED_PROXIES", 0)

# What a browser may do ---------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# Nothing is told to another origin. Not "no-referrer": with it browsers send `Origin: null` with every form, and the
# CSRF check, which has nothing else to go by then, refuses them all.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
CSRF_FAILURE_VIEW = "ui.views.stale_form"
CSRF_COOKIE_NAME = "__Host-form" if HTTPS else "form"
LANGUAGE_COOKIE_NAME = "lang"
# What was done is said from the session, never from a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A session ends when nothing was done for so long, and at the latest so long after the sign-in (safety/sessions.py).
SESSION_ENGINE = "safety.sessions"
SESSION_IDLE = timedelta(minutes=env.number("KINDRED_SESSION_IDLE_MINUTES", 60, least=1))
SESSION_LONGEST = timedelta(hours=env.number("KINDRED_SESSION_HOURS", 24, least=1))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthy/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.number("KINDRED_PROXIES", 0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Words and times -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("KINDRED_TIME_ZONE", "UTC")

# Log lines carry no name, no address, no answer: requests by route, errors by place (config/logs.py).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.Formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "kindred": {"level": "INFO"},
        # Django's own handlers would mail errors to whoever stands in ADMINS, past the outbox.
        "django": {"handlers": []},
        "celery": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "propagate": False},
    },
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "django.views.debug.SafeExceptionReporterFilter"
os.environ.setdefault("OMP_NUM_THREADS", "2")
