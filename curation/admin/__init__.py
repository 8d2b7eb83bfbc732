"""The desks: one module each."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

from curation.admin.account import GroupAdmin, UserAdmin
from curation.admin.bulk import BulkOperationAdmin
from curation.admin.export_profile import ExportProfileAdmin
from curation.admin.finding import FindingAdmin
from curation.admin.history import (
    AccountEventAdmin,
    AuditReviewAdmin,
    FieldChangeAdmin,
)
from curation.admin.job import JobAdmin
from curation.admin.kept_filter import KeptFilterAdmin
from curation.admin.review import ReviewAdmin
from curation.admin.review_log import ReviewEventAdmin
from curation.admin.trial import TrialAdmin
from curation.admin.upload import UploadAdmin

# Its rows are the inside of the jobs, which have pages of their own.
admin.site.unregister(DBTaskResult)

__all__ = [
    "AccountEventAdmin",
    "AuditReviewAdmin",
    "BulkOperationAdmin",
    "ExportProfileAdmin",
    "FieldChangeAdmin",
    "FindingAdmin",
    "GroupAdmin",
    "JobAdmin",
    "KeptFilterAdmin",
    "ReviewEventAdmin",
    "ReviewAdmin",
    "TrialAdmin",
    "UploadAdmin",
    "UserAdmin",
]
