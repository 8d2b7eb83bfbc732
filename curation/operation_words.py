"""What an operation does, in words, for lists and pages."""

from curation.bulk.operation import Merge, Operation, Replace, SetValue
from curation.columns import label
from curation.readable import in_words

STEPS = {
    "assign": "Assign",
    "submit": "Submit",
    "approve": "Approve",
    "reopen": "Reopen",
}


def title(operation: Operation) -> str:
    """One line: "Replace “pts” with “patients”"."""
    if isinstance(operation, Replace):
        return (
            f"Replace “{_short(operation.find)}” with “{_short(operation.replacement)}”"
        )
    if isinstance(operation, Merge):
        forms = ", ".join(f"“{_short(group.form)}”" for group in operation.groups[:3])
        more = f" and {len(operation.groups) - 3} more" if operation.groups[3:] else ""
        return f"Merge into {forms}{more}"
    if isinstance(operation, SetValue):
        value = in_words(operation.column, operation.value)
        said = f"to “{_short(value)}”" if value else "to nothing"
        return f"Set {label(operation.column).lower()} {said}"
    if operation.step == "assign":
        return f"Assign to {operation.assignee or 'nobody'}"
    return STEPS[operation.step]


def details(operation: Operation) -> list[str]:
    """What else is to be known of it: fields and options."""
    said = []
    if columns := ", ".join(map(label, operation.columns)):
        said.append(f"In {columns}.")
    if isinstance(operation, Replace):
        options = {
            "a regular expression": operation.is_regex,
            "whole words": operation.whole_words,
            "the case as written": operation.match_case,
        }
        if chosen := [name for name, is_on in options.items() if is_on]:
            said.append(f"It looks for {', '.join(chosen)}.")
    return said


def _short(text: str) -> str:
    text = text.replace("\n", "⏎")
    return text if len(text) <= 60 else f"{text[:60]}…"
