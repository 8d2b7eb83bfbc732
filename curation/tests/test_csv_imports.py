"""Edited tables back in, against the database: changes, conflicts, all or nothing."""

import csv

import pytest
from msgspec.structs import replace

from curation import csv_imports, reverts, reviews, workflow
from curation.csv_imports import Choice, NotApplied, decide_all
from curation.models import Finding
from curation.tests.edited_csv import planned, set_cell, silent, write
from curation.tests.factory import act, edit, make_trial, make_user
from trials import tables
from trials.models import ChangeSet, FieldChange, Revision, Trial
from trials.record.contest import Standing
from trials.revisions import record_at
from trials.tests.factory import NCT_ID, criterion

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial():
    return make_trial()


@pytest.fixture
def folder(trial, tmp_path):
    """The desk's export in two tables."""
    return write(tmp_path)


def apply(plan, choices=None, **changes):
    why = {"by": None, "reason": "typo", "note": "", "progress": silent} | changes
    return csv_imports.apply(plan, choices or {}, **why)


def record(trial):
    trial.refresh_from_db()
    return tables.load(trial)


def problems(plan):
    return [str(problem) for problem in plan.problems]


def test_one_edited_cell_is_one_field_change(trial, folder):
    row = set_cell(folder / "trials.csv", "acronym", "IL-7", nct_id=NCT_ID)

    done = apply(planned(*folder.iterdir()), note="From the sheet.")

    (change,) = FieldChange.objects.filter(revision__number=2)
    assert (change.path, change.old, change.new) == ("acronym", "", "IL-7")
    assert row == 2
    assert record(trial).acronym == "IL-7"
    (made,) = ChangeSet.objects.filter(kind=ChangeSet.Kind.CSV_IMPORT)
    assert (made.reason, made.note) == ("typo", "From the sheet.")
    assert done == (made, 1, 1)


def test_a_dataset_brings_the_version_in_its_table_of_reviews(trial, tmp_path):
    write(tmp_path, "dataset")
    set_cell(tmp_path / "conditions.csv", "name", "Septic shock", key="cd1")

    plan = planned(*tmp_path.iterdir())
    apply(plan)

    assert plan.trials[0].exported == 1
    (change,) = FieldChange.objects.filter(revision__number=2)
    assert (change.path, change.new) == ("conditions[cd1].name", "Septic shock")


def test_a_table_without_versions_is_compared_with_the_records_now(trial, tmp_path):
    write(tmp_path, "dataset")
    edit(trial, acronym="LATER")
    set_cell(tmp_path / "conditions.csv", "name", "Septic shock", key="cd1")

    plan = planned(tmp_path / "conditions.csv")

    assert plan.untold == 1
    assert plan.trials[0].exported is None
    assert plan.changes == 1


def test_what_nobody_edited_changes_nothing_and_leaves_no_trace(trial, folder):
    plan = planned(*folder.iterdir())

    assert (plan.trials, plan.problems) == ((), ())
    with pytest.raises(NotApplied, match="nothing to apply"):
        apply(plan)
    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.CSV_IMPORT).exists()


def test_what_a_european_spreadsheet_saves_again_changes_nothing(trial, tmp_path):
    edit(trial, brief_summary="a; b\nc", acronym="-x", why_stopped='say "no"')
    write(tmp_path)
    for file in tmp_path.iterdir():
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows(rows)
    assert b";" in (tmp_path / "criteria.csv").read_bytes()

    plan = planned(*tmp_path.iterdir())

    assert (plan.changes, plan.problems) == (0, ())
    assert {file.rows for file in plan.files} == {1, 3}


def test_the_findings_are_those_of_the_new_record(tmp_path):
    trial = make_trial(criteria=(criterion("c7", "INCLUSION", "Adults ."),))
    blank = trial.findings.get(rule="text.space-before-punctuation")
    write(tmp_path)
    set_cell(tmp_path / "criteria.csv", "text", "Adults.", key="c7")

    apply(planned(*tmp_path.iterdir()))

    blank.refresh_from_db()
    assert blank.state == Finding.State.FIXED


# What moved on since the export


def test_what_others_changed_elsewhere_stays(trial, folder):
    set_cell(folder / "trials.csv", "acronym", "IL-7", nct_id=NCT_ID)
    edit(trial, why_stopped="Funding.", criteria=record(trial).criteria[1:])

    plan = planned(*folder.iterdir())
    apply(plan)

    assert plan.conflicts == []
    now = record(trial)
    assert (now.acronym, now.why_stopped) == ("IL-7", "Funding.")
    assert [part.key for part in now.criteria] == ["c8", "c9"]


@pytest.mark.parametrize(
    ("choice", "wanted"), [(Choice.MINE, "MINE"), (Choice.THEIRS, "THEIRS")]
)
def test_the_same_cell_changed_twice_is_for_a_person_to_decide(
    trial, folder, choice, wanted
):
    set_cell(folder / "trials.csv", "acronym", "MINE", nct_id=NCT_ID)
    set_cell(folder / "criteria.csv", "text", "Grown-ups.", key="c7")
    edit(trial, acronym="THEIRS")
    plan = planned(*folder.iterdir())

    with pytest.raises(NotApplied, match="1 conflicts are not decided"):
        apply(plan)
    assert record(trial).acronym == "THEIRS"
    apply(plan, decide_all(plan, choice))

    ((_, change),) = plan.conflicts
    assert (change.standing, change.theirs) == (Standing.CONTESTED, "THEIRS")
    now = record(trial)
    assert now.acronym == wanted
    assert now.criteria[0].text == "Grown-ups."


def test_the_same_correction_made_meanwhile_is_no_change(trial, folder):
    set_cell(folder / "trials.csv", "acronym", "IL-7", nct_id=NCT_ID)
    edit(trial, acronym="IL-7")

    assert planned(*folder.iterdir()).trials == ()


def test_what_somebody_deleted_stays_deleted(trial, folder):
    set_cell(folder / "criteria.csv", "text", "Grown-ups.", key="c7")
    edit(trial, criteria=record(trial).criteria[1:])

    plan = planned(*folder.iterdir())

    ((_, change),) = plan.conflicts
    assert change.standing == Standing.GONE
    with pytest.raises(NotApplied, match="nothing to apply"):
        apply(plan, decide_all(plan, Choice.MINE))


def test_a_value_that_names_a_deleted_part_deletes_nothing(trial, tmp_path):
    write(tmp_path, "dataset")
    set_cell(tmp_path / "location_contacts.csv", "location", "l11", contact="cp13")
    edit(trial, locations=record(trial).locations[:1])

    with pytest.raises(NotApplied, match="cannot become “l11”"):
        apply(planned(*tmp_path.iterdir()))

    assert len(record(trial).contacts) == 2


def test_a_new_row_gets_a_key_that_no_part_ever_had(trial, folder):
    edit(trial, criteria=(*record(trial).criteria, criterion("c14", "OTHER", "Gone.")))
    edit(trial, criteria=record(trial).criteria[:-1])
    with (folder / "criteria.csv").open("a", encoding="utf-8") as file:
        file.write(f"{NCT_ID},,,EXCLUSION,,,Surgery.,,,1\n")

    apply(planned(*folder.iterdir()))

    added = record(trial).criteria[-1]
    assert (added.key, added.text) == ("c15", "Surgery.")


def test_a_version_that_the_desk_never_had_is_refused(trial, folder):
    set_cell(folder / "trials.csv", "version", "9", nct_id=NCT_ID)

    (said,) = problems(planned(folder / "trials.csv"))

    assert "up to version 1 only" in said


# All or nothing


def test_rows_of_unknown_trials_keep_all_from_being_applied(trial, folder):
    file = folder / "trials.csv"
    set_cell(file, "acronym", "IL-7", nct_id=NCT_ID)
    head, row = file.read_text("utf-8").splitlines()
    file.write_text(f"{head}\n{row}\n{row.replace(NCT_ID, 'NCT99999999')}\n", "utf-8")

    plan = planned(file)

    (said,) = problems(plan)
    assert said.startswith("trials.csv, row 3, column nct_id: “NCT99999999”: The desk")
    with pytest.raises(NotApplied, match="1 problems are in the files"):
        apply(plan)
    assert record(trial).acronym == ""


def test_an_approved_trial_is_refused_unless_it_is_not_touched(trial, folder):
    curator, reviewer = make_user(username="ana"), make_user(username="rita")
    trial.findings.all().delete()
    for step, by in ((reviews.SUBMIT, curator), (reviews.APPROVE, reviewer)):
        reviews.take(trial.pk, step, version=1, act=act(ChangeSet.Kind.TRANSITION, by))

    assert planned(*folder.iterdir()).problems == ()
    row = set_cell(folder / "criteria.csv", "text", "Grown-ups.", key="c7")

    (said,) = problems(planned(*folder.iterdir()))
    assert said.startswith(f"criteria.csv, row {row}, column text:")
    assert "is approved, and so read-only" in said


def test_a_trial_that_is_approved_before_the_end_takes_all_back(trial, folder):
    set_cell(folder / "trials.csv", "acronym", "IL-7", nct_id=NCT_ID)
    plan = planned(*folder.iterdir())
    trial.findings.all().delete()
    for step in (reviews.SUBMIT, reviews.APPROVE):
        by = make_user(username=step.name)
        reviews.take(trial.pk, step, version=1, act=act(ChangeSet.Kind.TRANSITION, by))

    with pytest.raises(NotApplied, match="is approved, and so read-only"):
        apply(plan)

    assert record(trial).acronym == ""


def test_a_withdrawn_trial_is_refused(trial, folder):
    edit(trial, withdrawn=True)
    set_cell(folder / "trials.csv", "acronym", "IL-7", nct_id=NCT_ID)

    assert "is withdrawn" in problems(planned(*folder.iterdir()))[0]


def test_a_trial_that_moves_on_before_the_end_takes_all_back(trial, tmp_path):
    other = make_trial(nct_id="NCT00000002")
    write(tmp_path)
    for number in (NCT_ID, "NCT00000002"):
        set_cell(tmp_path / "trials.csv", "acronym", "IL-7", nct_id=number)
    plan = planned(*tmp_path.iterdir())
    edit(other, acronym="LATER")

    with pytest.raises(NotApplied, match="NCT00000002 is at version 2 by now"):
        apply(plan)

    assert record(trial).acronym == ""
    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.CSV_IMPORT).exists()
    assert Revision.objects.count() == 3


def test_rows_written_behind_the_door_take_all_back(trial, folder):
    set_cell(folder / "trials.csv", "acronym", "IL-7", nct_id=NCT_ID)
    Trial.objects.update(acronym="DRIFT")

    with pytest.raises(NotApplied, match="differ from its history"):
        apply(planned(*folder.iterdir()))


def test_all_trials_are_one_act_that_can_be_taken_back(trial, tmp_path):
    other = make_trial(nct_id="NCT00000002")
    before = {t.pk: record_at(t, 1) for t in (trial, other)}
    write(tmp_path)
    for number in (NCT_ID, "NCT00000002"):
        set_cell(tmp_path / "trials.csv", "acronym", "IL-7", nct_id=number)

    done = apply(planned(*tmp_path.iterdir()))
    assert (done.trials, done.change_set.revisions.count()) == (2, 2)
    outcome = reverts.revert_change_set(
        done.change_set, by=None, reason="typo", note=""
    )

    assert outcome.skipped == []
    assert {t.pk: record(t) for t in (trial, other)} == before


def test_whoever_brings_a_table_in_is_an_author_of_the_record(trial, folder):
    reviewer = make_user(username="rita")
    set_cell(folder / "trials.csv", "acronym", "IL-7", nct_id=NCT_ID)

    apply(planned(*folder.iterdir()), by=reviewer)

    trial.refresh_from_db()
    assert reviews.authors(trial.review) == {reviewer.pk}


def test_an_act_as_a_whole_makes_its_change_set_once(trial):
    together = act(ChangeSet.Kind.CSV_IMPORT)

    with together.whole() as change_set:
        for acronym in ("A", "B"):
            trial.refresh_from_db()
            after = replace(record_at(trial, trial.version), acronym=acronym)
            workflow.save_record(trial.pk, after, version=trial.version, act=together)

    assert change_set.revisions.count() == 2
