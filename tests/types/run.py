#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The operators of real models in every form of their specification: all element types, attributes, and versions from
opset 7 on, one node each; the newest version also with dimensions that only the run time knows, older ones through the
reference kernels (-O0). Against ONNX Runtime and ONNX's reference implementation.

Needs onnx, onnxruntime and ml_dtypes, of this interpreter or of .venv.
"""
import argparse
import copy
import functools
import os
import pathlib
import sys
import tempfile
import warnings
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from harness import oracle, process, report  # noqa: E402
from harness.report import Failure, Skip  # noqa: E402

try:
    import forms
    import numpy
    import onnx
    import onnxruntime
    from onnx import helper, numpy_helper
    from onnx.reference import ReferenceEvaluator
except ImportError as error:
    oracle.run_with_venv("types", error)

FIRST_OPSET = 7
TARGETS = ("native", "x86-64-v2", "x86-64-v3") if os.uname().machine == "x86_64" else ("native",)
# What ONNX Runtime does in f32 is the oracle for types that it lacks, where the reference implementation forgets the
# lengths of sequences, pads at the wrong end, or rounds integers that are to be truncated.
IN_FLOAT = {"ConvTranspose", "LSTM", "GRU", "RNN", "MaxPool", "Resize", "Upsample"}


class Form:
    """A node in one form, the arrays it reads and, of the oracle, what it gives."""

    def __init__(self, op, version, type_name, number, operands, attributes, results=1):
        self.op, self.version, self.dtype = op, version, forms.TYPES[type_name]
        self.name = f"{op}-{version}_{type_name}_{number}"
        self.inputs, self.weights, names = {}, {}, []
        for i, operand in enumerate(operands):
            name = "" if operand is None else f"{self.name}_in{i}"
            names.append(name)
            if isinstance(operand, forms.Constant):
                self.weights[name] = operand.array
            elif operand is not None:
                self.inputs[name] = operand
        attributes = {key: numpy_helper.from_array(value, "value") if isinstance(value, numpy.ndarray) else value
                      for key, value in attributes.items()}
        domain, _, name = op.rpartition(".")
        self.results = [self.name, *(f"{self.name}_out{i}" for i in range(1, results))]
        self.node = helper.make_node(name, names, self.results, self.name, domain=domain, **attributes)
        self.outputs = None

    def solve(self):
        """Asks the oracles. False where none has an answer."""
        for oracle in (runtime, *([runtime_in_float] if self.op in IN_FLOAT else []), reference):
            try:
                with warnings.catch_warnings(), numpy.errstate(all="ignore"):
                    warnings.simplefilter("ignore")
                    self.outputs = [numpy.asarray(output) for output in oracle(self)]
                return True
            except Exception:  # a form that the oracle does not know
                continue
        return False


def reference(form):
    return ReferenceEvaluator(model([form])).run(None, form.inputs)


def runtime(form):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model([form]).SerializeToString(), options).run(None, form.inputs)


def runtime_in_float(form):
    def widen(name, array):  # not the extents that integers may also be
        is_data = array.dtype == form.dtype and (forms.is_float(form.dtype) or name.endswith("_in0"))
        return array.astype(forms.F32) if is_data else array

    widened = copy.copy(form)
    widened.inputs, widened.weights = ({name: widen(name, array) for name, array in arrays.items()}
                                       for arrays in (form.inputs, form.weights))
    return [output.astype(form.dtype) if output.dtype == forms.F32 else output for output in runtime(widened)]


def number_of(dtype):
    return helper.np_dtype_to_tensor_dtype(dtype)


def dims_of(name, array, dynamic):
    """Of the first operand, dimensions that only the run time knows, where that is asked for."""
    return [f"{name}_{i}" for i in range(array.ndim)] if dynamic and name.endswith("_in0") else array.shape


def model(nodes, dynamic=False):
    """One model of all forms of an operator's version."""
    inputs = [helper.make_tensor_value_info(name, number_of(array.dtype), dims_of(name, array, dynamic))
              for form in nodes for name, array in form.inputs.items()]
    weights = [numpy_helper.from_array(array, name) for form in nodes for name, array in form.weights.items()]
    outputs = []
    for form in nodes:
        if form.outputs is None:
            outputs += map(helper.make_empty_tensor_value_info, form.results)
        else:
            outputs += [helper.make_tensor_value_info(name, number_of(output.dtype),
                                                      [None] * output.ndim if dynamic else output.shape)
                        for name, output in zip(form.results, form.outputs)]
    graph = helper.make_graph([form.node for form in nodes], "forms", inputs, outputs, weights)
    domain, version = nodes[0].node.domain, nodes[0].version
    opsets = [helper.make_opsetid("", 17 if domain else version)] + ([helper.make_opsetid(domain, version)] if domain
                                                                     else [])
    return helper.make_model(graph, opset_imports=opsets, ir_version=10 if version < 25 else 13)


def types_of(op, version):
    """The element types of an operator's first operand, or of its result where that has none of its own."""
    if op in forms.OTHER_TYPES:
        return forms.OTHER_TYPES[op]
    schema = onnx.defs.get_schema(op, version)
    parameter = schema.inputs[0].type_str if schema.inputs else schema.outputs[0].type_str
    if schema.name == "ConstantOfShape":
        parameter = "T2"
    allowed = {c.type_param_str: c.allowed_type_strs for c in schema.type_constraints}.get(parameter, [parameter])
    return [name for name in forms.TYPES if f"tensor({name})" in allowed]


def draw(op, version):
    for type_name in types_of(op, version):
        data = forms.Data(forms.TYPES[type_name], zlib.crc32(f"{op} {type_name}".encode()))
        for number, form in enumerate(forms.FORMS[op](data, version)):
            yield Form(op, version, type_name, number, *form)


def describe(form):
    return str(form.node.attribute), len(form.inputs), len(form.weights), form.dtype


def select(op, version, newest):
    """The forms of a version; of an old one, those in other types than the first only where the newest lacks them."""
    drawn = list(draw(op, version))
    if version == newest:
        return drawn
    recur = {describe(form) for form in draw(op, newest)}
    return [form for form in drawn if form.dtype == drawn[0].dtype or describe(form) not in recur]


def needs_extents(form):
    """Whether the rank of a form's result depends on extents."""
    return form.op == "Squeeze" and len(form.node.input) == 1


def run(ingot, op, version, newest):
    drawn = select(op, version, newest)
    solved = [form for form in drawn if form.solve()]
    if not solved:
        raise Skip("no oracle knows any of its forms")
    turn = zlib.crc32(op.encode())
    tuned = [["--target", TARGETS[(turn + i) % len(TARGETS)]] for i in range(2)]
    verify(ingot, solved, dynamic=False, options=tuned[0] if version == newest else ["-O0"])
    free = [form for form in solved if form.dtype == solved[0].dtype and not needs_extents(form)]
    if version == newest and any(form.inputs for form in free):
        verify(ingot, free, dynamic=True, options=tuned[1])
    return f"{len(solved)} forms" + (f", {len(drawn) - len(solved)} that no oracle knows" if len(drawn) > len(solved)
                                     else "")


def verify(ingot, solved, dynamic, options):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "model.onnx").write_bytes(model(solved, dynamic).SerializeToString())
        data = folder / "test_data_set_0"
        data.mkdir()
        inputs = [pair for form in solved for pair in form.inputs.items()]
        outputs = [pair for form in solved for pair in zip(form.results, form.outputs)]
        for kind, arrays in (("input", inputs), ("output", outputs)):
            for i, (value, array) in enumerate(arrays):
                (data / f"{kind}_{i}.pb").write_bytes(numpy_helper.from_array(array, value).SerializeToString())
        result = process.run([ingot, "verify", "model.onnx", *options], cwd=folder)
    wrong = [line for line in result.stdout.splitlines() if "MISMATCH" in line]
    if result.status:
        complaint = "; ".join(wrong) or result.stderr.strip().replace("\n", "; ")
        raise Failure(("dynamic: " if dynamic else "") + complaint)


def versions_of(op):
    """The versions of an operator that models from opset 7 on can mean, but for those that the next one repeats."""
    if op in forms.OTHER_TYPES:
        return [1]
    all_versions = sorted({schema.since_version for schema in onnx.defs.get_all_schemas_with_history()
                           if schema.name == op and schema.domain == "" and not schema.deprecated})
    old = [version for version in all_versions if version <= FIRST_OPSET]
    versions = ([FIRST_OPSET] if old else []) + [version for version in all_versions if version > FIRST_OPSET]
    described = [list(map(describe, draw(op, version))) for version in versions]
    return [version for i, version in enumerate(versions) if described[i] not in described[i + 1:i + 2]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    report.add_arguments(parser)
    arguments = parser.parse_args()
    ingot = pathlib.Path(arguments.ingot).resolve()
    cases = []
    for op in forms.FORMS:
        versions = versions_of(op)
        cases += [(f"{op}-{version}", functools.partial(run, ingot, op, version, versions[-1])) for version in versions]
    report.main("types", cases, arguments)


if __name__ == "__main__":
    main()
