"""Where something stands in the files that came, and what is wrong with it."""

from msgspec import Struct


class Cell(Struct, frozen=True):
    """A place in a file: `row` as the spreadsheet numbers it (0: the file as a whole),
    `column` by name ("": the whole row)."""

    file: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file]
        if self.row:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


class Problem(Struct, frozen=True):
    """What keeps the files from being applied: where, the value there, and a sentence
    that says what is wrong and what to do."""

    at: Cell
    value: str
    what: str

    def __str__(self) -> str:
        value = f" “{self.value}”:" if self.value else ""
        return f"{self.at}:{value} {self.what}"
