import re
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
SETTINGS = (settings.BASE_DIR / "curation/settings.py").read_text(encoding="utf-8")

# These two belong to the Makefile and to the history that is to come.
READ_ELSEWHERE = {"PORT"}


def variables():
    """The environment variables that the settings read."""
    names = set(re.findall(r'\b(?:text|flag|number|secret)\("(\w+)"', SETTINGS))
    return names | {f"{name}_FILE" for name in re.findall(r'secret\("(\w+)"', SETTINGS)}


def commands():
    """The management commands of our own apps."""
    return {
        path.stem
        for path in Path(settings.BASE_DIR).glob("*/management/commands/[!_]*.py")
    }


def test_the_readme_explains_every_variable_and_no_other():
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))

    assert explained == variables() | READ_ELSEWHERE


def test_the_readme_shows_every_command():
    assert "create_demo_accounts" in commands()
    assert {name for name in commands() if f"manage.py {name}" not in README} == set()


def test_every_command_in_the_readme_is_there():
    shown = set(re.findall(r"manage\.py (\w+)", README))

    assert shown <= get_commands().keys()


def test_every_path_in_the_readme_is_there():
    paths = re.findall(
        r"^\| `([\w./]+)` \| ", README.split("## Where things are")[1], re.M
    )

    assert paths
    assert [path for path in paths if not (settings.BASE_DIR / path).exists()] == []
