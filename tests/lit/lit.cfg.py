"""Configuration of the lit suite: which files are tests, and where the tools are."""
import os
import shutil
import subprocess

import lit.formats

config.name = "ingot"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = config.source_dir
config.test_exec_root = config.binary_dir

tools = [config.project_binary_dir + "/bin", config.llvm_tools_dir]
config.environment["PATH"] = os.pathsep.join(tools + [os.environ["PATH"]])
config.substitutions.append(("%bindir", tools[0]))
config.substitutions.append(("%libdir", config.project_binary_dir + "/lib"))
config.substitutions.append(("%project", config.project_source_dir))
# Tests of assembly run what the compiler does.
kernel_passes = subprocess.check_output([tools[0] + "/compile-host", "--kernel-passes"], text=True).strip()
config.substitutions.append(("%kernel_passes", kernel_passes))

# Tests that run what they compile say REQUIRES: native, or REQUIRES: aarch64 for the cross-compiled ones.
if os.path.exists(config.project_binary_dir + "/lib/libingot_rt.a"):
    config.available_features.add("native")
if shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc"):
    config.available_features.add("aarch64")
