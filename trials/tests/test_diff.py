import pytest
from hypothesis import given
from msgspec.structs import replace

from trials.record.diff import (
    Change,
    ChangeError,
    Operation,
    apply,
    compare,
    renamed,
    text_at,
)
from trials.record.paths import parse
from trials.record.shape import CriterionRecord
from trials.tests.factory import criterion, make_record
from trials.tests.strategies import records

CREATE, CHANGE, MOVE, DELETE = Operation


@given(records(), records())
def test_applying_the_changes_gives_the_other_record(before, after):
    assert apply(before, compare(before, after)) == after


@given(records())
def test_equal_records_have_no_changes(record):
    assert compare(record, record) == ()
    assert apply(record, ()) == record


@given(records(), records())
def test_the_texts_of_a_change_are_those_at_its_path(before, after):
    for change in compare(before, after):
        if change.operation == MOVE:
            continue
        path = parse(change.path)
        assert text_at(before, path) == change.old
        assert text_at(after, path) == change.new


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("brief_title", "IL-7", "Interleukin-7 in sepsis", "IL-7"),
        ("enrollment_count", None, "40", ""),
        ("enrollment_count", 0, "40", "0"),
        ("has_results", True, "false", "true"),
        ("has_results", None, "false", ""),
        ("phases", ("PHASE2",), "PHASE1\nPHASE2", "PHASE2"),
    ],
)
def test_a_changed_value_is_told_as_text(name, value, old, new):
    changes = compare(make_record(), make_record(**{name: value}))

    assert changes == (Change(name, CHANGE, old, new),)


def test_a_new_part_is_one_change_and_leaves_the_others_alone():
    record = make_record()
    new = criterion("c14", "INCLUSION", "Consent.")

    changes = compare(record, make_record(criteria=(new, *record.criteria)))

    assert changes == (
        Change(
            "criteria[c14]", CREATE, "", '{"text":"Consent.","type":"INCLUSION"}', 1
        ),
    )


def test_a_deleted_part_is_one_change_with_all_its_values():
    record = make_record()

    changes = compare(record, make_record(criteria=record.criteria[:2]))

    assert changes == (
        Change("criteria[c9]", DELETE, '{"text":"Pregnancy.","type":"EXCLUSION"}'),
    )


def test_only_the_part_that_went_elsewhere_has_moved():
    first, second, third = make_record().criteria

    changes = compare(make_record(), make_record(criteria=(third, first, second)))

    assert changes == (Change("criteria[c9]", MOVE, "3", "1"),)


def test_what_points_at_a_deleted_part_goes_too():
    record = make_record()

    after = apply(record, [Change("interventions[i5]", DELETE)])

    assert [arm.interventions for arm in after.arms] == [(), ("i6",)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Change("colour", CHANGE), "has no field"),
        (Change("criteria[c7].colour", CHANGE), "has no field"),
        (Change("criteria[c99].text", CHANGE), "is not there any more"),
        (Change("criteria[c99]", DELETE), "is not there any more"),
        (Change("criteria[c99]", MOVE, "1", "2"), "is not there any more"),
        (Change("criteria[c7]", CREATE, "", "{}", 1), "is there already"),
        (Change("criteria[c20]", CREATE, "", '{"colour":"red"}', 1), "no such part"),
        (Change("criteria[c20]", CREATE, "", "no JSON", 1), "no such part"),
        (Change("phases[p1]", CREATE, "", "{}", 1), "is no list of parts"),
        (Change("has_results", CHANGE, "", "yes"), "neither true nor false"),
        (Change("enrollment_count", CHANGE, "", "-1"), "no whole number"),
        (Change("arms[a3].interventions", CHANGE, "", "i5\ni5"), "do not fit"),
    ],
)
def test_a_change_that_the_record_does_not_admit_is_refused(change, says):
    with pytest.raises(ChangeError, match=says):
        apply(make_record(), [change])


def created(*texts, first=14):
    """Criteria with keys from c14."""
    return tuple(criterion(f"c{n}", "", text) for n, text in enumerate(texts, first))


def test_new_parts_under_used_keys_get_others():
    base = make_record()
    theirs = make_record(criteria=(*base.criteria, *created("Theirs.")))
    mine = make_record(criteria=(*base.criteria, *created("Mine.", "Mine too.")))

    changes = renamed(compare(base, mine), last_key=14)
    both = apply(theirs, changes)

    assert {c.key: c.text for c in both.criteria[3:]} == {
        "c14": "Theirs.",
        "c15": "Mine too.",
        "c16": "Mine.",
    }


def test_a_key_is_not_used_again_though_its_part_has_gone():
    base = make_record()
    mine = make_record(criteria=(*base.criteria, *created("Mine.")))

    (change,) = renamed(compare(base, mine), last_key=20)

    assert change.path == "criteria[c21]"


def test_keys_that_were_never_used_are_kept():
    base = make_record()
    mine = make_record(criteria=(*base.criteria[1:], *created("Mine.")))

    assert renamed(compare(base, mine), last_key=13) == compare(base, mine)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("brief_title", "Interleukin-7 in sepsis"),
        ("phases", "PHASE1\nPHASE2"),
        ("criteria[c9].text", "Pregnancy."),
        ("contacts[cp13].location", "l10"),
        ("contacts[cp12].location", ""),
        ("criteria[c9]", '{"text":"Pregnancy.","type":"EXCLUSION"}'),
        ("criteria[c99].text", ""),
    ],
)
def test_the_text_at_a_path_is_read(path, text):
    assert text_at(make_record(), parse(path)) == text


def test_many_parts_that_stay_are_told_apart_from_those_that_move():
    parts = [CriterionRecord(key=f"c{n}", text=str(n)) for n in range(1, 301)]
    before = make_record(criteria=tuple(parts))
    moved = parts[:100] + parts[101:200] + [parts[100]] + parts[200:]

    changes = compare(before, replace(before, criteria=tuple(moved)))

    assert [change.path for change in changes] == ["criteria[c101]"]
