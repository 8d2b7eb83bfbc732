import re

import pytest

from trials.record.printed import find
from trials.record.vocabulary import DateType, Masking, Phase, Status, Vocabulary

VOCABULARIES = [
    kind
    for kind in Vocabulary.__subclasses__()
    if kind.__module__ == Vocabulary.__module__
]
"""Those of the registry; the desk's own have codes of its own."""


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_a_member_is_its_own_code_and_knows_its_label(vocabulary):
    for name, member in vocabulary.__members__.items():
        assert member == member.value == name
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", member)
        assert member.label == member.label.strip() != ""


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_no_two_codes_share_a_label(vocabulary):
    labels = [member.label for member in vocabulary]

    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_code_and_label_are_found_in_any_case(vocabulary):
    for member in vocabulary:
        assert find(vocabulary, member.value.lower()) is member
        assert find(vocabulary, f" {member.label.upper()} ") is member


@pytest.mark.parametrize(
    ("vocabulary", "printed", "member"),
    [
        (Phase, "Phase II", Phase.PHASE2),
        (DateType, "Anticipated", DateType.ESTIMATED),
        (Masking, "Open  Label", Masking.NONE),
        (Status, "Unknown status", Status.UNKNOWN),
    ],
)
def test_further_printed_forms_are_found(vocabulary, printed, member):
    assert find(vocabulary, printed) is member


def test_an_unknown_form_is_not_guessed():
    assert find(Phase, "Phase 5") is None
