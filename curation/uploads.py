"""Uploaded tables: kept with their plan until somebody applies it or throws it away."""

import datetime
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO

import msgspec
from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from curation import csv_imports
from curation.csv_imports import Applied, Choice, NotApplied, Progress
from curation.csv_plan import Plan, plan_of
from curation.models import Upload
from trials import sheets
from trials.sheets import File, Unreadable

KEPT_DAYS = 14
"""How long an upload that nobody applies stays."""

_decoder = msgspec.json.Decoder(Plan)


def take(files: Iterable[UploadedFile], by: AbstractBaseUser) -> Upload:
    """Keep the files, with what they would change. Raises Unreadable."""
    files = list(files)
    if sum(file.size for file in files) > sheets.MOST_BYTES:
        raise Unreadable(
            files[0].name,
            f"At most {sheets.MOST_BYTES // 1024 // 1024} MB are taken at once.",
        )
    unpacked = sheets.unpacked([(file.name, file.read()) for file in files])
    old = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    Upload.objects.filter(at__lt=old).delete()
    upload = Upload(by=by, files=csv_imports.named(unpacked), content=_packed(unpacked))
    look_again(upload, unpacked)
    return upload


def look_again(upload: Upload, files: list[File] | None = None) -> None:
    """Make the plan anew, of the records as they are now; decisions stay."""
    files = _unpacked(upload.content) if files is None else files
    plan = plan_of(files, _unseen)
    upload.plan = zlib.compress(msgspec.json.encode(plan))
    names = {trial.name(change) for trial, change in plan.conflicts}
    upload.choices = {k: v for k, v in upload.choices.items() if k in names}
    upload.save()


def plan(upload: Upload) -> Plan:
    """What the upload would change, as it was when somebody looked last."""
    return _decoder.decode(zlib.decompress(upload.plan))


def choices(upload: Upload) -> dict[str, Choice]:
    """What was decided so far."""
    return {name: Choice(value) for name, value in upload.choices.items()}


def decide(upload: Upload, decisions: dict[str, Choice]) -> None:
    """Keep decisions about conflicts, besides those that were made before."""
    upload.choices = upload.choices | {n: c.value for n, c in decisions.items()}
    upload.save(update_fields=["choices"])


def apply(
    upload: Upload, *, by: AbstractBaseUser, reason: str, note: str, progress: Progress
) -> Applied:
    """Do what the upload says, once, and forget it. Raises NotApplied."""
    with transaction.atomic():
        # Whoever comes second waits here, and finds it gone.
        _, deleted = Upload.objects.filter(pk=upload.pk).delete()
        if not deleted:
            raise NotApplied("Nothing was applied: somebody applied it meanwhile.")
        return csv_imports.apply(
            plan(upload),
            choices(upload),
            by=by,
            reason=reason,
            note=csv_imports.noted(note, upload.files),
            progress=progress,
        )


def _unseen(done: int, total: int) -> None:
    """Progress that no page shows."""


def _packed(files: Iterable[File]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return content.getvalue()


def _unpacked(content: bytes) -> list[File]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]
