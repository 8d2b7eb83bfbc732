from django.core.management.base import BaseCommand, CommandError

from curation.accounts import NotInDebugError, create_demo_accounts


class Command(BaseCommand):
    """Make accounts to try the desk with and print their passwords, this once."""

    help = (
        "Creates an administrator, a curator and an auditor with random passwords and "
        "prints them, if there are no accounts yet and DEBUG is on."
    )

    def handle(self, *args, verbosity, **options):
        try:
            accounts = create_demo_accounts()
        except NotInDebugError as error:
            raise CommandError(str(error), returncode=2) from error
        for account in accounts:
            # Said even with -v 0: the passwords cannot be had later.
            self.stdout.write(
                f"Demo account: {account.username} password: {account.password}"
            )
        if verbosity and not accounts:
            self.stdout.write("There are accounts already: no demo accounts made.")
