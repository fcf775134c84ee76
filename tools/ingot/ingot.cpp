//===-- ingot.cpp - the command line of the compiler --------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/CommandLine.h"
#include "tools/ingot/Commands.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace ingot::tool;

namespace {

struct Command {
  StringLiteral name, summary;
  int (*run)(Arguments);
};

constexpr Command kCommands[] = {
    {"compile", "makes an executable, a library or an object file of a model", compileCommand},
    {"run", "compiles a model into a cache and runs it", runCommand},
    {"verify", "compares a model's outputs with those beside it", verifyCommand},
    {"bench", "compares the speed of two artifacts", benchCommand},
    {"inspect", "shows what a model consists of and what of it is unsupported", inspectCommand},
    {"operators", "lists the supported operators", operatorsCommand},
};

void printUsage(raw_ostream &stream) {
  stream << "usage: ingot COMMAND ...\nCompiles machine-learning models to native binaries.\n\ncommands:\n";
  for (const Command &command : kCommands)
    stream << "  " << left_justify(command.name, 12) << command.summary << '\n';
  stream << "\n'ingot COMMAND --help' shows a command's options; 'ingot --version' the version.\n";
}

int dispatch(Arguments arguments) {
  StringRef name = arguments.empty() ? "" : arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    printUsage(outs());
    return kSuccess;
  }
  if (name == "--version") {
    outs() << "ingot " << INGOT_VERSION << '\n';
    return kSuccess;
  }
  const auto *command = find_if(kCommands, [&](const Command &command) { return command.name == name; });
  if (command != std::end(kCommands))
    return command->run(arguments.drop_front());
  if (!name.empty())
    return complain("unknown command '" + name + "'; 'ingot --help' lists the commands", kUsage);
  printUsage(errs());
  return kUsage;
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  setBugReportMsg("this is a defect of ingot; please report it with the model and this output\n");
  int status = dispatch(ArrayRef<const char *>(argv, size_t(argc)).drop_front());
  // A closed or full standard output is noticed when the last of it is written.
  outs().flush();
  if (outs().has_error()) {
    outs().clear_error();
    return complain("cannot write to the standard output", kFailure);
  }
  return status;
}
