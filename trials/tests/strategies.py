"""Records that hypothesis makes up."""

from hypothesis import strategies as st

from trials.record.fields import Field, fields_of
from trials.record.shape import COLLECTIONS, Part, TrialRecord

# Texts that have broken such code before, and any others but for what no database
# column takes: NUL and halves of surrogate pairs. Short: making them up is slow.
_LINES = ("a", "b", " a ", "true", "0", "[c1]", '"\\', "µ", "\u2028", "\r", "😀")
_ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0\n")
lines = st.sampled_from(_LINES) | st.text(_ANY, min_size=1, max_size=4)
texts = st.sampled_from(["", "a\nb", "\n", *_LINES]) | lines


def _values(field: Field) -> st.SearchStrategy:
    """Any value of a field that points at nothing."""
    if field.kind == "list":
        return st.lists(lines, max_size=2).map(tuple)
    if field.name == "withdrawn":
        return st.booleans()
    if field.kind == "flag":
        return st.sampled_from([None, True, False])
    if field.name == "level":
        return st.integers(0, 9)
    if field.kind == "count":
        return st.sampled_from([None, 0, 1, 2**31 - 1])
    return texts


@st.composite
def _some(draw, fields: tuple[Field, ...]) -> dict:
    """Values for a few of the fields; the others keep their defaults."""
    chosen = draw(st.sets(st.sampled_from(fields), max_size=3))
    return {field.name: draw(_values(field)) for field in chosen}


@st.composite
def _parts(draw, shape: type[Part], **pointers: st.SearchStrategy) -> tuple[Part, ...]:
    """A collection. Keys are few, so that two records share some of them."""
    plain = tuple(f for f in fields_of(shape) if f.kind not in ("key", "keys"))
    numbers = draw(st.lists(st.integers(1, 5), unique=True, max_size=4))
    return tuple(
        shape(
            key=f"{shape.prefix}{number}",
            **draw(_some(plain)),
            **{name: draw(values) for name, values in pointers.items()},
        )
        for number in numbers
    )


PLAIN = tuple(
    field
    for field in fields_of(TrialRecord)
    if field.kind != "parts" and field.name != "nct_id"
)
CHAINS = {"interventions": "arms", "locations": "contacts"}


@st.composite
def records(draw, nct_id: str = "NCT00000001") -> TrialRecord:
    """A record with a few values and a few collections, any of them."""
    values = draw(_some(PLAIN))
    for name in draw(st.sets(st.sampled_from(sorted(COLLECTIONS)), max_size=3)):
        if name not in CHAINS.values():
            values[name] = draw(_parts(COLLECTIONS[name]))
    treatments = [part.key for part in values.get("interventions", ())]
    if treatments:
        some = st.permutations(treatments).map(lambda keys: tuple(keys[:2]))
        values["arms"] = draw(_parts(COLLECTIONS["arms"], interventions=some))
    sites = st.sampled_from([None, *(p.key for p in values.get("locations", ()))])
    values["contacts"] = draw(_parts(COLLECTIONS["contacts"], location=sites))
    return TrialRecord(nct_id=nct_id, **values)
