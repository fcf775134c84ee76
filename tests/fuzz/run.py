#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random shapes against ONNX Runtime, and against the reference kernels (-O0) of the same compiler: odd extents, ones
and zeros, strides, dilations, groups, transposed operands.

Needs onnxruntime, onnx and numpy, of this interpreter or of .venv. A failing case is drawn again from its number:
`--filter NUMBER` runs the batch that it is in.
"""
import argparse
import functools
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from harness import oracle, process, report  # noqa: E402
from harness.report import Failure  # noqa: E402

try:
    import numpy
    import onnxruntime
    import shapes
except ImportError as error:
    oracle.run_with_venv("fuzz", error)

MAX_ERROR = 1e-5  # of the L2 norm
REFERENCE = 5  # one batch of so many is compared with the reference kernels, too
TARGETS = ("native", "native", "x86-64-v3", "x86-64-v2")


def expected_of(case):
    """What ONNX Runtime makes of a case, in f64 where it can (its own rounding of a long sum in f32 may be above the
    bound) and else in f32; nothing where it refuses."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    for element in (numpy.float64, numpy.float32):
        try:
            model = shapes.model([case], free=False, element=element)
            session = onnxruntime.InferenceSession(model.SerializeToString(), options)
            return session.run(None, {name: array.astype(element) for name, array in case.inputs.items()})[0]
        except Exception:  # shapes or types that it has no kernel for
            continue
    return None


def compare(case, expected, actual, bound=MAX_ERROR):
    if actual.shape != expected.shape:
        return f"{case.name}: expected shape {list(expected.shape)} but got {list(actual.shape)}"
    if not (numpy.isnan(expected) == numpy.isnan(actual)).all():
        return f"{case.name}: not a number in other places than expected"
    scale = numpy.linalg.norm(numpy.nan_to_num(expected).astype(numpy.float64))
    error = numpy.linalg.norm(numpy.nan_to_num(actual).astype(numpy.float64) - numpy.nan_to_num(expected))
    if error > bound * max(scale, 1e-3):
        return f"{case.name}: error {error / max(scale, 1e-3):.2e} of the L2 norm"
    return None


def compare_reference(case, reference, tuned):
    # It adds one term after another: what rounding loses grows with their number's square root.
    text = compare(case, reference, tuned, max(MAX_ERROR, case.terms ** 0.5 * 2 ** -23))
    return text and "-O0: " + text


def run_batch(ingot, seed, begin, end):
    drawn = [(case, expected_of(case)) for case in (shapes.draw(i, seed) for i in range(begin, end))]
    drawn = [(case, expected) for case, expected in drawn if expected is not None]
    batch = begin // max(end - begin, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "model.onnx").write_bytes(shapes.model([case for case, _ in drawn]).SerializeToString())
        target = TARGETS[batch % len(TARGETS)]
        words = []
        for case, _ in drawn:
            for value, array in case.inputs.items():
                numpy.save(folder / f"{value}.npy", array)
                words += ["--input", f"{value}={value}.npy"]

        def results(*options):
            process.check([ingot, "compile", "model.onnx", "-o", "model", *options], cwd=folder)
            process.check(["./model", *words, "--output", "out.npz", "--threads", str(1 + batch % 2)], cwd=folder)
            return dict(numpy.load(folder / "out.npz"))

        tuned = results("--target", target)
        wrong = [compare(case, expected, tuned[case.output]) for case, expected in drawn]
        if batch % REFERENCE == 0:
            reference = results("-O0")
            wrong += [compare_reference(case, reference[case.output], tuned[case.output]) for case, _ in drawn]
    wrong = [text for text in wrong if text]
    if wrong:
        raise Failure("; ".join(wrong))
    return f"{len(drawn)} shapes"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    report.add_arguments(parser)
    parser.add_argument("--cases", type=int, default=2000, help="shapes to draw")
    parser.add_argument("--batch", type=int, default=25, help="shapes of one model")
    parser.add_argument("--seed", type=int, default=1, help="where the drawing starts")
    arguments = parser.parse_args()
    ingot = pathlib.Path(arguments.ingot).resolve()
    batches = []
    for begin in range(0, arguments.cases, arguments.batch):
        end = min(begin + arguments.batch, arguments.cases)
        run = functools.partial(run_batch, ingot, arguments.seed, begin, end)
        batches.append((f"shapes_{begin}_to_{end - 1}", run))
    report.main("fuzz", batches, arguments)


if __name__ == "__main__":
    main()
