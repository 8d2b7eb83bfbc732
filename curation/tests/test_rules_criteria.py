"""Rules on the eligibility lists: the two seed pages, made-up lists, false alarms."""

import datetime
import time
from pathlib import Path

import pytest

from curation.rules import (
    criteria_headings,
    criteria_items,
    criteria_lists,
    criteria_numbers,
    criteria_participants,
    criteria_texts,
)
from curation.rules.examples import ExampleWords, context, record
from curation.rules.rule import Context, Severity, Source
from trials.readers import read, split_lines
from trials.record import diff
from trials.record.vocabulary import CriterionType

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
RULES = (
    *criteria_headings.RULES,
    *criteria_numbers.RULES,
    *criteria_items.RULES,
    *criteria_lists.RULES,
    *criteria_texts.RULES,
    *criteria_participants.RULES,
)
INCLUSION, EXCLUSION = CriterionType.INCLUSION, CriterionType.EXCLUSION


def read_page(name):
    text = (PAGES / name).read_text(encoding="utf-8")
    reading = read(text)
    source = Source(
        layout=reading.layout,
        text=tuple(split_lines(text)),
        lines=reading.lines,
        repeats=reading.repeats,
        headings=reading.headings,
    )
    return reading.record, Context(
        datetime.date(2024, 5, 1), ExampleWords(), source=source
    )


@pytest.fixture(scope="module")
def snapshot():
    return read_page("NCT04426201.snapshot.txt")


@pytest.fixture(scope="module")
def full():
    return read_page("NCT04225780.full.txt")


def findings(trial, around):
    """(rule id, finding) of all rules of a default installation."""
    return [
        (rule.id, found)
        for rule in RULES
        if rule.is_on
        for found in rule.check(trial, around)
    ]


def ids(criteria, **values):
    return {name for name, _ in findings(record(criteria, **values), context())}


def only(rule_id, criteria, **values):
    """The one finding of that rule in a made-up list."""
    trial = record(criteria, **values)
    (found,) = [f for name, f in findings(trial, context()) if name == rule_id]
    return trial, found


def labels(trial, kind):
    return [item.label for item in trial.criteria if item.type == kind]


def applied(trial, found):
    return diff.apply(trial, found.fix.changes)


def lines_of(found, source):
    """First lines of what a finding is about."""
    return {source.lines[path][0] for path in found.paths if path in source.lines}


# The seed pages

SNAPSHOT_ROWS = [
    ("criteria.heading-too-early", set(range(65, 73)), "Move 8 lines to inclusion"),
    ("criteria.numbering-gap", {62}, None),
    ("criteria.numbering-gap", {63, 65}, None),
    ("criteria.numbering-duplicate", {88, 89}, "Number it 17"),
    ("criteria.orphan-line", {68, 69}, "Join to item 9"),
    ("criteria.cross-reference", {66}, None),
    ("criteria.inclusion-wording-in-exclusion", {67, 72}, None),
    ("criteria.trailing-connector", {62}, None),
    ("criteria.trailing-connector", {63}, None),
    ("criteria.malformed-range", {67}, "Write “25 to 80”"),
    ("criteria.double-comparison", {70}, None),
]

FULL_ROWS = [
    ("criteria.dangling-reference", {201}, None),
    ("criteria.repeated-list-term", {206}, "Remove the second “bacteremia”"),
    ("criteria.merged-items", {208}, "Split into 5 lines"),
    ("criteria.negated-duplicate", {202, 205}, None),
]


@pytest.mark.parametrize(("rule_id", "lines", "label"), SNAPSHOT_ROWS)
def test_the_snapshot_page_has_this_finding(snapshot, rule_id, lines, label):
    trial, around = snapshot

    labels_of = [
        found.fix and found.fix.label
        for name, found in findings(trial, around)
        if name == rule_id and lines_of(found, around.source) == lines
    ]

    assert labels_of == [label]


@pytest.mark.parametrize(("rule_id", "lines", "label"), FULL_ROWS)
def test_the_full_page_has_this_finding(full, rule_id, lines, label):
    trial, around = full

    labels_of = [
        found.fix and found.fix.label
        for name, found in findings(trial, around)
        if name == rule_id and lines_of(found, around.source) == lines
    ]

    assert labels_of == [label]


def test_the_seed_pages_have_no_other_findings(snapshot, full):
    assert len(findings(*snapshot)) == len(SNAPSHOT_ROWS)
    assert len(findings(*full)) == len(FULL_ROWS)


def test_the_message_of_the_misfiled_run_names_items_lists_and_line(snapshot):
    (message,) = [
        found.message
        for name, found in findings(*snapshot)
        if name == "criteria.heading-too-early"
    ]

    assert message == (
        "Items 6–12 stand under “Exclusion Criteria” but continue the inclusion list "
        "(2, 3 and 6–12); the list restarts at 1 on line 73."
    )


FIXES = [
    ("criteria.heading-too-early", "Exclusion: 6, 7, 8, 9, –, 10, 11, 12"),
    ("criteria.orphan-line", None),
    ("criteria.numbering-duplicate", "11"),
    ("criteria.malformed-range", None),
]


def test_the_fixes_put_the_lists_of_the_snapshot_page_right(snapshot):
    trial, around = snapshot
    applied_ids = []

    while fixable := [
        (name, found) for name, found in findings(trial, around) if found.fix
    ]:
        name, found = fixable[0]
        applied_ids.append(name)
        trial = applied(trial, found)

    assert sorted(applied_ids) == sorted(name for name, _ in FIXES)
    assert labels(trial, INCLUSION) == ["2", "3", *map(str, range(6, 13))]
    assert labels(trial, EXCLUSION) == [str(number) for number in range(1, 18)]
    assert trial.criteria[-1].text == "Patients under guardianship"
    ninth = next(i for i in trial.criteria if i.label == "9" and i.type == INCLUSION)
    assert ninth.text.endswith(
        "no more than 72h before baseline . From this time point the investigator may "
        "choose to further postpone the commencement of IL-7 (CYT107) treatment "
        "according to patient's clinical status."
    )
    left = {name for name, _ in findings(trial, around)}
    assert "criteria.cross-reference" not in left
    assert "criteria.inclusion-wording-in-exclusion" not in left


def test_the_run_together_list_of_the_full_page_becomes_sub_items(full):
    trial, around = full
    (found,) = [f for name, f in findings(trial, around) if "merged" in name]
    place = [i.text for i in trial.criteria].index(found.fix.before)

    after = applied(trial, found)

    items = after.criteria[place : place + 5]
    assert [(i.label, i.level) for i in items] == [
        (trial.criteria[place].label, 0),
        *((str(number), 1) for number in range(1, 5)),
    ]
    assert items[0].text == "Severe comorbidities: including"
    assert items[1].text == "Heart failure (≥ grade III NYHA)"
    assert "criteria.merged-items" not in {n for n, _ in findings(after, around)}


# Headings


def test_exactly_the_run_before_the_restart_moves():
    trial, found = only(
        "criteria.heading-too-early",
        "I 1. Adults | E 2. Sepsis | E Any of: | E 4. Willing | E 1. HIV | E 2. HBV",
    )

    after = applied(trial, found)

    assert [change.new for change in found.fix.changes] == ["INCLUSION"] * 3
    assert labels(after, INCLUSION) == ["1", "2", "", "4"]
    assert labels(after, EXCLUSION) == ["1", "2"]
    assert ids("I 1. Adults | I 2. Sepsis | E 1. HIV") == set()


MISFILED = [
    # The last item announces a list of its own.
    ("I 1. a | E 2. b | E 3. one of: | E 1. c | E 2. d | E 1. x | E 2. y", "2312"),
    # An inner list inside the run.
    ("I 1. a | E 2. one of: | E 1. c | E 2. d | E 3. b | E 1. x | E 2. y", "2123"),
    # The heading stands inside an inner list.
    ("I 1. one of: | E 1. c | E 2. d | E 2. b | E 3. e | E 1. x | E 2. y", "1223"),
    # A number is lost at the break, and one in the second list.
    ("I 1. a | E 3. b | E 1. x | E 2. y | E 4. z", "3"),
    # The number that is lost in the second list happens to be the next of the first.
    ("I 1. a | I 2. b | E 3. c | E 1. w | E 2. x | E 3. y | E 5. z", "3"),
    # A last item that is numbered too low.
    ("I 1. a | E 2. b | E 1. w | E 2. x | E 3. y | E 4. z | E 3. last", "2"),
    # Items of exclusion under the heading of inclusion.
    ("E 1. a | E 2. b | I 3. c | I 1. x | I 2. y", "3"),
    # The line that announces the second list stays with it.
    ("I 1. a | E 2. b | E Any of the following: | E 1. x | E 2. y", "2"),
    # Lists of two phases.
    ("I Phase I | I 1. a | I Phase II | E 1. b | E Phase I | E 1. x", "1"),
]


@pytest.mark.parametrize(("criteria", "run"), MISFILED)
def test_a_misfiled_run_is_found_exactly(criteria, run):
    trial, found = only("criteria.heading-too-early", criteria)

    keys = [path.removesuffix(".text") for path in found.paths]
    moved = [item for item in trial.criteria if f"criteria[{item.key}]" in keys]

    assert "".join(item.label for item in moved) == run


@pytest.mark.parametrize(
    "criteria",
    [
        "I 1. a | I 2. b | E 1. x | E 2. y",
        "I 1. a | I 2. one of: | I 1. c | I 2. d | E 1. x | E 2. y",
        "I 1. a | E 2. x | E 3. y",
        "I 1. a | I 2. b | E 2. x | E 3. y",
        "I a | I b | E 5. x | E 1. y",
        "I 1. a | I 2. b | E 1. x | E 2. one of: | E 1. y | E 2. z | E 3. w",
        "I 1. a | I 2. b | I 3. c | E 1. x | E 2. y | E 4. z | E 1. last",
    ],
)
def test_lists_with_numbers_of_their_own_are_not_misfiled(criteria):
    assert "criteria.heading-too-early" not in ids(criteria)


def test_only_a_heading_with_a_colon_of_its_own_is_one():
    rule = "criteria.header-in-item"

    assert rule in ids("I Adults. Exclusion Criteria: Sepsis")
    assert rule in ids("I Adults | I Exclusion criteria for all subjects: | I Sepsis")
    for text in (
        "see exclusion criteria: HIV",
        "Meets all inclusion criteria",
        "See Exclusion Criteria, below, for exceptions",
        "Patients meeting any of the following exclusion criteria: HIV",
    ):
        assert rule not in ids(f"I {text}")


def test_items_below_a_heading_in_an_item_go_with_it():
    trial, found = only(
        "criteria.header-in-item", "I Adults. Exclusion Criteria: Sepsis | I HIV"
    )

    after = applied(trial, found)

    assert [(item.type, item.text) for item in after.criteria] == [
        (INCLUSION, "Adults."),
        (EXCLUSION, "Sepsis"),
        (EXCLUSION, "HIV"),
    ]


def test_a_heading_that_names_a_group_becomes_that_group():
    trial, found = only(
        "criteria.header-in-item",
        "I Adults | I Exclusion criteria for all subjects: | I Sepsis | I HIV",
    )

    after = applied(trial, found)

    assert [(i.type, i.group, i.text) for i in after.criteria] == [
        (INCLUSION, "", "Adults"),
        (EXCLUSION, "all subjects", "Sepsis"),
        (EXCLUSION, "all subjects", "HIV"),
    ]


def test_a_lost_exclusion_list_is_found_by_the_line_that_announces_it():
    trial, found = only(
        "criteria.missing-section",
        "I 1. Adults | I Any of these will exclude a subject. | I 1. HIV | I 2. HBV",
    )

    after = applied(trial, found)

    assert labels(after, INCLUSION) == ["1"]
    assert labels(after, EXCLUSION) == ["", "1", "2"]


def test_records_with_lists_of_their_own_kind_lack_none():
    assert ids("O DISEASE CHARACTERISTICS: | O Sepsis") == set()
    assert ids("I Anyone", study_type="EXPANDED_ACCESS") == set()
    assert ids("") == set()
    assert ids("O Adults") == {"criteria.missing-section"}


# Numbers


@pytest.mark.parametrize(
    ("criteria", "missing"),
    [
        ("I 2. a | I 3. b | E x", "criterion 1 is missing"),
        ("I 1. a | I 5. b | E x", "criteria 2–4 are missing"),
        ("I 1. a | I 2. of: | I 1. c | I 3. d | I 3. b | E x", "criterion 2 is"),
        ("I 1. a | I 2. of: | I 1. c | I 2. d | I 4. b | E x", "criterion 3 is"),
        ("I 1. a | I 2. as shown by | I 2. c | I 3. b | E x", "criterion 1 is"),
        ("I 1. a | I 2. of: | I 1. c | I 3. b | E x", "has one item only"),
    ],
)
def test_lost_numbers_are_named(criteria, missing):
    _, found = only("criteria.numbering-gap", criteria)

    assert missing in found.message


def test_a_number_between_two_others_is_put_right_only_where_its_place_is_free():
    rule = "criteria.numbering-duplicate"

    _, low = only(rule, "I 1. a | I 2. b | I 3. c | I 2. d | I 5. e | E x")
    _, twice = only(rule, "I 1. a | I 2. b | I 2. c | I 3. d | E x")

    assert low.fix.after == "4"
    assert twice.fix is None


def test_lists_inside_items_do_not_restart():
    for criteria in (
        "I 1. a | I 2. one of: | I 1. c | I 2. d | I 3. b | E x",
        "I 1. a | I 2. of the following | I 1. c | I 2. d | E x",
        "I 1. a | I 2. shown | I 1. c | I 2. d | I 3. b | E x",
    ):
        assert ids(criteria) == set()


def test_a_second_list_becomes_a_group_and_is_then_left_alone():
    rule = "criteria.numbering-restart"
    trial, found = only(rule, "I 1. a | I 2. b | I Phase II | I 1. c | I 2. d | E x")

    after = applied(trial, found)

    assert [item.group for item in after.criteria] == ["", "", *["Phase II"] * 3, ""]
    assert rule not in {name for name, _ in findings(after, context())}


def test_a_list_that_goes_on_is_numbered_from_one():
    trial, found = only("criteria.numbering-continues", "I 1. a | E 2. b | E 3. c")

    after = applied(trial, found)

    assert labels(after, EXCLUSION) == ["1", "2"]
    assert ids("I 1. a | E 2. b | E 3. c") == {"criteria.numbering-continues"}


# Items


def test_lines_with_a_mark_or_below_an_announcement_are_no_second_paragraphs():
    rule = "criteria.orphan-line"

    assert rule in ids("I 1. Fasting at baseline | I or before | I 2. Adults | E x")
    assert rule not in ids("I 1. Any of: | I fasting | I 2. Adults | E x")
    assert rule not in ids("I 1. Fasting | I a. overnight | I 2. Adults | E x")
    assert rule not in ids("I 1. Fasting | I overnight | I all day | I 2. Men | E x")


def test_items_that_go_on_in_one_line_are_split_at_their_numbers():
    trial, found = only(
        "criteria.merged-items", "E 9. Sepsis. 10. Shock. 11. Coma | E 12. HIV | I x"
    )

    after = applied(trial, found)

    assert labels(after, EXCLUSION) == ["9", "10", "11", "12"]
    assert "criteria.merged-items" not in ids("E 9. Score of 10. Then 2) or 3) | I x")
    assert "criteria.merged-items" not in ids("E Grade 2) or 3) by scale 1) | I x")


def test_a_list_that_stands_twice_is_one_finding_without_a_fix():
    _, found = only("criteria.duplicate-item", "I Men | I HIV | I Men | I HIV. | E x")

    assert found.fix is None
    assert len(found.paths) == 4


def test_equal_items_of_two_lists_are_no_duplicates():
    rule = "criteria.duplicate-item"

    assert rule not in ids("I 1. Men | I 2. HIV | I Part B | I 1. Men | E x")
    assert rule not in ids("O Liver: | O See Disease Characteristics | O HIV")


# Wording


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ALT > 2-3x ULN", "criteria.malformed-range"),
        ("Below 10 - 2 points, ≥ 10-6 M", "criteria.malformed-range"),
        ("18 years or older, oxygen > 4 L", "criteria.double-comparison"),
        ("ST depression > 1mm in 2 or more leads", "criteria.double-comparison"),
        ("Weeks 2, 4, 6, 2, 4 of sepsis", "criteria.repeated-list-term"),
        ("AML (sepsis, ALL), CML, MDS, ALL", "criteria.repeated-list-term"),
        ("Sepsis by the Sepsis-3 criteria", "criteria.dangling-reference"),
        ("RECIST criteria 1.1", "criteria.cross-reference"),
        ("See criterion 1 above", "criteria.cross-reference"),
    ],
)
def test_this_wording_is_meant(text, rule):
    assert rule not in ids(f"I 1. {text} | E 1. x")


@pytest.mark.parametrize(
    ("criteria", "limits", "is_found"),
    [
        ("I Aged 18 to 65 years", {"minimum_age": "21 Years"}, True),
        ("I Adults aged ≥ 18 years", {"minimum_age": "21 Years"}, True),
        ("I Age > 17 years", {"minimum_age": "18 Years"}, False),
        ("I Aged 18 to 65 years", {"minimum_age": "18 Years"}, False),
        ("I Aged 2 to 5 years | I Aged 6 to 9 years", {"minimum_age": "1 Year"}, False),
        ("I Smoked for at least 18 years", {"minimum_age": "21 Years"}, False),
        ("I Aged 18 to 65 years", {"minimum_age": "6 Months"}, False),
    ],
)
def test_the_age_limits_are_compared_with_the_item_on_age(criteria, limits, is_found):
    assert ("criteria.age-text" in ids(f"{criteria} | E x", **limits)) is is_found


def test_the_age_limit_is_set_to_what_the_item_says():
    trial, found = only(
        "criteria.age-text", "I Aged 18 to 65 years | E x", maximum_age="70 Years"
    )

    assert applied(trial, found).maximum_age == "65 Years"


@pytest.mark.parametrize(
    ("criteria", "sex", "is_found"),
    [
        ("I Female patients only", "ALL", True),
        ("I Male or female, aged 18", "FEMALE", True),
        ("E Pregnant or nursing", "MALE", True),
        ("I Women must use contraception", "ALL", False),
        ("I Men | I Women", "ALL", False),
        ("E Pregnant partner", "MALE", False),
        ("E Pregnant", "FEMALE", False),
    ],
)
def test_the_sex_is_compared_with_the_items(criteria, sex, is_found):
    assert ("criteria.sex-text" in ids(f"{criteria} | I x | E x", sex=sex)) is is_found


# All rules


def test_each_rule_stands_once_and_the_style_rule_is_off():
    names = [rule.id for rule in RULES]

    assert len(set(names)) == len(names) == 22
    assert [r.id for r in RULES if not r.is_on] == ["criteria.end-punctuation-mixed"]
    assert {r.id for r in RULES if r.severity == Severity.ERROR} == {
        "criteria.heading-too-early",
        "criteria.numbering-duplicate",
        "criteria.header-in-item",
        "criteria.missing-section",
    }


NASTY = [
    "a, ",
    "1) A 2) B 3) C ",
    "> 1 or more ",
    "≥ 1 - 2 ",
    "exclusion criteria ",
    "Exclusion Criteria: x. ",
    "2. A. 3. B. ",
    "and or , ",
    " ",
    ":",
    "aged 1 to ",
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("piece", NASTY)
def test_a_rule_takes_twice_as_long_for_twice_the_text(rule, piece, best_of):
    def check(count):
        half = (piece * count).strip() or "x"
        items = " | ".join(f"{k} 1. {half}." for k in "IE")
        trial = record(items)
        return best_of(lambda: list(rule.check(trial, context())))

    assert check(8000) < 4 * check(4000) + 0.002


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_takes_twice_as_long_for_twice_the_items(rule, best_of):
    def check(count):
        items = [f"{k} {n}. Item {n}: 1) A 2) B 3) C" for k in "IE" for n in (1, 3, 1)]
        trial = record(" | ".join(items * count))
        return best_of(lambda: list(rule.check(trial, context())))

    assert check(160) < 4 * check(80) + 0.002


@pytest.fixture
def best_of():
    """Seconds of the fastest of a few runs."""

    def best(work):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        return min(times)

    return best
