"""Saved pages into the desk by the browser: many files, or archives."""

import shutil

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from curation import jobs, page_uploads
from curation.jobs import files
from curation.models.job import new_folder
from curation.page_uploads import ToFolder, UploadError
from curation.pages.outcome import told, wants_json
from trials import importer


class NoteForm(forms.Form):
    """Why the pages come in; what the history says of the import."""

    note = forms.CharField(max_length=2000, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Take files, and start a job that imports them. Needs add_trial.

    Exempt from the middleware's check of the CSRF token, which would read the whole
    body before anybody asked who sends it; `_take` checks the token.
    """
    if not request.user.has_perm("trials.add_trial"):
        raise PermissionDenied
    if request.method != "POST":
        context = {
            **site.each_context(request),
            "title": "Upload pages",
            "most_files": page_uploads.MOST_FILES,
            "most_bytes": page_uploads.MOST_BYTES,
            "most_page_mb": importer.MAX_PAGE_BYTES // 10**6,
            "most_gb": page_uploads.MOST_BYTES // 10**9,
            "most_members": importer.MAX_MEMBERS,
            "days": settings.JOB_FILES_DAYS,
        }
        return TemplateResponse(request, "curation/upload.html", context)
    folder = new_folder()
    root = settings.JOBS_ROOT / folder
    (root / "pages").mkdir(parents=True)
    handler = ToFolder(request, root / "pages")
    request.upload_handlers = [handler]
    is_taken = False
    try:
        response = _take(request, handler, folder)
        is_taken = getattr(response, "is_taken", False)
    except UploadError as error:
        response = _refuse(request, str(error))
    except OSError as error:
        response = _refuse(request, f"It cannot be kept: {error.strerror}.")
    finally:
        handler.close()
        if not is_taken:
            shutil.rmtree(root)
    return response


@csrf_protect
def _take(request: HttpRequest, handler: ToFolder, folder: str) -> HttpResponse:
    """Start the job for what came in; the response says by `is_taken` that it did."""
    form = NoteForm(request.POST)  # Reads the body.
    if not form.is_valid():
        raise UploadError("The note is longer than 2,000 characters.")
    names = handler.names
    if not names:
        raise UploadError("Please choose the files to upload.")
    files.write_names(settings.JOBS_ROOT / folder, names)
    one = next(iter(names.values()))
    title = f"Import {one}" if len(names) == 1 else f"Import {len(names):,} files"
    job = jobs.start_import(folder, title, form.cleaned_data["note"], by=request.user)
    address = reverse("admin:curation_job", args=[job.pk])
    response = (
        JsonResponse({"url": address})
        if wants_json(request)
        else HttpResponseRedirect(address)
    )
    response.is_taken = True
    return response


def _refuse(request: HttpRequest, why: str) -> HttpResponse:
    messages.error(request, why)
    if wants_json(request):
        return told(request, is_done=False)
    return HttpResponseRedirect(reverse("admin:curation_upload"))
