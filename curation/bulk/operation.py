"""An operation on many records as data: kept, replayed, exported and imported as JSON.

{"version": 1, "operations": [{"kind": "replace", "columns": ["criteria.text"],
 "find": "pts", "replacement": "patients", "whole_words": true}]}
"""

import re
from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from curation.bulk.patterns import Hit, Pattern, PatternError
from curation.bulk.values import columns, text_columns
from trials.record.diff import ChangeError, from_text

VERSION = 1
MOST_GROUPS = 1000
MOST_OPERATIONS = 100

Text = Annotated[str, Meta(max_length=100_000)]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class OperationError(ValueError):
    """An operation that makes no sense, and why: a sentence."""


class Replace(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="replace"
):
    """Put another text where one stands; see `Pattern` for what may be written."""

    columns: tuple[str, ...]
    find: Annotated[str, Meta(min_length=1, max_length=1000)]
    replacement: Text = ""
    is_regex: bool = False
    whole_words: bool = False
    match_case: bool = False

    def check(self) -> None:
        """Raise OperationError where it cannot be done in any record."""
        _check_columns(self.columns, text_columns())
        _check_text(self.find)
        _check_text(self.replacement)
        self.finder()

    def finder(self):
        """What finds the hits in a text, made once for many. Raises OperationError."""
        try:
            return Pattern(
                self.find,
                self.replacement,
                is_regex=self.is_regex,
                whole_words=self.whole_words,
                match_case=self.match_case,
            ).hits
        except PatternError as error:
            raise OperationError(str(error)) from error


class MergeGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """Values that become one form."""

    values: tuple[str, ...]
    form: Annotated[str, Meta(min_length=1, max_length=100_000)]


class Merge(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="merge",
    dict=True,
):
    """Give the values of each group in one column one form."""

    column: str
    groups: Annotated[
        tuple[MergeGroup, ...], Meta(min_length=1, max_length=MOST_GROUPS)
    ]

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    @cached_property
    def forms(self) -> dict[str, str]:
        """Value -> the form that it is to have, of those that have another."""
        return {
            value: group.form
            for group in self.groups
            for value in group.values
            if value != group.form
        }

    def check(self) -> None:
        """Raise OperationError where it cannot be done in any record."""
        _check_columns(self.columns, text_columns())
        values = [value for group in self.groups for value in group.values]
        if len(set(values)) < len(values):
            raise OperationError("A value is in two groups; it can have one form only.")
        for group in self.groups:
            _check_text(group.form)
            if group.form != group.form.strip():
                raise OperationError(f"“{group.form}” has spaces around it.")

    def finder(self):
        """What finds the hits in a text, made once for many."""

        def hits(text: str) -> list[Hit]:
            form = self.forms.get(text)
            return [] if form is None else [Hit(0, len(text), form)]

        return hits


class SetValue(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="set"
):
    """Give one of the trial's own fields a value; `value` is text, "" for none."""

    column: str
    value: Text = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    def check(self) -> None:
        """Raise OperationError where it cannot be done in any record."""
        own = {name: field for name, field in columns().items() if "." not in name}
        _check_columns(self.columns, own)
        _check_text(self.value)
        field = own[self.column]
        try:
            from_text(field, self.value)
        except ChangeError as error:
            raise OperationError(str(error)) from error
        if field.vocabulary:
            known = {member.value for member in field.vocabulary}
            said = self.value.split("\n") if self.value else []
            if unknown := [code for code in said if code not in known]:
                raise OperationError(f"“{unknown[0]}” is no code of {self.column}.")

    def finder(self):
        """What finds the hits in a text, made once for many."""

        def hits(text: str) -> list[Hit]:
            return [] if text == self.value else [Hit(0, len(text), self.value)]

        return hits


class Step(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="review"
):
    """A step of the review, or giving the trials to `assignee` ("": nobody)."""

    step: Literal["assign", "submit", "approve", "reopen"]
    assignee: str = ""

    columns = ()

    def check(self) -> None:
        """Raise OperationError where it makes no sense."""
        if self.assignee and self.step != "assign":
            raise OperationError("Only “assign” has an assignee.")


Operation = Replace | Merge | SetValue | Step
Change = Replace | Merge | SetValue
"""The operations that change records."""


class _File(Struct, forbid_unknown_fields=True):
    version: int
    operations: Annotated[
        tuple[Operation, ...], Meta(min_length=1, max_length=MOST_OPERATIONS)
    ]


def to_json(*operations: Operation) -> bytes:
    """The operations as a file that `from_json` reads."""
    packed = msgspec.json.encode(_File(VERSION, operations))
    return msgspec.json.format(packed, indent=2) + b"\n"


def packed(operation: Operation) -> str:
    """The operation as JSON that `unpacked` reads. Raises OperationError where a
    text or list is longer than may be."""
    text = msgspec.json.encode(operation).decode()
    try:
        unpacked(text)
    except msgspec.ValidationError as error:
        raise OperationError(f"This cannot be kept: {error}.") from error
    return text


def unpacked(text: str) -> Operation:
    """What `packed` was given."""
    return msgspec.json.decode(text, type=Operation)


def from_json(data: bytes) -> tuple[Operation, ...]:
    """The operations of a file. Raises OperationError, which says where it is wrong."""
    try:
        version = msgspec.json.decode(data, type=dict[str, Any]).get("version")
        if version != VERSION:
            raise OperationError(
                f"This desk reads operations of version {VERSION}, "
                f"and the file says {version!r}."
            )
        operations = msgspec.json.decode(data, type=_File).operations
    except msgspec.DecodeError as error:
        raise OperationError(f"This is no file of operations: {error}.") from error
    for number, operation in enumerate(operations, start=1):
        try:
            operation.check()
        except OperationError as error:
            raise OperationError(f"Operation {number}: {error}") from error
    return operations


def _check_columns(wanted: tuple[str, ...], known) -> None:
    if not wanted:
        raise OperationError("Choose at least one field.")
    for name in wanted:
        if name not in known:
            raise OperationError(f"“{name}” is no field that this can change.")


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise OperationError("The text holds half a character.") from error
    if found := _CONTROL.search(text):
        raise OperationError(
            f"The text holds the control character U+{ord(found[0]):04X}."
        )
