"""What Hermes' own rules cost as a plain loop: every file's time and size, orphan or stale, nothing removed.

    python3 scripts/bench/hermes_rules.py BASE
"""

import os
import sys
import time

RETENTION = 7 * 86_400


def newest_and_size(directory: str) -> tuple[float, int]:
    newest, size = 0.0, 0
    for where, _, files in os.walk(directory):
        for name in files:
            found = os.stat(os.path.join(where, name))
            newest = max(newest, found.st_mtime)
            size += found.st_size
    return newest, size


def verdict(directory: str) -> tuple[str, int]:
    newest, size = newest_and_size(directory)
    try:
        with open(os.path.join(directory, "HERMES_WORKDIR"), encoding="utf-8") as marker:
            workdir = marker.read().strip()
    except (OSError, UnicodeDecodeError):
        return "orphan", size
    if not os.path.exists(workdir):
        return "orphan", size
    return ("stale" if 0 < newest < time.time() - RETENTION else "live"), size


def main(base: str) -> None:
    totals: dict[str, list[int]] = {}
    for name in os.listdir(base):
        directory = os.path.join(base, name)
        if os.path.exists(os.path.join(directory, "HEAD")):
            kind, size = verdict(directory)
            total = totals.setdefault(kind, [0, 0])
            total[0] += 1
            total[1] += size
    print(totals)


main(sys.argv[1])
