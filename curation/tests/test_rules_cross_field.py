"""Rules about values that exclude each other: made-up records and false alarms."""

import pytest

from curation.rules import (
    arms,
    dates,
    design,
    organisations,
    outcomes,
    people,
    references,
    status,
    titles,
)
from curation.rules.examples import context, record
from curation.rules.rule import Severity, Source
from trials.readers import Repeat
from trials.record.diff import apply
from trials.record.shape import (
    ArmRecord,
    CountryRecord,
    InterventionRecord,
    LocationRecord,
    OfficialRecord,
    OutcomeRecord,
    ReferenceRecord,
    SponsorRecord,
)

DRUG = InterventionRecord(key="i1", type="DRUG", name="Drug X")
TWO_ARMS = (ArmRecord(key="a1", label="X"), ArmRecord(key="a2", label="Y"))


def run(check, kept, **values):
    return list(check(kept, context(**values)))


@pytest.mark.parametrize(
    "days",
    [
        {"start_date": "2020-05", "completion_date": "2020-05-01"},
        {"start_date": "2020", "primary_completion_date": "2020-01"},
        {"start_date": "2020-05-20", "completion_date": "2020-05"},
        {"start_date": "May 2020", "completion_date": "2019-01"},
        {"completion_date": "2019-01"},
    ],
)
def test_dates_that_may_be_in_order_are(days):
    assert run(dates.order, record(**days)) == []


def test_each_pair_of_dates_out_of_order_is_found_once():
    kept = record(
        start_date="2022", primary_completion_date="2021", completion_date="2020"
    )

    pairs = [found.paths for found in run(dates.order, kept)]

    assert pairs == [
        ("start_date", "primary_completion_date"),
        ("primary_completion_date", "completion_date"),
    ]


def test_an_actual_date_of_the_last_update_is_possible():
    kept = record(
        start_date="2022-03-05",
        start_date_type="ACTUAL",
        last_update_post_date="2022-03-05",
    )

    assert run(dates.actual_future, kept) == []


def test_dates_of_a_closed_study_become_actual():
    kept = record(
        overall_status="COMPLETED", start_date="2020-02", completion_date="2021-02"
    )

    (found,) = run(dates.type_missing, kept)

    fixed = apply(kept, found.fix.changes)
    assert (fixed.start_date_type, fixed.completion_date_type) == ("ACTUAL", "ACTUAL")
    assert run(dates.type_missing, fixed) == []


@pytest.mark.parametrize(
    ("values", "fires"),
    [
        ({"overall_status": "WITHDRAWN", "enrollment_count": 0}, False),
        ({"overall_status": "WITHDRAWN"}, False),
        ({"overall_status": "RECRUITING", "enrollment_count": 0}, True),
        (
            {
                "overall_status": "COMPLETED",
                "enrollment_count": 9,
                "enrollment_type": "ESTIMATED",
            },
            True,
        ),
        (
            {
                "overall_status": "RECRUITING",
                "enrollment_count": 9,
                "enrollment_type": "ESTIMATED",
            },
            False,
        ),
    ],
)
def test_status_and_enrollment(values, fires):
    assert bool(run(status.vs_enrollment, record(**values))) == fires


def test_a_study_that_started_is_recruiting():
    kept = record(
        overall_status="NOT_YET_RECRUITING",
        start_date="2023-01",
        start_date_type="ACTUAL",
    )

    assert run(status.vs_dates, kept)


def test_half_of_a_combined_phase_is_less_bad_than_another_phase():
    def severity(printed):
        page = Source("full", (), {}, repeats=(Repeat("phases", 7, 7, printed),))
        kept = record(phases=("PHASE1", "PHASE2"))
        (found,) = run(design.phase_two_places, kept, source=page)
        return found.severity

    assert severity("PHASE1") == Severity.WARNING
    assert severity("PHASE4") is None


@pytest.mark.parametrize(
    "title",
    [
        "A Non-Randomized Trial of X",
        "A nonrandomised trial of X",
        "X, not randomized",
        "Pseudorandom numbers in X",
    ],
)
def test_what_is_not_randomized_may_say_so(title):
    kept = record(allocation="NON_RANDOMIZED", brief_title=title, arms=TWO_ARMS)

    assert run(design.allocation_vs_text, kept) == []


def test_a_summary_may_speak_of_earlier_randomized_trials():
    kept = record(
        allocation="NON_RANDOMIZED",
        arms=TWO_ARMS,
        brief_summary="Several randomized trials of X were published.",
    )

    assert run(design.allocation_vs_text, kept) == []


def test_a_single_randomized_arm_is_found():
    kept = record(allocation="RANDOMIZED", arms=TWO_ARMS[:1])

    (found,) = run(design.allocation_vs_text, kept)

    assert apply(kept, found.fix.changes).allocation == "NA"


def test_an_open_label_extension_does_not_unmask_a_study():
    kept = record(masking="DOUBLE", brief_title="X with an Open-Label Extension")

    assert run(design.masking_vs_text, kept) == []


@pytest.mark.parametrize(
    ("title", "phases", "fires"),
    [
        ("A Phase 1b/2 Trial", ("PHASE1", "PHASE2"), False),
        ("A Phase III Trial", ("PHASE2",), True),
        ("A Phase 2 Trial", ("PHASE2", "PHASE3"), True),
        ("Multi-phase imaging", ("PHASE2",), False),
        ("Phase Inversion", ("NA",), False),
    ],
)
def test_phases_in_titles(title, phases, fires):
    kept = record(brief_title=title, phases=phases)

    assert bool(run(design.phase_vs_text, kept)) == fires


def test_a_masking_without_roles_is_a_note_unless_it_implies_them():
    (double,) = run(design.who_masked, record(masking="DOUBLE"))
    (quadruple,) = run(design.who_masked, record(masking="QUADRUPLE"))

    assert (double.severity, double.fix) == (Severity.NOTE, None)
    assert quadruple.severity is None
    assert len(apply(record(), quadruple.fix.changes).who_masked) == 4


def test_a_placebo_among_the_interventions_counts():
    arm = ArmRecord(key="a1", type="PLACEBO_COMPARATOR", label="Control")
    placebo = InterventionRecord(key="i2", name="Oral Placebo")

    kept = record(arms=(arm,), interventions=(DRUG, placebo))

    assert run(arms.placebo_without_placebo, kept) == []


def test_a_combined_intervention_is_split_for_its_arms_too():
    both = InterventionRecord(key="i1", type="DRUG", name="Drug X and Drug Y")
    arm = ArmRecord(key="a1", label="Both", interventions=("i1",))
    kept = record(
        interventions=(both,), arms=(arm,), brief_summary="Drug X first. Drug Y then."
    )

    (found,) = run(arms.combined, kept)

    fixed = apply(kept, found.fix.changes)
    assert [part.name for part in fixed.interventions] == ["Drug X", "Drug Y"]
    assert fixed.arms[0].interventions == ("i1", fixed.interventions[1].key)


@pytest.mark.parametrize("kind", ["BEHAVIORAL", "PROCEDURE"])
def test_only_substances_are_split(kind):
    both = InterventionRecord(key="i1", type=kind, name="Diet and Exercise")
    kept = record(interventions=(both,), brief_summary="Diet helps. Exercise helps.")

    assert run(arms.combined, kept) == []


def test_names_of_several_combinations_are_left_to_the_curator():
    name = "Drug X and Drug Y/Drug X and Drug Z"
    both = InterventionRecord(key="i1", type="DRUG", name=name)
    told = "Drug X. Drug Y/Drug X. Drug Z. Drug X. Drug Y/Drug X. Drug Z."
    kept = record(interventions=(both,), brief_summary=told)

    assert run(arms.combined, kept) == []


def test_a_control_arm_may_have_no_intervention():
    linked = ArmRecord(key="a1", label="X", interventions=("i1",))
    control = ArmRecord(key="a2", label="Usual care")

    kept = record(interventions=(DRUG,), arms=(linked, control))

    assert run(arms.arm_without, kept) == []


@pytest.mark.parametrize(
    "names",
    [
        ("University of California", "University of California, San Francisco"),
        ("Mayo Clinic", "Mayo Clinic in Arizona"),
        ("Novartis", "Novartis Pharmaceuticals"),
        ("City Hospital", "City Hospital"),
    ],
)
def test_organisations_that_differ_are_no_duplicates(names):
    sites = tuple(
        LocationRecord(key=f"l{n}", facility=x) for n, x in enumerate(names, 1)
    )

    assert run(organisations.near_duplicate, record(locations=sites)) == []


def test_the_last_organisation_of_a_snapshot_leads():
    sponsors = tuple(SponsorRecord(key=f"s{n}", name=f"Firm {n}") for n in (1, 2, 3))
    kept = record(sponsors=sponsors)

    (known,) = run(organisations.lead_unclear, kept, source=Source("snapshot", (), {}))
    (unknown,) = run(organisations.lead_unclear, kept)

    roles = [part.role for part in apply(kept, known.fix.changes).sponsors]
    assert roles == ["COLLABORATOR", "COLLABORATOR", "LEAD"]
    assert unknown.fix is None


def test_missing_countries_are_added():
    sites = tuple(
        LocationRecord(key=f"l{n}", country=x)
        for n, x in enumerate(("France", "Spain", "France"), 1)
    )
    kept = record(locations=sites, countries=(CountryRecord(key="co9", name="France"),))

    (found,) = run(organisations.country_missing, kept)

    names = [country.name for country in apply(kept, found.fix.changes).countries]
    assert names == ["France", "Spain"]


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("Zhanguo Li, PhD MD", "Zhanguo Li, MD, PhD"),
        ("Ada Lee, PhD, MD", "Ada Lee, MD, PhD"),
        ("Ada Lee, MD PhD", "Ada Lee, MD, PhD"),
        ("Ada Lee, M.D., Ph.D.", None),
        ("Ada Lee, MD, MPH", None),
        ("Do Kim", None),
        ("MS Lee", None),
    ],
)
def test_degrees(name, usual):
    kept = record(officials=(OfficialRecord(key="of1", name=name),))

    fixes = [found.fix.after for found in run(people.degrees, kept)]

    assert fixes == ([usual] if usual else [])


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Interleukin-7 in Sepsis (IRIS-7)", "IRIS-7"),
        ("Interleukin-7 ( ILIAD-7-US-O )", "ILIAD-7-US-O"),
        ("X in Non-small Cell Lung Cancer (NSCLC)", None),
        ("X in Adults (COVID-19)", None),
        ("X in Adults (18 to 65)", None),
        ("X in Adults (pilot)", None),
        ("(IRIS-7)", None),
    ],
)
def test_acronyms(title, name):
    kept = record(brief_title=title)

    fixed = [apply(kept, f.fix.changes) for f in run(titles.acronym, kept)]

    assert [trial.acronym for trial in fixed] == ([name] if name else [])


@pytest.mark.parametrize(
    ("frame", "fires"),
    [
        ("Day for drug withdrawal.", True),
        ("Days when CMV-DNA are less than 10^3 copies.", True),
        ("At the sponsor's convenience", True),
        ("Baseline and discharge", False),
        ("Up to 24 weeks", False),
        ("through study completion, an average of 1 year", False),
        ("day of surgery", False),
        ("Intraoperative", False),
    ],
)
def test_time_frames(frame, fires):
    kept = record(outcomes=(OutcomeRecord(key="o1", measure="X", time_frame=frame),))

    assert bool(run(outcomes.time_frame_vague, kept)) == fires


@pytest.mark.parametrize(
    ("frame", "fixed"),
    [
        ("Days 7 after treatment", "Day 7 after treatment"),
        ("Weeks 12", "Week 12"),
        ("Days 1, 8 and 15", None),
        ("Days 1-28", None),
        ("Days 1 through 28", None),
        ("7 Days", None),
    ],
)
def test_plural_time_frames(frame, fixed):
    kept = record(outcomes=(OutcomeRecord(key="o1", time_frame=frame),))

    after = [found.fix.after for found in run(outcomes.time_frame_plural, kept)]

    assert after == ([fixed] if fixed else [])


def test_the_second_print_of_a_publication_goes():
    one = ReferenceRecord(key="r1", citation="Lee A. On X. doi: 10.1000/abc.")
    two = ReferenceRecord(key="r2", citation="Lee, A: On X. DOI: 10.1000/ABC")
    kept = record(references=(one, two))

    (found,) = run(references.duplicate, kept)

    assert apply(kept, found.fix.changes).references == (one,)


@pytest.mark.parametrize(
    "citation",
    [
        "Lee A. On X. J Test. 2023 Dec;1:2.",
        "Lee A. On X since 2030. J Test. 2020;1:2.",
        "Lee A. Trends 2025: a forecast. J Test. 2020 May 1;1:2.",
        "No year at all",
    ],
)
def test_an_older_citation_is_not_derived(citation):
    kept = record(
        last_update_post_date="2024-01-02",
        references=(ReferenceRecord(key="r1", citation=citation),),
    )

    assert run(references.after_update, kept) == []
