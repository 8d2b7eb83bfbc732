import pytest

from curation import comments
from curation.acts import Act
from curation.comments import MOST_CHARACTERS, CommentError
from curation.models import Comment, ReviewEvent
from curation.tests.factory import act, edit, make_trial, make_user
from curation.tests.review import commented
from trials.models import ChangeSet
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db

Kind = ReviewEvent.Kind


@pytest.fixture
def trial():
    return make_trial()


@pytest.fixture
def ana():
    return make_user(username="ana")


@pytest.fixture
def rita():
    return make_user(username="rita")


def by(user):
    return Act(ChangeSet.Kind.REVIEW, by=user)


def kinds(trial):
    return list(trial.review_events.order_by("number").values_list("kind", flat=True))


# Writing


def test_a_comment_is_an_event_at_its_place(trial, rita):
    comment = commented(trial, "criteria[c8].text", " How severe?\r\nGrade 3? ", rita)

    event = comment.first
    assert (event.kind, event.path) == (Kind.COMMENTED, "criteria[c8].text")
    assert event.new == "How severe?\nGrade 3?"
    assert (event.version, event.change_set.actor) == (1, rita)
    assert (comment.path, comment.is_open) == ("criteria[c8].text", True)


def test_an_answer_belongs_to_the_thread(trial, ana, rita):
    comment = commented(trial, "", "Done?", rita)
    comments.answer(comment.pk, "Yes.", by(ana))

    answer = trial.review_events.first()
    assert (answer.about, answer.new, answer.path) == (comment.first, "Yes.", "")
    assert Comment.objects.get() == comment


def test_a_comment_is_resolved_and_reopened_once_each(trial, ana, rita):
    comment = commented(trial, "acronym", "IL-7?", rita)
    comments.resolve(comment.pk, by(ana))
    comments.resolve(comment.pk, by(ana))
    assert not Comment.objects.get().is_open

    comments.reopen(comment.pk, by(rita))
    comments.reopen(comment.pk, by(rita))

    assert Comment.objects.get().is_open
    assert kinds(trial) == [Kind.COMMENTED, Kind.RESOLVED, Kind.REOPENED]
    assert {e.about for e in trial.review_events.exclude(kind=Kind.COMMENTED)} == {
        comment.first
    }


@pytest.mark.parametrize("text", ["", " \r\n ", "a\0b", "x" * (MOST_CHARACTERS + 1)])
def test_a_text_that_says_nothing_or_too_much_is_refused(trial, rita, text):
    with pytest.raises(CommentError):
        commented(trial, "", text, rita)
    first = commented(trial, "", "x" * MOST_CHARACTERS, rita)
    with pytest.raises(CommentError):
        comments.answer(first.pk, text, by(rita))

    assert kinds(trial) == [Kind.COMMENTED]


@pytest.mark.parametrize(
    "path",
    [
        "criteria",
        "criteria[c99]",
        "criteria[c99].text",
        "criteria[c8].colour",
        "colour",
        "eligibility",
        "criteria[",
        "<script>",
    ],
)
def test_a_place_that_the_trial_never_had_is_refused(trial, rita, path):
    with pytest.raises(CommentError):
        commented(trial, path, "Here?", rita)

    assert kinds(trial) == []


@pytest.mark.parametrize("path", ["", "acronym", "criteria[c8]", "criteria[c8].group"])
def test_values_and_parts_are_places_even_where_nothing_stands(trial, rita, path):
    assert commented(trial, path, "Here.", rita).path == path


def test_what_was_deleted_is_a_place_still(trial, rita):
    record = make_record()
    edit(trial, criteria=record.criteria[:1])

    assert commented(trial, "criteria[c8].text", "Why deleted?", rita).path
    assert commented(trial, "criteria[c9]", "And this?", rita).path


# Mentions


def called(comment):
    return set(comment.mentions.values_list("username", flat=True))


def test_active_people_are_called_by_their_names(trial, ana, rita):
    make_user(username="gone", is_active=False)
    make_user(username="b.o+x-y@z_1")

    comment = commented(
        trial,
        "",
        "@rita, (@ana) and @b.o+x-y@z_1. Not @gone, @nobody, rita or x@ana.",
        ana,
    )

    assert called(comment) == {"rita", "ana", "b.o+x-y@z_1"}


def test_an_answer_calls_further_people(trial, ana, rita):
    comment = commented(trial, "", "@rita?", ana)
    comments.answer(comment.pk, "Ask @ana.", by(rita))

    assert called(comment) == {"rita", "ana"}


def test_only_names_that_can_be_called_are_marked():
    text = "See @ana. @nobody, x@ana"

    assert list(comments.pieces(text, {"ana"})) == [
        ("See ", False),
        ("@ana", True),
        (". @nobody, x@ana", False),
    ]


# Reading


def test_threads_are_whole_and_open_ones_come_first(
    trial, ana, rita, django_assert_num_queries
):
    done = commented(trial, "acronym", "IL-7?", rita)
    comments.answer(done.pk, "Yes.", by(ana))
    comments.resolve(done.pk, by(ana))
    left = commented(trial, "criteria[c8].text", "Grade?", rita)
    for _ in range(5):
        comments.answer(left.pk, "Hm.", by(ana))

    with django_assert_num_queries(1):
        first, second = comments.threads(trial, {"ana"})
        told = [
            (entry.event.kind, entry.event.change_set.actor_name)
            for entry in second.entries
        ]

    assert (first.comment, second.comment) == (left, done)
    assert first.label == "Criterion c8 · text"
    assert told == [("commented", "rita"), ("commented", "ana"), ("resolved", "ana")]
    assert len(first.entries) == 6


def test_a_comment_changes_neither_the_record_nor_who_holds_it(trial, rita):
    edit(trial, act(ChangeSet.Kind.EDIT, rita, reason="typo"), acronym="IL7")
    before = type(trial.review).objects.values().get()

    commented(trial, "acronym", "IL-7?", rita)

    after = type(trial.review).objects.values().get()
    trial.refresh_from_db()
    assert trial.version == 2
    for name in ("events", "events_hash"):
        before.pop(name), after.pop(name)
    assert before == after


def test_the_label_of_a_part_that_is_no_more_is_its_key(trial, rita):
    many = (*make_record().criteria, criterion("c90", "OTHER", "New."))
    edit(trial, criteria=many)
    commented(trial, "criteria[c90]", "Really?", rita)
    edit(trial, criteria=many[:-1])

    assert comments.threads(trial, set())[0].label == "Criterion c90"
