//===-- CommandLine.h - the options of one subcommand -------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_COMMANDLINE_H
#define INGOT_TOOLS_INGOT_COMMANDLINE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ingot::tool {

/// Exit statuses: what failed, and what was asked for wrongly.
enum ExitStatus { kSuccess = 0, kFailure = 1, kUsage = 2 };

/// Prints `ingot: error: MESSAGE`, one line a contained error, and returns \p status.
int complain(llvm::Error error, int status = kFailure);
int complain(const llvm::Twine &message, int status = kFailure);

/// Reads the arguments of a subcommand and prints its `--help`. Options are written `--name VALUE` or `--name=VALUE`,
/// those of one letter `-n VALUE`, and those that take a digit `-N5`.
class CommandLine {
public:
  /// \p synopsis is what follows the command's name in the usage line.
  CommandLine(llvm::StringRef command, llvm::StringRef synopsis, llvm::StringRef summary);

  void flag(llvm::StringRef name, llvm::StringRef help, bool &value);
  void text(llvm::StringRef name, llvm::StringRef metavar, llvm::StringRef help, std::string &value);
  /// One of the words that \p choices separates by '|'.
  void choice(llvm::StringRef name, llvm::StringRef choices, llvm::StringRef help, std::string &value);
  /// May be given more than once.
  void list(llvm::StringRef name, llvm::StringRef metavar, llvm::StringRef help, std::vector<std::string> &values);
  /// A positive integer.
  void count(llvm::StringRef name, llvm::StringRef metavar, llvm::StringRef help, int64_t &value);
  /// A digit, at most \p most, right behind the letter.
  void digit(llvm::StringRef letter, int most, llvm::StringRef help, int &value);
  /// A floating-point number that is not negative; "inf" is one.
  void bound(llvm::StringRef name, llvm::StringRef metavar, llvm::StringRef help, std::optional<double> &value);
  /// The argument without a dash, there exactly once.
  void positional(llvm::StringRef what, std::string &value);
  /// As many arguments without a dash as `values` has room for.
  void positionals(llvm::StringRef what, llvm::MutableArrayRef<std::string> values);
  /// Everything from the first argument that is no known option, or after `--`, goes to somebody else.
  void rest(std::vector<std::string> &values);

  /// Nothing to go on with, or the exit status to end with: after `--help`, or after a complaint.
  std::optional<int> parse(llvm::ArrayRef<const char *> arguments);

private:
  using Take = std::function<llvm::Error(llvm::StringRef)>;
  struct Option {
    std::string name, metavar, help; ///< without a metavar: a flag
    Take take;
    bool takesDigit = false; ///< right behind the name
  };

  void add(llvm::StringRef name, llvm::StringRef metavar, llvm::StringRef help, Take take);
  const Option *find(llvm::StringRef spelled) const;
  llvm::Error parseOption(llvm::ArrayRef<const char *> arguments, size_t &at);
  llvm::Error parseAll(llvm::ArrayRef<const char *> arguments);
  llvm::Error takePositional(llvm::StringRef argument);
  void printHelp() const;

  std::string command, synopsis, summary, positionalName;
  std::vector<Option> options;
  llvm::MutableArrayRef<std::string> positionalValues;
  std::vector<std::string> *restValues = nullptr;
  bool wantsHelp = false;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_COMMANDLINE_H
