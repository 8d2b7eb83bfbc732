"""What every format is given, and what it tells of the files that it wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from trials.formats.columns import Columns
from trials.record.flat import Lines
from trials.record.shape import TrialRecord
from trials.record.tabular import Row, Table


class ExportError(Exception):
    """The format cannot hold what was to be written; says what and where."""


class Item(NamedTuple):
    """A trial to be written: its record, and rows of the export's further tables."""

    record: TrialRecord
    rows: Mapping[str, list[Row]] = {}
    lines: Lines = {}


@dataclass(frozen=True)
class Export:
    """What is to be written, and what a reader of it should know.

    `tables` describes the rows that come with the records; one whose key is the NCT
    number alone has one row a trial. `chosen` says in words which trials these are,
    `created` when the export was made (ISO, UTC), `version` that of the desk; `notes`
    are further sentences for its readers. `bom` asks for the byte order mark by which
    Excel knows UTF-8, `lines` for JSON lines. `columns` are those that leave, in the
    formats that have a choice.
    """

    items: Iterable[Item]
    tables: tuple[Table, ...] = ()
    chosen: str = "All trials."
    created: str = ""
    version: str = ""
    bom: bool = False
    lines: bool = False
    notes: tuple[str, ...] = ()
    columns: Columns = field(default_factory=dict)

    @property
    def by_trial(self) -> tuple[Table, ...]:
        """The further tables with one row a trial."""
        return tuple(table for table in self.tables if table.key == ("nct_id",))


class File(Struct, frozen=True):
    """A file that was written; `rows` is None where it holds no table."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class Written:
    """How many trials were written, and the files that hold them."""

    trials: int
    files: tuple[File, ...] = field(default=())
