"""Rules about the page itself, its repeats and a trial's further pages."""

from curation.rules import second_page, source
from curation.rules.examples import context, record
from curation.rules.rule import Source
from trials.readers import Repeat
from trials.record.diff import apply
from trials.record.shape import ArmRecord, ConditionRecord, InterventionRecord


def page(*lines, layout="full", **values) -> Source:
    return Source(**({"layout": layout, "text": lines, "lines": {}} | values))


def run(check, kept, **values):
    return list(check(kept, context(**values)))


def test_a_record_without_a_page_has_no_findings_about_one():
    for rule in (*source.RULES, *second_page.RULES):
        assert run(rule.check, record()) == []


def test_unplaced_lines_that_follow_each_other_are_one_finding():
    lost = page("A title", "Lost", "words", "Kept", "More", unplaced=(2, 3, 5))

    found = run(source.unplaced_line, record(), source=lost)

    assert [f.lines for f in found] == [((2, 3),), ((5, 5),)]
    assert [f.evidence for f in found] == ["Lost\nwords", "More"]


def test_an_unplaced_line_is_looked_for_below_the_value_above_it():
    lost = page("A title", "Lost", lines={"brief_title": (1, 1)}, unplaced=(2,))

    (found,) = run(source.unplaced_line, record(), source=lost)

    assert found.paths == ("brief_title",)


def test_a_whole_page_is_not_cut():
    whole = page("More Related Trials", layout="snapshot", headings=(1,))

    assert run(source.page_cut, record(), source=whole) == []


def test_a_page_of_another_layout_has_no_known_end():
    assert run(source.page_cut, record(), source=page("A", layout="other")) == []


def test_numbered_criteria_are_no_sections():
    lines = ("1. Study Identification", "9. Adults")
    numbered = page(*lines, headings=(1,))

    assert run(source.section_gap, record(), source=numbered) == []


def test_two_prints_that_differ_are_both_shown():
    kept = record(criteria="I Adults | E Pregnancy")
    again = (Repeat("criteria[c2].text", 3, 3, "Pregnant women"),)
    printed = page(lines={"criteria[c2].text": (9, 9)}, repeats=again)

    (found,) = run(source.duplicate_section, kept, source=printed)

    assert found.variants == ("Pregnant women",)
    assert found.lines == ((9, 9), (3, 3))
    assert "line 9 says “Pregnancy”, line 3 “Pregnant women”" in found.message


def test_phases_are_left_to_their_own_rule():
    again = page(repeats=(Repeat("phases", 7, 7, "PHASE4"),))

    kept = record(phases=("PHASE2",))

    assert run(source.duplicate_section, kept, source=again) == []


def test_a_part_that_only_the_second_print_has_is_found():
    again = page(repeats=(Repeat("conditions", 3, 3, "Shock"),))
    kept = record(conditions=(ConditionRecord(key="cd1", name="Sepsis"),))

    (found,) = run(source.duplicate_section, kept, source=again)

    assert "one more of the conditions in line 3: “Shock”" in found.message


def test_a_missing_list_is_left_to_the_rule_that_asks_for_it():
    again = page(repeats=(Repeat("conditions", 3, 3, "Shock"),))

    assert run(source.duplicate_section, record(), source=again) == []


def test_the_other_pages_value_can_be_taken():
    kept = record(brief_title="On X", phases=("PHASE2",))
    other = record(brief_title="On Y", phases=("PHASE2",))
    printed = page("On Y", lines={"brief_title": (1, 1)})

    (found,) = run(second_page.second_page, kept, others=((printed, other),))

    assert apply(kept, found.fix.changes) == other


def test_what_a_curator_changed_is_no_disagreement_of_pages():
    mine = page("On X", lines={"brief_title": (1, 1)})
    other = record(brief_title="On X")

    found = run(
        second_page.second_page,
        record(brief_title="On X and Y"),
        source=mine,
        others=((mine, other),),
    )

    assert found == []


def test_all_that_the_record_lacks_is_one_finding():
    other = record(official_title="A Trial of X", start_date="2020-02", sex="ALL")
    kept = record()

    (found,) = run(second_page.second_page, kept, others=((page(), other),))

    assert apply(kept, found.fix.changes) == other


def test_parts_of_the_other_page_come_without_their_links():
    drug = InterventionRecord(key="i1", name="Drug X")
    arm = ArmRecord(key="a1", label="X", interventions=("i1",))
    kept = record("I Adults")
    other = record("I Adults", arms=(arm,), interventions=(drug,))

    found = run(second_page.second_page, kept, others=((page(), other),))

    fixed = kept
    for one in found:
        fixed = apply(fixed, one.fix.changes)
    assert [part.label for part in fixed.arms] == ["X"]
    assert [part.name for part in fixed.interventions] == ["Drug X"]


def test_two_layouts_list_marks_do_not_differ():
    mine = record(detailed_description="OUTLINE:\n* Patients are followed.")
    other = record(detailed_description="OUTLINE:\nPatients are followed.")

    assert run(second_page.second_page, mine, others=((page(), other),)) == []
