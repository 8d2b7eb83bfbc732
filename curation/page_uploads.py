"""Files on their way from a browser to the disk, never whole in memory."""

from pathlib import Path

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from trials import importer

MOST_FILES = 10_000
"""Files in one upload; more of them come as an archive."""
MOST_BYTES = importer.MAX_UNPACKED_BYTES
"""Bytes in one upload."""
MOST_FILES_ELSEWHERE = 100
NAME_LENGTH = 255


class UploadError(Exception):
    """Why an upload is not taken: a sentence."""


class FewFiles(FileUploadHandler):
    """Refuses requests with more files than any form of the desk has.

    It stands in the settings for Django's own limit, which would hold for the page that
    takes thousands too.
    """

    def __init__(self, request: HttpRequest | None = None):
        super().__init__(request)
        self.count = 0

    def new_file(self, *args, **kwargs):
        """Count one more. Raises TooManyFilesSent."""
        super().new_file(*args, **kwargs)
        self.count += 1
        if self.count > MOST_FILES_ELSEWHERE:
            raise TooManyFilesSent("This form takes no such number of files.")

    def receive_data_chunk(self, raw_data, start):
        """Leave the data to the next handler."""
        return raw_data

    def file_complete(self, file_size):
        """Leave the file to the next handler."""


class ToFolder(FileUploadHandler):
    """Writes each file below `folder` as it comes in.

    Files get names of our own, so that no name from outside is ever a path; `names`
    tells what they were called. Raises UploadError where there are too many or they are
    too large, OSError where the disk is full.
    """

    def __init__(self, request: HttpRequest, folder: Path):
        super().__init__(request)
        self.folder = folder
        self.names: dict[str, str] = {}
        self._bytes = 0
        self._file = None

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding):
        """Refuse what says itself that it is too large, before any of it is read."""
        if content_length > MOST_BYTES:
            raise UploadError(too_large())

    def new_file(self, *args, **kwargs):
        """Open the next file."""
        super().new_file(*args, **kwargs)
        if len(self.names) == MOST_FILES:
            raise UploadError(
                f"More than {MOST_FILES:,} files: put them into an archive. "
                "Nothing was kept."
            )
        ends = (
            end for end in importer.ARCHIVES if self.file_name.lower().endswith(end)
        )
        self._end = next(ends, ".txt")
        name = f"{len(self.names) + 1:06}{self._end}"
        self.names[name] = self.file_name[-NAME_LENGTH:]
        self._file = (self.folder / name).open("wb")

    def receive_data_chunk(self, raw_data, start):
        """Write it, and keep it from other handlers.

        Of a page, only so much that the importer sees that it is too large.
        """
        self._bytes += len(raw_data)
        if self._bytes > MOST_BYTES:
            raise UploadError(too_large())
        if self._end != ".txt":
            self._file.write(raw_data)
        elif (room := importer.MAX_PAGE_BYTES + 1 - start) > 0:
            self._file.write(raw_data[:room])

    def file_complete(self, file_size):
        """The file is whole. It does not become one of `request.FILES`."""
        self.close()

    def upload_interrupted(self):
        """The browser went away."""
        self.close()

    def close(self) -> None:
        """Let go of the file that was being written."""
        if self._file:
            self._file.close()


def too_large() -> str:
    """The refusal of too much."""
    return f"More than {MOST_BYTES // 10**9} GB in one upload. Nothing was kept."
