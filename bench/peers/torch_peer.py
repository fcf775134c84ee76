# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""torch.compile of what onnx2torch reads; compiling happens in the first run and is part of its start-up."""
import onnx2torch
import torch


class Peer:
    version = torch.__version__.split("+")[0]

    def __init__(self, model, threads, feeds, outputs, _scratch):
        torch.set_num_threads(threads)
        self.model, self.names = model, outputs
        self.feeds = [torch.from_numpy(value.copy()) for value in feeds.values()]

    def load(self):
        module = onnx2torch.convert(self.model).eval()
        self.compiled = torch.compile(module, options={"freezing": True, "max_autotune": False})

    def run(self):
        with torch.no_grad():
            self.results = self.compiled(*self.feeds)

    def settle(self):
        pass

    def outputs(self):
        self.run()
        results = self.results if isinstance(self.results, (list, tuple)) else [self.results]
        return {name: value.numpy() for name, value in zip(self.names, results)}
