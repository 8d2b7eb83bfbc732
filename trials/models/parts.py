"""The trial's parts: one row for each item of the record's collections."""

from django.db import models

from trials.models.fields import (
    CodeField,
    CountField,
    LineField,
    ListField,
    LongTextField,
)
from trials.models.lookups import Head
from trials.models.trial import Trial
from trials.record import vocabulary as v


class Part(models.Model):
    """An item of one of the trial's collections.

    `key` names it for good; `position` (from 1, without gaps) is its place in the list.
    Columns are named as the fields of the record's part of the same name.
    """

    trial = models.ForeignKey(
        Trial, on_delete=models.CASCADE, db_index=False, editable=False
    )
    key = models.CharField(max_length=20, editable=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["trial_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "key"], name="%(app_label)s_%(class)s_key"
            )
        ]


class NctAlias(Part):
    """A former NCT number of the trial."""

    nct_id = LineField(verbose_name="former NCT number")

    class Meta(Part.Meta):
        default_related_name = "nct_aliases"
        verbose_name_plural = "former NCT numbers"

    def __str__(self):
        return self.nct_id


class SecondaryId(Part):
    """Another number of the trial."""

    secondary_id = LineField(verbose_name="secondary ID")
    type = CodeField(v.SecondaryIdType)
    domain = LineField(verbose_name="description or registry")
    link = LineField()

    class Meta(Part.Meta):
        default_related_name = "secondary_ids"
        verbose_name = "secondary ID"

    def __str__(self):
        return self.secondary_id


class Sponsor(Part):
    """An organization that leads or supports the trial."""

    name = LineField()
    agency_class = CodeField(v.AgencyClass, verbose_name="class")
    role = CodeField(v.SponsorRole)

    class Meta(Part.Meta):
        default_related_name = "sponsors"
        indexes = [
            models.Index(Head("agency_class"), "trial", name="trials_sponsor_class")
        ]

    def __str__(self):
        return self.name


class Condition(Part):
    """A disease or condition under study."""

    name = LineField()

    class Meta(Part.Meta):
        default_related_name = "conditions"

    def __str__(self):
        return self.name


class Keyword(Part):
    """A word that describes the trial."""

    name = LineField()

    class Meta(Part.Meta):
        default_related_name = "keywords"

    def __str__(self):
        return self.name


class Intervention(Part):
    """What is given or done."""

    type = CodeField(v.InterventionType)
    name = LineField()
    description = LongTextField()
    other_names = ListField(help_text="One a line.")

    class Meta(Part.Meta):
        default_related_name = "interventions"
        indexes = [models.Index(Head("type"), "trial", name="trials_intervention_type")]

    def __str__(self):
        return self.name or self.key


class Arm(Part):
    """An arm or group, and the interventions that it gets."""

    label = LineField()
    type = CodeField(v.ArmType)
    description = LongTextField()
    interventions = models.ManyToManyField(
        Intervention, through="ArmIntervention", related_name="arms", blank=True
    )

    class Meta(Part.Meta):
        default_related_name = "arms"

    def __str__(self):
        return self.label or self.key


class ArmIntervention(models.Model):
    """That an arm gets an intervention; `position` is its place in the arm's list."""

    arm = models.ForeignKey(
        Arm, on_delete=models.CASCADE, related_name="links", db_index=False
    )
    intervention = models.ForeignKey(
        Intervention, on_delete=models.CASCADE, related_name="+"
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["arm_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["arm", "intervention"], name="trials_armintervention_link"
            )
        ]

    def __str__(self):
        return f"{self.arm_id} gets {self.intervention_id}"


class OtherInterventionName(Part):
    """Another name of an intervention where the page does not say of which."""

    name = LineField()

    class Meta(Part.Meta):
        default_related_name = "other_intervention_names"

    def __str__(self):
        return self.name


class Outcome(Part):
    """An outcome measure."""

    type = CodeField(v.OutcomeType)
    measure = LongTextField()
    description = LongTextField()
    time_frame = LongTextField()

    class Meta(Part.Meta):
        default_related_name = "outcomes"

    def __str__(self):
        return self.measure or self.key


class Criterion(Part):
    """One line of the eligibility list."""

    type = CodeField(v.CriterionType)
    label = LineField()
    text = LongTextField()
    group = LineField()
    level = CountField(9, default=0)

    class Meta(Part.Meta):
        default_related_name = "criteria"
        verbose_name_plural = "criteria"

    def __str__(self):
        return f"{self.type} {self.label or self.key}"


class Location(Part):
    """A site."""

    facility = LineField()
    status = CodeField(v.LocationStatus)
    city = LineField()
    state = LineField(verbose_name="state or province")
    zip = LineField(verbose_name="ZIP or postal code")
    country = LineField()

    class Meta(Part.Meta):
        default_related_name = "locations"

    def __str__(self):
        return self.facility or self.city or self.key


class Contact(Part):
    """A central contact, or one of a location."""

    name = LineField()
    role = CodeField(v.ContactRole)
    phone = LineField()
    phone_ext = LineField(verbose_name="extension")
    email = LineField()
    location = models.ForeignKey(
        Location,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="contacts",
    )

    class Meta(Part.Meta):
        default_related_name = "contacts"

    def __str__(self):
        return self.name or self.key


class Official(Part):
    """A person responsible for the overall conduct."""

    name = LineField()
    role = CodeField(v.OfficialRole)
    affiliation = LineField()

    class Meta(Part.Meta):
        default_related_name = "officials"

    def __str__(self):
        return self.name or self.key


class Country(Part):
    """A country that the page lists, apart from the sites' own."""

    name = LineField()

    class Meta(Part.Meta):
        default_related_name = "countries"
        verbose_name_plural = "countries"

    def __str__(self):
        return self.name


class Reference(Part):
    """A publication."""

    pmid = LineField(verbose_name="PMID")
    type = CodeField(v.ReferenceType)
    citation = LongTextField()

    class Meta(Part.Meta):
        default_related_name = "references"

    def __str__(self):
        return self.pmid or self.key


class Link(Part):
    """A web page about the trial."""

    label = LineField(verbose_name="description")
    url = LineField(verbose_name="URL")

    class Meta(Part.Meta):
        default_related_name = "links"

    def __str__(self):
        return self.url


class IpdDocument(Part):
    """Participant data or a document that is available, and where."""

    type = LineField()
    document_id = LineField(verbose_name="identifier")
    url = LineField(verbose_name="URL")
    comment = LongTextField()

    class Meta(Part.Meta):
        default_related_name = "ipd_documents"
        verbose_name = "available IPD document"

    def __str__(self):
        return self.url or self.key


class RelatedTrial(Part):
    """Another trial that the page points to."""

    nct_id = LineField(verbose_name="NCT number")
    title = LineField()

    class Meta(Part.Meta):
        default_related_name = "related_trials"

    def __str__(self):
        return self.nct_id
