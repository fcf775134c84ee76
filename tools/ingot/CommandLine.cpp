//===-- CommandLine.cpp - the options of one subcommand -----------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/CommandLine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace ingot::tool {

int complain(Error error, int status) {
  handleAllErrors(std::move(error), [](const ErrorInfoBase &info) { complain(info.message()); });
  return status;
}

int complain(const Twine &message, int status) {
  std::string text = message.str();
  for (StringRef rest = StringRef(text).rtrim('\n'), line; !rest.empty();) {
    std::tie(line, rest) = rest.split('\n');
    errs() << "ingot: error: " << line << '\n';
  }
  return status;
}

CommandLine::CommandLine(StringRef command, StringRef synopsis, StringRef summary)
    : command(command), synopsis(synopsis), summary(summary) {}

//===--- declarations --------------------------------------------------------------------------------===//

void CommandLine::add(StringRef name, StringRef metavar, StringRef help, Take take) {
  options.push_back({name.str(), metavar.str(), help.str(), std::move(take), /*takesDigit=*/false});
}

void CommandLine::flag(StringRef name, StringRef help, bool &value) {
  add(name, "", help, [&value](StringRef) {
    value = true;
    return Error::success();
  });
}

void CommandLine::text(StringRef name, StringRef metavar, StringRef help, std::string &value) {
  add(name, metavar, help, [&value](StringRef text) {
    value = text.str();
    return Error::success();
  });
}

void CommandLine::choice(StringRef name, StringRef choices, StringRef help, std::string &value) {
  add(name, choices, help, [&value, name = name.str(), choices = choices.str()](StringRef text) -> Error {
    if (!is_contained(split(choices, '|'), text))
      return createStringError("--" + name + ": expected " + choices + " but got '" + text + "'");
    value = text.str();
    return Error::success();
  });
}

void CommandLine::list(StringRef name, StringRef metavar, StringRef help, std::vector<std::string> &values) {
  add(name, metavar, help, [&values](StringRef text) {
    values.push_back(text.str());
    return Error::success();
  });
}

void CommandLine::count(StringRef name, StringRef metavar, StringRef help, int64_t &value) {
  add(name, metavar, help, [&value, name = name.str()](StringRef text) -> Error {
    if (text.getAsInteger(10, value) || value < 1)
      return createStringError("--" + name + ": expected a positive number but got '" + text + "'");
    return Error::success();
  });
}

void CommandLine::digit(StringRef letter, int most, StringRef help, int &value) {
  std::string digits = "0";
  for (int digit = 1; digit <= most; ++digit)
    digits += "|" + std::to_string(digit);
  add(letter, digits, help, [&value, most, letter = letter.str()](StringRef text) -> Error {
    if (text.getAsInteger(10, value) || value < 0 || value > most)
      return createStringError("-" + letter + ": expected 0 to " + Twine(most) + " but got '" + text + "'");
    return Error::success();
  });
  options.back().takesDigit = true;
}

void CommandLine::bound(StringRef name, StringRef metavar, StringRef help, std::optional<double> &value) {
  add(name, metavar, help, [&value, name = name.str()](StringRef text) -> Error {
    double number = 0;
    if (text.getAsDouble(number) || !(number >= 0))
      return createStringError("--" + name + ": expected a number that is not negative but got '" + text + "'");
    value = number;
    return Error::success();
  });
}

void CommandLine::positional(StringRef what, std::string &value) {
  positionals(what, value);
}

void CommandLine::positionals(StringRef what, MutableArrayRef<std::string> values) {
  positionalName = what.str();
  positionalValues = values;
}

void CommandLine::rest(std::vector<std::string> &values) { restValues = &values; }

//===--- parsing -------------------------------------------------------------------------------------===//

/// The option that an argument up to its '=' is of.
const CommandLine::Option *CommandLine::find(StringRef spelled) const {
  auto option = find_if(options, [&](const Option &option) {
    return spelled.ltrim('-') == option.name || (option.takesDigit && spelled.drop_back() == "-" + option.name);
  });
  return option == options.end() ? nullptr : &*option;
}

/// Handles the argument at \p at, and the one after it where that is its value.
Error CommandLine::parseOption(ArrayRef<const char *> arguments, size_t &at) {
  auto [spelled, value] = StringRef(arguments[at]).split('=');
  bool hasValue = spelled.size() != StringRef(arguments[at]).size();
  const Option *option = find(spelled);
  if (!option)
    return createStringError("unknown option '" + spelled + "'; 'ingot " + command + " --help' lists the options");
  if (option->takesDigit && spelled.ltrim('-') != option->name)
    return option->take(spelled.take_back());
  if (option->metavar.empty())
    return hasValue ? createStringError(spelled + " takes no value") : option->take("");
  if (hasValue)
    return option->take(value);
  if (at + 1 == arguments.size())
    return createStringError(spelled + " needs a value: " + option->metavar);
  return option->take(arguments[++at]);
}

Error CommandLine::takePositional(StringRef argument) {
  if (positionalValues.empty())
    return createStringError("unexpected argument '" + argument + "'");
  auto *value = find_if(positionalValues, [](const std::string &value) { return value.empty(); });
  if (value == positionalValues.end())
    return createStringError("expected " + std::string(positionalValues.size() == 1 ? "one" : "two") + " " +
                             positionalName + " but got '" + positionalValues.back() + "' and '" + argument + "'");
  *value = argument.str();
  return Error::success();
}

Error CommandLine::parseAll(ArrayRef<const char *> arguments) {
  for (size_t at = 0; at < arguments.size(); ++at) {
    StringRef argument = arguments[at];
    if (argument == "--help" || argument == "-h") {
      wantsHelp = true;
      return Error::success();
    }
    bool isOption = argument.size() > 1 && argument.starts_with("-");
    if (restValues && isOption && (argument == "--" || !find(argument.split('=').first))) {
      restValues->assign(arguments.begin() + at + (argument == "--"), arguments.end());
      break;
    }
    if (Error error = isOption ? parseOption(arguments, at) : takePositional(argument))
      return error;
  }
  if (!positionalValues.empty() && positionalValues.back().empty()) {
    bool one = positionalValues.size() == 1;
    std::string missing = (one ? "no " : "not two ") + positionalName + (one ? " is" : " are");
    return createStringError(missing + " given; 'ingot " + command + " --help' shows how");
  }
  return Error::success();
}

std::optional<int> CommandLine::parse(ArrayRef<const char *> arguments) {
  if (Error error = parseAll(arguments))
    return complain(std::move(error), kUsage);
  if (!wantsHelp)
    return std::nullopt;
  printHelp();
  return kSuccess;
}

void CommandLine::printHelp() const {
  outs() << "usage: ingot " << command << ' ' << synopsis << '\n' << summary << "\n\noptions:\n";
  auto print = [](const Twine &left, StringRef help) {
    std::string text = ("  " + left).str();
    outs() << text << std::string(text.size() < 26 ? 26 - text.size() : 1, ' ');
    for (StringRef line; !help.empty(); outs() << line << '\n' << (help.empty() ? "" : std::string(26, ' ')))
      std::tie(line, help) = help.split('\n');
  };
  for (const Option &option : options) {
    bool isApart = !option.metavar.empty() && !option.takesDigit;
    print((option.name.size() == 1 ? "-" : "--") + option.name + (isApart ? " " : "") + option.metavar, option.help);
  }
  print("--help", "prints this");
}

} // namespace ingot::tool
