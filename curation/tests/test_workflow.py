from hashlib import sha256

import pytest
from msgspec.structs import replace

from curation import __version__, workflow
from curation.forms import MOST_ROWS
from curation.locks import StaleVersion
from curation.models import Review
from curation.tests.factory import act, make_page, make_trial, make_user
from curation.workflow import Result
from trials import revisions, tables
from trials.models import ChangeSet, FieldChange, Revision, SourceDocument, Trial
from trials.readers import Repeat, Warning
from trials.record.plain import from_plain
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

EDIT = ChangeSet.Kind.EDIT


def counts():
    """How many rows there are of everything that an act may add to."""
    models = (Trial, SourceDocument, Review, ChangeSet, Revision, FieldChange)
    return [model.objects.count() for model in models]


def edit(trial, *, version=None, by=None, **changes):
    """Save the trial with other values, as the form does."""
    record = replace(revisions.record_at(trial, trial.version), **changes)
    return workflow.save_record(
        trial.pk,
        record,
        version=trial.version if version is None else version,
        act=act(EDIT, by, reason="typo", note="Read again."),
    )


# Pages


def test_a_new_page_makes_a_trial_with_its_source_review_and_first_revision():
    by = make_user()
    record = make_record()
    page = make_page(
        record,
        "Line\r\n",
        lines={"brief_title": (1, 1)},
        repeats=(Repeat("brief_title", 1, 1, "Other"),),
        headings=(2,),
        boilerplate=(3,),
        unplaced=(4, 5),
        warnings=(Warning(1, "brief_title", "Doubtful."),),
    )

    result = workflow.import_page(page, act=act(by=by, note="May batch"))

    trial = Trial.objects.get(nct_id=record.nct_id)
    source = trial.sources.get()
    revision = trial.revisions.get()
    assert result == Result.CREATED
    assert tables.load(trial) == from_plain(revision.snapshot) == record
    assert (trial.version, trial.changed_by, revision.number) == (1, by, 1)
    assert trial.review.state == Review.State.IMPORTED
    assert source.status == SourceDocument.Status.CURRENT
    assert source.text == "Line\r\n"
    assert source.sha256 == sha256(b"Line\r\n").hexdigest()
    assert source.lines == {"brief_title": [1, 1]}
    assert source.repeats == [
        {"path": "brief_title", "first_line": 1, "last_line": 1, "value": "Other"}
    ]
    assert (source.headings, source.boilerplate) == ([2], [3])
    assert (source.unplaced, source.unplaced_count) == ([4, 5], 2)
    assert source.warnings[0]["message"] == "Doubtful."
    assert source.warning_count == 1
    assert (source.imported_by, source.reason) == (by, "May batch")
    assert revision.source == source
    assert list(revision.changes.values_list("path", "operation")) == [("", "create")]


def test_the_same_page_again_leaves_no_trace():
    make_trial()
    before = counts()

    result = workflow.import_page(make_page(make_record()), act=act())

    assert result == Result.UNCHANGED
    assert counts() == before


def test_another_page_of_the_trial_waits_and_overwrites_nothing():
    trial = make_trial()

    result = workflow.import_page(
        make_page(make_record(brief_title="Other"), "Another page."), act=act()
    )

    trial.refresh_from_db()
    assert result == Result.PENDING
    assert trial.brief_title == "Interleukin-7 in sepsis"
    assert trial.version == 1
    statuses = trial.sources.values_list("text", "status")
    assert list(statuses) == [("A page.", "current"), ("Another page.", "pending")]


@pytest.mark.parametrize(
    "where",
    ["trials.tables.save", "trials.revisions.append", "curation.workflow._append"],
)
def test_a_page_that_fails_half_way_leaves_nothing(where, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(where, fail)
    before = counts()

    with pytest.raises(RuntimeError):
        workflow.import_page(make_page(make_record()), act=act())

    assert counts() == before == [0] * 6


def test_pages_of_one_import_are_one_act(django_capture_on_commit_callbacks):
    one = act()
    for number in (1, 2):
        page = make_page(make_record(nct_id=f"NCT0000000{number}"))
        with django_capture_on_commit_callbacks(execute=True):
            workflow.import_page(page, act=one)

    assert ChangeSet.objects.get().revisions.count() == 2


def test_an_act_whose_transaction_failed_makes_its_row_anew(monkeypatch):
    one = act()
    append = revisions.append
    monkeypatch.setattr(revisions, "append", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        workflow.import_page(make_page(make_record()), act=one)
    monkeypatch.setattr(revisions, "append", append)

    workflow.import_page(make_page(make_record()), act=one)

    assert Revision.objects.get().change_set == ChangeSet.objects.get()


# Edits


def test_a_save_is_one_version_one_revision_and_a_row_a_changed_value():
    trial = make_trial()
    by = make_user(first_name="Ada")
    record = make_record()
    first, *others = record.criteria

    revision = edit(
        trial,
        by=by,
        brief_title="IL-7",
        criteria=(replace(first, text="Older adults.", label="1"), *others),
    )

    trial.refresh_from_db()
    assert (trial.version, revision.number, trial.changed_by) == (2, 2, by)
    assert trial.changed_at == revision.change_set.at
    assert tables.load(trial) == from_plain(revision.snapshot)
    assert set(revision.changes.values_list("path", "old", "new")) == {
        ("brief_title", "Interleukin-7 in sepsis", "IL-7"),
        ("criteria[c7].text", "Adults.", "Older adults."),
        ("criteria[c7].label", "", "1"),
    }
    assert revision.previous_hash == trial.revisions.get(number=1).hash


def test_the_act_keeps_who_and_why():
    by = make_user(is_superuser=True)

    change_set = edit(make_trial(), by=by, acronym="X").change_set

    assert (change_set.kind, change_set.reason, change_set.note) == (
        "edit",
        "typo",
        "Read again.",
    )
    assert (change_set.actor, change_set.actor_name) == (by, "curator")
    assert change_set.actor_role == "superuser"
    assert change_set.app_version == __version__


def test_an_act_without_an_account_is_the_command_lines():
    make_trial()

    change_set = ChangeSet.objects.get()
    assert (change_set.actor, change_set.actor_name) == (None, "command line")


def test_a_save_that_changes_nothing_leaves_no_trace():
    trial = make_trial()
    before = counts()
    at = trial.changed_at

    assert edit(trial) is None

    trial.refresh_from_db()
    assert counts() == before
    assert (trial.version, trial.changed_at) == (1, at)


def test_a_save_on_an_older_version_changes_nothing():
    trial = make_trial()
    edit(trial, acronym="THEIRS")
    before = counts()

    with pytest.raises(StaleVersion, match="at version 2 by now") as caught:
        edit(trial, version=1, acronym="MINE")

    assert caught.value.trial.acronym == "THEIRS"
    assert counts() == before
    assert Trial.objects.get().acronym == "THEIRS"


def test_a_save_on_a_version_that_is_to_come_is_refused_too():
    with pytest.raises(StaleVersion):
        edit(make_trial(), version=2, acronym="MINE")


def test_rows_that_someone_wrote_behind_the_door_are_not_written_over():
    trial = make_trial()
    Trial.objects.update(brief_title="Behind the door")
    before = counts()

    with pytest.raises(tables.Drift):
        edit(trial, acronym="MINE")

    assert counts() == before
    assert Trial.objects.get().acronym == ""


def test_a_save_that_fails_half_way_changes_nothing(monkeypatch):
    trial = make_trial()
    before = counts()
    monkeypatch.setattr(revisions, "append", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        edit(trial, acronym="MINE", criteria=())

    trial.refresh_from_db()
    assert counts() == before
    assert (trial.version, trial.acronym) == (1, "")
    assert tables.load(trial) == make_record()


# What the history reads and writes; the account's roles are kept with the act.
HISTORY_TABLES = (
    "trials_changeset",
    "trials_revision",
    "trials_fieldchange",
    "curation_reviewevent",
    "auth_group",
)


@pytest.mark.parametrize("rows", [1, MOST_ROWS])
def test_the_history_adds_at_most_twelve_queries_however_many_the_parts(
    rows, django_assert_max_num_queries
):
    first = make_record().criteria[0]
    many = tuple(replace(first, key=f"c{n}") for n in range(100, 100 + rows))
    others = tuple(
        replace(c, type="OTHER", text="New.", label="1", group="A", level=1)
        for c in many
    )
    trial = make_trial(criteria=many)
    one = act(EDIT, make_user(), reason="typo")

    with django_assert_max_num_queries(21) as captured:
        workflow.save_record(trial.pk, make_record(criteria=others), version=1, act=one)

    queries = [query["sql"] for query in captured.captured_queries]
    of_history = [q for q in queries if any(name in q for name in HISTORY_TABLES)]
    assert FieldChange.objects.count() == 1 + 5 * rows
    assert len(of_history) <= 12
