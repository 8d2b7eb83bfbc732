"""Spoilt characters, stray blanks, placeholders: the seeds, made-up records."""

import datetime
from pathlib import Path
from time import process_time

import pytest

from curation.rules import phrases, spelling, text_marks, text_spacing, text_values
from curation.rules.examples import ExampleWords, context, record
from curation.rules.rule import Context, Severity, Source
from curation.rules.texts import texts_of
from curation.words import KnownWords
from trials.readers import Repeat, read, split_lines
from trials.record import diff
from trials.record.shape import ConditionRecord, RelatedTrialRecord

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
FULL = "NCT04225780.full.txt"
SNAPSHOT = "NCT04426201.snapshot.txt"
WORDS = KnownWords({})
RULES = {
    rule.id: rule
    for module in (text_marks, text_spacing, text_values)
    for rule in module.RULES
}
ALL_RULES = (*spelling.RULES, *phrases.RULES, *RULES.values())


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
    return [*RULES[rule].check(record, context(**values))]


SEED_ROWS = [
    (FULL, "text.space-before-punctuation", {18, 201}, "Criteria ;", "Criteria;"),
    (
        FULL,
        "text.comma-capital",
        {107},
        "subcutaneously, The",
        "subcutaneously. The",
    ),
    (FULL, "text.double-preposition", {104}, "of after", "after"),
    (SNAPSHOT, "text.space-before-punctuation", {68}, "baseline .", "baseline."),
    (SNAPSHOT, "text.superscript", {68}, "mm3", "mm³"),
    (SNAPSHOT, "text.stop-before-bracket", {88}, "6. (assessed", "6 (assessed"),
    (SNAPSHOT, "text.slash-space", {87}, "screening/ baseline", "screening/baseline"),
    (SNAPSHOT, "text.micro-sign", {30, 46, 54}, "µ", "μ"),
    (SNAPSHOT, "text.bracket-space", {1}, "( ILIAD-7-US-O )", "(ILIAD-7-US-O)"),
    (SNAPSHOT, "text.odd-capitals", {1, 18}, "InterLeukin", "Interleukin"),
    (SNAPSHOT, "text.odd-capitals", {18}, "pAtients", "Patients"),
]


@pytest.mark.parametrize(("name", "rule", "lines", "before", "after"), SEED_ROWS)
def test_it_finds_the_seeds_slips(name, rule, lines, before, after):
    seed, known = read_seed(name)

    found = {f.fix.before: f for f in RULES[rule].check(seed, known)}

    finding = found[before]
    assert finding.fix.after == after
    assert {n for first, last in finding.lines for n in range(first, last + 1)} == lines
    fixed = diff.apply(seed, finding.fix.changes)
    assert not any(
        f.evidence == finding.evidence for f in RULES[rule].check(fixed, known)
    )


def test_it_finds_the_seeds_lost_beginning():
    seed, known = read_seed(SNAPSHOT)

    (finding,) = RULES["text.starts-mid-sentence"].check(seed, known)

    assert finding.paths == ("detailed_description",)
    assert finding.lines == ((30, 30),)


def test_it_finds_the_seeds_dash_that_the_reader_left_out():
    seed, known = read_seed(SNAPSHOT)

    (finding,) = RULES["text.placeholder"].check(seed, known)

    assert finding.paths == ("org_study_id_type",)
    assert finding.severity == Severity.NOTE


@pytest.mark.parametrize("name", [FULL, SNAPSHOT])
def test_it_finds_nothing_else_on_the_seeds(name):
    seed, known = read_seed(name)
    expected = {(row[1], row[3]) for row in SEED_ROWS if row[0] == name}

    found = {
        (rule.id, finding.fix.before)
        for rule in RULES.values()
        if rule.is_on
        for finding in rule.check(seed, known)
        if finding.fix
    }

    assert found == expected


def test_units_written_together_are_found_where_the_rule_is_switched_on():
    seed, known = read_seed(SNAPSHOT)
    rule = RULES["text.number-unit-space"]

    assert not rule.is_on
    assert "72hrs" in {f.fix.before for f in rule.check(seed, known)}


@pytest.mark.parametrize(
    ("rule", "text", "after"),
    [
        ("text.markdown-escape", r"ALT \> 5 and 11\. more", [".", ">"]),
        ("text.mojibake", "mmÂ³", ["³"]),
        ("text.mojibake", "SjÃ¶gren’s", ["ö"]),
        ("text.mojibake", "the patientâ€™s dose", ["’"]),
        ("text.mojibake", "age â‰¥ 18", ["≥"]),
        ("text.mojibake", "10 Î¼g", ["μ"]),
        ("text.html-entity", "Age &gt; 18 &#8722; 20 &#x2265;", [">", "−", "≥"]),
        ("text.smart-quotes", "the patient’s “own”", ["patient's"]),
        ("text.invisible", "with\u200b asthma", ["with"]),
        ("text.fullwidth", "Age（18）", ["Age(18)"]),
        ("text.superscript", "30 kg/m2, 5 cm2 and 100/mm3", ["cm²", "mm³", "m²"]),
        ("text.double-preposition", "Change of the the dose", ["the"]),
        ("text.double-preposition", "Proof of with placebo", ["with"]),
        ("text.bracket-space", "Dose (2 mCi )", ["(2 mCi)"]),
        ("text.slash-space", "day /night and a/ b", ["a/b", "day/night"]),
        ("text.comma-capital", "Given orally, However not", ["orally. However"]),
    ],
)
def test_a_slip_is_put_right(rule, text, after):
    trial = record(f"I {text}")

    found = check(rule, trial)

    assert sorted(f.fix.after for f in found) == sorted(after)
    for finding in found:
        assert diff.apply(trial, finding.fix.changes) != trial


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("text.micro-sign", "10 µg and 20 µg"),
        ("text.markdown-escape", r"and\or"),
        ("text.mojibake", "Ångström, Señor, naïve, ÄÖÜ, “quoted”, ≥ ≤ ± 5 °C"),
        ("text.html-entity", "R&D; AT&T; search?a=1&b=2"),
        ("text.lost-sign", "Is the patient fit? 5 questions"),
        ("text.superscript", "M2, am2, blocks m2 receptors, mm3x"),
        ("text.space-before-punctuation", "1 : 1, .5 mg, a . . . b"),
        ("text.comma-capital", "Rotterdam, The Netherlands, In vitro"),
        ("text.double-preposition", "carcinoma in in situ; thereof after; this is"),
        ("text.double-preposition", "protein in individuals of at least 18"),
        ("text.bracket-space", "f(x) (a) [ b ]"),
        ("text.slash-space", "day / night, 1/2"),
        ("text.stop-before-bracket", "drugs, e.g. (but not only) aspirin. (See below)"),
        ("text.number-unit-space", "Ad26, 2D, IL-2"),
    ],
)
def test_what_is_right_is_left_alone(rule, text):
    assert not check(rule, record(f"I {text}"))


def test_a_lost_character_is_shown_without_a_fix():
    (finding,) = check("text.mojibake", record("I Sj\ufffdgren"))

    assert finding.fix is None


def test_a_second_print_with_the_other_micro_sign_is_found():
    source = Source(
        layout="full",
        text=("5 μg", "5 µg"),
        lines={"criteria[c1].text": (2, 2)},
        repeats=(Repeat("criteria[c1].text", 1, 1, "5 μg"),),
    )

    (finding,) = check("text.micro-sign", record("I 5 µg"), source=source)

    assert finding.lines == ((1, 1), (2, 2))
    assert finding.fix.changes[0].new == "5 μg"


def test_the_same_slip_at_several_places_is_one_finding():
    trial = record("I 5 cells/mm3 | E 9 cells/mm3 and 4 mm3")

    (finding,) = check("text.superscript", trial)

    fixed = diff.apply(trial, finding.fix.changes)
    assert finding.fix.label == "Replace “mm3” by “mm³” (3 places)"
    assert [c.text for c in fixed.criteria] == ["5 cells/mm³", "9 cells/mm³ and 4 mm³"]


@pytest.mark.parametrize("title", ["HeartMate II", "eHealth", "PubMed", "mTOR", "iPad"])
def test_brands_and_symbols_keep_their_capitals(title):
    words = ExampleWords(
        "heart mate heartmate health ehealth pub med pubmed mtor ipad pad"
    )

    assert not check("text.odd-capitals", record(brief_title=title), words=words)


def test_a_related_trials_title_is_looked_at_too():
    related = RelatedTrialRecord(key="rt1", nct_id="NCT00000002", title="Old pAtients")
    words = ExampleWords("patients")

    (finding,) = check(
        "text.odd-capitals", record(related_trials=(related,)), words=words
    )

    assert finding.paths == ("related_trials[rt1].title",)


@pytest.mark.parametrize("value", ["-", "N/A", "TBD", "xxx", "None", "..."])
def test_a_placeholder_is_emptied(value):
    trial = record(why_stopped=value)

    (finding,) = check("text.placeholder", trial)

    assert diff.apply(trial, finding.fix.changes).why_stopped == ""


def test_a_condition_that_is_a_placeholder_goes_as_a_whole():
    conditions = (
        ConditionRecord(key="cd1", name="Asthma"),
        ConditionRecord(key="cd2", name="N/A"),
    )
    trial = record(conditions=conditions)

    (finding,) = check("text.placeholder", trial)

    assert diff.apply(trial, finding.fix.changes).conditions == conditions[:1]


def test_a_code_is_no_placeholder():
    trial = record("E none", allocation="NA", masking="NONE", overall_status="UNKNOWN")

    assert not check("text.placeholder", trial)


def test_a_text_that_begins_with_a_name_in_small_letters_is_whole():
    for text in ("mTOR inhibitors. " * 9, "α-blockers. " * 9, "1. Background. " * 9):
        assert not check("text.starts-mid-sentence", record(brief_summary=text))


# Hard inputs: long runs of what the patterns look for.
RUNS = [
    "a" * 20_000,
    " " * 20_000 + "x",
    "( " * 10_000,
    "\\" * 20_000,
    "&a" * 10_000,
    "Ã©" * 10_000,
    "ABCD EFGH " * 2_000,
    "low-dose low dose " * 1_200,
    "in in " * 4_000,
    "lupus erythematous " * 1_000,
    "1.0mg/ kg , " * 1_500,
    " ".join(f"abcdef{a}{b}{c}" for a in "xyzuvw" for b in "klmnop" for c in "efghij"),
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run[:12])
def test_no_rule_takes_more_time_for_each_letter_of_a_longer_text(run):
    short, long = record(f"I {run[: len(run) // 4]}x"), record(f"I {run} | I {run}")

    def seconds(rule, trial):
        best = 9.0
        for _ in range(3):
            texts_of(trial)
            start = process_time()
            for _ in rule.check(trial, known):
                pass
            best = min(best, process_time() - start)
        return best

    known = context(words=WORDS)
    for rule in ALL_RULES:
        # Eight times the text: 64 times the time if it were quadratic. Small times
        # jitter, and a busy machine gives more than eight.
        assert seconds(rule, long) < max(24 * seconds(rule, short), 0.05), rule.id
