#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Bad input: each case must end with a message that names what is wrong, the right exit status, and no output file."""
import argparse
import functools
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
import bad_models as models  # noqa: E402
from harness import onnxfile as onnx  # noqa: E402
from harness import process, report  # noqa: E402
from harness.report import Failure, Skip  # noqa: E402

FAILURE, USAGE = 1, 2


def expect(result, status, pieces):
    """The exit status is right and the message holds every piece."""
    message = result.stderr
    if result.crashed:
        raise Failure(f"crashed: {result.complaint()}")
    if result.status != status:
        raise Failure(f"expected exit status {status} but got {result.status}: {result.complaint()}")
    if "error: " not in message and status != 0:
        raise Failure(f"expected a message with 'error: ' but got {message!r}")
    absent = [piece for piece in pieces if piece not in message]
    if absent:
        raise Failure(f"expected {absent} in the message {message!r}")


def expect_nothing_left(folder, before):
    left = sorted(set(os.listdir(folder)) - set(before))
    if left:
        raise Failure(f"left behind: {left}")


def lay_out(folder, data=models.GOOD):
    """model.onnx and what the cases on external data need beside it."""
    work = pathlib.Path(folder) / "work"
    work.mkdir()
    (pathlib.Path(folder) / "secret.bin").write_bytes(b"\0" * 64)
    (work / "folder").mkdir()
    (work / "model.onnx").write_bytes(data)
    (work / "data.bin").write_bytes(b"\0" * 64)
    (work / "original.bin").write_bytes(b"\0" * 64)
    os.symlink("data.bin", work / "link.bin")
    os.link(work / "original.bin", work / "hard.bin")
    return work


def in_folder(function, data=models.GOOD):
    """Runs `function(work folder)` in a laid out folder."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            return function(lay_out(folder, data))
    return run


# ---- Models that cannot be compiled ----

def compile_bad(ingot, pieces, work):
    before = os.listdir(work)
    for output in ("out", "out.so"):
        result = process.run([ingot, "compile", "model.onnx", "-o", output], cwd=work, timeout=120)
        expect(result, FAILURE, ["model.onnx", *pieces])
        expect_nothing_left(work, before)


def inspect_five(ingot, work):
    result = process.run([ingot, "inspect", "model.onnx"], cwd=work)
    if result.status != FAILURE:
        raise Failure(f"expected exit status 1 but got {result.status}")
    for index, op in enumerate(models.FIVE_UNSUPPORTED):
        listed = any(f"node_{index}" in line and op in line for line in result.stdout.splitlines())
        if listed != (op != "Relu"):
            raise Failure(f"node_{index} ({op}) is {'' if listed else 'not '}listed: {result.stdout}")


# ---- The command line ----

def command(ingot, arguments, status, pieces, work):
    before = os.listdir(work)
    expect(process.run([ingot, *arguments], cwd=work), status, pieces)
    expect_nothing_left(work, before)


COMMANDS = [
    ("no-command", [], USAGE, None),
    ("unknown-command", ["frobnicate"], USAGE, ["frobnicate"]),
    ("unknown-option", ["compile", "model.onnx", "--frobnicate"], USAGE, ["--frobnicate"]),
    ("no-model", ["compile", "-o", "out"], USAGE, ["model"]),
    ("two-models", ["compile", "model.onnx", "model.onnx", "-o", "out"], USAGE, ["model.onnx"]),
    ("option-without-value", ["compile", "model.onnx", "-o"], USAGE, ["-o"]),
    ("missing-file", ["compile", "nowhere.onnx", "-o", "out"], FAILURE, ["nowhere.onnx"]),
    ("folder-as-model", ["compile", "folder", "-o", "out"], FAILURE, ["folder"]),
    ("malformed-shape", ["compile", "model.onnx", "--shape", "N", "-o", "out"], USAGE, ["--shape", "'N'"]),
    ("unknown-dimension", ["compile", "model.onnx", "--shape", "Q=4", "-o", "out"], FAILURE, ["'Q'", "model.onnx"]),
    ("dimension-of-no-input", ["compile", "model.onnx", "--shape", "q.0=4", "-o", "out"], FAILURE, ["'q.0'"]),
    ("dimension-beyond-the-rank", ["compile", "model.onnx", "--shape", "x.2=4", "-o", "out"], FAILURE, ["'x.2'"]),
    ("dimension-that-is-static", ["compile", "model.onnx", "--shape", "x.1=4", "-o", "out"], FAILURE,
     ["'x.1' is 3 and cannot be 4"]),
    ("dimension-chosen-twice", ["compile", "model.onnx", "--shape", "N=4,N=5", "-o", "out"], USAGE, ["4", "5"]),
    ("unknown-target", ["compile", "model.onnx", "--target=pdp-11", "-o", "out"], FAILURE, ["pdp-11"]),
    ("unknown-emit", ["compile", "model.onnx", "--emit=poetry", "-o", "out"], USAGE, ["poetry"]),
    ("unknown-phase", ["compile", "model.onnx", "--stop-after=lunch", "-o", "out"], USAGE, ["lunch"]),
    ("unknown-weights", ["compile", "model.onnx", "--weights=floating", "-o", "out"], USAGE, ["floating"]),
    ("no-threads", ["compile", "model.onnx", "--threads=0", "-o", "out"], USAGE, ["'0'"]),
    ("no-folder-for-the-output", ["compile", "model.onnx", "-o", "nowhere/out"], FAILURE, ["nowhere/out"]),
    ("folder-as-output", ["compile", "model.onnx", "-o", "folder"], FAILURE, ["folder"]),
    ("tuning-without-tune", ["compile", "model.onnx", "--tune-trials=3", "-o", "out"], USAGE,
     ["--tune-trials", "with --tune only"]),
    ("tuning-for-another-target", ["compile", "model.onnx", "--tune", "--target=x86-64-v3", "-o", "out"], USAGE,
     ["--tune", "--target=x86-64-v3"]),
    ("tuning-portable-code", ["compile", "model.onnx", "--tune", "--target=portable", "-o", "out"], USAGE,
     ["--tune", "--target=portable"]),
    ("tuning-the-reference", ["compile", "model.onnx", "--tune", "-O0", "-o", "out"], USAGE, ["--tune", "-O0"]),
    ("tuning-before-any-choice", ["compile", "model.onnx", "--tune", "--stop-after=import"], USAGE,
     ["'import'", "'lower'"]),
    ("tuning-input-without-file", ["compile", "model.onnx", "--tune", "--tune-input", "x", "-o", "out"], USAGE,
     ["--tune-input", "'x'"]),
    ("tuning-cache-is-a-file", ["compile", "model.onnx", "--tune", "--tune-cache", "model.onnx", "-o", "out"], FAILURE,
     ["model.onnx"]),
    ("no-tuning-trials", ["compile", "model.onnx", "--tune", "--tune-trials=0", "-o", "out"], USAGE, ["'0'"]),
    ("no-data-to-verify", ["verify", "model.onnx", "--data", "folder"], FAILURE, ["folder"]),
    ("no-folder-to-verify", ["verify", "model.onnx", "--data", "nowhere"], FAILURE, ["nowhere"]),
]


# ---- Disks that are full ----

def limit_files():
    """Writes beyond a page fail, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def full_disk(ingot, output, work):
    before = os.listdir(work)
    result = process.run([ingot, "compile", "model.onnx", "-o", output], cwd=work, preexec_fn=limit_files)
    expect(result, FAILURE, [output])
    expect_nothing_left(work, before)


def full_file_system(ingot, work):
    """The real thing, where a user may mount: a file system of 64 KB."""
    mount = "mount -t tmpfs -o size=64k none folder"
    if not shutil.which("unshare") or process.run(["unshare", "-rm", "sh", "-c", mount], cwd=work).status != 0:
        raise Skip("mounting a small file system is not allowed here")
    script = f'{mount} && "$1" compile model.onnx -o folder/out; status=$?; ls -A folder; exit $status'
    result = process.run(["unshare", "-rm", "sh", "-c", script, "sh", ingot], cwd=work)
    expect(result, FAILURE, ["folder/out"])
    if result.stdout.strip():
        raise Failure(f"left behind: {result.stdout.split()}")


def full_standard_output(ingot, work):
    with open("/dev/full", "w") as full:
        done = subprocess.run([ingot, "compile", "model.onnx", "--emit=graph", "-o", "-"], cwd=work, stdout=full,
                              stderr=subprocess.PIPE)
    expect(process.Result(done.returncode, "", done.stderr.decode()), FAILURE, ["output"])


# ---- Compiled models ----

DYNAMIC = onnx.model([onnx.node("Gather", ["x", "i"], ["y"], "the_gather", axis=0)],
                     [onnx.value("x", "f32", ["N", 3]), onnx.value("i", "i64", ["K"])],
                     [onnx.value("y", "f32", ["K", 3])])
FILES = {
    "x.npy": onnx.npy("f32", [2, 3], [1, 2, 3, 4, 5, 6]),
    "i.npy": onnx.npy("i64", [1], [1]),
    "wide.npy": onnx.npy("f32", [2, 4], [1] * 8),
    "flat.npy": onnx.npy("f32", [6], [1] * 6),
    "double.npy": onnx.npy("f64", [2, 3], [1] * 6),
    "beyond.npy": onnx.npy("i64", [1], [7]),
    "short.npy": onnx.npy("f32", [2, 3], [1, 2, 3, 4, 5, 6])[:-4],
    "garbage.npy": b"garbage",
    "x.txt": b"1 2 3",
}
RUNS = [
    ("run-wrong-dim", ["--input", "x=wide.npy", "--input", "i=i.npy"], FAILURE, ["'x'", "4", "3"]),
    ("run-wrong-rank", ["--input", "x=flat.npy", "--input", "i=i.npy"], FAILURE, ["'x'"]),
    ("run-wrong-type", ["--input", "x=double.npy", "--input", "i=i.npy"], FAILURE, ["'x'", "f32", "f64"]),
    ("run-missing-input", ["--input", "x=x.npy"], FAILURE, ["'i'"]),
    ("run-unknown-input", ["--input", "z=x.npy", "--input", "i=i.npy"], FAILURE, ["'z'"]),
    ("run-missing-file", ["--input", "x=nowhere.npy", "--input", "i=i.npy"], FAILURE, ["nowhere.npy"]),
    ("run-truncated-file", ["--input", "x=short.npy", "--input", "i=i.npy"], FAILURE, ["short.npy"]),
    ("run-garbage-file", ["--input", "x=garbage.npy", "--input", "i=i.npy"], FAILURE, ["garbage.npy"]),
    ("run-unknown-format", ["--input", "x=x.txt", "--input", "i=i.npy"], FAILURE, ["x.txt"]),
    ("run-index-out-of-range", ["--input", "x=x.npy", "--input", "i=beyond.npy"], FAILURE, ["7", "2"]),
    ("run-unknown-option", ["--frobnicate"], USAGE, ["--frobnicate"]),
    ("run-unwritable-output", ["--input", "x=x.npy", "--input", "i=i.npy", "--output", "y=nowhere/y.npy"], FAILURE,
     ["nowhere/y.npy"]),
]


def run_compiled(binary, arguments, status, pieces, work):
    for name, data in FILES.items():
        (work / name).write_bytes(data)
    before = os.listdir(work)
    expect(process.run([binary, *arguments], cwd=work, timeout=60), status, pieces)
    expect_nothing_left(work, before)


class Binary:
    """The model of the run-time cases, compiled once, when the first of them asks."""

    def __init__(self, ingot):
        self.folder = tempfile.TemporaryDirectory()
        self.ingot = ingot
        self.lock = threading.Lock()

    @property
    def path(self):
        model = pathlib.Path(self.folder.name) / "model.onnx"
        with self.lock:
            if not model.with_suffix("").exists():
                model.write_bytes(DYNAMIC)
                process.check([self.ingot, "compile", model, "-o", model.with_suffix("")])
        return model.with_suffix("")


def weights_lost(ingot, change, pieces, work):
    """External weights that are not those the artifact was compiled with."""
    (work / "model.onnx").write_bytes(
        models.one("MatMul", ("x", "w"), [models.weight("w", [3, 64])], y=onnx.value("y", "f32", [2, 64])))
    (work / "x.npy").write_bytes(FILES["x.npy"])
    before = set(os.listdir(work))
    process.check([ingot, "compile", "model.onnx", "--weights=external", "-o", "out"], cwd=work)
    weights = [name for name in set(os.listdir(work)) - before if name != "out" and not name.endswith(".h")]
    if len(weights) != 1:
        raise Failure(f"expected one weight file but got {weights}")
    change(work / weights[0])
    expect(process.run([work / "out", "--input", "x=x.npy"], cwd=work), FAILURE, [weights[0], *pieces])


def flip_byte(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def all_cases(ingot):
    for name, data, pieces in models.ALL:
        yield name, in_folder(functools.partial(compile_bad, ingot, pieces), data)
    yield "inspect-lists-all-unsupported", in_folder(functools.partial(inspect_five, ingot),
                                                     dict((c[0], c[1]) for c in models.ALL)["all-unsupported-nodes"])
    for name, arguments, status, pieces in COMMANDS:
        if pieces is None:
            yield name, functools.partial(no_command, ingot)
        else:
            yield name, in_folder(functools.partial(command, ingot, arguments, status, pieces))
    for output in ("out", "out.so", "out.o"):
        yield "full-disk-" + output, in_folder(functools.partial(full_disk, ingot, output))
    yield "full-file-system", in_folder(functools.partial(full_file_system, ingot))
    yield "full-standard-output", in_folder(functools.partial(full_standard_output, ingot))
    binary = Binary(ingot)
    for name, arguments, status, pieces in RUNS:
        yield name, in_folder(lambda work, a=arguments, s=status, p=pieces: run_compiled(binary.path, a, s, p, work))
    yield "run-without-weights", in_folder(functools.partial(weights_lost, ingot, os.unlink, []))
    yield "run-with-other-weights", in_folder(functools.partial(weights_lost, ingot, flip_byte, []))


def no_command(ingot):
    result = process.run([ingot])
    if result.status != USAGE or "usage:" not in result.stderr:
        raise Failure(f"expected the usage and exit status 2 but got {result.status}: {result.stderr!r}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    report.add_arguments(parser)
    arguments = parser.parse_args()
    arguments.ingot = os.path.abspath(arguments.ingot)
    report.main("errors", list(all_cases(arguments.ingot)), arguments)
