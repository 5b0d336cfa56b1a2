"""Long work that was asked for and is done in the background: one row a job, so that a restart goes on with it.

May know: kinds and parameters of jobs as words, who asked. Must not know: what a kind of work does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from ..errors import UnknownError
from ..storage import Base, BigId, Session, Utc
from .progress import Progress

WAITING, RUNNING, DONE, FAILED, STOPPED = "waiting", "running", "done", "failed", "stopped"
#: How long the outcome of a job can be read.
KEPT = timedelta(days=30)


class JobRow(Base):
    __tablename__ = "jobs"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'stopped')", name="state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    asked_by: Mapped[str] = mapped_column(String(200), index=True)
    role: Mapped[str] = mapped_column(String(16))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8), index=True)
    asked_at: Mapped[datetime] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Job:
    """One job. ``report`` says how it ended: what its kind of work tells, or ``error`` and ``next_step``."""

    id: int
    kind: str
    asked_by: str
    role: str
    parameters: Mapping[str, Any]
    state: str
    asked_at: datetime
    ended_at: datetime | None
    report: Mapping[str, Any] | None

    @property
    def over(self) -> bool:
        return self.state in (DONE, FAILED, STOPPED)


class StoppedJobError(Exception):
    """Somebody asked for the job to stop."""


class HaltedJobError(Exception):
    """The program ends; the job goes on at its next start."""


@dataclass
class Board:
    """How far the running jobs are, in memory; whoever watches is woken when something changes."""

    _far: dict[int, Progress] = field(default_factory=dict)
    _stop: set[int] = field(default_factory=set)
    _halted: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _version: int = 0

    def far(self, job_id: int) -> Progress | None:
        with self._changed:
            return self._far.get(job_id)

    @property
    def version(self) -> int:
        """It grows with every change."""
        return self._version

    def tell(self, job_id: int, progress: Progress) -> None:
        """Raises StoppedJobError when the job is to stop, HaltedJobError when the program ends."""
        with self._changed:
            self._far[job_id] = progress
            self._wake()
            if self._halted:
                raise HaltedJobError
            if job_id in self._stop:
                raise StoppedJobError

    def stop(self, job_id: int) -> None:
        with self._changed:
            self._stop.add(job_id)

    def halt(self) -> None:
        """The program ends: whatever runs stops where it is, to go on when the program starts again."""
        with self._changed:
            self._halted = True
            self._wake()

    def forget(self, job_id: int) -> None:
        with self._changed:
            self._far.pop(job_id, None)
            self._stop.discard(job_id)
            self._wake()

    def wake(self) -> None:
        """Something changed that is written in the table."""
        with self._changed:
            self._wake()

    def wait(self, version: int, seconds: float) -> int:
        """Wait until something changed after ``version``, at most so long; the version now."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > version, seconds)
            return self._version

    def _wake(self) -> None:
        self._version += 1
        self._changed.notify_all()


def new(session: Session, kind: str, asked_by: str, role: str, parameters: Mapping[str, Any], now: datetime) -> Job:
    """Ask for a job. One that waits already with the same words is not asked for again."""
    waiting = select(JobRow).where(JobRow.kind == kind, JobRow.asked_by == asked_by, JobRow.state == WAITING)
    for row in session.scalars(waiting):
        if row.parameters == dict(parameters):
            return _value(row)
    row = JobRow(kind=kind, asked_by=asked_by, role=role, parameters=dict(parameters), state=WAITING, asked_at=now)
    session.add(row)
    session.flush()
    return _value(row)


def claim(session: Session, *, persons: bool) -> Job | None:
    """The job that waits longest, running from now on: of those that people asked for about themselves, or of the
    others."""
    waiting = select(JobRow).where(JobRow.state == WAITING, (JobRow.role == "subject") == persons)
    row = session.scalar(waiting.order_by(JobRow.id).limit(1))
    if row is None:
        return None
    row.state = RUNNING
    session.flush()
    return _value(row)


def end(session: Session, job_id: int, state: str, report: Mapping[str, Any], now: datetime) -> None:
    """Write down how a job ended, unless its row is gone meanwhile."""
    row = session.get(JobRow, job_id)
    if row is not None:
        row.state, row.report, row.ended_at = state, dict(report), now


def requeue(session: Session) -> int:
    """Let whatever ran when the program ended wait again; how many. Work of every kind can be repeated."""
    again = update(JobRow).where(JobRow.state == RUNNING).values(state=WAITING)
    return len(session.scalars(again.returning(JobRow.id)).all())


def get(session: Session, job_id: int) -> Job:
    """One job. Raises UsageError."""
    row = session.get(JobRow, job_id)
    if row is None:
        raise UnknownError(f"There is no job {job_id}.", "It may have been long ago; look at the list.")
    return _value(row)


def list_all(
    session: Session, asked_by: str | None = None, *, before: int | None = None, limit: int | None = None
) -> list[Job]:
    """Jobs, newest first: one's own, or all but those that people asked for about themselves; at most so many, with
    ids below ``before``."""
    query = select(JobRow).order_by(JobRow.id.desc()).limit(limit)
    query = query.where(JobRow.role != "subject" if asked_by is None else JobRow.asked_by == asked_by)
    if before is not None:
        query = query.where(JobRow.id < before)
    return [_value(row) for row in session.scalars(query)]


def forget(session: Session, name: str) -> None:
    """Delete what somebody who withdrew asked for, and what others asked for about them."""
    about = JobRow.parameters["subject"].as_string() == name
    session.execute(delete(JobRow).where(or_(JobRow.asked_by == name, about)))


def sweep(session: Session, now: datetime) -> None:
    """Delete what ended long ago."""
    session.execute(delete(JobRow).where(JobRow.ended_at <= now - KEPT))


def run(job: Job, board: Board, work: Callable[[Callable[[Progress], None]], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Do a job's work while the board tells how far it is. Raises StoppedJobError, and what the work raises."""
    try:
        return work(lambda progress: board.tell(job.id, progress))
    finally:
        board.forget(job.id)


def _value(row: JobRow) -> Job:
    return Job(
        row.id,
        row.kind,
        row.asked_by,
        row.role,
        row.parameters,
        row.state,
        row.asked_at,
        row.ended_at,
        row.report,
    )
