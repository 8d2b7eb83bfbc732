"""Long work, as those see it who asked for it: the list, one job, what it refused."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from curation import accounts_log, audit, exports, jobs
from curation.jobs import files
from curation.models import Job
from curation.theme import may_view_jobs
from trials.formats.csv_table import csv_line

ROWS = 50
CHUNK = 2000


@require_safe
def job_list(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The jobs of one's own, with manage_jobs all of them, the newest first."""
    if not may_view_jobs(request):
        raise PermissionDenied
    seen = jobs.seen_by(request.user).defer("arguments")
    context = {
        **site.each_context(request),
        "title": "Jobs",
        "page": Paginator(seen, ROWS).get_page(request.GET.get("page")),
        "is_of_all": request.user.has_perm("curation.manage_jobs"),
        "may_upload": request.user.has_perm("trials.add_trial"),
    }
    return TemplateResponse(request, "curation/jobs.html", context)


@require_safe
def job(request: HttpRequest, job_id: int, *, site: AdminSite) -> HttpResponse:
    """How far a job is and what it refused; for its script, that part alone."""
    job = _seen(request, job_id)
    may_do = jobs.may_do(request.user, job)
    context = {
        "job": job,
        "refused": job.log.all()[:ROWS],
        "refused_count": job.log.count(),
        "is_silent": _is_silent(job),
        "time_left": _words(job.seconds_left),
        "took": _took(job),
        # Said aloud: a screen reader need not be told each percent.
        "tens": job.percent // 10 * 10,
        "has_output": may_do and files.output(job) is not None,
        "kept_until": files.kept_until(job),
        "may_resume": may_do and job.may_be_resumed,
    }
    if request.headers.get("X-Requested-With") == "fetch":
        return TemplateResponse(request, "curation/job_parts.html", context)
    context |= {**site.each_context(request), "title": job.title}
    return TemplateResponse(request, "curation/job.html", context)


def _seen(request: HttpRequest, job_id: int) -> Job:
    """The job, if the account may see it. Raises Http404."""
    return get_object_or_404(jobs.seen_by(request.user), pk=job_id)


def _is_silent(job: Job) -> bool:
    """Whether a running job was not heard of for so long that its worker is gone."""
    long_ago = timezone.now() - timedelta(seconds=settings.JOB_DEAD_SECONDS)
    return job.state == Job.State.RUNNING and job.heartbeat < long_ago


def _took(job: Job) -> str:
    if not (job.started and job.finished):
        return ""
    return _words(max(1, round((job.finished - job.started).total_seconds())))


def _words(seconds: int | None) -> str:
    """A time for people: "40 s", "12 min", "3 h 5 min"; "" for None."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


@require_safe
def refused(request: HttpRequest, job_id: int) -> HttpResponse:
    """All that a job left alone, as CSV: what, line (empty: none), reason."""
    job = _seen(request, job_id)
    name = f"job-{job.pk}-refused.csv"
    return StreamingHttpResponse(
        audit.pieces(_refused_lines(job)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _refused_lines(job: Job) -> Iterator[str]:
    yield csv_line(("item", "line", "reason"))
    for item, line, reason in job.log.values_list("item", "line", "reason").iterator(
        CHUNK
    ):
        yield csv_line((item, line or "", reason))


@require_safe
def output(request: HttpRequest, job_id: int) -> HttpResponse:
    """The file that a job made: needs what the job needs, and is logged."""
    job = _seen(request, job_id)
    if not jobs.may_do(request.user, job):
        raise PermissionDenied
    path = files.output(job)
    if path is None:
        raise Http404("The file is not there any more, or not yet.")
    what = f"file of job {job.pk}: {job.title}"
    digests = {job.output: exports.digest(path)}
    accounts_log.records_exported(what, digests, by=request.user, request=request)
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.output)


@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask a job to stop. For whoever sees it."""
    job = _seen(request, job_id)
    if jobs.cancel(job):
        messages.success(request, "The job stops; what is done until then stays.")
    else:
        messages.info(request, "The job was over already.")
    return HttpResponseRedirect(reverse("admin:curation_job", args=[job.pk]))


@require_POST
def resume(request: HttpRequest, job_id: int) -> HttpResponse:
    """Go on with a job that failed or was cancelled: needs what the job needs."""
    job = _seen(request, job_id)
    if not jobs.may_do(request.user, job):
        raise PermissionDenied
    if jobs.resume(job):
        messages.success(request, "The job goes on with what is left.")
    else:
        messages.info(request, "There is nothing to go on with.")
    return HttpResponseRedirect(reverse("admin:curation_job", args=[job.pk]))


@require_POST
def recheck(request: HttpRequest) -> HttpResponse:
    """Check all trials again, by the rules that changed or by the posted `rule`.

    Needs add_trial: who brings trials in has them checked.
    """
    if not request.user.has_perm("trials.add_trial"):
        raise PermissionDenied
    job = jobs.start_recheck(request.POST.get("rule", ""), by=request.user)
    return HttpResponseRedirect(reverse("admin:curation_job", args=[job.pk]))
