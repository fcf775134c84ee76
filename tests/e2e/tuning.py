# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ingot compile --tune: what it finds computes the same, and what was measured is not measured again."""
import json
import os
import signal
import struct
import subprocess
import time

from harness import process
from harness.report import Failure

TUNE = ("--shape", "N=1", "--tune", "--tune-cache", "cache")


def tune(bench, model, output, *options):
    result = bench.run(bench.ingot, "compile", model, "-o", output, *TUNE, *options)
    return result.stderr


def cached(bench):
    """The cache's file and all of its measurements."""
    [path] = (bench.folder / "cache").glob("*.json")
    root = json.loads(path.read_text())
    return path, {(section, kernel, first, candidate): times for section in ("trials", "contests")
                  for kernel, firsts in root[section].items() for first, candidates in firsts.items()
                  for candidate, times in candidates.items()}


def probabilities(bench, binary):
    bench.run(f"./{binary}", "--input", "image=three.npy", "--output", "probabilities=y.npy")
    return struct.unpack("<10f", (bench.folder / "y.npy").read_bytes()[-40:])


def tuning_measures_once(bench):
    bench.compile("digits.onnx", "plain", "--shape", "N=1")
    # The same name, as symbols are called after it.
    (bench.folder / "again").mkdir()
    text = tune(bench, "digits.onnx", "tuned", "--tune-trials", "3")
    if "tuned: " not in text or ", 0 trials" in text:
        raise Failure(f"expected trials but got {text!r}")
    path, entries = cached(bench)
    if not all(times[0] > 0 and times[1] > 0 for times in entries.values()):
        raise Failure(f"expected times but got {entries}")
    for got, expected in zip(probabilities(bench, "tuned"), probabilities(bench, "plain")):
        if abs(got - expected) > 1e-4 + 1e-3 * abs(expected):
            raise Failure(f"expected a probability of {expected} but got {got}")

    before = path.read_bytes()
    text = tune(bench, "digits.onnx", "again/tuned", "--tune-trials", "3")
    if ", 0 trials" not in text:
        raise Failure(f"expected no trial the second time but got {text!r}")
    if path.read_bytes() != before:
        raise Failure("the second time changed the cache")
    if (bench.folder / "tuned").read_bytes() != (bench.folder / "again" / "tuned").read_bytes():
        raise Failure("the second time gave another executable")


def without_tuning_no_cache_is_read(bench):
    (bench.folder / "one").mkdir()
    bench.compile("affine.onnx", "model", "--shape", "N=1")
    tune(bench, "affine.onnx", "tuned", "--tune-trials", "1")
    bench.compile("affine.onnx", "one/model", "--shape", "N=1")
    if (bench.folder / "model").read_bytes() != (bench.folder / "one" / "model").read_bytes():
        raise Failure("what was measured shows without --tune")


def stop_after_first_trial(bench, sent, temporary):
    """Starts a search and sends it a signal as soon as something is measured."""
    temporary.mkdir(exist_ok=True)
    command = [bench.ingot, "compile", "digits.onnx", "-o", "stopped", *TUNE]
    search = subprocess.Popen([str(word) for word in command], cwd=bench.folder, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "TMPDIR": str(temporary)})
    deadline = time.monotonic() + 120
    while not list((bench.folder / "cache").glob("*.json")) and search.poll() is None:
        if time.monotonic() > deadline:
            search.kill()
            raise Failure("nothing was measured in two minutes")
        time.sleep(0.02)
    search.send_signal(sent)
    _, text = search.communicate(timeout=120)
    if (bench.folder / "stopped").exists():
        raise Failure("an interrupted search wrote an executable")
    return search.returncode, text


def tuning_goes_on_after_a_kill(bench):
    for sent in (signal.SIGKILL, signal.SIGINT):
        temporary = bench.folder / sent.name
        status, text = stop_after_first_trial(bench, sent, temporary)
        if sent == signal.SIGINT and (status != 1 or "the next --tune goes on from there" not in text):
            raise Failure(f"expected a word about the interrupt but got status {status} and {text!r}")
        if sent == signal.SIGINT and list(temporary.iterdir()):
            raise Failure(f"an interrupted search left {list(temporary.iterdir())}")
        _, before = cached(bench)
        tune(bench, "digits.onnx", "tuned", "--tune-trials", "2")
        path, after = cached(bench)
        if any(after.get(name) != times for name, times in before.items()) or not before:
            raise Failure("what was measured before the kill was measured again")
        path.unlink()


def damaged_tuning_cache_is_set_aside(bench):
    tune(bench, "affine.onnx", "tuned", "--tune-trials", "1")
    path, _ = cached(bench)
    path.write_text("{}")
    text = tune(bench, "affine.onnx", "tuned", "--tune-trials", "1")
    if f"warning: {path.relative_to(bench.folder)}: expected what a tuning of this processor measured" not in text:
        raise Failure(f"expected a warning that names {path} but got {text!r}")
    if not cached(bench)[1]:
        raise Failure("nothing was measured anew")


def tuning_takes_values_for_dynamic_inputs(bench):
    command = [bench.ingot, "compile", "affine.onnx", "-o", "out", "--tune", "--tune-cache", "cache",
               "--tune-trials", "1"]
    result = process.run(command, cwd=bench.folder)
    if result.status != 1 or "--tune needs to know every extent of input x f32 [N, 2]" not in result.stderr:
        raise Failure(f"expected an error about x but got status {result.status} and {result.stderr!r}")
    if (bench.folder / "out").exists():
        raise Failure("an executable in spite of the error")
    bench.run(*command, "--tune-input", "x=x.npy")
    bench.expect_affine("./out")
    if any("threads: 1" not in kernel for _, kernel, _, _ in cached(bench)[1]):
        raise Failure(f"expected kernels' names with their threads but got {cached(bench)[1]}")
