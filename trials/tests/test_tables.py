from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from trials import tables
from trials.changed_tables import Change, Rows
from trials.models import Arm, ArmIntervention, Contact, Criterion, Trial
from trials.record.fields import fields_of
from trials.record.plain import from_plain
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.tests.factory import criterion, make_record
from trials.tests.strategies import records

pytestmark = pytest.mark.django_db

GOLDEN = sorted((Path(__file__).parents[2] / "fixtures" / "records").glob("*.json"))

# Each example leaves rows, which the whole test's transaction takes back.
one_transaction = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def stored(trial):
    """What the rows of the trial say, read anew."""
    return tables.load(Trial.objects.get(pk=trial.pk))


def change(trial, before, after):
    """Make the rows of the trial say `after`."""
    one = Change(trial, before, after)
    rows = Rows([one])
    assert rows.drift(one) is None
    rows.write([one])


def ids(model, trial):
    """Key -> id of the trial's rows."""
    return dict(model.objects.filter(trial=trial).values_list("key", "id"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_record_comes_back_from_its_rows(path):
    record = from_plain(path.read_bytes())

    assert stored(tables.save(record)) == record


def test_there_are_golden_records():
    assert len(GOLDEN) == 2


@one_transaction
@given(records())
def test_any_record_comes_back_from_its_rows(record):
    Trial.objects.all().delete()

    assert stored(tables.save(record)) == record


@one_transaction
@given(records(), records())
def test_any_record_can_take_the_place_of_any_other(before, after):
    Trial.objects.all().delete()
    trial = tables.save(before)

    change(trial, before, after)

    assert stored(trial) == after


def test_every_collection_and_field_has_its_rows():
    assert tables.MODELS.keys() == COLLECTIONS.keys()
    for name, model in tables.MODELS.items():
        for field in fields_of(COLLECTIONS[name]):
            assert model._meta.get_field(field.name)
    for field in fields_of(TrialRecord):
        if field.kind != "parts":
            assert Trial._meta.get_field(field.name)


def test_a_part_keeps_its_row_as_long_as_it_keeps_its_key():
    record = make_record()
    trial = tables.save(record)
    was = ids(Criterion, trial)
    first, second, third = record.criteria

    change(
        trial,
        record,
        replace(record, criteria=(third, replace(first, text="Older adults."))),
    )

    assert ids(Criterion, trial) == {"c7": was["c7"], "c9": was["c9"]}
    places = trial.criteria.order_by("position").values_list("key", "position")
    assert list(places) == [("c9", 1), ("c7", 2)]


def test_links_that_stay_keep_their_rows():
    record = make_record()
    trial = tables.save(record)
    was = set(ArmIntervention.objects.values_list("id", flat=True))
    one, both = record.arms

    after = replace(record, arms=(replace(one, interventions=()), both))
    change(trial, record, after)

    left = set(ArmIntervention.objects.values_list("id", flat=True))
    assert len(left) == 2
    assert left < was
    assert stored(trial) == after


def test_a_new_location_of_an_old_contact_is_saved():
    record = make_record()
    trial = tables.save(record)
    was = ids(Contact, trial)
    central, local = record.contacts

    after = replace(record, contacts=(central, replace(local, location="l11")))
    change(trial, record, after)

    assert stored(trial) == after
    assert ids(Contact, trial) == was


def test_a_contact_outlives_the_location_that_it_left():
    record = make_record()
    trial = tables.save(record)
    was = ids(Contact, trial)
    central, local = record.contacts

    after = replace(
        record,
        locations=record.locations[1:],
        contacts=(central, replace(local, location="l11")),
    )
    change(trial, record, after)

    assert stored(trial) == after
    assert ids(Contact, trial) == was


def test_an_intervention_goes_though_arms_had_it():
    record = make_record()
    trial = tables.save(record)
    one, both = record.arms

    after = replace(
        record,
        interventions=record.interventions[1:],
        arms=(replace(one, interventions=()), replace(both, interventions=("i6",))),
    )
    change(trial, record, after)

    assert stored(trial) == after


def test_the_highest_key_is_remembered_though_its_part_goes():
    record = make_record(criteria=(criterion("c99", "", "Gone soon."),))
    trial = tables.save(record)

    change(trial, record, replace(record, criteria=()))

    assert Trial.objects.get(pk=trial.pk).last_key == 99


def test_only_what_differs_is_written(django_assert_num_queries):
    record = make_record()
    trial = tables.save(record)
    first, *others = record.criteria
    after = replace(record, criteria=(replace(first, text="Older adults."), *others))

    # The trial, the rows, the changed row.
    with django_assert_num_queries(3):
        change(trial, record, after)


def test_a_new_trial_takes_one_insert_a_table(django_assert_max_num_queries):
    many = tuple(criterion(f"c{n}", "INCLUSION", "One.") for n in range(100, 150))
    record = make_record(criteria=many)

    # The trial, its eight tables with rows, and the links.
    with django_assert_max_num_queries(9):
        tables.save(record)


def test_many_trials_are_read_in_one_query_a_table(django_assert_num_queries):
    trials = [
        tables.save(make_record(nct_id=f"NCT0000000{number}")) for number in range(1, 4)
    ]

    ids = [trial.pk for trial in reversed(trials)]

    # The trials, their collections, and the links.
    with django_assert_num_queries(len(COLLECTIONS) + 2):
        found = tables.load_batch(ids)

    assert list(found) == ids
    assert found[ids[0]] == make_record(nct_id="NCT00000003")


def test_a_trial_that_went_meanwhile_is_left_out():
    trial = tables.save(make_record())

    assert list(tables.load_batch([trial.pk + 1, trial.pk])) == [trial.pk]


def test_trials_come_in_batches_in_their_order(monkeypatch):
    monkeypatch.setattr(tables, "BATCH", 2)
    for number in (2, 3, 1):
        tables.save(make_record(nct_id=f"NCT0000000{number}"))

    batches = list(tables.batches(Trial.objects.order_by("nct_id")))

    assert [[trial.nct_id[-1] for trial in batch] for batch in batches] == [
        ["1", "2"],
        ["3"],
    ]


def write_title(trial):
    Trial.objects.filter(pk=trial.pk).update(brief_title="Other")


def write_criterion(trial):
    trial.criteria.filter(key="c7").update(text="Other")


def delete_criterion(trial):
    trial.criteria.filter(key="c7").delete()


def swap_criteria(trial):
    trial.criteria.filter(key="c7").update(position=9)


def delete_link(trial):
    Arm.objects.get(trial=trial, key="a3").links.all().delete()


@pytest.mark.parametrize(
    ("write", "changes", "where"),
    [
        (write_title, {"acronym": "NEW"}, "brief_title"),
        (write_criterion, {"criteria": ()}, "criteria"),
        (delete_criterion, {"criteria": ()}, "criteria"),
        (swap_criteria, {"criteria": ()}, "criteria"),
        (delete_link, {"arms": ()}, "arms"),
    ],
)
def test_rows_written_behind_the_door_are_not_written_over(write, changes, where):
    record = make_record()
    trial = tables.save(record)
    write(trial)
    trial = Trial.objects.get(pk=trial.pk)

    changed = Change(trial, record, replace(record, **changes))

    drift = Rows([changed]).drift(changed)

    assert "differ from its history" in str(drift)
    assert (drift.where, drift.trial) == (where, trial)
