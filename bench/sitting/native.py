# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The C programs of bench/native, compiled for this machine when they are needed."""
import json
import os
import pathlib
import platform
import shutil
import subprocess

SOURCES = pathlib.Path(__file__).resolve().parents[1] / "native"


class Native:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.compiler = shutil.which("clang-22") or shutil.which("cc") or shutil.which("clang")

    def program(self, name):
        source, binary = SOURCES / f"{name}.c", self.folder / name
        if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
            flags = ["-O3", "-march=native", "-ffp-contract=fast", "-pthread"]
            if platform.machine() == "x86_64":  # where clang would take half of a vector
                flags.append("-mprefer-vector-width=512")
            subprocess.run([self.compiler, *flags, source, "-o", binary], check=True)
        return binary

    def probe(self, threads, seconds=0.3):
        """f32_gflops and read_gbs (by the bytes of the array) of all threads together."""
        command = [self.program("probe"), str(threads), str(seconds)]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        result["read_gbs"] = {int(size): rate for size, rate in result["read_gbs"].items()}
        return result

    def launch(self, command):
        """Seconds from exec to exit and the peak resident memory in KiB."""
        done = subprocess.run([self.program("launch"), *command], check=True, capture_output=True, text=True)
        return json.loads(done.stdout)


class Processors:
    """The processors of this process, of which a measurement gets as many as it has threads."""

    def __init__(self):
        self.allowed = sorted(os.sched_getaffinity(0))

    def pin(self, threads):
        """Also pins every process started from now on. The last ones: the first often serves interrupts."""
        os.sched_setaffinity(0, self.allowed[-threads:])


def merge_probes(probes):
    """The best of several probes of as many threads."""
    merged = {"f32_gflops": max(probe["f32_gflops"] for probe in probes)}
    merged["read_gbs"] = {size: max(probe["read_gbs"][size] for probe in probes) for size in probes[0]["read_gbs"]}
    return merged


def bandwidth(probe, size):
    """GB/s of reading that many bytes over and over: of the smallest probed array that is no smaller."""
    sizes = sorted(probe["read_gbs"])
    return probe["read_gbs"][next((probed for probed in sizes if probed >= size), sizes[-1])]
