"""Rules on the eligibility lists: the two seed pages, and all rules together."""

import time

import pytest

from curation.rules.examples import context, record
from curation.rules.misfiling import numbering_of
from curation.rules.numbering import sections
from curation.rules.rule import Severity
from curation.tests.criteria import (
    EXCLUSION,
    INCLUSION,
    RULES,
    applied,
    findings,
    labels,
    lines_of,
    read_page,
)


@pytest.fixture(scope="module")
def snapshot():
    return read_page("NCT04426201.snapshot.txt")


@pytest.fixture(scope="module")
def full():
    return read_page("NCT04225780.full.txt")


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
def test_a_rule_takes_no_more_than_its_share_for_longer_texts(rule, best_of):
    def check(count):
        texts = [(piece * count).strip() or "x" for piece in NASTY]
        trial = record(" | ".join(f"{k} 1. {text}." for k in "IE" for text in texts))
        return best_of(lambda: list(rule.check(trial, context())))

    # Three doublings: eight times the work, where squares would be 64 times.
    assert check(1600) < 20 * check(200) + 0.01


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_takes_no_more_than_its_share_for_more_items(rule, best_of):
    def check(count):
        items = [f"{k} {n}. Item {n}: 1) A 2) B 3) C" for k in "IE" for n in (1, 3, 1)]
        trial = record(" | ".join(items * count))
        return best_of(lambda: list(rule.check(trial, context())))

    assert check(160) < 20 * check(20) + 0.01


@pytest.fixture
def best_of():
    """Seconds of the fastest of a few runs, nothing remembered from the one before."""

    def best(work):
        times = []
        for _ in range(5):
            numbering_of.cache_clear()
            sections.cache_clear()
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        return min(times)

    return best
