"""`manage.py rebuild_search`: let the search find all trials as they are now."""

from django.core.management.base import BaseCommand

from trials import search


class Command(BaseCommand):
    """Read all trials into the index of the search anew.

    Every change keeps the index by itself: this is for a release of the desk whose
    notes ask for it, and for a database that someone wrote to behind the desk. Curators
    can go on working meanwhile.
    """

    help = "Read all trials into the index of the search anew."

    def handle(self, *args, **options):
        self.verbosity = options["verbosity"]
        count = search.rebuild(self.show)
        if self.verbosity:
            noun = "trial" if count == 1 else "trials"
            self.stdout.write(f"The search knows {count} {noun}.")

    def show(self, count: int) -> None:
        """A line of progress a batch."""
        if self.verbosity:
            self.stderr.write(f"[{count}] trials")
