# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A peer in a process of its own, which bench/peers/worker.py serves."""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from sitting.artifact import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKER = ROOT / "bench/peers/worker.py"
ENVIRONMENT = ROOT / ".venv-bench"
PACKAGES = {
    "onnxruntime": [],
    "openvino": ["openvino"],
    "iree": ["iree-base-compiler[onnx]", "iree-base-runtime"],
    "tvm": ["apache-tvm"],
    "torch": ["torch", "onnx2torch"],
}


def python_of(name):
    """The interpreter that has the peer's packages; the optional ones are installed on first use."""
    if not PACKAGES[name]:
        return sys.executable
    python = ENVIRONMENT / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    if subprocess.run([python, WORKER, name, "--try"], capture_output=True).returncode:
        print(f"installing {' '.join(PACKAGES[name])} into {ENVIRONMENT.name}", file=sys.stderr)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "numpy", "onnx", *PACKAGES[name]],
                              capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"{name} cannot be installed: {done.stderr.strip().splitlines()[-1]}")
    return python


class Peer:
    """Started with the affinity of this process; has loaded the model and run it once when the constructor returns."""

    def __init__(self, name, python, model, threads):
        self.name = name
        command = [python, WORKER, name, "--model", model.file, "--threads", str(threads), "--scratch", model.scratch,
                   "--inputs", *model.inputs]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                        text=True)
        self.hello = self.receive()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def receive(self):
        line = self.process.stdout.readline()
        if not line:
            self.__exit__()
            self.errors.seek(0)
            lines = self.errors.read().strip().splitlines()
            raise Failure(f"{self.name}: {lines[-1] if lines else 'ended without a word'}")
        return json.loads(line)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.receive()

    def measure(self, seconds):
        return self.ask("measure", seconds)

    def outputs(self, numpy, file):
        self.ask("save", file)
        with numpy.load(file) as arrays:
            return dict(arrays)


def footprint(name, python, model, threads, repeats=3):
    """From loading the model to its first output, without the start of Python and the import of the peer; the peak
    memory less what the process had before the import."""
    hellos = []
    for _ in range(repeats):
        with Peer(name, python, model, threads) as peer:
            hellos.append(peer.hello)
    return {"start_ms": 1e3 * statistics.median(hello["start_s"] for hello in hellos),
            "peak_mib": max(hello["peak_kib"] for hello in hellos) / 1024}
