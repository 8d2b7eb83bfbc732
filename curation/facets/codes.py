"""The facets of the record: one for each coded column of a trial and of its parts."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.text import capfirst

from curation.facets.facet import CODES, MORE, NONE, ColumnFacet
from trials import tables
from trials.models import Trial
from trials.models.fields import Coded, ListField
from trials.models.lookups import Head, heads


@dataclass(frozen=True)
class CodeFacet(ColumnFacet):
    """By a coded column, of the trial or of its parts."""

    @property
    def field(self) -> Coded:
        """The model's field."""
        return self.rows().model._meta.get_field(self.column)

    @property
    def columns(self):
        """Its head, which the indexes hold."""
        return (f"{self.column}__head",)

    @property
    def is_indexed(self):
        """Those by which people filter often have one."""
        first = Head(self.column)
        indexes = self.rows().model._meta.indexes
        return any(index.expressions[:1] == (first,) for index in indexes)

    def choices(self):
        """Every code of the vocabulary, and none of them where a trial may lack it."""
        known = [(member.value, member.label) for member in self.field.vocabulary]
        return known if self.relation else [*known, (NONE, "Not given")]

    def having(self, values):
        """By the head of the column."""
        codes = ["" if value == NONE else value for value in values]
        return Q(**{f"{self.column}__head__in": codes})


@dataclass(frozen=True)
class CodesFacet(CodeFacet):
    """By a column of several codes: a trial of two phases is in both."""

    def having(self, values):
        """The rows that have a code among theirs, one a line in the column."""
        model = self.rows().model
        stored = heads(model, self.column, model.objects.db)
        wanted = [text for text in stored if {*self.values_in(text)} & {*values}]
        found = model.objects.filter(**{f"{self.column}__head__in": wanted})
        return Q(pk__in=found.order_by().values("pk"))

    def values_in(self, stored):
        """Each line."""
        return str(stored).split("\n") if stored else (NONE,)


def code_facets() -> list[CodeFacet]:
    """A facet for each coded column of a trial and of its parts: those by which people
    look for trials first, the others as the record has them."""
    first = ("overall_status", "phases", "study_type")

    def facet(model, field, relation=""):
        kind = CodesFacet if isinstance(field, ListField) else CodeFacet
        name, title = field.name, str(field.verbose_name)
        if relation:
            name = f"{relation}.{name}"
            title = f"{model._meta.verbose_name} {title}"
        heading = CODES if name in first else MORE
        return kind(name, capfirst(title), heading, field.name, relation)

    def coded(model):
        return [f for f in model._meta.get_fields() if getattr(f, "vocabulary", None)]

    own = [facet(Trial, field) for field in coded(Trial)]
    parts = [
        facet(model, field, relation)
        for relation, model in tables.MODELS.items()
        for field in coded(model)
    ]
    leading = [f for name in first for f in own if f.name == name]
    return [*leading, *(f for f in own if f not in leading), *parts]
