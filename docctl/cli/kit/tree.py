"""The root of all commands: options that come before the noun, and how an error leaves the program.

Knows the commands by name only. `docctl --help` loads none of them: their libraries take half a second.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from docctl.cli.kit import spoken
from docctl.cli.kit.answers import ErrorAnswer, print_error
from docctl.cli.kit.caller import Caller
from docctl.errors import DocctlError
from docctl.errors.message import Message
from docctl.language import own_words
from docctl.rules import languages

DEBUG: Final = "DOCCTL_DEBUG"


@dataclass(frozen=True)
class Member:
    """A command of the root: `name` in the module `docctl.cli.…`, and its line in the list of commands."""

    module: str
    name: str
    line: str


MEMBERS: Final[Mapping[str, Member]] = {
    "init": Member("init", "init", "Make a site in an empty folder."),
    "user": Member("users", "user", "Accounts and their passwords."),
    "factor": Member("factors", "factor", "The second factor of an account: drop, reset."),
    "delegation": Member("delegations", "delegation", "Delegates: add, confirm, refuse, end, show."),
    "inbox": Member("desk", "inbox", "What waits for you."),
    "site": Member("site", "site", "What the organisation decides: departments, schemes, chains, calendars."),
    "document": Member("documents.moving", "document", "Lint, register, take over, list, move, withdraw."),
    "library": Member("libraries", "library", "Check a folder of procedures and templates. Needs no site."),
    "draft": Member("drafts", "draft", "Save and discard drafts."),
    "revision": Member("revisions", "revision", "Submit, sign, issue and compare revisions."),
    "copy": Member("copies.register", "copy", "Controlled copies: hand out, recall, take back, account for."),
    "notice": Member("copies.notice", "notice", "Changes of the departments' lists, taken note of."),
    "outsider": Member("copies.outsider", "outsider", "Holders outside: register, change, erase, show."),
    "shelf": Member("copies.shelf", "shelf", "Shelf walks: what a holder has, held against the register."),
    "request": Member("copies.request", "request", "Asking for a copy: add, approve, refuse, list."),
    "change": Member("changes", "change", "Change applications: apply, sign, refuse, list, show."),
    "chain": Member("chains", "chain", "The approval chain of a document of its own: change."),
    "distribution": Member("copies.distribution", "distribution", "Who is to have a document: show, change."),
    "comment": Member("comments", "comment", "Comments on a revision in review: add, adopt, refuse, list."),
    "reading": Member("reading", "reading", "Read and understood: call, confirm, list."),
    "record": Member("records.files", "record", "Records: open, fill, attach, sign, verify, close."),
    "disposal": Member(
        "disposals", "disposal", "The end of records: propose, approve, destroy, witness, show."
    ),
    "duty": Member("duty", "duty", "Records that fall due by themselves: list, excuse."),
    "indicator": Member("indicators", "indicator", "Figures that come of records: list, show."),
    "trace": Member(
        "trace", "trace", "From a record to what governed it, and from a document to its records."
    ),
    "search": Member("search", "search", "Find words in the documents that are in force."),
    "trail": Member("ledger", "trail", "What was ever done to one document."),
    "ledger": Member("ledger", "ledger", "Read the audit trail of the site; sign the ledger as it stands."),
    "check": Member("ledger", "check", "Compare the tables, the files and the library with the ledger."),
    "rebuild": Member("ledger", "rebuild", "Make the database of a site again from its other files."),
    "evidence": Member("evidence", "evidence", "Evidence files: take them away, verify them."),
    "system": Member("system", "system", "How the machine stands: disk, clock, versions, backups."),
    "backup": Member("backups", "backup", "Copies of a running site: make, list, verify, drill."),
    "restore": Member("backups", "restore", "Make a site again from a backup."),
    "report": Member("reports", "report", "Lists that are asked for often, as tables or Excel workbooks."),
    "permissions": Member("rules", "permissions", "Who may do what. Needs no site."),
    "rules": Member(
        "rules", "rules", "The rules that docctl keeps, and the tests that prove it. Needs no site."
    ),
    "regulations": Member(
        "regulations", "regulations", "What standards ask, and how far docctl does it. Needs no site."
    ),
    "serve": Member("serve", "serve", "Serve the pages of a site."),
    "generate": Member("generate", "generate", "Make a large site, of which nothing is real."),
    "run": Member("serve", "run", "Serve a demonstration on this machine, or your company in its place."),
    "worker": Member("worker", "worker", "One of the processes of `serve`."),
}
HIDDEN: Final = frozenset({"run", "worker"})


class Root(click.Group):
    """Loads a command when it is used, and turns whatever goes wrong into the error of the contract."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they are met, not by the alphabet."""
        return [name for name in MEMBERS if name not in HIDDEN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself. Its module is imported here, and not before."""
        member = MEMBERS.get(cmd_name)
        if member is None:
            return None
        command: click.Command = getattr(import_module(f"docctl.cli.{member.module}"), member.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, MEMBERS[name].line) for name in self.list_commands(ctx)])

    def main(  # type: ignore[override]  # the same parameters, without the overloads
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Run a command. Leaves through sys.exit, or with `standalone_mode=False` gives the exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        standalone = extra.pop("standalone_mode", True)
        caller = extra.pop("obj", None) or Caller()
        own_words.complete()
        os.umask(0o077)  # what a site consists of is for its owner, whatever the machine's habits are
        caller.json = wants_json(arguments)
        caller.language = spoken.wanted(arguments, os.environ)
        code = self._run(arguments, caller, extra)
        if standalone:
            sys.exit(code)
        return code

    def _run(self, arguments: list[str], caller: Caller, extra: dict[str, Any]) -> int:
        try:
            # Leaving through Exit (help, findings) gives an exit code; all other commands give None.
            done = super().main(arguments, "docctl", standalone_mode=False, obj=caller, **extra)
            return done if isinstance(done, int) else 0
        except Exception as error:  # noqa: BLE001 - nobody should ever be shown a traceback
            if os.environ.get(DEBUG):
                traceback.print_exc()
            return print_error(answer_to(error), as_json=caller.json, reader=spoken.reader(caller.language))


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    envvar="DOCCTL_SITE",
    help="The site's folder (or DOCCTL_SITE).",
)
@click.option("--as", "login", envvar="DOCCTL_USER", help="Who you are: your login (or DOCCTL_USER).")
@click.option("--op", help="A key of your own for this request: sent twice, it is done once.")
@click.option(
    "--lang",
    type=click.Choice(languages.ALL),
    expose_value=False,
    help="The language of sentences (or LC_ALL, LC_MESSAGES, LANG).",
)
@click.option("--json", is_flag=True, expose_value=False, help="Print one JSON object.")
@click.pass_obj
def docctl(caller: Caller, site: Path | None, login: str | None, op: str | None) -> None:
    """Controlled documents, their copies, and the records made under them.

    Reading needs --site and --as. Writing needs the account's password too, from DOCCTL_PASSWORD or a prompt.
    """
    caller.folder, caller.login, caller.op = site, login, op


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether --json stands anywhere before `--`: it must be known before anything can be parsed."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return "--json" in arguments[:end]


def answer_to(error: Exception) -> ErrorAnswer:
    """What is told of an error: its kind, its sentence, its exit code."""
    if isinstance(error, click.UsageError):
        return ErrorAnswer("usage", Message("{why}", why=error.format_message()), 2, hint=_usage(error))
    if isinstance(error, click.Abort):
        return ErrorAnswer("error", Message("stopped before it was done"), 1)
    # SQLAlchemy wraps what a column type refuses (a NUL in a number): the refusal is what counts.
    error = getattr(error, "orig", None) or error
    if isinstance(error, DocctlError):
        return ErrorAnswer(error.kind, error.said, error.exit_code, getattr(error, "problems", None))
    what = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return ErrorAnswer(
        "error", Message("unexpected: {what} (set {variable}=1 to see where)", what=what, variable=DEBUG), 1
    )


def _usage(error: click.UsageError) -> str:
    return "" if error.ctx is None else f"{error.ctx.get_usage()}\nTry: {error.ctx.command_path} --help"
