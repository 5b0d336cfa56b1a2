"""Front door, the chair before the camera: live captures, which are the person's own and nobody else's.

May know: live captures by their front name. Must not know: pixels, vectors, pages.
"""

from __future__ import annotations

from .. import finding, lifecycle
from ..finding.live import Begun, Captured
from ..vision.liveness import Guidance
from .door import Door, for_the_law


class Live:
    """``archive.live``: capture oneself before the camera. Only for somebody who comes in as a subject, about
    themselves; ``nonce`` names one capture, which ends by ``finish``, ``verify``, ``abandon``, a failure, or two
    minutes without a frame. Nothing of a capture is kept but the template."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def begin(self, subject: str, *, to_verify: bool = False) -> Begun:
        """Begin a capture. to_verify: for ``verify`` instead of ``finish``.

        Raises RefusedError: F1, F2 when the yes names no template; F11 when three captures failed today, who then goes
        on with a witness. SaysoError when too many people are before their cameras.
        """
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "live", subject)
        lifecycle.expire(door.ground, door.sight, door.route)
        return finding.live.begin(
            door.ground,
            door.sight,
            door.sittings,
            actor,
            subject_id=subject_id,
            archive=for_the_law(door),
            to_verify=to_verify,
        )

    def look(self, nonce: str, frame: bytes, at_ms: int) -> Guidance:
        """Judge the next frame (JPEG, about 640 x 480, four to ten a second) and say what the person should do now.

        at_ms: when the frame was taken, in milliseconds of the camera's own clock. A frame that comes late is passed
        over. Raises CaptureError when the capture is over, ImageError when the frame is no picture.
        """
        door = self._door
        with door.ground.database.begin() as session:
            actor = door.enter_with(session, "live", door.name)
        return finding.live.look(
            door.ground, door.sittings, actor, subject_id=actor.name, nonce=nonce, frame=frame, at_ms=at_ms
        )

    def finish(self, nonce: str) -> Captured:
        """Make the templates that the person agreed to of a capture that is done, in place of earlier ones.

        Raises CaptureError when it is not done, or shows more than one person; RefusedError when the law has changed
        its mind meanwhile.
        """
        door = self._door
        with door.ground.database.begin() as session:
            actor = door.enter_with(session, "live", door.name)
        return finding.live.finish(
            door.ground,
            door.sight,
            door.sittings,
            actor,
            subject_id=actor.name,
            nonce=nonce,
            archive=for_the_law(door),
            calibration=door.particulars.calibration,
        )

    def verify(self, nonce: str) -> bool:
        """Whether a capture that is done shows the person whose template it is: their own (F12). Raises as
        ``finish``."""
        door = self._door
        with door.ground.database.begin() as session:
            actor = door.enter_with(session, "live", door.name)
        return finding.live.verify(
            door.ground,
            door.sight,
            door.sittings,
            actor,
            subject_id=actor.name,
            nonce=nonce,
            calibration=door.particulars.calibration,
        )

    def abandon(self, nonce: str) -> None:
        """Let go of a capture, wherever it is."""
        door = self._door
        with door.ground.database.begin() as session:
            actor = door.enter_with(session, "live", door.name)
        finding.live.abandon(door.sittings, subject_id=actor.name, nonce=nonce)

    def sweep(self) -> None:
        """For whoever runs the server: let go of captures with which nobody goes on."""
        self._door.enter("job.run")
        self._door.sittings.sweep()
