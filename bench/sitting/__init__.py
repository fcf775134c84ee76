"""One sitting: models, artifacts and peers measured in turns, the limits of the machine, and the report."""
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
