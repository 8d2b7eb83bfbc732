"""The icon font, cut down to the icons that the desk shows: `make icons`.

The theme's own font of all 4,000 Material Symbols weighs 290 kB; a page may weigh
300 kB in all. Which icons are kept follows from the theme's templates and styles, from
our templates and from the menu, so that nobody keeps a list.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ICONS = ROOT / "static/curation/icons"
NAMES = ICONS / "names.txt"
FONT = ICONS / "icons.woff2"

_IN_MARKUP = re.compile(r"material-symbols-outlined[^<>]*>\s*([a-z][a-z0-9_]+)\s*<")
_IN_STYLES = re.compile(r'content:\s*"([a-z][a-z0-9_]+)"')
_IN_MENU = re.compile(r'"(?:icon|SITE_SYMBOL)": "([a-z][a-z0-9_]+)"')
# Shown by the password fields through a script, not as text of an element.
_BY_SCRIPT = {"visibility", "visibility_off"}

UNKNOWN = {"file_upload", "navigate_before", "navigate_next"}
"""What the theme's templates ask for and its own font does not have."""


def needed(theme: Path) -> set[str]:
    """The names of the icons that `theme`, the folder of Unfold, and the desk use."""
    names = set(_BY_SCRIPT)
    for path in _files(theme):
        text = path.read_text(encoding="utf-8")
        for pattern in (_IN_MARKUP, _IN_STYLES, _IN_MENU):
            names.update(pattern.findall(text))
    return names - UNKNOWN


def _files(theme: Path) -> Iterator[Path]:
    yield theme / "static/unfold/css/styles.css"
    # The parts of the theme that the desk does not use have icons of their own.
    yield from sorted((theme / "templates").rglob("*.html"))
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield ROOT / "curation/theme.py"


def main() -> None:
    """Write the font and the names of its icons."""
    # Only here: whoever asks which icons are needed has no font tools.
    from fontTools import subset

    theme = next((ROOT / ".venv/lib").glob("python3*/site-packages/unfold"))
    source = theme / "static/unfold/fonts/material-symbols"
    options = subset.Options(flavor="woff2", layout_features=["liga", "rlig"])
    font = subset.load_font(str(source / "Material-Symbols-Outlined.woff2"), options)
    names = sorted(needed(theme))
    # Letters are what the ligatures are made of; without closing over the layout no
    # icon but those named is reached from them.
    options.layout_closure = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(glyphs=names, text="abcdefghijklmnopqrstuvwxyz0123456789_")
    subsetter.subset(font)
    ICONS.mkdir(exist_ok=True)
    subset.save_font(font, str(FONT), options)
    (ICONS / "LICENSE").write_bytes((source / "LICENSE").read_bytes())
    NAMES.write_text("\n".join(names) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(names)} icons, {FONT.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
