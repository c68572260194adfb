import os

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "not-one-of-a-real-site")
DEBUG = False
ALLOWED_HOSTS = ["deploys.example.invalid"]
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["deploys"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
SECURE_SSL_REDIRECT = True
USE_TZ = True
