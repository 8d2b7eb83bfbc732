"""The queue: what waits for the curator, the next trial, and work given to many."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from curation import assignments
from curation.acts import Act
from curation.findings import active_rules
from curation.models import Review
from curation.paging import CappedPaginator, in_short
from curation.queue import ORDERS, TABS, Queue, claim_next, release
from curation.reviews import SUBMIT
from trials.models import ChangeSet

ROWS = 50
MOST_SEEN = 500
"""Trials of one pass that a session remembers; the first come again after that."""
MOST_AT_ONCE = 1000
"""Trials that one request changes; it takes a few seconds."""
NOBODY = "nobody"


class BulkForm(forms.Form):
    """What to do with many trials: of those that were ticked, or of the whole queue."""

    assignee = forms.ChoiceField(required=False)
    priority = forms.TypedChoiceField(
        choices=[("", "as it is"), *Review.Priority.choices],
        coerce=lambda value: Review.Priority(int(value)),
        empty_value=None,
        required=False,
    )
    scope = forms.ChoiceField(choices=[("chosen", "ticked"), ("all", "all")])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in _people()}
        self.fields["assignee"].choices = [
            ("", "as it is"),
            (NOBODY, "nobody"),
            *self.people.items(),
        ]

    @property
    def wanted(self) -> dict:
        """The columns of a review that are to have another value."""
        wanted = {}
        if assignee := self.cleaned_data["assignee"]:
            wanted["assignee"] = self.people.get(assignee)
        if priority := self.cleaned_data["priority"]:
            wanted["priority"] = priority
        return wanted


def _people():
    """Those who may answer for a trial, by name."""
    users = get_user_model().objects.with_perm(SUBMIT.permission)
    return users.order_by("username")


@require_safe
def queue(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """What waits, tab by tab. Needs view_trial and view_review.

    Taking needs the permission of the tab's step, assigning assign_review. Whoever
    opens a tab that they may take from begins a new pass through it.
    """
    user = request.user
    if not user.has_perms(["trials.view_trial", "curation.view_review"]):
        raise PermissionDenied
    wanted = Queue.of(request.GET)
    step = wanted.tab.step
    if may_take := step is not None and user.has_perm(step.permission):
        _keep(request, wanted, [])
    rows = wanted.reviews(user).select_related("trial", "assignee", "holder")
    asked = request.GET.get("page", "")
    page = CappedPaginator(rows.only(*COLUMNS), ROWS, page=asked).get_page(asked)
    counts = wanted.counts(user)
    context = {
        **site.each_context(request),
        "title": "Queue",
        "queue": wanted,
        "tabs": [
            (tab, wanted.at(tab).query, in_short(counts[tab.name]))
            for tab in TABS.values()
        ],
        "orders": list(ORDERS),
        "rules": sorted(rule.id for rule in active_rules()),
        "page": page,
        "rows": [(review, _days(review)) for review in page],
        "now": timezone.now(),
        "may_take": may_take,
        "may_assign": user.has_perm("curation.assign_review"),
        "bulk": BulkForm(),
        "most": MOST_AT_ONCE,
    }
    return TemplateResponse(request, "curation/queue.html", context)


COLUMNS = (
    "state",
    "state_since",
    "priority",
    "open_errors",
    "open_warnings",
    "held_until",
    "assignee__username",
    "holder__username",
    "trial__nct_id",
    "trial__brief_title",
    "trial__official_title",
)
"""What a row shows: records have long texts that no row needs."""


def _days(review: Review) -> int:
    """For how many whole days the trial is in its state."""
    return (timezone.now() - review.state_since) // timedelta(days=1)


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the next trial of the queue that was opened last, or of the posted `queue`.

    Needs the permission of the tab's step. `after` is the trial that the curator had
    before them: they hold it no longer. What this pass has shown does not come again.
    """
    after = _number(request.POST.get("after", ""))
    return go_on(request, after, query=request.POST.get("queue"))


def go_on(
    request: HttpRequest, after: int | None, *, query: str | None = None
) -> HttpResponse:
    """Leave the trial `after` and go to the next of the queue of `query` (None: of the
    one that was opened last).

    Raises PermissionDenied for those who may not take from its tab.
    """
    kept = request.session.get("queue", {"query": "", "seen": []})
    wanted = Queue.of(QueryDict(kept["query"] if query is None else query))
    step = wanted.tab.step
    if step is None or not request.user.has_perm(step.permission):
        raise PermissionDenied
    seen = kept["seen"] if kept["query"] == wanted.query else []
    if after is not None:
        seen = [*seen, after]
        release(after, request.user)
    trial = claim_next(wanted, request.user, skip=seen)
    if trial is None:
        messages.info(request, _nothing_left(len(set(seen))))
        return HttpResponseRedirect(_address(wanted))
    _keep(request, wanted, [*seen, trial.pk])
    return HttpResponseRedirect(reverse("admin:trials_trial_change", args=[trial.pk]))


def _keep(request: HttpRequest, wanted: Queue, seen: list[int]) -> None:
    """Remember the pass for the next click; what stays as it was is not written."""
    kept = {"query": wanted.query, "seen": seen[-MOST_SEEN:]}
    if request.session.get("queue") != kept:
        request.session["queue"] = kept


def _nothing_left(seen: int) -> str:
    if not seen:
        return "There is no trial to take here now. Others may have some of them."
    count = "the one trial" if seen == 1 else f"all {seen} trials"
    return f"You have seen {count} that this queue had for you."


def _number(text: str) -> int | None:
    """The id that was posted; None where it cannot be one."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _address(wanted: Queue) -> str:
    """The page of the queue."""
    address = reverse("admin:curation_queue")
    return f"{address}?{wanted.query}" if wanted.query else address


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the ticked trials, or all of the posted `queue`, to someone, or a priority.

    Needs assign_review.
    """
    if not request.user.has_perm("curation.assign_review"):
        raise PermissionDenied
    wanted = Queue.of(QueryDict(request.POST.get("queue", "")))
    form = BulkForm(request.POST)
    if not form.is_valid() or not form.wanted:
        messages.error(
            request, "Choose an assignee or a priority. Nothing was changed."
        )
        return HttpResponseRedirect(_address(wanted))
    # Those that are as wanted are left out, so that the same once more goes on.
    if form.cleaned_data["scope"] == "all":
        found = wanted.reviews(request.user)
    else:
        ids = {_number(text) for text in request.POST.getlist("chosen")} - {None}
        found = Review.objects.filter(pk__in=ids, trial__withdrawn=False)
    ids = list(found.exclude(**form.wanted).values_list("pk", flat=True))
    now, later = ids[:MOST_AT_ONCE], ids[MOST_AT_ONCE:]
    act = Act(ChangeSet.Kind.REVIEW, by=request.user)
    if "assignee" in form.wanted:
        assignments.assign(now, form.wanted["assignee"], act)
    if "priority" in form.wanted:
        assignments.prioritise(now, form.wanted["priority"], act)
    messages.success(request, _done(form.wanted, len(now), len(later)))
    return HttpResponseRedirect(_address(wanted))


def _done(wanted: dict, changed: int, later: int) -> str:
    """What became of many trials: a sentence or two."""
    if not changed:
        return "Nothing to change: no trial was chosen, or all were so already."
    said = []
    if "assignee" in wanted:
        said.append(f"assigned to {wanted['assignee'] or NOBODY}")
    if "priority" in wanted:
        said.append(f"of {wanted['priority'].label.lower()} priority")
    count = "1 trial is" if changed == 1 else f"{changed} trials are"
    more = f" {later} more are left: apply the same again." if later else ""
    return f"{count} now {' and '.join(said)}.{more}"


@require_POST
def let_go(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Give back a trial that one has from the queue. Needs submit_review."""
    if not request.user.has_perm(SUBMIT.permission):
        raise PermissionDenied
    if release(trial_id, request.user):
        messages.success(request, "Others may take the trial again.")
    else:
        messages.info(request, "You did not hold the trial any more.")
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("admin:curation_queue")
    return HttpResponseRedirect(back)
