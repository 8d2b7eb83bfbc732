"""docs/roles.md: who may what, as the walk found it."""

from collections.abc import Iterable
from itertools import groupby

from django.conf import settings
from django.contrib.auth.models import Group

from curation.accounts_log import permissions
from curation.tests.walk import Row
from curation.tests.walk_commands import ACTORS, CommandRow
from curation.tests.walk_desk import ROLES, VISITORS

PATH = settings.BASE_DIR / "docs" / "roles.md"

HEAD = """\
# Who may what

`make roles` writes this file: it visits every address of the desk with GET and POST as
each of the visitors below, runs every command for an account of each role, and notes
the answers. A test fails where an answer is not the one that stands here, and where a
request that is refused writes anything. A new page or command is walked by itself; read
its rows before you commit them.

A role is a group of accounts. Migrations make the roles; an account may have several,
and may then do what any of them may.
"""

WORDS = {
    "curator": """\
Corrects records: edits, applies and waives findings, comments, submits. Exports trials,
as all do who see them.""",
    "reviewer": """\
Does all that curators do, and assigns, approves, returns and reopens, changes many
trials at once and reverts such acts, imports pages and tables, and freezes exports as
releases. Nobody approves what they changed or submitted themselves, unless `FOUR_EYES`
is off.""",
    "auditor": """\
Reads everything and changes nothing; exports trials and the audit log, and marks what
they read of it as reviewed.""",
    "data user": """\
Exports approved records, each as it was approved, and opens nothing else but the jobs
that write them. Every export is logged.""",
    "administrator": """\
Keeps the accounts: makes and closes them, sets passwords, gives and takes roles, and
reads the account events, where all of that stands. Sees and stops everyone's jobs, not
what they made. Only a superuser changes their own
roles, gives permissions past the roles, changes what a role may, or touches the
account of a superuser.""",
}
"""Role -> what it is there for."""

ADDRESSES = """\
## Addresses

**anonymous** is logged in nowhere, **no role** has an account that is not of the staff,
**superuser** may all that anyone may. **yes**: the page comes, or the form is taken or
shown with what is wrong in it. **no**: 403 or 404. **login**: the login comes instead.
**–**: the address takes no such method. What a record's state or another's claim
forbids is said on the page, and no matter of roles.
"""

COMMANDS = """\
## Commands

Commands act for the account that `--by` names, and refuse what it may not do. Whoever
has the shell of the machine may also name nobody: the logs then say “command line”.
**–**: the command has no `--by`. Those change no record and no account on anybody's
word: `check_history` only reads, `recheck` does what the rules say, `rebuild_search`
reads the records again, `run_jobs` does what each job's account may do,
`purge_job_files` removes files alone, and `create_demo_accounts` works only where
`DEBUG` is on and nobody has an account.
"""


def render(rows: Iterable[Row], commands: Iterable[CommandRow]) -> str:
    """The whole file."""
    parts = [HEAD, "## Roles\n", *map(_role, ROLES), ADDRESSES]
    head = ("Address", "Name", "Method", *VISITORS)
    by_page = groupby(sorted(rows, key=lambda row: (_page(row), row)), key=_page)
    for page, group in by_page:
        cells = [(f"`{r.address}`", _code(r.name), r.method, *r.answers) for r in group]
        parts += [f"### `{page}`\n", _table(head, cells)]
    head = ("Command", *ACTORS, "the shell alone")
    cells = [(f"`{row.command}`", *row.answers, row.without) for row in commands]
    return "\n".join([*parts, COMMANDS, _table(head, cells)])


def _role(name: str) -> str:
    codes = permissions(Group.objects.get(name=name)).splitlines()
    given = "\n".join(f"- `{code}`" for code in codes)
    return f"### {name.capitalize()}\n\n{WORDS[name]}\n\n{given}\n"


def _page(row: Row) -> str:
    """The list that an address belongs to: `/admin/trials/trial/`; or `/`."""
    steps = row.address.split("/")
    is_of_a_model = len(steps) > 4 and steps[2] in ("auth", "curation", "trials")
    return "/".join([*steps[:4], ""]) if is_of_a_model else "/"


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
