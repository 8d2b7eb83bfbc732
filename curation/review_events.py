"""The history of the reviews: append, and the hash that each event must have.

Like a trial's revisions, its events are numbered without gaps and chained by an HMAC
with the key `HISTORY_KEY` of the settings.
"""

from curation.models import Review, ReviewEvent
from trials.models import ChangeSet
from trials.revisions import act_told, sign


def append(
    review: Review,
    kind: ReviewEvent.Kind,
    change_set: ChangeSet,
    *,
    version: int,
    path: str = "",
    old: str = "",
    new: str = "",
    about: ReviewEvent | None = None,
) -> ReviewEvent:
    """Add an event to the review, whose row the caller holds, and count it there.

    The caller saves the review. `version` is the trial's.
    """
    review.events += 1
    event = ReviewEvent(
        trial_id=review.trial_id,
        number=review.events,
        change_set=change_set,
        kind=kind,
        version=version,
        path=path,
        old=old,
        new=new,
        about=about,
        previous_hash=review.events_hash,
    )
    event.hash = digest(event)
    event.save(force_insert=True)
    review.events_hash = event.hash
    return event


def digest(event: ReviewEvent) -> str:
    """The hash that `event` must have, as 64 hexadecimal digits."""
    return sign(
        event.previous_hash,
        [
            event.trial_id,
            event.number,
            *act_told(event.change_set),
            event.kind,
            event.version,
            event.path,
            event.old,
            event.new,
            event.about_id,
        ],
    )
