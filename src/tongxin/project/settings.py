"""How the house is put together. What a company sets, it sets by environment variables."""

import os
from pathlib import Path

from tongxin.project import environment

HOUSE = Path(__file__).resolve().parent.parent
DATA = environment.data_folder()

SECRET_KEY = environment.secret_key(DATA)
SEALING_KEYS = environment.sealing_keys(DATA, SECRET_KEY)  # the newest first
DEBUG = False
ALLOWED_HOSTS = environment.words("TONGXIN_HOSTS", "*")
PORT = int(os.environ.get("PORT", "8000"))
LIVE_PORT = int(os.environ.get("TONGXIN_LIVE_PORT", str(PORT + 1)))
# Where browsers find the wire; empty: the page's own host at LIVE_PORT.
LIVE_URL = os.environ.get("TONGXIN_LIVE_URL", "")

SHOP = DATA / "demo.json"  # whose chat the demo shop shows; there once the demo was loaded

# What one token may ask for: so many units at once, refilled at so many a second (a write costs 2).
# Whether addresses that members and apps give us may be of our own network (tests; a closed network).
TRUSTS_OWN_NETWORK = environment.yes("TONGXIN_TRUSTS_OWN_NETWORK")
ADDRESS = os.environ.get("TONGXIN_ADDRESS", "").rstrip(
    "/"
)  # where members find the desk, for mails
API_BUCKET = int(os.environ.get("TONGXIN_API_BUCKET", "600"))
API_PER_SECOND = float(os.environ.get("TONGXIN_API_PER_SECOND", "10"))

ROOT_URLCONF = "tongxin.project.urls"
WSGI_APPLICATION = "tongxin.project.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tongxin.center.kit",
    "tongxin.center.timeline",
    "tongxin.center.accounts",
    "tongxin.center.federation",
    "tongxin.center.attributes",
    "tongxin.center.people",
    "tongxin.center.imports",
    "tongxin.service.channels",
    "tongxin.service.hours",
    "tongxin.service.conversations",
    "tongxin.service.queues",
    "tongxin.service.views",
    "tongxin.service.notices",
    "tongxin.service.replies",
    "tongxin.service.outposts",
    "tongxin.service.team",
    "tongxin.project",
]

MIDDLEWARE = [
    "tongxin.faces.doors.middleware.Again",
    "tongxin.faces.developers.gate.ApiGate",  # early: machines need none of the others
    "tongxin.faces.doors.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongxin.faces.doors.middleware.Language",
    "tongxin.faces.doors.middleware.KeptToken",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tongxin.faces.doors.sso.guard.Bounds",
    "tongxin.faces.doors.middleware.Refusals",
    "tongxin.faces.doors.middleware.ReadableForms",
]

FACES = ("doors", "desk", "studio", "portal", "developers")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HOUSE / "faces" / face / "templates" for face in FACES],
        "OPTIONS": {
            "environment": "tongxin.faces.doors.pages.environment",
            "context_processors": ["django.contrib.messages.context_processors.messages"],
        },
    },
]

DATABASES = {"default": environment.database(DATA)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "project_cache",
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [HOUSE / "project/locale"]
LANGUAGE_COOKIE_NAME = "tongxin_language"

STATIC_URL = "/static/"
STATIC_ROOT = HOUSE / "project/dist"
WHITENOISE_ROOT = None
MEDIA_ROOT = DATA / "files"
STORAGES = {
    "default": {
        "BACKEND": os.environ.get("TONGXIN_STORAGE", "django.core.files.storage.FileSystemStorage")
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tongxin.project.adapter.ClosedDoor"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/h/key"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # else anybody could have us write to anybody
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "tongxin.project.second_step.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # members are let in by members: nobody signs up by address
MFA_TOTP_ISSUER = "Tongxin"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not environment.yes("TONGXIN_HTTPS")
AUTHENTICATION_BACKENDS = [
    "tongxin.faces.doors.sessions.Accounts",
    "tongxin.faces.doors.sessions.Vouched",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
MAIL = environment.mail()
EMAIL_BACKEND = f"django.core.mail.backends.{MAIL.backend}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.begins_encrypted, MAIL.turns_encrypted
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("TONGXIN_MAIL_FROM") or MAIL.user or "tongxin@localhost"

SESSION_ENGINE = "tongxin.faces.doors.sessions"
SESSION_COOKIE_NAME = "tongxin_session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.yes("TONGXIN_HTTPS")
CSRF_COOKIE_NAME = "tongxin_csrf"
CSRF_FAILURE_VIEW = "tongxin.faces.doors.accidents.not_ours"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.yes("TONGXIN_HTTPS") else None
)
SILENCED_SYSTEM_CHECKS = ["fields.W342"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TONGXIN_LOG", "WARNING")},
}
