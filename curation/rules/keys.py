"""Keys for parts that a fix creates."""

import re
from collections.abc import Iterator

from trials.record.shape import COLLECTIONS, TrialRecord

_NUMBER = re.compile(r"[0-9]+\Z")


def new_keys(record: TrialRecord, collection: str) -> Iterator[str]:
    """Keys for new parts of `collection`, their numbers above all of the record's.

    >>> from curation.rules.examples import record
    >>> keys = new_keys(record("I Adults | E Pregnancy"), "interventions")
    >>> next(keys), next(keys)
    ('i3', 'i4')
    """
    number = max(
        (
            int(_NUMBER.search(part.key).group())
            for name in COLLECTIONS
            for part in getattr(record, name)
        ),
        default=0,
    )
    prefix = COLLECTIONS[collection].prefix
    while True:
        number += 1
        yield f"{prefix}{number}"
