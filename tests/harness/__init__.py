"""What the Python suites share: reports of cases, processes, ONNX files on the wire."""
