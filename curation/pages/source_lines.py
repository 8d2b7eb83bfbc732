"""The source page beside a form: its lines, and which value each one gave."""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from django.http import Http404
from django.utils.safestring import SafeString, mark_safe

from trials.models import SourceDocument, Trial
from trials.readers import split_lines
from trials.record.flat import NAMED_BY
from trials.record.paths import parse


class Line(NamedTuple):
    """A line of the source as the pane shows it.

    `kind` is value, heading, boilerplate, unplaced or blank; `path` is that of the
    value that it gave.
    """

    number: int
    text: str
    kind: str
    path: str = ""


@dataclass(frozen=True)
class SourcePane:
    """All that the pane shows: the documents to choose from, and the chosen one."""

    documents: list[SourceDocument]
    document: SourceDocument | None
    lines: list[Line]

    @property
    def lines_html(self) -> SafeString:
        """The lines as the page shows them.

        There are hundreds of them: a template, and even format_html, takes longer for
        them than for all the rest of the page.
        """
        # Whatever a page's text has a part in is escaped in `_drawn`.
        return mark_safe("\n".join(map(_drawn, self.lines)))  # noqa: S308

    @property
    def spans(self) -> dict[str, list[list[int]]]:
        """Path -> its spans of lines, the first print of the value first."""
        if self.document is None:
            return {}
        spans = {path: [list(span)] for path, span in self.document.lines.items()}
        for repeat in self.document.repeats:
            span = [repeat["first_line"], repeat["last_line"]]
            spans.setdefault(repeat["path"], []).append(span)
        return spans


def _drawn(line: Line) -> str:
    number, text = line.number, escape(line.text)
    told = said = ""
    if line.path:
        told = f' data-to="{escape(line.path)}"'
    elif line.kind == "unplaced":
        told = ' title="No field took this line"'
        said = '<b class="sr-only">Not placed:</b>'
    return (
        f'<div id="L{number}" class="{line.kind}" role="option"{told}>'
        f"<i>{number}</i>{said}<span>{text}</span></div>"
    )


def source_pane(trial: Trial, wanted: str) -> SourcePane:
    """The source of `trial` with the id `wanted`, or its current one.

    Raises Http404 for the id of no source of this trial.
    """
    # The long columns only of the one that is shown.
    documents = list(trial.sources.defer("text", "lines", "repeats"))
    chosen = (
        [d for d in documents if str(d.pk) == wanted]
        if wanted
        else [d for d in documents if d.status == SourceDocument.Status.CURRENT]
    )
    if not chosen:
        if wanted:
            raise Http404("The trial has no such source.")
        return SourcePane(documents, None, [])
    document = trial.sources.get(pk=chosen[0].pk)
    return SourcePane(documents, document, _lines(document))


def _lines(document: SourceDocument) -> list[Line]:
    paths: dict[int, str] = {}
    for repeat in document.repeats:
        span = range(repeat["first_line"], repeat["last_line"] + 1)
        paths.update(dict.fromkeys(span, repeat["path"]))
    # The last one has the line. Not the order of the JSON: PostgreSQL keeps its own.
    for path in sorted(document.lines, key=_rank):
        first, last = document.lines[path]
        paths.update(dict.fromkeys(range(first, last + 1), path))
    kinds = dict.fromkeys(document.boilerplate, "boilerplate")
    kinds |= dict.fromkeys(document.headings, "heading")
    kinds |= dict.fromkeys(document.unplaced, "unplaced")
    kinds |= dict.fromkeys(paths, "value")
    return [
        Line(n, text, kinds.get(n, "blank"), paths.get(n, ""))
        for n, text in enumerate(split_lines(document.text), start=1)
    ]


def _rank(text: str) -> tuple[bool, int]:
    """Greatest for the value that a line is about where it gives several: the text of a
    criterion rather than its number, a date rather than its type."""
    path = parse(text)
    return NAMED_BY.get(path.field) == path.part_field, -len(text)
