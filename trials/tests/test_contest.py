"""How a change stands to what others did since."""

import pytest

from trials.record import diff
from trials.record.contest import Standing, standing
from trials.tests.factory import criterion, make_record

BASE = make_record()


def stands(mine, theirs):
    """How the first change from `BASE` to `mine` stands to `theirs`."""
    change = diff.compare(BASE, make_record(**mine))[0]
    now = make_record(**theirs)
    return standing(change, diff.compare(BASE, now), now)


@pytest.mark.parametrize(
    ("mine", "theirs", "how"),
    [
        ({"acronym": "A"}, {}, Standing.FREE),
        ({"acronym": "A"}, {"why_stopped": "b"}, Standing.FREE),
        ({"acronym": "A"}, {"acronym": "B"}, Standing.CONTESTED),
        ({"acronym": "A"}, {"acronym": "A"}, Standing.DONE),
    ],
)
def test_a_value_of_the_trial(mine, theirs, how):
    assert stands(mine, theirs) == how


def criteria(*texts):
    """The criteria c7, c8 ... with these texts; None: left out."""
    parts = [
        criterion(f"c{number}", "INCLUSION", text)
        for number, text in enumerate(texts, start=7)
        if text is not None
    ]
    return {"criteria": (*parts, BASE.criteria[2])}


@pytest.mark.parametrize(
    ("mine", "theirs", "how"),
    [
        (("Men.", "Lymphopenia."), ("Adults.", "Other."), Standing.FREE),
        (("Men.", "Lymphopenia."), ("Women.", "Lymphopenia."), Standing.CONTESTED),
        (("Men.", "Lymphopenia."), (None, "Lymphopenia."), Standing.GONE),
        ((None, "Lymphopenia."), ("Women.", "Lymphopenia."), Standing.CONTESTED),
        ((None, "Lymphopenia."), ("Adults.", "Other."), Standing.FREE),
        ((None, "Lymphopenia."), (None, "Lymphopenia."), Standing.DONE),
    ],
)
def test_a_part_and_its_values(mine, theirs, how):
    assert stands(criteria(*mine), criteria(*theirs)) == how
