//===-- Commands.h - the subcommands of ingot, one file each ------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_COMMANDS_H
#define INGOT_TOOLS_INGOT_COMMANDS_H

#include "llvm/ADT/ArrayRef.h"

namespace ingot::tool {

using Arguments = llvm::ArrayRef<const char *>;

// Each takes what follows its name and returns the exit status.
int compileCommand(Arguments arguments);
int runCommand(Arguments arguments);
int verifyCommand(Arguments arguments);
int benchCommand(Arguments arguments);
int inspectCommand(Arguments arguments);
int operatorsCommand(Arguments arguments);

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_COMMANDS_H
