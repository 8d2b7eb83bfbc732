"""Settings of the desk. Every environment variable is explained in README.md."""

import os
from pathlib import Path
from urllib.parse import quote

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from curation.theme import UNFOLD  # noqa: F401 - Unfold reads it as a setting.

BASE_DIR = Path(__file__).resolve().parent.parent
# What is set outside wins over the file.
Env.read_env(BASE_DIR / ".env")


def text(name: str, default: str = "") -> str:
    """The variable's text; one that is set but empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """The variable as on or off; any other word is an error, not a silent off."""
    word = text(name, "on" if default else "off").lower()
    if word in ("on", "true", "yes", "1"):
        return True
    if word in ("off", "false", "no", "0"):
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {word!r}.")


def number(name: str, default: int, least: int = 1) -> int:
    """The variable as a whole number that is not below `least`."""
    word = text(name, str(default))
    if not word.isdecimal() or int(word) < least:
        raise ImproperlyConfigured(
            f"{name} must be a number, {least} or more, not {word!r}."
        )
    return int(word)


def secret(name: str) -> str:
    """The variable's text, or that of the file named by the variable NAME_FILE."""
    if not (path := text(f"{name}_FILE")):
        return text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE: {error}") from error


DEBUG = flag("DEBUG", default=False)

# Apps

INSTALLED_APPS = [
    # Unfold's templates must be found before those of the admin.
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "unfold.contrib.inlines",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "import_export",
    "trials",
    "curation",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Pages hide their CSRF token anew in each response, and the middleware adds a
    # random number of bytes: their size tells nothing of what is secret in them.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "curation.busy.BusyDatabase",
]
ROOT_URLCONF = "curation.urls"
WSGI_APPLICATION = "curation.wsgi.application"
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
    },
]

# Database

DATABASE_URL = text("DATABASE_URL", f"sqlite:///{quote(f'{BASE_DIR}/db.sqlite3')}")
match DATABASE_URL.partition("://")[0]:
    case "sqlite":
        database_defaults = {
            "OPTIONS": {
                # A transaction takes the write lock when it begins. One that reads
                # first and writes later would fail at once, without the wait below,
                # if another has written in between.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # WAL: readers do not wait for the writer. recursive_triggers:
                # INSERT OR REPLACE fires the delete triggers that guard history.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA recursive_triggers=ON"
                ),
            },
        }
    case "postgres" | "postgresql":
        database_defaults = {
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {},
        }
    case _:
        # The value may hold a password: it is not repeated.
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with sqlite:// or postgres://."
        )
try:
    database = Env.db_url_config(DATABASE_URL)
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL: {error}") from error
database_options = database_defaults["OPTIONS"] | database.get("OPTIONS", {})
DATABASES = {"default": database_defaults | database | {"OPTIONS": database_options}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Security

SECRET_KEY = secret("SECRET_KEY")
if not SECRET_KEY and not DEBUG:
    raise ImproperlyConfigured("SECRET_KEY must be set when DEBUG is off.")
SECRET_KEY = SECRET_KEY or "django-insecure-for-development-only"

# The HMAC key of the history's hash chain. Another one makes every chain look broken.
HISTORY_KEY = secret("HISTORY_KEY")
if not HISTORY_KEY and not DEBUG:
    raise ImproperlyConfigured("HISTORY_KEY must be set when DEBUG is off.")
HISTORY_KEY = HISTORY_KEY or "insecure-for-development-only"
# Whether a curator must say why before a change is saved.
REASON_REQUIRED = flag("REASON_REQUIRED", default=True)
# Whether a record is approved by another person than those who changed it. A team of
# one turns it off.
FOUR_EYES = flag("FOUR_EYES", default=True)
# How long a trial that someone took from the queue is given to no one else.
CLAIM_MINUTES = number("CLAIM_MINUTES", 60)

# Long work. The queue is a table, so that a job and its place in the queue are stored
# together or not at all.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# What jobs are given and what they make. Never served: pages hand files on to those
# who may have them.
JOBS_ROOT = Path(text("JOBS_ROOT", f"{BASE_DIR}/jobs"))
# A job that was not heard of for so long has lost its worker, and another takes it up.
# Well above the 20 seconds that a writer may wait for SQLite.
JOB_DEAD_SECONDS = number("JOB_DEAD_SECONDS", 60)
# For how many days the files of a job that is over are kept.
JOB_FILES_DAYS = number("JOB_FILES_DAYS", 14)

# What all processes of the server may know of each other's work: files, which need no
# other service. It may be emptied at any time.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": JOBS_ROOT / "cache",
        "OPTIONS": {"MAX_ENTRIES": 100},
    }
}

# Rules that are off by default and on here, by id; further lists of words.
OPTIONAL_RULES = text("OPTIONAL_RULES").replace(",", " ").split()
WORD_LISTS = [path for path in text("WORD_LISTS").split(":") if path]

# Split at commas, spaces, or both.
ALLOWED_HOSTS = text("ALLOWED_HOSTS", "localhost,127.0.0.1").replace(",", " ").split()
CSRF_TRUSTED_ORIGINS = text("CSRF_TRUSTED_ORIGINS").replace(",", " ").split()

# The one switch: whoever serves the desk over HTTPS gets all of it.
HTTPS = flag("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# The proxy in front must set this header itself and drop one that a client sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# How many proxies stand in front, each of which adds to X-Forwarded-For who asked it.
# With none, that header is what any client likes to say.
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0, least=0)

# Nothing inline and nothing from elsewhere. No page needs eval: see skeleton.html.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Small files are held in memory, larger ones on the disk. How many files a form may
# bring, the first handler counts: the upload of pages has handlers of its own.
DATA_UPLOAD_MAX_NUMBER_FILES = None
FILE_UPLOAD_HANDLERS = [
    "curation.page_uploads.FewFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Language, time, files, log

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
# One language. Looking for translations took a tenth of the time of a page.
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(text("STATIC_ROOT", f"{BASE_DIR}/staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
if not DEBUG:
    # In development, runserver serves static files itself.
    MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        },
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Named without handlers, it loses Django's own: no line twice, no mail.
    "loggers": {
        "django": {"level": "INFO"},
        # They tell of every step of the queue; the jobs tell enough themselves.
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
