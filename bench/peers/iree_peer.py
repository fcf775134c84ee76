# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""IREE's CPU target, compiled for this processor at its highest level; compiling is not part of its start-up."""
import importlib.metadata
import pathlib
import subprocess
import sys

import iree.compiler
import iree.runtime
import numpy
import onnx

COMPILE = ["--iree-hal-target-device=local", "--iree-hal-local-target-device-backends=llvm-cpu",
           "--iree-llvmcpu-target-cpu=host", "--iree-opt-level=O3", "--iree-llvmcpu-stack-allocation-limit=131072"]


class Peer:
    version = importlib.metadata.version("iree-base-compiler")

    def __init__(self, model, threads, feeds, outputs, scratch):
        self.module_file = scratch / "iree.vmfb"
        if not self.module_file.exists():
            self.compile(model, scratch)
        # With one thread, the device that runs in the caller's.
        self.driver = "local-sync" if threads == 1 else "local-task"
        iree.runtime.flags.parse_flags(f"--task_topology_group_count={threads}")
        self.feeds, self.names = feeds, outputs

    def compile(self, model, scratch):
        tools = pathlib.Path(sys.executable).parent
        text, part = scratch / "iree.mlir", scratch / "iree.part"
        # The importer knows operators as of opset 17 and later.
        opset = max(entry.version for entry in onnx.load(model, load_external_data=False).opset_import
                    if entry.domain in ("", "ai.onnx"))
        newer = ["--opset-version", "17"] if opset < 17 else []
        subprocess.run([tools / "iree-import-onnx", model, "-o", text, *newer], check=True)
        subprocess.run([tools / "iree-compile", text, "-o", part, *COMPILE], check=True)
        text.unlink()
        part.rename(self.module_file)

    def load(self):
        device = iree.runtime.get_device(self.driver)
        context = iree.runtime.SystemContext(config=iree.runtime.Config(device=device))
        context.add_vm_module(iree.runtime.VmModule.mmap(context.instance, str(self.module_file)))
        module = context.modules.module
        names = [name for name in module.vm_module.function_names if "$" not in name and not name.startswith("__")]
        self.function = module[names[0]]
        self.arrays = [iree.runtime.asdevicearray(device, value) for value in self.feeds.values()]

    def run(self):
        self.results = self.function(*self.arrays)

    def settle(self):
        pass

    def outputs(self):
        self.run()
        results = self.results if isinstance(self.results, (list, tuple)) else [self.results]
        return {name: numpy.asarray(value) for name, value in zip(self.names, results)}
