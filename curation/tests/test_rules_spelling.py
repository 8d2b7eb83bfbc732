"""Misspelt words and wrong expressions: on the seeds, and in made-up records."""

import datetime
from pathlib import Path

import pytest

from curation.rules import phrases, spelling
from curation.rules.examples import ExampleWords, context, record
from curation.rules.rule import Context, Source
from curation.rules.texts import word_counts
from curation.words import KnownWords
from trials.readers import read, split_lines
from trials.record import diff
from trials.record.shape import InterventionRecord, ReferenceRecord, SponsorRecord

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
FULL = "NCT04225780.full.txt"
SNAPSHOT = "NCT04426201.snapshot.txt"
RULES = {rule.id: rule.check for rule in (*spelling.RULES, *phrases.RULES)}
WORDS = KnownWords({})


def read_seed(name):
    text = (PAGES / name).read_text()
    reading = read(text)
    source = Source(
        layout=reading.layout,
        text=tuple(split_lines(text)),
        lines=reading.lines,
        repeats=reading.repeats,
    )
    today = datetime.date(2024, 5, 1)
    return reading.record, Context(today=today, words=WORDS, source=source)


def check(rule, record, **values):
    return [*RULES[rule](record, context(**values))]


@pytest.mark.parametrize(
    ("rule", "lines", "before", "after"),
    [
        ("spelling.record-variant", {54, 56, 175, 181}, "EILSA", "ELISA"),
        ("spelling.corpus-variant", {103}, "pleotropic", "pleiotropic"),
        ("spelling.phrase", {103}, "lupus erythematous", "lupus erythematosus"),
        ("spelling.phrase", {74}, "Efficiency and Safety", "Efficacy and Safety"),
        ("spelling.phrase", {74}, "Control Trial", "Controlled Trial"),
        ("spelling.phrase", {102}, "an increasing of", "an increase in"),
        (
            "spelling.phrase",
            {102},
            "Cytomegalovirus (CMV) infections is a",
            "Cytomegalovirus (CMV) infection is a",
        ),
        ("spelling.phrase", {104}, "effective and safety", "efficacy and safety"),
        (
            "spelling.hyphen-variant",
            {47, 102, 155, 165, 171},
            "antiviral",
            "anti-viral",
        ),
    ],
)
def test_it_finds_what_is_misspelt_on_the_full_seed(rule, lines, before, after):
    seed, known = read_seed(FULL)

    found = {(f.fix.before, f.fix.after): f for f in RULES[rule](seed, known)}

    finding = found[before, after]
    assert {n for first, last in finding.lines for n in range(first, last + 1)} == lines
    fixed = diff.apply(seed, finding.fix.changes)
    assert not any(f.evidence == finding.evidence for f in RULES[rule](fixed, known))


def test_it_finds_two_ways_to_write_low_dose():
    seed, known = read_seed(FULL)

    (_, finding) = RULES["spelling.hyphen-variant"](seed, known)

    fixed = diff.apply(seed, finding.fix.changes)
    assert finding.paths[0] == "brief_title"
    assert "Low-Dose IL-2" in fixed.brief_title


@pytest.mark.parametrize("name", [FULL, SNAPSHOT])
def test_the_typo_rules_find_nothing_else_on_the_seeds(name):
    seed, known = read_seed(name)

    found = [f.evidence for rule in spelling.RULES for f in rule.check(seed, known)]

    assert found == (["EILSA", "pleotropic"] if name == FULL else [])


def test_one_finding_has_all_places_and_its_label_counts_them():
    seed, known = read_seed(FULL)

    (finding,) = RULES["spelling.record-variant"](seed, known)

    assert len(finding.paths) == 2
    assert finding.fix.label == "Replace “EILSA” by “ELISA” (2 places)"
    fixed = diff.apply(seed, finding.fix.changes)
    assert not [o for o in fixed.outcomes if "EILSA" in o.description]


# Words


@pytest.mark.parametrize(
    ("criteria", "word", "right"),
    [
        ("I Randomized patients | E Randomizd patients", "Randomizd", "Randomized"),
        ("I Good toxicity | E Bad toxictiy", "toxictiy", "toxicity"),
        ("I Some fever | E No feever", "feever", "fever"),
    ],
)
def test_an_unknown_word_one_edit_from_a_word_of_the_record_is_found(
    criteria, word, right
):
    words = ExampleWords("randomized patients toxicity fever good bad some")

    (finding,) = check("spelling.record-variant", record(criteria), words=words)

    assert (finding.fix.before, finding.fix.after) == (word, right)


def test_a_drug_written_otherwise_than_the_intervention_is_found():
    trial = record(
        "I Allergy to gancyclovir",
        interventions=(InterventionRecord(key="i1", name="Ganciclovir"),),
    )

    (finding,) = check("spelling.record-variant", trial)

    assert finding.fix.after == "ganciclovir"


@pytest.mark.parametrize(
    "names",
    [
        {"interventions": (InterventionRecord(key="i1", name="Pleotropic"),)},
        {"references": (ReferenceRecord(key="r1", citation="Pleotropic A. BMJ."),)},
        {"sponsors": (SponsorRecord(key="s1", name="Pleotropic Ltd"),)},
        {"official_title": "Pleotropic cells"},
    ],
)
def test_a_name_is_no_typo(names):
    words = ExampleWords("pleiotropic")

    for rule in ("spelling.record-variant", "spelling.corpus-variant"):
        trial = record("I A pleotropic and pleiotropic cell", **names)
        assert not check(rule, trial, words=words)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("ineligible", "eligible"),
        ("asymptomatic", "symptomatic"),
        ("adduction", "abduction"),
        # One edit from both of two opposites: nobody can tell which one is meant.
        ("hyprtension", "hypertension hypotension"),
        ("neligible", "eligible ineligible negligible"),
    ],
)
def test_it_never_proposes_the_opposite(word, known):
    trial = record(f"I No {word} | E Is {' or '.join(known.split())}")
    words = ExampleWords(known, dict.fromkeys(known.split(), 10_000))

    for rule in ("spelling.record-variant", "spelling.corpus-variant"):
        assert not check(rule, trial, words=words)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("haemoglobinuria", "hemoglobinuria"),
        ("vaccinees", "vaccines"),
        ("timepoints", "timepoint"),
        ("debulked", "debunked bulked"),
    ],
)
def test_another_form_of_a_word_is_no_typo(word, known):
    trial = record(f"I No {word} | E Is {known}")

    for rule in ("spelling.record-variant", "spelling.corpus-variant"):
        assert not check(rule, trial, words=ExampleWords(known))


@pytest.mark.parametrize(
    ("counts", "is_found"),
    [
        ({"marrow": 200}, True),
        ({"marrow": 149}, False),
        ({"marrow": 1000, "marow": 5}, True),
        ({"marrow": 900, "marow": 5}, False),
        ({"marrow": 200, "mayow": 200}, False),
        ({"marrow": 9000, "marow": 9}, False),
    ],
)
def test_the_desks_records_decide_by_how_often_they_use_a_word(counts, is_found):
    words = ExampleWords("marrow mayow", counts)

    found = check("spelling.corpus-variant", record("I Bone marow"), words=words)

    assert bool(found) == is_found


def test_a_short_or_capital_word_is_not_judged_by_english_alone():
    words = ExampleWords("marrow pleiotropic")

    for text in ("I Bone marow", "I Treated by Pleotropic today"):
        assert not check("spelling.corpus-variant", record(text), words=words)


@pytest.mark.parametrize(
    "text", ["I www.pleotropic.org", "I x@pleotropic", "I pleotropic-B"]
)
def test_a_part_of_an_address_or_a_compound_is_no_word(text):
    words = ExampleWords("pleiotropic")

    assert not check("spelling.corpus-variant", record(text), words=words)


# Acronyms


@pytest.mark.parametrize(
    ("criteria", "wrong", "right"),
    [
        ("I COVID | I COVID | E COIVD", "COIVD", "COVID"),
        ("I GVHD and GVHD (GHVD)", "GHVD", "GVHD"),
        ("I SARS-CoV-2 | I SARS | E SRAS-CoV-2", "SRAS", "SARS"),
    ],
)
def test_swapped_letters_of_an_acronym_are_found_without_a_word_list(
    criteria, wrong, right
):
    (finding,) = check("spelling.record-variant", record(criteria))

    assert (finding.fix.before, finding.fix.after) == (wrong, right)


def test_two_forms_with_equal_claims_are_shown_without_a_fix():
    (finding,) = check("spelling.record-variant", record("I CLRM | E CRLM"))

    assert finding.fix is None
    assert finding.paths == ("criteria[c1].text", "criteria[c2].text")


def test_usual_words_in_a_text_in_capitals_are_no_acronyms():
    words = KnownWords({})

    trial = record(brief_title="DATA FROM THE FORM OF A TRIAL ON A TRAIL")

    assert not check("spelling.record-variant", trial, words=words)


# Expressions


@pytest.mark.parametrize(
    "text",
    [
        "I The rate of infections is a primary outcome",
        "I A matched case-control study",
        "I Glycemic control trial",
        "I Inefficiency and safety",
        "I More than increasing of doses",
        "I Systemic lupus erythematosus",
    ],
)
def test_a_right_expression_is_left_alone(text):
    assert not check("spelling.phrase", record(text))


def test_a_verb_and_a_noun_may_differ_by_a_hyphen():
    trial = record(
        "I At the follow-up visit | E To follow up patients | E Re-treat once"
    )

    assert not check("spelling.hyphen-variant", trial)


def test_each_letter_keeps_its_case_when_a_hyphen_goes():
    trial = record("I Multicenter | I multicenter | E Multi-Center")

    (finding,) = check("spelling.hyphen-variant", trial)

    fixed = diff.apply(trial, finding.fix.changes)
    assert fixed.criteria[2].text == "MultiCenter"


def test_a_word_is_counted_as_often_as_titles_and_prose_use_it():
    trial = record("I Fever, fever | E No fever", brief_title="Fever (high)")

    counts = word_counts(trial)

    assert counts["fever"] == 4
    assert counts["high"] == 1
