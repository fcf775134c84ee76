# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TVM's default build for this processor, not tuned; compiling is not part of its start-up."""
import json
import os
import subprocess
import sys

import numpy
import onnx
import tvm
from tvm import relax
from tvm.relax.frontend.onnx import from_onnx


class Peer:
    version = tvm.__version__

    def __init__(self, model, threads, feeds, outputs, scratch):
        os.environ["TVM_NUM_THREADS"] = str(threads)
        self.library = scratch / "tvm.so"
        if not self.library.exists():
            shapes = {name: list(value.shape) for name, value in feeds.items()}
            subprocess.run([sys.executable, __file__, model, self.library, json.dumps(shapes)], check=True)
        self.feeds, self.names = feeds, outputs

    def load(self):
        device = tvm.cpu()
        self.machine = relax.VirtualMachine(tvm.runtime.load_module(str(self.library)), device)
        self.machine.set_input("main", *[tvm.runtime.tensor(value, device) for value in self.feeds.values()])

    def run(self):
        self.machine.invoke_stateful("main")

    def settle(self):
        pass

    def outputs(self):
        self.run()
        results = self.machine.get_outputs("main")
        results = [results] if hasattr(results, "numpy") else results
        return {name: numpy.asarray(value.numpy()) for name, value in zip(self.names, results)}


def build(model, library, shapes):
    module = from_onnx(onnx.load(model), shape_dict=json.loads(shapes), keep_params_in_input=False)
    processor = tvm.target.codegen.llvm_get_system_cpu()
    tvm.compile(module, target=tvm.target.Target({"kind": "llvm", "mcpu": processor})).export_library(library)


if __name__ == "__main__":
    build(*sys.argv[1:])
