# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How busy other programs keep the processors meanwhile: what makes a timing worthless."""
import os
import pathlib
import resource
import time

TICK = os.sysconf("SC_CLK_TCK")


def busy_seconds():
    """Of all processors since boot: everything but idle and waiting; stolen time counts as busy, too."""
    fields = [int(word) for word in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


class Load:
    """Begins now. Ours are this process, its ended children, and the processes given."""

    def __init__(self, pids):
        self.pids = pids
        self.begin, self.busy, self.own = time.monotonic(), busy_seconds(), self.own_seconds()

    def own_seconds(self):
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        seconds = sum(usage.ru_utime + usage.ru_stime for usage in usages)
        for pid in self.pids:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            seconds += (int(fields[11]) + int(fields[12])) / TICK
        return seconds

    def foreign(self):
        """How many processors others used on average."""
        elapsed = time.monotonic() - self.begin
        return max(0.0, round((busy_seconds() - self.busy - (self.own_seconds() - self.own)) / elapsed, 3))
