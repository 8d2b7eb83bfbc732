"""What the tests of the audit log share."""

from django.urls import reverse
from django.utils.http import urlencode


def address(**query):
    return f"{reverse('admin:audit_log')}?{urlencode(query, doseq=True)}"


def look(client, **query):
    return client.get(address(**query))
