"""What a page means by a printed code: codes, labels and further forms."""

from trials.record.vocabulary import (
    AgencyClass,
    AgeUnit,
    Allocation,
    BiospecimenRetention,
    ContactRole,
    DateType,
    InterventionModel,
    InterventionType,
    Masking,
    Phase,
    ReferenceType,
    Sex,
    StandardAge,
    Status,
    StudyType,
    Vocabulary,
    WhoMasked,
)

# Forms that pages print beside code and label, lower case.
ALIASES: dict[type[Vocabulary], dict[str, Vocabulary]] = {
    Status: {
        "unknown": Status.UNKNOWN,
        "active not recruiting": Status.ACTIVE_NOT_RECRUITING,
        "not recruiting": Status.ACTIVE_NOT_RECRUITING,
    },
    Phase: {
        "n/a": Phase.NA,
        "phase 0": Phase.EARLY_PHASE1,
        "phase i": Phase.PHASE1,
        "phase ii": Phase.PHASE2,
        "phase iii": Phase.PHASE3,
        "phase iv": Phase.PHASE4,
    },
    StudyType: {
        "observational [patient registry]": StudyType.OBSERVATIONAL,
        "interventional (clinical trial)": StudyType.INTERVENTIONAL,
    },
    Allocation: {
        "randomised": Allocation.RANDOMIZED,
        "nonrandomized": Allocation.NON_RANDOMIZED,
        "non-randomised": Allocation.NON_RANDOMIZED,
    },
    InterventionModel: {
        "single group": InterventionModel.SINGLE_GROUP,
        "parallel": InterventionModel.PARALLEL,
        "crossover": InterventionModel.CROSSOVER,
        "cross-over assignment": InterventionModel.CROSSOVER,
        "factorial": InterventionModel.FACTORIAL,
        "sequential": InterventionModel.SEQUENTIAL,
    },
    Masking: {
        "none": Masking.NONE,
        "open label": Masking.NONE,
        "single blind": Masking.SINGLE,
        "double-blind": Masking.DOUBLE,
    },
    WhoMasked: {
        "subject": WhoMasked.PARTICIPANT,
        "caregiver": WhoMasked.CARE_PROVIDER,
    },
    InterventionType: {
        "biological/vaccine": InterventionType.BIOLOGICAL,
        "procedure/surgery": InterventionType.PROCEDURE,
    },
    AgencyClass: {
        "u.s. fed": AgencyClass.FED,
        "other gov": AgencyClass.OTHER_GOV,
    },
    Sex: {"both": Sex.ALL, "female and male": Sex.ALL},
    StandardAge: {
        "child (birth-17)": StandardAge.CHILD,
        "adult (18-64)": StandardAge.ADULT,
        "older adult (65+)": StandardAge.OLDER_ADULT,
    },
    AgeUnit: {unit.label.lower().removesuffix("s"): unit for unit in AgeUnit},
    DateType: {"anticipated": DateType.ESTIMATED, "estimate": DateType.ESTIMATED},
    ReferenceType: {"results": ReferenceType.RESULT},
    ContactRole: {"central contact person": ContactRole.CONTACT},
    BiospecimenRetention: {
        "samples without dna retained": BiospecimenRetention.SAMPLES_WITHOUT_DNA,
    },
}


def _forms(vocabulary: type[Vocabulary]) -> dict[str, Vocabulary]:
    """All forms in lower case, and codes and labels as the registry writes them."""
    forms = dict(ALIASES.get(vocabulary, {}))
    for member in vocabulary:
        forms[member.label.lower()] = member
        forms[member.value.lower()] = member
    for form in [form for member in vocabulary for form in (member, member.label)]:
        forms[str(form)] = forms[form.lower()]
    return forms


_FORMS = {vocabulary: _forms(vocabulary) for vocabulary in Vocabulary.__subclasses__()}
_LONGEST = 100
"""Twice as long as any form: a text longer than this is none, blanks or not."""


def find(vocabulary: type[Vocabulary], printed: str) -> Vocabulary | None:
    """The member that a page means by `printed` (code, label or alias, any case).

    None where the vocabulary does not know it: the caller keeps the printed form and
    reports it, nothing is guessed.
    """
    forms = _FORMS[vocabulary]
    known = forms.get(printed)  # Nearly all codes are printed as the registry does.
    if known is None and len(printed) <= _LONGEST:
        known = forms.get(" ".join(printed.lower().split()))
    return known
