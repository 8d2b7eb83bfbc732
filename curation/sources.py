"""Pages that were read -> rows."""

import msgspec

from curation.acts import Act
from trials.importer import PageFile
from trials.models import SourceDocument, Trial


def keep(
    trial: Trial, page: PageFile, status: SourceDocument.Status, act: Act
) -> SourceDocument:
    """Store the page as one of the trial's."""
    source = row_of(page, status, act)
    source.trial = trial
    source.save(force_insert=True)
    return source


def row_of(page: PageFile, status: SourceDocument.Status, act: Act) -> SourceDocument:
    """The page as a row that lacks its trial."""
    reading = page.reading
    return SourceDocument(
        status=status,
        file_name=page.name,
        text=page.text,
        encoding=page.encoding,
        sha256=page.sha256,
        layout=reading.layout,
        reader_version=reading.reader_version,
        lines=reading.lines,
        repeats=msgspec.to_builtins(reading.repeats),
        headings=reading.headings,
        boilerplate=reading.boilerplate,
        unplaced=reading.unplaced,
        warnings=msgspec.to_builtins(reading.warnings),
        unplaced_count=len(reading.unplaced),
        warning_count=len(reading.warnings),
        imported_by=act.by,
        reason=act.note,
    )
