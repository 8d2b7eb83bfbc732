"""The labels of the full layout, as data: what may stand where, in which order.

The names are those of the registry's Protocol Registration Data Elements. A page prints
a label on a line of its own and the value below it.
"""

from typing import Literal, NamedTuple

from trials.record.fields import vocabularies_of
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.record.vocabulary import Vocabulary

Kind = Literal[
    "text",  # all lines
    "line",  # one line
    "code",
    "codes",  # "Phase 1, Phase 2"
    "date",  # "May 2, 2020 (Actual)": the date, and its type where there is a field
    "age",  # "18 Years"
    "flag",  # "Yes"
    "count",  # "10 (Anticipated)": the count and its type
    "masking",  # "Double (Participant, Investigator)": the masking and who is masked
    "study type",  # "Observational [Patient Registry]"
    "access",  # "Individual Patients, Treatment IND/Protocol": the kinds that are open
    "list",  # several names of one part, joined by commas
    "names",  # parts, one a line or joined by commas
    "rows",  # parts, one a line
    "criteria",  # an eligibility list
    "columns",  # the arms of the page top
    "measures",  # the outcomes of the page top
    "sites",  # the facilities of the page top, with list marks
    "country",  # the one country of the sites, or "International"
    "own words",  # the page's, not the trial's
]


class Label(NamedTuple):
    """One label: its printed names, and the field that its value fills.

    `part` names the collection whose part has the field. `implies` is a further field
    of that part, with the value that the label gives it by standing there.
    """

    kind: Kind
    part: str
    field: str
    names: tuple[str, ...]
    vocabulary: type[Vocabulary] | None
    implies: tuple[str, str] | None


class Block:
    """A heading and the labels that may follow it, in their order.

    `number` is the number of the section that it belongs to; `implies` as in `Label`,
    for all parts of the block.
    """

    def __init__(
        self,
        number: int,
        headings: tuple[str, ...],
        *labels: Label,
        implies: tuple[str, str] | None = None,
    ):
        self.number = number
        self.headings = headings
        self.labels = labels
        self.implies = implies
        self.ranks = {
            normal(name): rank
            for rank, label in enumerate(labels)
            for name in label.names
        }


TOP = 0
"""Number of the blocks above the numbered sections."""

END = 14
"""Number of the sign-up form below them."""

PLAIN = frozenset(
    (
        "acronym",
        "allocation",
        "citation",
        "city",
        "collaborators",
        "country",
        "description",
        "email",
        "enrollment",
        "ext",
        "gender",
        "keywords",
        "masking",
        "organization",
        "phone",
        "sex",
        "time frame",
        "title",
        "url",
    )
)
"""Labels that a line of free text may read like: they count in their order only."""


def normal(line: str) -> str:
    """`"Sampling method :"` -> `"sampling method"`: a label as it is compared."""
    return line.casefold().rstrip(": ")


def label(kind: Kind, field: str, *names: str, implies=None) -> Label:
    """A label by its field (`"arms.label"`: of a part) and its printed names."""
    part, _, field = field.rpartition(".")
    shape = COLLECTIONS[part] if part else TrialRecord
    return Label(kind, part, field, names, vocabularies_of(shape).get(field), implies)


LEAD, COLLABORATOR = ("role", "LEAD"), ("role", "COLLABORATOR")


def _submissions(name: str, field: str) -> tuple[Label, ...]:
    """The three dates that the registry keeps of one kind of submission."""
    return (
        label(
            "date",
            f"{field}_submit_date",
            f"{name} Submitted",
            f"{name} Submitted Date",
        ),
        label(
            "date",
            f"{field}_submit_qc_date",
            f"{name} Submitted that Met QC Criteria",
            f"{name} Submitted that Met Quality Control Criteria",
        ),
        label("date", f"{field}_post_date", f"{name} Posted", f"{name} Posted Date"),
    )


REGISTRY_DATES = (
    *_submissions("First", "study_first"),
    *_submissions("Study First", "study_first"),
    *_submissions("Results First", "results_first"),
    *_submissions("Certification/Extension First", "disp_first"),
    label("date", "last_update_submit_date", "Last Update Submitted"),
    label("date", "last_update_post_date", "Last Updated", "Last Update Posted"),
)

CARD = Block(
    TOP,
    (),
    label("names", "conditions.name", "Primary Purpose"),
    label("code", "overall_status", "Status", "Recruitment Status"),
    label("codes", "phases", "Phase"),
    label("country", "countries.name", "Locations"),
    label("study type", "study_type", "Study Type"),
    label("rows", "interventions.name", "Intervention"),
    label("rows", "sponsors.name", "Sponsored by", implies=LEAD),
    label("own words", "", "About this trial"),
    label("criteria", "criteria.text", "Eligibility Criteria"),
    label("sites", "locations.facility", "Sites / Locations"),
    label("columns", "arms.label", "Arms of the Study"),
    label("measures", "outcomes.measure", "Outcomes"),
)
"""The page top, under the title. Its "Primary Purpose" names the condition."""

FULL_INFORMATION = Block(
    TOP,
    ("Full Information",),
    label("line", "nct_id", "NCT ID"),
    *REGISTRY_DATES,
    label("rows", "sponsors.name", "Sponsor", implies=LEAD),
    label(
        "names",
        "sponsors.name",
        "Collaborators",
        "Collaborator",
        implies=COLLABORATOR,
    ),
)

CLOSING = Block(
    END,
    ("Learn more about this trial",),
    label("own words", "", "We'll reach out to this number within 24 hrs"),
)
"""The sign-up form at the end: it prints the title once more."""
