"""The comments on a trial: the panel beside its form, and what one does there.

A form of the panel can be sent by a script, which then gets the panel alone: so what
stands unsaved in the form beside it stays.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from curation import comments
from curation.acts import Act
from curation.models import Comment
from curation.pages.way_back import way_back
from trials.models import ChangeSet, Trial


def panel(request: HttpRequest, trial: Trial) -> dict[str, Any]:
    """What the panel shows, in two queries. Needs view_comment; empty without."""
    if not request.user.has_perm("curation.view_comment"):
        return {"may_comment": False}
    names = comments.people()
    threads = comments.threads(trial, set(names))
    open_threads = [thread for thread in threads if thread.comment.is_open]
    return {
        "may_view_comments": True,
        "may_comment": request.user.has_perm("curation.add_comment"),
        "open_threads": open_threads,
        "resolved_threads": threads[len(open_threads) :],
        "commented": {thread.comment.path for thread in open_threads} - {""},
        "names": names,
        "most_characters": comments.MOST_CHARACTERS,
        "back": way_back(request, request.get_full_path()),
        "goto_url": reverse("admin:trials_trial_goto", args=[trial.pk]),
    }


may_comment = permission_required("curation.add_comment", raise_exception=True)


@require_POST
@may_comment
def add(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Say `text` about `path`. Needs add_comment, like all that follow."""
    trial = get_object_or_404(Trial.objects.only("pk"), pk=trial_id)
    path, text = request.POST.get("path", ""), request.POST.get("text", "")
    return _do(
        request,
        trial.pk,
        lambda act: comments.comment(trial.pk, path, text, act),
        # Back in the form, at the field that it is about.
        place=path or "comments",
    )


@require_POST
@may_comment
def answer(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Answer with `text`."""
    text = request.POST.get("text", "")
    return _do_with(request, comment_id, lambda pk, act: comments.answer(pk, text, act))


@require_POST
@may_comment
def resolve(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Nothing is left to do about the comment."""
    return _do_with(request, comment_id, comments.resolve)


@require_POST
@may_comment
def reopen(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Something is left to do about the comment after all."""
    return _do_with(request, comment_id, comments.reopen)


def _do_with(
    request: HttpRequest, comment_id: int, what: Callable[[int, Act], Comment]
) -> HttpResponse:
    comment = get_object_or_404(Comment, pk=comment_id)
    return _do(
        request,
        comment.trial_id,
        lambda act: what(comment.pk, act),
        place=f"comment-{comment.pk}",
    )


def _do(
    request: HttpRequest, trial_id: int, what: Callable[[Act], Comment], *, place: str
) -> HttpResponse:
    """Do it, and show the panel to a script, to others the page they came from."""
    is_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        what(Act(ChangeSet.Kind.REVIEW, by=request.user))
    except comments.CommentError as error:
        if is_script:  # It shows the sentence and keeps the typing.
            return HttpResponse(str(error), status=400, content_type="text/plain")
        messages.error(request, str(error))
    if is_script:
        trial = Trial.objects.only("pk").get(pk=trial_id)
        context = {"trial": trial, **panel(request, trial)}
        return TemplateResponse(request, "curation/comments.html", context)
    opening = reverse("admin:trials_trial_change", args=[trial_id])
    return HttpResponseRedirect(f"{way_back(request, opening)}#{place}")
