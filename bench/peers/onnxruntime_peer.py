# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX Runtime's CPU provider. Bound inputs and outputs: its call from Python with the least overhead."""
import onnxruntime


class Peer:
    version = onnxruntime.__version__

    def __init__(self, model, threads, feeds, outputs, _scratch):
        self.model, self.feeds, self.names = model, feeds, outputs
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads
        self.options.inter_op_num_threads = 1
        self.options.log_severity_level = 3

    def load(self):
        self.session = onnxruntime.InferenceSession(self.model, self.options, providers=["CPUExecutionProvider"])

    def run(self):
        self.session.run(None, self.feeds)

    def settle(self):
        """From here on runs with bound memory, where all values are tensors."""
        results = self.session.run(None, self.feeds)
        if not all(hasattr(value, "dtype") for value in results):
            return
        self.values = {name: onnxruntime.OrtValue.ortvalue_from_numpy(value) for name, value in self.feeds.items()}
        self.results = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in results]
        binding = self.session.io_binding()
        for name, value in self.values.items():
            binding.bind_ortvalue_input(name, value)
        for name, value in zip(self.names, self.results):
            binding.bind_ortvalue_output(name, value)
        self.run = lambda: self.session.run_with_iobinding(binding)

    def outputs(self):
        return dict(zip(self.names, self.session.run(None, self.feeds)))
