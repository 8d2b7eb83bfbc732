"""The data of the load, and whether the database tells what the curators were told."""

import secrets
from collections import Counter

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command

from benchmarks.curator import Curator
from benchmarks.pages import LAYOUTS, make_pages
from curation import fixes, workflow
from curation.acts import Act
from curation.models import Finding, Review, ReviewEvent
from curation.rules.rule import Severity
from trials import importer, revisions
from trials.models import ChangeSet, Revision, Trial


def make(trials: int, curators: int) -> list[tuple[str, str]]:
    """Trials without open errors, and the names and passwords of the curators."""
    call_command("migrate", verbosity=0)
    users = get_user_model().objects
    lead = users.create_superuser("lead")
    act = Act(ChangeSet.Kind.IMPORT, by=lead)
    for name, data in make_pages(LAYOUTS[0], trials):
        workflow.import_page(importer.read_bytes(name, data), act=act)
    error = Finding.SEVERITIES[Severity.ERROR]
    for finding in Finding.objects.filter(state=Finding.State.OPEN, severity=error):
        fixes.waive(finding, "It is part of the load.", lead)
    people = []
    group = Group.objects.get(name="curator")
    for number in range(1, curators + 1):
        name, password = f"curator{number}", secrets.token_urlsafe(12)
        users.create_user(name, password=password, is_staff=True).groups.add(group)
        people.append((name, password))
    return people


def compare(curators: list[Curator], trials: int) -> list[str]:
    """What does not hold, a sentence each: claims, changes, states, the history."""
    return [
        *_claims(curators, trials),
        *(fault for curator in curators for fault in _changes(curator)),
        *_states(curators),
        *_history(),
    ]


def _claims(curators: list[Curator], trials: int) -> list[str]:
    given = Counter(trial for curator in curators for trial in curator.claimed)
    faults = [
        f"trial {trial} was given {n} times" for trial, n in given.items() if n > 1
    ]
    if len(given) != trials:
        faults.append(f"{len(given)} of {trials} trials were given to someone")
    events = ReviewEvent.objects.filter(kind=ReviewEvent.Kind.CLAIMED).count()
    if events != given.total():
        faults.append(f"the history has {events} claims of {given.total()}")
    return faults


def _changes(curator: Curator) -> list[str]:
    """Every value that was saved is in the record, as a revision of that curator."""
    faults = []
    for pk, value in curator.saved.items():
        trial = Trial.objects.get(pk=pk)
        last = trial.revisions.select_related("change_set").get(number=trial.version)
        if revisions.record_at(trial, trial.version).acronym != value:
            faults.append(f"{trial} lost the change of {curator.name}")
        if last.change_set.actor_name != curator.name:
            faults.append(f"{trial} has its change from {last.change_set.actor_name}")
    return faults


def _states(curators: list[Curator]) -> list[str]:
    """Everything that was submitted is so, and nobody saved more than was accepted."""
    told = {pk for curator in curators for pk in curator.submitted}
    submitted = Review.objects.filter(state=Review.State.SUBMITTED)
    stored = set(submitted.values_list("pk", flat=True))
    faults = [f"trial {pk} is not submitted" for pk in told - stored]
    edits = Revision.objects.filter(change_set__kind=ChangeSet.Kind.EDIT).count()
    saves = sum(len(curator.saved) for curator in curators)
    if edits != saves:
        faults.append(f"{saves} saves were accepted, the history has {edits}")
    return faults


def _history() -> list[str]:
    """What `check_history` objects to."""
    try:
        call_command("check_history", verbosity=0)
    except SystemExit as end:
        return [f"check_history ends with status {end.code}"] if end.code else []
    return []
