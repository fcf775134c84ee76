# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One model: the artifact and the peers check each other and are measured in turns."""
import contextlib
import functools
import shutil
import statistics
import sys

from sitting.artifact import ONE_THREAD, Artifact, Failure
from sitting.load import Load
from sitting.peer import Peer, footprint, python_of

QUIET = 0.05  # processors that others keep busy in a round that needs no repetition


def relative_error(numpy, actual, expected):
    """Relative L2 error, the largest of all outputs."""
    worst = 0.0
    for name, right in expected.items():
        left = actual[name]
        if left.shape != right.shape:
            raise Failure(f"{name}: expected shape {right.shape} but got {left.shape}")
        if not numpy.issubdtype(right.dtype, numpy.number) and right.dtype != bool:
            continue
        left, right = left.astype(numpy.float64), right.astype(numpy.float64)
        difference, norm = numpy.linalg.norm(left - right), numpy.linalg.norm(right)
        error = difference / norm if norm else difference
        worst = max(worst, float(error) if error == error else float("inf"))
    return worst


def summarize(rounds):
    """Medians over the rounds."""
    return {key: round(statistics.median(one[key] for one in rounds), 3) for key in ("median_us", "p90_us", "cpu_us")}


class Contest:
    """What all models of a sitting share."""

    def __init__(self, arguments, native, processors, numpy):
        self.arguments, self.native, self.processors, self.numpy = arguments, native, processors, numpy
        self.pythons = {}
        for name in ["onnxruntime", *arguments.peers]:
            try:
                self.pythons[name] = python_of(name)
            except Failure as failure:
                print(failure, file=sys.stderr)
        self.versions, self.probes = {}, {}

    def run(self, model):
        arguments = self.arguments
        model.inspect(arguments.ingot)
        shape = ["--shape", model.shape()] if model.shape() else []
        self.processors.pin(1)
        artifact = Artifact(arguments.ingot, model, [*arguments.compile, *(shape if arguments.specialize else [])])
        # What symbolic dimensions cost is a contest of two artifacts.
        rivals = {}
        if arguments.dynamic and shape:
            rivals["specialized"] = Artifact(arguments.ingot, model, [*arguments.compile, *shape], "specialized")
        row = {"model": model.name, "flops": model.flops, "weight_bytes": 4 * model.parameters,
               "artifact_bytes": artifact.size, "compile_s": round(artifact.compile_seconds, 3), "threads": {},
               "foreign_cpus": {}}
        for threads in arguments.threads:
            self.processors.pin(threads)
            row["threads"][threads], row["foreign_cpus"][threads] = self.rounds(model, artifact, rivals, threads)
        self.processors.pin(1)
        row["footprint"] = self.footprints(model, artifact)
        shutil.rmtree(model.scratch)
        return row

    def rounds(self, model, artifact, rivals, threads):
        """Everybody in turns, the order reversed every other round. A round's ratio is the peer's time over ours."""
        errors = {}
        self.probes.setdefault(threads, []).append(self.native.probe(threads, 0.1))
        with contextlib.ExitStack() as stack:
            contestants = {name: functools.partial(one.measure, threads=threads)
                           for name, one in {"ingot": artifact, **rivals}.items()}
            if threads > 1:
                contestants[ONE_THREAD] = functools.partial(artifact.measure, threads=1)
            peers = self.start(model, threads, stack)
            for name, peer in peers.items():
                contestants[name] = peer.measure
                try:
                    errors[name] = self.check(artifact, peer, threads)
                except Failure as failure:
                    if name == "onnxruntime":
                        raise
                    print(f"{model.name}: {name}: {failure}", file=sys.stderr)
            rounds = self.take_rounds(contestants, [peer.process.pid for peer in peers.values()])
        summary = {name: summarize([one[name] for one in rounds]) for name in contestants}
        for name in summary.keys() - {"ingot"}:
            summary[name]["ratios"] = [round(one[name]["median_us"] / one["ingot"]["median_us"], 3) for one in rounds]
            summary[name]["ratio"] = round(statistics.median(summary[name]["ratios"]), 3)
            summary[name]["cpu_ratio"] = round(statistics.median(
                one[name]["cpu_us"] / one["ingot"]["cpu_us"] for one in rounds), 3)
            summary[name]["error"] = errors.get(name)
        return summary, round(statistics.median(one["foreign_cpus"] for one in rounds), 3)

    def take_rounds(self, contestants, pids):
        """A round to get warm, then the quietest of the others: those that other programs disturbed least."""
        rounds, wanted = [], self.arguments.rounds
        for number in range(-1, wanted + self.arguments.patience):
            if sum(one["foreign_cpus"] < QUIET for one in rounds) >= wanted:
                break
            order = list(contestants) if number % 2 else list(reversed(contestants))
            load = Load(pids)
            results = {name: contestants[name](self.arguments.seconds if number >= 0 else 0) for name in order}
            results["foreign_cpus"] = load.foreign()
            rounds += [results] if number >= 0 else []
        return sorted(rounds, key=lambda one: one["foreign_cpus"])[:wanted]

    def start(self, model, threads, stack):
        """The peers that can load the model; without ONNX Runtime there is no contest."""
        peers = {}
        for name, python in self.pythons.items():
            try:
                peers[name] = stack.enter_context(Peer(name, python, model, threads))
                self.versions[name] = peers[name].hello["version"]
            except Failure as failure:
                if name == "onnxruntime":
                    raise
                print(f"{model.name}: {failure}", file=sys.stderr)
        return peers

    def check(self, artifact, peer, threads):
        file = artifact.binary.with_suffix(".npz")
        ours = artifact.outputs(self.numpy, file, threads)
        theirs = peer.outputs(self.numpy, file)
        file.unlink()
        return relative_error(self.numpy, ours, theirs)

    def footprints(self, model, artifact):
        peer = footprint("onnxruntime", self.pythons["onnxruntime"], model, 1)
        return {"ingot": artifact.footprint(self.native, 1), "onnxruntime": peer}
