"""`manage.py sync list|show|plan|run|cancel|resume|undo`: a stable interface for scripts and people."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mappings.config.store import export
from mappings.models import Sync
from syncadmin.engine.lifecycle import TERMINAL, RunState, WrongMove
from syncadmin.runs import queue
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Run
from syncadmin.runs.pages.runs.phases import phases
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from syncadmin.runs.services.report import message, report
from syncadmin.runs.services.together import report_together
from syncadmin.runs.status.run_status import run_status, state_word
from syncadmin.runs.storage import summary
from syncadmin.runs.storage.unresolved import needing, unresolved, unresolved_by_sync
from syncadmin.web.database import ensure_ready

POLL_SECONDS = 0.5
EXITS = {RunState.COMPLETED: 0, RunState.PLANNED: 2, RunState.REJECTIONS: 3}
# A plan is asked whether there is anything to write; records that need a person are told of beside it.
PLAN_EXITS = {**EXITS, RunState.REJECTIONS: 0}


class Command(BaseCommand):
    help = "List, plan, run, cancel, resume and undo syncs."
    requires_system_checks: list[str] = []  # they load every page; `check` and `migrate` do it

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, text in (("list", "Every sync with its last run."), ("show", "One sync and its configuration.")):
            sub = verbs.add_parser(verb, help=text)
            sub.add_argument("--json", action="store_true")
            if verb == "show":
                sub.add_argument("slug")
        plan = verbs.add_parser(
            "plan",
            help="Read, match and plan; writes nothing. Exit 0: nothing to do, 2: there are changes, 1: failed.",
        )
        run = verbs.add_parser("run", help="Plan and write. Exit 0: completed, 3: records need a person, 1: failed.")
        for sub in (plan, run):
            sub.add_argument("slug")
            sub.add_argument("--full", action="store_true", help="read everything again, not only what changed")
            sub.add_argument(
                "--direction",
                choices=list(RunDirection),
                default=RunDirection.BOTH,
                help="which systems may be written to",
            )
            sub.add_argument(
                "--out-of-order", action="store_true", help="although what it builds on was never synced completely"
            )
        for verb in ("cancel", "resume", "undo"):
            sub = verbs.add_parser(verb, help=f"{verb.capitalize()} a run.")
            sub.add_argument("run", type=int)
            if verb == "undo":
                sub.add_argument("--approve-all", action="store_true", help="write what a guard holds back, too")
        run.add_argument("--approve-all", action="store_true", help="write what a guard holds back, too")
        for verb, sub in verbs.choices.items():
            if verb not in ("list", "show"):
                sub.add_argument("--json", action="store_true", help="one JSON object on standard output")
            if verb == "run":
                sub.add_argument("--inline", action="store_true", help="work in this process; needs no Redis")
            elif verb in ("plan", "resume", "undo"):
                # these always do; scripts may say so
                sub.add_argument("--inline", action="store_true", default=True, help=argparse.SUPPRESS)

    def handle(self, *, verb: str, **options: Any) -> None:
        ensure_ready()
        try:
            getattr(self, f"_{verb}")(**options)
        except services.Busy as busy:
            raise CommandError(f"{busy} Wait for it, or: manage.py sync cancel {busy.run.pk}") from None
        except services.OutOfOrder as error:
            raise CommandError(f"{error} To run it anyway: --out-of-order") from None
        except (WrongMove, services.Stale, services.NotYet) as error:
            raise CommandError(str(error)) from None
        except Run.DoesNotExist:
            self.stderr.write("The run found nothing to do and was removed, as automatic updates are then.")

    def _list(self, *, json: bool, **_: Any) -> None:
        syncs = list(Sync.objects.select_related("left", "right"))
        open_records = unresolved_by_sync(syncs)
        rows: list[dict[str, Any]] = [
            {
                "slug": sync.slug,
                "kind": sync.kind,
                "left": sync.left.slug,
                "right": sync.right.slug,
                "unresolved": open_records.get(sync.pk, 0),
                "last_run": _last(sync),
            }
            for sync in syncs
        ]
        if json:
            self.stdout.write(orjson.dumps({"syncs": rows}).decode())
            return
        for row in rows:
            last = row["last_run"]
            text = f"run {last['run']} {'outdated' if last['outdated'] else last['state']}" if last else "never run"
            text += f", {needing(row['unresolved'])}" if row["unresolved"] else ""
            self.stdout.write(f"{row['slug']:<20} {row['kind']:<24} {row['left']} -> {row['right']}   {text}")

    def _show(self, *, slug: str, json: bool, **_: Any) -> None:
        syncs = _syncs(slug)
        if json:
            shown = [
                {"slug": sync.slug, "kind": sync.kind, "revision": sync.revision, "unresolved": unresolved(sync),
                 "last_run": _last(sync)}
                for sync in syncs
            ]  # fmt: skip
            one = syncs[0].slug == slug
            self.stdout.write(orjson.dumps(shown[0] if one else {"slug": slug, "syncs": shown}).decode())
        else:
            self.stdout.write(export(only=slug), ending="")

    def _plan(self, *, slug: str, direction: str, inline: bool, json: bool, **options: Any) -> None:
        chosen = {name: options[name] for name in ("full", "out_of_order")}
        chosen |= {"direction": RunDirection(direction), "enqueue": not inline}
        self._start(slug, inline, json, PLAN_EXITS, chosen)

    def _run(self, *, slug: str, inline: bool, json: bool, direction: str, **options: Any) -> None:
        if not inline and not queue.answers():
            raise CommandError("The job queue cannot be reached. Start Redis and a worker, or use --inline.")
        chosen = {name: options[name] for name in ("full", "approve_all", "out_of_order")}
        chosen |= {"direction": RunDirection(direction), "enqueue": not inline, "write": True}
        self._start(slug, inline, json, EXITS, chosen)

    def _start(
        self, slug: str, inline: bool, json: bool, exits: Mapping[RunState, int], chosen: Mapping[str, Any]
    ) -> None:
        """Start one sync, or all syncs of a configuration: one that cannot start holds up no other."""
        syncs = _syncs(slug)
        if len(syncs) == 1 and syncs[0].slug == slug:
            self._end(self._follow(services.start(syncs[0], **chosen), inline), json, exits)
        runs, refused = [], 0
        for sync in syncs:
            try:
                runs.append(services.start(sync, **chosen))
            except (services.Busy, services.NotYet) as reason:
                refused += 1
                self.stderr.write(f"{sync.slug}: {reason}")
        runs = self._follow_each(runs, inline)
        if json:
            self.stdout.write(orjson.dumps(report_together(slug, runs)).decode())
        else:
            for run in runs:
                self._print(run, json)
        codes = [exits.get(run.status, 1) for run in runs]
        sys.exit(1 if refused or not runs or 1 in codes else max(codes))

    def _cancel(self, *, run: int, json: bool, **_: Any) -> None:
        self._print(services.cancel(_find(run)), json)

    def _resume(self, *, run: int, inline: bool, json: bool, **_: Any) -> None:
        self._end(self._follow(services.resume(_find(run), enqueue=not inline), inline), json)

    def _undo(self, *, run: int, inline: bool, json: bool, approve_all: bool, **_: Any) -> None:
        undoing = services.undo(_find(run), write=True, approve_all=approve_all, enqueue=not inline)
        self._end(self._follow(undoing, inline), json)

    def _follow(self, run: Run, inline: bool) -> Run:
        """Work, or watch the workers, until the run waits for somebody or is over. Progress goes to stderr."""
        try:
            return self._watch(run, inline)
        except KeyboardInterrupt:
            goes_on = f"The workers go on; stop them with: manage.py sync cancel {run.pk}"
            stopped = f"Interrupted. Go on with: manage.py sync resume {run.pk}"
            raise CommandError(stopped if inline else goes_on) from None

    def _follow_each(self, runs: list[Run], inline: bool) -> list[Run]:
        """One after the other. Interrupted, those that nobody has begun end."""
        followed: list[Run] = []
        try:
            for run in runs:
                followed.append(self._follow(run, inline))
        finally:
            for run in runs[len(followed) + 1 :] if inline else ():
                services.cancel(run)
        return followed

    def _watch(self, run: Run, inline: bool) -> Run:
        text = ""
        while True:
            if inline:
                _wait_for_pause(run)
                jobs.advance_here(run.pk)
            run = Run.objects.select_related("sync").get(pk=run.pk)
            if (line := _progress_line(run)) != text:
                text = line
                self.stderr.write(line)
            if run.status in TERMINAL or run.status is RunState.PLANNED:
                return run
            # inline too: the run is paused, or a worker was faster and has it
            time.sleep(POLL_SECONDS)

    def _print(self, run: Run, json: bool) -> None:
        found = report(run)
        if json:
            self.stdout.write(orjson.dumps(found).decode())
            if text := message(run):
                self.stderr.write(text)
            return
        counts = found["counts"]
        self.stdout.write(f"Run {run.pk} of {run.sync.slug}: {run_status(run).label}. {message(run)}".rstrip())
        self.stdout.write(
            f"{counts['planned']} planned = {counts['written']} written + {counts['skipped']} skipped"
            f" + {counts['rejected']} rejected + {counts['conflicts']} conflicts + {counts['remaining']} remaining"
        )
        if found["unresolved"]:
            self.stdout.write(f"{needing(found['unresolved'])}: see the page Records")
        for action, number in found["actions"].items():
            if number:
                self.stdout.write(f"  {action:<16} {number}")

    def _end(self, run: Run, json: bool, exits: Mapping[RunState, int] = EXITS) -> None:
        self._print(run, json)
        sys.exit(exits.get(run.status, 1))


def _wait_for_pause(run: Run) -> None:
    """In one process nobody else wakes a paused run up."""
    run.refresh_from_db()
    if run.status is RunState.PAUSED:
        until = run.paused_until or timezone.now()
        time.sleep(max(0.0, (until - timezone.now()).total_seconds()))
        services.resume(run, enqueue=False, by_itself=True)


def _progress_line(run: Run) -> str:
    if run.status is RunState.QUEUED and run.message:
        return f"run {run.pk}: {run.message}"
    phase = next((phase for phase in phases(run, summary.groups_now(run)) if phase.name == run.phase), None)
    numbers = f" {phase.done:,}/{phase.total:,}" if phase and phase.total else ""
    return f"run {run.pk}: {state_word(run)} {run.phase}{numbers}".rstrip()


def _syncs(slug: str) -> list[Sync]:
    """The sync of this name, or those of the configuration of this name that are on."""
    rows = Sync.objects.select_related("left", "right")
    found = list(rows.filter(slug=slug)) or list(rows.on().filter(group=slug))
    if not found:
        known = ", ".join(Sync.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no sync {slug!r}. Known: {known}.")
    return found


def _find(pk: int) -> Run:
    try:
        return Run.objects.select_related("sync").get(pk=pk)
    except Run.DoesNotExist:
        raise CommandError(f"There is no run {pk}.") from None


def _last(sync: Sync) -> dict[str, object] | None:
    run = sync.runs.first()
    return report(run) if run else None
