"""A file that a page hands on while it is still being read from the database."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from django.utils import timezone

from curation import audit

CONTENT_TYPES = {"csv": "text/csv", "jsonl": "application/jsonl"}


def download(lines: Iterable[str], *, subject: str, name: str) -> StreamingHttpResponse:
    """`lines` as a file of today in the format `name`: "audit-2026-05-04.csv"."""
    file_name = f"{subject}-{timezone.now():%Y-%m-%d}.{name}"
    return StreamingHttpResponse(
        audit.pieces(lines),
        content_type=f"{CONTENT_TYPES[name]}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
