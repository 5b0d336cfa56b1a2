"""Front door, the workbench: long work that is asked for, done in the background, and watched.

May know: jobs, the gate. Must not know: how a kind of work is done (whoever runs jobs says so), pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..engine import Progress, jobs
from ..engine.jobs import Job
from ..errors import RefusedError, SaysoError
from ..values import Role
from .door import Door

#: How a kind of work is done: with the archive's door opened as whoever asked, the job's words, and a way to tell how
#: far it is. It gives what there is to report.
Work = Callable[[Job, Callable[[Progress], None]], Mapping[str, Any]]

_A_MISTAKE = "This is a mistake in Sayso itself ({}). Nothing was left half-done."


class Jobs:
    """``archive.jobs``: ask for long work, see how far it is, stop it."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def new(self, verb: str, **parameters: Any) -> Job:
        """Ask for work of the kind ``verb``. ``subject`` names the person whom it is about, if it is about one; the job
        is kept under their id.

        Raises RefusedError (F5, F10) as the work itself would, UsageError when nobody is called so.
        """
        ground, subject = self._door.ground, parameters.get("subject")
        with ground.database.begin() as session:
            if subject is None:
                actor = self._door.enter_with(session, verb)
            else:
                # A job lies in the database in clear, as no label may.
                actor, parameters["subject"] = self._door.enter_for(session, verb, subject)
            job = jobs.new(session, verb, actor.name, actor.role.value, parameters, ground.clock())
        self._door.board.wake()
        return job

    def list(self, *, before: int | None = None, limit: int | None = None) -> Sequence[Job]:
        """Jobs, newest first: all that staff asked for, for staff; one's own, for a person. At most so many, with ids
        below ``before``."""
        with self._door.ground.database.read() as session:
            actor = self._door.enter_with(session, "job.list", self._me)
            own = actor.name if actor.role is Role.SUBJECT else None
            return jobs.list_all(session, own, before=before, limit=limit)

    def get(self, job_id: int) -> tuple[Job, Progress | None]:
        """One job, and how far it is while it runs. Raises UsageError, RefusedError (F10) for somebody else's."""
        with self._door.ground.database.read() as session:
            actor = self._door.enter_with(session, "job.list", self._me)
            job = jobs.get(session, job_id)
        theirs = job.role == Role.SUBJECT.value
        if theirs is not (actor.role is Role.SUBJECT) or (theirs and job.asked_by != actor.name):
            raise RefusedError.because("F10", "This is somebody else's.", "Look at your own.")
        return job, self._door.board.far(job_id)

    @property
    def version(self) -> int:
        """A number that changes when something about any job did: worth another look."""
        return self._door.board.version

    def stop(self, job_id: int) -> None:
        """Ask a job to stop; what is finished stays. Raises UsageError, RefusedError (F10)."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "job.stop", self._me)
        job, _ = self.get(job_id)
        if job.state == jobs.WAITING:
            with self._door.ground.database.begin() as session:
                jobs.end(session, job_id, jobs.STOPPED, {}, self._door.ground.clock())
        self._door.board.stop(job_id)
        self._door.board.wake()

    def resume(self) -> int:
        """For whoever runs the jobs, at the start: what ran when the program ended waits again; how many."""
        self._door.enter("job.run")
        with self._door.ground.database.begin() as session:
            jobs.sweep(session, self._door.ground.clock())
            return jobs.requeue(session)

    def run_next(self, work: Mapping[str, Work], *, persons: bool) -> bool:
        """Do the job that waits longest; False when none waits. However it ends, that is written down.

        persons: those that people asked for about themselves, who are not to wait for thousands of photos; or the
        others.
        """
        self._door.enter("job.run")
        ground, board = self._door.ground, self._door.board
        with ground.database.begin() as session:
            job = jobs.claim(session, persons=persons)
        if job is None:
            return False
        try:
            state, report = jobs.DONE, jobs.run(job, board, lambda tell: work[job.kind](job, tell))
        except jobs.HaltedJobError:
            with ground.database.begin() as session:
                jobs.requeue(session)
            return False
        except jobs.StoppedJobError:
            state, report = jobs.STOPPED, {}
        except SaysoError as error:
            state, report = jobs.FAILED, {"error": error.what, "next_step": error.next_step}
        except Exception as error:
            # Its own words are left out, because they may hold what must stay secret.
            state, report = jobs.FAILED, {"error": _A_MISTAKE.format(type(error).__name__), "next_step": ""}
        with ground.database.begin() as session:
            jobs.end(session, job.id, state, report, ground.clock())
        board.wake()
        return True

    def wait(self, seconds: float, version: int = -1) -> int:
        """For whoever runs the jobs: wait until something changed after ``version``, at most so long."""
        self._door.enter("job.run")
        return self._door.board.wait(version, seconds)

    def interrupt(self) -> None:
        """For whoever runs the jobs, at the end: what runs stops where it is, and goes on at the next start."""
        self._door.enter("job.run")
        self._door.board.halt()

    @property
    def _me(self) -> str | None:
        return self._door.name if self._door.role is Role.SUBJECT else None
