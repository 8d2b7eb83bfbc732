"""The start page of the admin: the dashboard, as far as the account may see it."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from curation import dashboard as desk
from curation.dashboard import Progress, TimeToApproval
from curation.models import Review

State = Review.State


@dataclass(frozen=True)
class Chart:
    """Bars over the periods, as the theme's chart takes them: JSON of Chart.js.

    `now` is the number of the period that is not over yet, `top` that of a bar as high
    as the chart.
    """

    state: State
    now: int
    top: int
    data: str
    options: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the page: Unfold calls this, by its DASHBOARD_CALLBACK.

    Counts of trials need view_trial, findings view_finding, the own queue
    submit_review, comments view_comment.
    """
    user = request.user
    context["title"] = "Dashboard"
    if not user.has_perm("trials.view_trial"):
        return context | {"menu": _menu(context["sidebar_navigation"])}
    context["standing"] = standing = desk.standing()
    if not standing.total:
        return context
    if user.has_perm("curation.submit_review"):
        context["mine"] = desk.mine(user)
    if user.has_perm("curation.view_comment"):
        context["mentions"] = desk.mentions(user)
    if user.has_perm("curation.view_finding"):
        context["rules"] = desk.rules()
    took = desk.time_to_approval()
    progress = desk.progress()
    return context | {
        "readers": desk.readers(),
        "progress": progress,
        "now": progress.periods[-1],
        "charts": _charts(progress),
        "took": took and _spoken(took),
        "approvals_since": desk.APPROVALS_SINCE.days,
    }


def _menu(groups: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The menu's groups, with what the account may open."""
    allowed = (
        (group["title"], [item for item in group["items"] if item["has_permission"]])
        for group in groups
    )
    return [(title, items) for title, items in allowed if items]


def _spoken(took: TimeToApproval) -> dict[str, Any]:
    return {
        "counted": took,
        "median": duration(took.median),
        "ninetieth": duration(took.ninetieth),
    }


def duration(time: timedelta) -> str:
    """The time in hours, or in days from two on: "5 hours", "2.5 days"."""
    if time < timedelta(hours=1):
        return "under an hour"
    if time >= timedelta(days=2):
        return f"{time / timedelta(days=1):.1f} days"
    hours = round(time / timedelta(hours=1))
    return "1 hour" if hours == 1 else f"{hours} hours"


def _charts(progress: Progress) -> list[Chart]:
    """One chart a state: an import brings thousands at once, which would flatten the
    others. What goes in for approval and comes out is to be compared: one scale."""
    labels = [f"{period.since.day} {period.since:%b}" for period in progress.periods]
    counts = {
        state: [getattr(period, state) for period in progress.periods]
        for state in (State.IMPORTED, State.SUBMITTED, State.APPROVED)
    }
    done = max(*counts[State.SUBMITTED], *counts[State.APPROVED], 1)
    tops = {
        State.IMPORTED: max(*counts[State.IMPORTED], 1),
        State.SUBMITTED: done,
        State.APPROVED: done,
    }
    return [
        Chart(
            state, values[-1], tops[state], _data(labels, values), _options(tops[state])
        )
        for state, values in counts.items()
    ]


def _data(labels: list[str], values: list[int]) -> str:
    bars = {
        "data": values,
        "backgroundColor": "var(--color-primary-500)",
        "hoverBackgroundColor": "gray",
        "maxBarThickness": 24,
    }
    return json.dumps({"labels": labels, "datasets": [bars]})


def _options(top: int) -> str:
    """Bars between a line at 0 and one at `top`. What they mean stands around them: a
    canvas could not follow when the page goes from light to dark."""
    no_labels = {"border": {"display": False}, "ticks": {"display": False, "count": 2}}
    return json.dumps(
        {
            "animation": False,
            "maintainAspectRatio": False,
            "plugins": {"legend": {"display": False}},
            "scales": {
                "x": no_labels | {"grid": {"display": False}},
                "y": no_labels | {"grid": {"drawTicks": False}, "min": 0, "max": top},
            },
        }
    )
