"""What the full layout prints under a label -> values of the record."""

import re
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from trials.readers.dates import read_date
from trials.readers.full_labels import Label
from trials.readers.page import CODE_LENGTH, Notes
from trials.record.fields import fields_of
from trials.record.paths import Path
from trials.record.printed import find
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.record.vocabulary import (
    DateType,
    Masking,
    StudyType,
    Vocabulary,
    WhoMasked,
)

Value = str | int | bool | tuple[str, ...]


class Found(Struct, frozen=True, gc=False):
    """A value and the lines it stands in.

    An implied value is told by a heading or label, not by lines of its own.
    """

    value: Value
    first: int
    last: int
    is_implied: bool = False


class Source(Struct, frozen=True):
    """Lines to read a value from, and where to warn.

    `number` and `text` are the first line, where all but lists have their value;
    `place` is that of the part that the value belongs to.
    """

    label: Label
    number: int
    text: str
    lines: list[tuple[int, str]]
    place: int
    notes: Notes

    @property
    def path(self) -> Path:
        if self.label.part:
            part = key(self.label.part, self.place)
            return Path(self.label.part, part, self.label.field)
        return Path(self.label.field)

    def found(self, value: Value) -> Found:
        return Found(value, self.number, self.number)

    def code(self, vocabulary: type[Vocabulary], printed: str, number: int = 0) -> str:
        """The code of `printed`; unknown ones as printed, with a warning.

        `number` is its line where that is not the first one.
        """
        known = find(vocabulary, printed)
        if known is not None:
            return str(known)
        return self.notes.code_of(vocabulary, printed, number or self.number, self.path)

    def warn(self, message: str) -> None:
        self.notes.warn(self.number, self.path, message)


Values = dict[str, Found]

_FIELDS = frozenset(field.name for field in fields_of(TrialRecord))
_COUNT = re.compile(
    r"(?P<count>[0-9][0-9,]{0,12})(?: participants| patients| subjects)?"
    r"(?: \((?P<type>[A-Za-z]+)\))?",
    re.IGNORECASE,
)
_MOST = 2**31 - 1
_NO_LIMIT = frozenset({"n/a", "n/a (no limit)", "no limit", "none"})
_FLAGS = {"yes": True, "no": False, "true": True, "false": False}
_ROLE = re.compile("|".join(re.escape(role.label) for role in WhoMasked), re.IGNORECASE)
_ACCESS = {
    "individual patients": "expanded_access_individual",
    "intermediate-size population": "expanded_access_intermediate",
    "treatment ind/protocol": "expanded_access_treatment",
}
_TAIL = re.compile(
    r"(?:(?:inc|ltd|llc|l\.l\.c|co|corp|s\.a|s\.p\.a|b\.v|gmbh|lp|plc|limited|the)\.?"
    r"|(?:and|or) .*|co\.,? ltd\.?)",
    re.IGNORECASE,
)


def split_names(printed: str) -> list[str]:
    """`"Fever, Cough (dry, wet)"` -> `["Fever", "Cough (dry, wet)"]`.

    Commas inside brackets join, and so do those before a company form (`"X, Inc."`) or
    "and"; other commas inside a name cannot be told from those between two.
    """
    pieces = printed.split(", ")
    names: list[list[str]] = []
    depth = 0
    for piece in pieces:
        if names and (depth > 0 or _TAIL.fullmatch(piece)):
            names[-1].append(piece)
        else:
            names.append([piece])
        depth += piece.count("(") + piece.count("[")
        depth -= piece.count(")") + piece.count("]")
    joined = [", ".join(name) for name in names] if depth == 0 else pieces
    return [name for text in joined if (name := text.strip(" ,"))]


def fits(label: Label, printed: str) -> bool:
    """Whether `printed` can be a value of the label, as far as its kind tells."""
    if label.kind in ("code", "study type"):
        return find(label.vocabulary, printed) is not None
    if label.kind == "flag":
        return printed.lower() in _FLAGS
    if label.kind == "date":
        return read_date(printed) is not None
    if label.kind == "count":
        return printed[0].isdigit()
    if label.kind == "masking":
        return find(Masking, printed.partition(" (")[0]) is not None
    return True


def key(collection: str, place: int) -> str:
    """`key("arms", 0)` -> `"a1"`."""
    return f"{COLLECTIONS[collection].prefix}{place + 1}"


def read(
    label: Label, lines: list[tuple[int, str]], notes: Notes, place: int = 0
) -> Values:
    """The values that the lines of one label give; {} where none can be used.

    `place` is that of the part that the label belongs to; warnings go to `notes`.
    """
    number, text = lines[0]
    if label.kind == "line":
        return {label.field: Found(text, number, number)}
    if label.kind == "text":
        if len(lines) > 1:
            text = "\n".join([text for _, text in lines])
        return {label.field: Found(text, number, lines[-1][0])}
    source = Source(label, number, text, lines, place, notes)
    if label.kind == "list":
        return _list(source)
    if len(text) > CODE_LENGTH:
        source.warn(f"The text under “{label.names[0]}” is too long to be its value.")
        return {}
    return _READERS[label.kind](source)


def _code(source: Source) -> Values:
    code = source.code(source.label.vocabulary, source.text)
    return {source.label.field: source.found(code)}


def _codes(source: Source) -> Values:
    codes = {
        source.code(source.label.vocabulary, name, number): number
        for number, text in source.lines
        if len(text) <= CODE_LENGTH
        for name in split_names(text.replace("/Phase", ", Phase"))
    }
    if not codes:
        return {}
    found = Found(tuple(codes), source.number, max(codes.values()))
    return {source.label.field: found}


def _study_type(source: Source) -> Values:
    values = _code(source)
    is_registry = "[patient registry]" in source.text.lower()
    if is_registry and values[source.label.field].value == StudyType.OBSERVATIONAL:
        values["patient_registry"] = source.found(True)
    return values


def _date(source: Source) -> Values:
    date = read_date(source.text)
    if date is None:
        source.warn(f"“{source.text}” is not a date.")
        return {source.label.field: source.found(source.text)}
    values = {source.label.field: source.found(date.iso)}
    type_field = f"{source.label.field}_type"
    if date.type and type_field in _FIELDS:
        values[type_field] = source.found(date.type)
    return values


def _age(source: Source) -> Values:
    is_open = source.text.lower() in _NO_LIMIT
    return {source.label.field: source.found("" if is_open else source.text)}


def _flag(source: Source) -> Values:
    value = _FLAGS.get(source.text.lower())
    if value is None:
        source.warn(f"“{source.text}” is neither yes nor no.")
        return {}
    return {source.label.field: source.found(value)}


def _count(source: Source) -> Values:
    match = _COUNT.fullmatch(source.text)
    count = int(match["count"].replace(",", "")) if match else _MOST + 1
    if count > _MOST:
        source.warn(f"“{source.text}” is not a number of participants.")
        return {}
    values = {source.label.field: source.found(count)}
    if match["type"]:
        kind = source.code(DateType, match["type"])
        values["enrollment_type"] = source.found(kind)
    return values


def _masking(source: Source) -> Values:
    if find(Masking, source.text):
        return _code(source)
    masking, _, roles = source.text.partition(" (")
    values = _code(replace(source, text=masking))
    codes = {
        source.code(WhoMasked, role): None
        for piece in roles.removesuffix(")").split(",")
        for role in _roles(piece.strip())
    }
    if codes:
        values["who_masked"] = source.found(tuple(codes))
    return values


def _roles(piece: str) -> list[str]:
    """`"ParticipantCare Provider"` -> `["Participant", "Care Provider"]`."""
    roles = _ROLE.findall(piece)
    if "".join(roles) == piece.replace("  ", " "):
        return roles
    return [piece] if piece else []


def _access(source: Source) -> Values:
    values = {}
    for name in split_names(source.text):
        field = _ACCESS.get(name.lower())
        if field:
            values[field] = source.found(True)
        else:
            source.warn(f"“{name}” is not a known type of expanded access.")
    return values


def _list(source: Source) -> Values:
    names = tuple(
        dict.fromkeys(
            name
            for _, text in source.lines
            for name in names_in(text, is_alone=len(source.lines) == 1)
        )
    )
    found = Found(names, source.number, source.lines[-1][0])
    return {source.label.field: found} if names else {}


def names_in(text: str, *, is_alone: bool) -> list[str]:
    """The names in a line: all where it stands alone, otherwise one."""
    return split_names(text) if is_alone else [text]


_READERS: dict[str, Callable[[Source], Values]] = {
    "code": _code,
    "codes": _codes,
    "study type": _study_type,
    "date": _date,
    "age": _age,
    "flag": _flag,
    "count": _count,
    "masking": _masking,
    "access": _access,
}
