"""Long work in the background: whose it is to follow, what waits for what, and a no in the middle of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sayso.archive import Archive, Job, Progress
from sayso.engine import Board
from sayso.values import Role
from tests.house import COLLECTION, OPERATOR, WREN, House

from .serving import PASSWORDS
from .waiting import until


def test_one_browser_follows_a_persons_job_and_the_desks(client: TestClient, web_house: House) -> None:
    archive: Archive = client.app.state.archive  # type: ignore[attr-defined]
    subject = web_house.subject(WREN)
    client.cookies.set("sayso-me", archive.visits.welcome(subject))
    client.cookies.set("sayso-desk", archive.visits.sign_in(OPERATOR, PASSWORDS[OPERATOR]))
    jobs = (archive.acting(subject, Role.SUBJECT).jobs.new("find", subject=subject), archive.jobs.new("tend"))
    for job in jobs:
        assert client.get(f"/jobs/{job.id}").json()["id"] == job.id
        assert client.post(f"/jobs/{job.id}/stop").url.path == ("/me" if job is jobs[0] else "/desk")


def test_what_a_person_asks_for_does_not_wait_for_the_desk(web_house: House) -> None:
    subject = web_house.subject(WREN)
    with web_house.open() as archive:
        desks, persons = (
            archive.jobs.new("find"),
            archive.acting(subject, Role.SUBJECT).jobs.new("find", subject=subject),
        )
        done: list[int] = []

        def work(job: Job, _: Callable[[Progress], None]) -> dict[str, object]:
            done.append(job.id)
            return {}

        assert archive.jobs.run_next({"find": work}, persons=True)
        assert not archive.jobs.run_next({"find": work}, persons=True)
        assert archive.jobs.run_next({"find": work}, persons=False)
        assert done == [persons.id, desks.id]


def test_F4_a_no_while_a_search_runs_leaves_nothing_of_it(
    client: TestClient, web_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search stands still after its first photo until the person has withdrawn in their browser."""
    archive: Archive = client.app.state.archive  # type: ignore[attr-defined]
    subject, tell = web_house.enrol("jay@example.org", "P06"), Board.tell
    searching, withdrawn = threading.Event(), threading.Event()

    def slowly(board: Board, job_id: int, progress: Progress) -> None:
        tell(board, job_id, progress)
        if progress.done:
            searching.set()
            assert withdrawn.wait(60)

    monkeypatch.setattr(Board, "tell", slowly)
    client.cookies.set("sayso-me", archive.visits.welcome(subject))
    job = archive.jobs.new("find", collection=COLLECTION)
    assert searching.wait(60)
    assert "You are signed out" in client.post("/me/withdraw").text
    withdrawn.set()
    until(lambda: archive.jobs.get(job.id)[0].over, bool)
    with web_house.open() as other:
        assert [one.id for one in other.people.list() if one.id == subject] == []
        assert other.status().templates == 2
    assert len(web_house.matches()) == 2
