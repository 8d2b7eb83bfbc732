"""The desk as a WSGI application, for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

from trials import history_guard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")

application = get_wsgi_application()

try:
    history_guard.require(connection)
finally:
    # gunicorn may fork from here: its workers must not share one connection.
    connection.close()

# What is loaded by now stays. Looking through all of it for garbage would take 100 ms,
# every few hundred requests, while somebody waits.
gc.collect()
gc.freeze()
