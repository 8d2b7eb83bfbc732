"""The addresses of what people do with a trial's review, below that of the trial."""

from collections.abc import Callable

from django.urls import URLPattern, path

from curation.pages import comments, presence, review


def review_addresses(wrap: Callable) -> list[URLPattern]:
    """Steps, ticks, comments and who is there.

    `wrap` is the site's, which asks for a login.
    """
    return [
        path(
            "<int:trial_id>/step/<slug:name>/",
            wrap(review.step),
            name="curation_review_step",
        ),
        path(
            "<int:trial_id>/tick/<slug:slug>/",
            wrap(review.tick),
            name="curation_review_tick",
        ),
        path(
            "<int:trial_id>/comment/",
            wrap(comments.add),
            name="curation_comment_add",
        ),
        path(
            "<int:trial_id>/presence/",
            wrap(presence.beat),
            name="curation_presence",
        ),
        path(
            "comment/<int:comment_id>/answer/",
            wrap(comments.answer),
            name="curation_comment_answer",
        ),
        path(
            "comment/<int:comment_id>/resolve/",
            wrap(comments.resolve),
            name="curation_comment_resolve",
        ),
        path(
            "comment/<int:comment_id>/reopen/",
            wrap(comments.reopen),
            name="curation_comment_reopen",
        ),
    ]
