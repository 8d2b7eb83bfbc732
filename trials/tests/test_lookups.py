import pytest
from django.db.models import F

from trials import tables
from trials.models import ArmIntervention, Trial
from trials.models.lookups import OneOf
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def trials():
    return [tables.save(make_record(nct_id=f"NCT0000000{n}")) for n in (1, 2, 3)]


def test_it_finds_the_rows_with_one_of_the_numbers(trials):
    first, _, third = trials
    ids = [third.pk, first.pk, third.pk + 1]

    found = Trial.objects.filter(OneOf(F("id"), ids))

    assert list(found) == list(Trial.objects.filter(id__in=ids)) == [first, third]


def test_it_looks_through_a_foreign_key(trials):
    ids = [trials[1].pk]

    found = ArmIntervention.objects.filter(OneOf(F("arm__trial_id"), ids))

    assert found
    assert set(found) == set(ArmIntervention.objects.filter(arm__trial_id__in=ids))


def test_no_numbers_find_nothing(trials):
    assert not Trial.objects.filter(OneOf(F("id"), []))


def test_many_more_numbers_than_a_statement_takes_are_one_value(trials):
    ids = [trial.pk + number for trial in trials for number in range(100_000)]

    assert set(Trial.objects.filter(OneOf(F("id"), ids))) == set(trials)
