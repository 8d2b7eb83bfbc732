"""The addresses of edited tables on their way back in, below that of the trials."""

from collections.abc import Callable
from functools import partial

from django.contrib.admin.sites import AdminSite
from django.urls import URLPattern, path

from curation.pages.csv_import import hand_in, preview


def csv_addresses(site: AdminSite, wrap: Callable) -> list[URLPattern]:
    """Where tables are handed in, and where their changes are looked at and applied."""
    return [
        path(
            "import/",
            wrap(partial(hand_in, site=site)),
            name="curation_csv_import",
        ),
        path(
            "import/<int:upload_id>/",
            wrap(partial(preview, site=site)),
            name="curation_csv_preview",
        ),
    ]
