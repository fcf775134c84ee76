# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""OpenVINO's CPU device, in f32, tuned for latency."""
import openvino


class Peer:
    version = openvino.__version__.split("-")[0]

    def __init__(self, model, threads, feeds, outputs, _scratch):
        self.model, self.feeds, self.names = model, feeds, outputs
        self.options = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
                        "INFERENCE_PRECISION_HINT": "f32", "ENABLE_CPU_PINNING": False}

    def load(self):
        self.request = openvino.Core().compile_model(self.model, "CPU", self.options).create_infer_request()
        self.tensors = {name: openvino.Tensor(value) for name, value in self.feeds.items()}
        for name, tensor in self.tensors.items():
            self.request.set_tensor(name, tensor)

    def run(self):
        self.request.infer()

    def settle(self):
        pass

    def outputs(self):
        self.run()
        return {name: self.request.get_tensor(name).data.copy() for name in self.names}
