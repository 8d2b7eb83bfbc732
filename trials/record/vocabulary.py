"""The registry's coded values.

Codes and display labels are those of the ClinicalTrials.gov API v2 enums and the
Protocol Registration Data Element Definitions. Each vocabulary is a `str` enum, so
a member is its own code; `label` is what the registry's pages print.
"""

from enum import StrEnum


class Vocabulary(StrEnum):
    """A closed list of codes, each with the label that the registry prints."""

    label: str

    def __new__(cls, code: str, label: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Status(Vocabulary):
    """Overall recruitment status; the last codes belong to expanded access only."""

    NOT_YET_RECRUITING = "NOT_YET_RECRUITING", "Not yet recruiting"
    RECRUITING = "RECRUITING", "Recruiting"
    ENROLLING_BY_INVITATION = "ENROLLING_BY_INVITATION", "Enrolling by invitation"
    ACTIVE_NOT_RECRUITING = "ACTIVE_NOT_RECRUITING", "Active, not recruiting"
    COMPLETED = "COMPLETED", "Completed"
    SUSPENDED = "SUSPENDED", "Suspended"
    TERMINATED = "TERMINATED", "Terminated"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    AVAILABLE = "AVAILABLE", "Available"
    NO_LONGER_AVAILABLE = "NO_LONGER_AVAILABLE", "No longer available"
    TEMPORARILY_NOT_AVAILABLE = (
        "TEMPORARILY_NOT_AVAILABLE",
        "Temporarily not available",
    )
    APPROVED_FOR_MARKETING = "APPROVED_FOR_MARKETING", "Approved for marketing"
    WITHHELD = "WITHHELD", "Withheld"
    UNKNOWN = "UNKNOWN", "Unknown status"


class LocationStatus(Vocabulary):
    """Recruitment status of one site."""

    NOT_YET_RECRUITING = "NOT_YET_RECRUITING", "Not yet recruiting"
    RECRUITING = "RECRUITING", "Recruiting"
    ENROLLING_BY_INVITATION = "ENROLLING_BY_INVITATION", "Enrolling by invitation"
    ACTIVE_NOT_RECRUITING = "ACTIVE_NOT_RECRUITING", "Active, not recruiting"
    COMPLETED = "COMPLETED", "Completed"
    SUSPENDED = "SUSPENDED", "Suspended"
    TERMINATED = "TERMINATED", "Terminated"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    AVAILABLE = "AVAILABLE", "Available"


class Phase(Vocabulary):
    """One phase; a combined phase is two of them."""

    NA = "NA", "Not Applicable"
    EARLY_PHASE1 = "EARLY_PHASE1", "Early Phase 1"
    PHASE1 = "PHASE1", "Phase 1"
    PHASE2 = "PHASE2", "Phase 2"
    PHASE3 = "PHASE3", "Phase 3"
    PHASE4 = "PHASE4", "Phase 4"


class StudyType(Vocabulary):
    """What kind of study the record describes."""

    INTERVENTIONAL = "INTERVENTIONAL", "Interventional"
    OBSERVATIONAL = "OBSERVATIONAL", "Observational"
    EXPANDED_ACCESS = "EXPANDED_ACCESS", "Expanded Access"


class Allocation(Vocabulary):
    """How participants come to their arms; NA only with a single arm."""

    RANDOMIZED = "RANDOMIZED", "Randomized"
    NON_RANDOMIZED = "NON_RANDOMIZED", "Non-Randomized"
    NA = "NA", "N/A"


class InterventionModel(Vocabulary):
    """Strategy for assigning interventions."""

    SINGLE_GROUP = "SINGLE_GROUP", "Single Group Assignment"
    PARALLEL = "PARALLEL", "Parallel Assignment"
    CROSSOVER = "CROSSOVER", "Crossover Assignment"
    FACTORIAL = "FACTORIAL", "Factorial Assignment"
    SEQUENTIAL = "SEQUENTIAL", "Sequential Assignment"


class Masking(Vocabulary):
    """How many roles are masked: none to four."""

    NONE = "NONE", "None (Open Label)"
    SINGLE = "SINGLE", "Single"
    DOUBLE = "DOUBLE", "Double"
    TRIPLE = "TRIPLE", "Triple"
    QUADRUPLE = "QUADRUPLE", "Quadruple"


class WhoMasked(Vocabulary):
    """A masked role."""

    PARTICIPANT = "PARTICIPANT", "Participant"
    CARE_PROVIDER = "CARE_PROVIDER", "Care Provider"
    INVESTIGATOR = "INVESTIGATOR", "Investigator"
    OUTCOMES_ASSESSOR = "OUTCOMES_ASSESSOR", "Outcomes Assessor"


class PrimaryPurpose(Vocabulary):
    """Main objective of the interventions."""

    TREATMENT = "TREATMENT", "Treatment"
    PREVENTION = "PREVENTION", "Prevention"
    DIAGNOSTIC = "DIAGNOSTIC", "Diagnostic"
    ECT = "ECT", "Educational/Counseling/Training"
    SUPPORTIVE_CARE = "SUPPORTIVE_CARE", "Supportive Care"
    SCREENING = "SCREENING", "Screening"
    HEALTH_SERVICES_RESEARCH = "HEALTH_SERVICES_RESEARCH", "Health Services Research"
    BASIC_SCIENCE = "BASIC_SCIENCE", "Basic Science"
    DEVICE_FEASIBILITY = "DEVICE_FEASIBILITY", "Device Feasibility"
    OTHER = "OTHER", "Other"


class ObservationalModel(Vocabulary):
    """Strategy for identifying and following participants of an observational study."""

    COHORT = "COHORT", "Cohort"
    CASE_CONTROL = "CASE_CONTROL", "Case-Control"
    CASE_ONLY = "CASE_ONLY", "Case-Only"
    CASE_CROSSOVER = "CASE_CROSSOVER", "Case-Crossover"
    ECOLOGIC_OR_COMMUNITY = "ECOLOGIC_OR_COMMUNITY", "Ecologic or Community"
    FAMILY_BASED = "FAMILY_BASED", "Family-Based"
    DEFINED_POPULATION = "DEFINED_POPULATION", "Defined Population"
    NATURAL_HISTORY = "NATURAL_HISTORY", "Natural History"
    OTHER = "OTHER", "Other"


class TimePerspective(Vocabulary):
    """Temporal relation of observation to enrollment."""

    RETROSPECTIVE = "RETROSPECTIVE", "Retrospective"
    PROSPECTIVE = "PROSPECTIVE", "Prospective"
    CROSS_SECTIONAL = "CROSS_SECTIONAL", "Cross-Sectional"
    OTHER = "OTHER", "Other"


class SamplingMethod(Vocabulary):
    """How an observational study samples its population."""

    PROBABILITY_SAMPLE = "PROBABILITY_SAMPLE", "Probability Sample"
    NON_PROBABILITY_SAMPLE = "NON_PROBABILITY_SAMPLE", "Non-Probability Sample"


class BiospecimenRetention(Vocabulary):
    """Whether samples are kept, and with DNA or without."""

    NONE_RETAINED = "NONE_RETAINED", "None Retained"
    SAMPLES_WITH_DNA = "SAMPLES_WITH_DNA", "Samples With DNA"
    SAMPLES_WITHOUT_DNA = "SAMPLES_WITHOUT_DNA", "Samples Without DNA"


class ArmType(Vocabulary):
    """Role of an arm."""

    EXPERIMENTAL = "EXPERIMENTAL", "Experimental"
    ACTIVE_COMPARATOR = "ACTIVE_COMPARATOR", "Active Comparator"
    PLACEBO_COMPARATOR = "PLACEBO_COMPARATOR", "Placebo Comparator"
    SHAM_COMPARATOR = "SHAM_COMPARATOR", "Sham Comparator"
    NO_INTERVENTION = "NO_INTERVENTION", "No Intervention"
    OTHER = "OTHER", "Other"


class InterventionType(Vocabulary):
    """Kind of intervention."""

    BEHAVIORAL = "BEHAVIORAL", "Behavioral"
    BIOLOGICAL = "BIOLOGICAL", "Biological"
    COMBINATION_PRODUCT = "COMBINATION_PRODUCT", "Combination Product"
    DEVICE = "DEVICE", "Device"
    DIAGNOSTIC_TEST = "DIAGNOSTIC_TEST", "Diagnostic Test"
    DIETARY_SUPPLEMENT = "DIETARY_SUPPLEMENT", "Dietary Supplement"
    DRUG = "DRUG", "Drug"
    GENETIC = "GENETIC", "Genetic"
    PROCEDURE = "PROCEDURE", "Procedure"
    RADIATION = "RADIATION", "Radiation"
    OTHER = "OTHER", "Other"


class AgencyClass(Vocabulary):
    """Kind of organization. The registry prints the codes themselves."""

    NIH = "NIH", "NIH"
    FED = "FED", "US federal"
    OTHER_GOV = "OTHER_GOV", "Other government"
    INDIV = "INDIV", "Individual"
    INDUSTRY = "INDUSTRY", "Industry"
    NETWORK = "NETWORK", "Network"
    AMBIG = "AMBIG", "Ambiguous"
    OTHER = "OTHER", "Other"
    UNKNOWN = "UNKNOWN", "Unknown"


class SponsorRole(Vocabulary):
    """Part that an organization takes in the trial."""

    LEAD = "LEAD", "Lead sponsor"
    COLLABORATOR = "COLLABORATOR", "Collaborator"


class Sex(Vocabulary):
    """Sex of participants that may take part."""

    ALL = "ALL", "All"
    FEMALE = "FEMALE", "Female"
    MALE = "MALE", "Male"


class StandardAge(Vocabulary):
    """Age group as the registry derives it from the age limits."""

    CHILD = "CHILD", "Child"
    ADULT = "ADULT", "Adult"
    OLDER_ADULT = "OLDER_ADULT", "Older Adult"


class AgeUnit(Vocabulary):
    """Unit of an age limit; the registry writes "18 Years"."""

    YEARS = "YEARS", "Years"
    MONTHS = "MONTHS", "Months"
    WEEKS = "WEEKS", "Weeks"
    DAYS = "DAYS", "Days"
    HOURS = "HOURS", "Hours"
    MINUTES = "MINUTES", "Minutes"


class DateType(Vocabulary):
    """Whether a date (or an enrollment count) has come true."""

    ACTUAL = "ACTUAL", "Actual"
    ESTIMATED = "ESTIMATED", "Estimated"


class ResponsiblePartyType(Vocabulary):
    """Who answers for the record."""

    SPONSOR = "SPONSOR", "Sponsor"
    PRINCIPAL_INVESTIGATOR = "PRINCIPAL_INVESTIGATOR", "Principal Investigator"
    SPONSOR_INVESTIGATOR = "SPONSOR_INVESTIGATOR", "Sponsor-Investigator"


class OrgStudyIdType(Vocabulary):
    """Kind of the organization's own study id, where it is a grant number."""

    NIH = "NIH", "U.S. NIH Grant/Contract"
    FDA = "FDA", "U.S. FDA Grant/Contract"
    VA = "VA", "U.S. VA Grant/Contract"
    CDC = "CDC", "U.S. CDC Grant/Contract"
    AHRQ = "AHRQ", "U.S. AHRQ Grant/Contract"
    SAMHSA = "SAMHSA", "U.S. SAMHSA Grant/Contract"


class SecondaryIdType(Vocabulary):
    """Kind of a secondary id."""

    NIH = "NIH", "U.S. NIH Grant/Contract"
    FDA = "FDA", "U.S. FDA Grant/Contract"
    VA = "VA", "U.S. VA Grant/Contract"
    CDC = "CDC", "U.S. CDC Grant/Contract"
    AHRQ = "AHRQ", "U.S. AHRQ Grant/Contract"
    SAMHSA = "SAMHSA", "U.S. SAMHSA Grant/Contract"
    OTHER_GRANT = "OTHER_GRANT", "Other Grant/Funding Number"
    EUDRACT_NUMBER = "EUDRACT_NUMBER", "EudraCT Number"
    CTIS = "CTIS", "EU Trial (CTIS) Number"
    REGISTRY = "REGISTRY", "Registry Identifier"
    OTHER = "OTHER", "Other Identifier"


class ReferenceType(Vocabulary):
    """Relation of a citation to the trial; DERIVED is added by the library of medicine
    because the article cites the NCT number."""

    BACKGROUND = "BACKGROUND", "Background"
    RESULT = "RESULT", "Result"
    DERIVED = "DERIVED", "Derived"


class OfficialRole(Vocabulary):
    """Role of an overall study official."""

    PRINCIPAL_INVESTIGATOR = "PRINCIPAL_INVESTIGATOR", "Principal Investigator"
    STUDY_CHAIR = "STUDY_CHAIR", "Study Chair"
    STUDY_DIRECTOR = "STUDY_DIRECTOR", "Study Director"
    SUB_INVESTIGATOR = "SUB_INVESTIGATOR", "Sub-Investigator"


class ContactRole(Vocabulary):
    """Role of a central or site contact."""

    CONTACT = "CONTACT", "Contact"
    PRINCIPAL_INVESTIGATOR = "PRINCIPAL_INVESTIGATOR", "Principal Investigator"
    SUB_INVESTIGATOR = "SUB_INVESTIGATOR", "Sub-Investigator"
    STUDY_CHAIR = "STUDY_CHAIR", "Study Chair"
    STUDY_DIRECTOR = "STUDY_DIRECTOR", "Study Director"


class OutcomeType(Vocabulary):
    """Rank of an outcome measure."""

    PRIMARY = "PRIMARY", "Primary"
    SECONDARY = "SECONDARY", "Secondary"
    OTHER_PRE_SPECIFIED = "OTHER_PRE_SPECIFIED", "Other Pre-specified"


class CriterionType(Vocabulary):
    """List that a criterion stands in; OTHER before any heading."""

    INCLUSION = "INCLUSION", "Inclusion"
    EXCLUSION = "EXCLUSION", "Exclusion"
    OTHER = "OTHER", "Other"


class IpdSharing(Vocabulary):
    """Plan to share individual participant data."""

    YES = "YES", "Yes"
    NO = "NO", "No"
    UNDECIDED = "UNDECIDED", "Undecided"


class IpdInfoType(Vocabulary):
    """Supporting information shared with the data."""

    STUDY_PROTOCOL = "STUDY_PROTOCOL", "Study Protocol"
    SAP = "SAP", "Statistical Analysis Plan (SAP)"
    ICF = "ICF", "Informed Consent Form (ICF)"
    CSR = "CSR", "Clinical Study Report (CSR)"
    ANALYTIC_CODE = "ANALYTIC_CODE", "Analytic Code"
