"""The command: ``python -m people hard|thousand|turns|live``; ``make people SET=…`` runs it.

May know: the sets by name. Must not know: how they are made.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .making import make_set
from .sets import SETS

_BUILD = Path(__file__).parents[2] / "build/people"


def main() -> None:
    """Read the command line and make the set."""
    parser = argparse.ArgumentParser(prog="people", description="Makes pictures of people who do not exist.")
    parser.add_argument("set", choices=SETS, help="which set")
    parser.add_argument("--count", type=int, help="only the first so many items")
    parser.add_argument("--processes", type=int, default=2, help="how many work at once (default: 2)")
    parser.add_argument("--to", type=Path, help="folder to write into (default: build/people/SET)")
    given = parser.parse_args()
    count = SETS[given.set].items if given.count is None else given.count
    if count < 1 or given.processes < 1:
        parser.error("--count and --processes start at 1.")
    make_set(given.set, count, given.processes, given.to or _BUILD / given.set)


if __name__ == "__main__":
    main()
