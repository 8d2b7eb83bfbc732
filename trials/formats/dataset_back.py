"""A dataset that comes back: unpacked, and each file as its description says it is."""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from csv import Error as CsvError
from pathlib import Path

import msgspec

from trials.formats import dataset
from trials.record.cells import CellError
from trials.record.paths import key_number
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.record.tabular import TABLES, TableError

MOST_KEY = 2_000_000_000
"""The highest number of a key that a database holds, with some left to give."""


class DatasetError(ValueError):
    """A dataset that is not what it should be; says which file, and why."""


class _Resource(msgspec.Struct):
    path: str
    bytes: int
    hash: str


class _Package(msgspec.Struct):
    resources: list[_Resource]


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The folder with the verified files of the dataset, a folder or `.zip`, at `path`.

    Raises OSError and DatasetError.
    """
    if path.is_dir():
        verify(path)
        yield path
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, dataset.PACKAGE, folder)
                for resource in _described(folder):
                    _unpack(archive, resource.path, folder)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            # RuntimeError: an encrypted member.
            raise DatasetError(f"{path} cannot be unpacked: {error}.") from error
        verify(folder)
        yield folder


def _unpack(archive: zipfile.ZipFile, name: str, folder: Path) -> None:
    try:
        with archive.open(name) as member, (folder / name).open("wb") as file:
            shutil.copyfileobj(member, file)
    except KeyError as error:
        raise DatasetError(f"The archive has no {name}.") from error


def _described(folder: Path) -> list[_Resource]:
    """The files that the description names. Raises DatasetError."""
    try:
        text = (folder / dataset.PACKAGE).read_bytes()
        resources = msgspec.json.decode(text, type=_Package).resources
    except FileNotFoundError as error:
        raise DatasetError(
            f"There is no {dataset.PACKAGE}: this is no dataset. To correct records by "
            "single tables, use import_csv."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DatasetError(f"{dataset.PACKAGE} cannot be read: {error}.") from error
    names = {resource.path for resource in resources}
    for name in sorted(names):
        if Path(name).name != name or name in ("", ".", ".."):
            raise DatasetError(f"{dataset.PACKAGE} names the file “{name}”.")
    if missing := sorted({f"{table.name}.csv" for table in TABLES} - names):
        raise DatasetError(f"{dataset.PACKAGE} has no {', '.join(missing)}.")
    return resources


def verify(folder: Path) -> None:
    """Raise DatasetError where a file is not the one that was described."""
    for resource in _described(folder):
        digest, size, has_nul = hashlib.sha256(), 0, False
        try:
            with (folder / resource.path).open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
                    size += len(chunk)
                    has_nul |= b"\0" in chunk
        except FileNotFoundError as error:
            raise DatasetError(f"There is no {resource.path}.") from error
        if (size, f"sha256:{digest.hexdigest()}") != (resource.bytes, resource.hash):
            raise DatasetError(
                f"{resource.path} is not as it was written: its SHA-256 is another. To "
                "correct records by edited tables, use import_csv."
            )
        if has_nul:
            raise DatasetError(
                f"{resource.path} has a NUL character, which no value can hold."
            )


def records(folder: Path) -> Iterator[TrialRecord]:
    """The records of a verified folder, one at a time. Raises DatasetError."""
    last = ""
    try:
        for record in dataset.read(folder):
            if record.nct_id <= last:
                raise DatasetError(f"{record.nct_id} is not in the order of numbers.")
            last = record.nct_id
            _check_keys(record)
            yield record
    except (TableError, CellError, CsvError, UnicodeDecodeError) as error:
        raise DatasetError(str(error)) from error


def _check_keys(record: TrialRecord) -> None:
    for name in COLLECTIONS:
        for part in getattr(record, name):
            if key_number(part.key) > MOST_KEY:
                raise DatasetError(f"{record.nct_id}: the key {part.key} is too high.")
