import pytest

from curation import reviews
from curation.acts import Act
from curation.locks import StaleVersion
from curation.tests.factory import act, edit, make_trial, make_user
from trials.models import ChangeSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial():
    return make_trial()


@pytest.fixture
def ana():
    return make_user(username="ana")


def tick(trial, by, is_checked=True, section="eligibility", version=None):
    trial.refresh_from_db()
    one = Act(ChangeSet.Kind.REVIEW, by=by)
    reviews.tick(
        trial.pk,
        section,
        is_checked=is_checked,
        version=version or trial.version,
        act=one,
    )


def test_a_section_is_ticked_by_someone_at_a_version(trial, ana):
    tick(trial, ana)

    event = reviews.ticks(trial)["eligibility"]
    assert (event.change_set.actor, event.version) == (ana, 1)


def test_a_change_in_the_section_unticks_it_and_no_other(trial, ana):
    tick(trial, ana)
    tick(trial, ana, section="outcomes")
    edit(trial, act(ChangeSet.Kind.EDIT, ana, reason="typo"), criteria=())

    assert list(reviews.ticks(trial)) == ["outcomes"]


def test_a_section_is_ticked_again_after_a_change(trial, ana):
    tick(trial, ana)
    edit(trial, act(ChangeSet.Kind.EDIT, ana, reason="typo"), criteria=())
    tick(trial, ana)

    assert reviews.ticks(trial)["eligibility"].version == 2


def test_a_tick_is_taken_back(trial, ana):
    tick(trial, ana)
    tick(trial, ana, is_checked=False)

    assert reviews.ticks(trial) == {}


def test_ticking_twice_leaves_one_event(trial, ana):
    tick(trial, ana)
    tick(trial, ana)

    assert trial.review_events.count() == 1


def test_a_section_that_changed_meanwhile_cannot_be_ticked(trial, ana):
    edit(trial, act(ChangeSet.Kind.EDIT, ana, reason="typo"), criteria=())

    with pytest.raises(StaleVersion):
        tick(trial, ana, version=1)
