"""Write a `.env` with fresh secrets for development: `python -m curation.dotenv`.

Needs no Django, since without the file Django would not start.
"""

import os
import secrets
import sys
from pathlib import Path

DOTENV = Path(__file__).resolve().parent.parent / ".env"


def write(path: Path) -> bool:
    """Write the file, readable by its owner alone; False if there is one already."""
    try:
        # O_EXCL: an existing file is never replaced. What its keys have signed would
        # be lost.
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with open(file, "w", encoding="ascii") as lines:
        lines.write(
            "DEBUG=on\n"
            f"SECRET_KEY={secrets.token_urlsafe(48)}\n"
            f"HISTORY_KEY={secrets.token_urlsafe(48)}\n"
        )
    return True


if __name__ == "__main__":
    if write(DOTENV):
        sys.stdout.write(f"Wrote {DOTENV.name} with fresh secrets.\n")
