//===-- Cache.cpp - what was measured, kept in a file of one processor --------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
//
//   {"schema": 1, "processor": "znver5 ...",
//    "trials": {KERNEL: {FIRST: {CANDIDATE: [12.5, 13.0], ...}}}, "contests": {...}}
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tune/Cache.h"

#include "codegen/OutputFiles.h"

#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace llvm;

namespace ingot::tune {

static constexpr int64_t schema = 1;

namespace {

/// Holds others off the cache. The lock has a file of its own: the cache's is replaced.
class Lock {
public:
  explicit Lock(const std::string &path)
      : descriptor(sys::RetryAfterSignal(-1, ::open, path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor >= 0)
      (void)sys::RetryAfterSignal(-1, flock, descriptor, LOCK_EX);
  }
  Lock(const Lock &) = delete;
  ~Lock() {
    if (descriptor >= 0)
      ::close(descriptor);
  }

private:
  int descriptor;
};

} // namespace

/// A candidate's time and the first choice's.
static std::optional<Cache::Times> parseTimes(const json::Value &value) {
  const json::Array *array = value.getAsArray();
  if (!array || array->size() != 2)
    return std::nullopt;
  std::optional<double> candidate = (*array)[0].getAsNumber(), first = (*array)[1].getAsNumber();
  if (!candidate || !first || !(*candidate >= 0) || !(*first >= 0))
    return std::nullopt;
  return Cache::Times{*candidate, *first};
}

/// Whether all of it is what we write.
bool Cache::parse(const json::Object *kernels, Entries &into) {
  if (!kernels)
    return false;
  for (const auto &[kernel, choices] : *kernels) {
    if (!choices.getAsObject())
      return false;
    for (const auto &[first, candidates] : *choices.getAsObject()) {
      if (!candidates.getAsObject())
        return false;
      for (const auto &[candidate, value] : *candidates.getAsObject()) {
        std::optional<Times> times = parseTimes(value);
        if (!times)
          return false;
        into.try_emplace({kernel.str(), first.str(), candidate.str()}, *times);
      }
    }
  }
  return true;
}

bool Cache::parse(const json::Value &value) {
  const json::Object *root = value.getAsObject();
  return root && root->getInteger("schema") == schema && root->getString("processor") == StringRef(processor) &&
         parse(root->getObject("trials"), known[Purpose::Trial]) &&
         parse(root->getObject("contests"), known[Purpose::Contest]);
}

/// Adds what the file has.
Error Cache::merge() {
  auto text = MemoryBuffer::getFile(path);
  if (!text && text.getError() == std::errc::no_such_file_or_directory)
    return Error::success();
  if (!text)
    return createStringError("cannot read '" + path + "': " + text.getError().message());
  Expected<json::Value> value = json::parse((*text)->getBuffer());
  if (value && parse(*value))
    return Error::success();
  consumeError(value.takeError());
  std::string aside = path + ".damaged";
  if (std::error_code code = sys::fs::rename(path, aside))
    return createStringError("cannot rename '" + path + "': " + code.message());
  warning = path + ": expected what a tuning of this processor measured; set aside as " + aside;
  return Error::success();
}

Expected<Cache> Cache::open(StringRef path, StringRef processor) {
  Cache cache(path, processor);
  Lock lock(cache.path + ".lock");
  if (Error error = cache.merge())
    return error;
  return cache;
}

std::optional<Cache::Times> Cache::find(Purpose purpose, const Name &name) const {
  auto entries = known.find(purpose);
  if (entries == known.end())
    return std::nullopt;
  auto times = entries->second.find(name);
  return times == entries->second.end() ? std::nullopt : std::optional(times->second);
}

static json::Object toJson(const Cache::Entries &entries) {
  json::Object kernels;
  for (const auto &[name, times] : entries) {
    json::Value &choices = kernels.try_emplace(name.kernel, json::Object()).first->second;
    json::Value &candidates = choices.getAsObject()->try_emplace(name.first, json::Object()).first->second;
    (*candidates.getAsObject())[name.candidate] = json::Array{times.candidate, times.first};
  }
  return kernels;
}

Error Cache::write() const {
  auto entriesOf = [&](Purpose purpose) {
    auto entries = known.find(purpose);
    return entries == known.end() ? json::Object() : toJson(entries->second);
  };
  json::Value root = json::Object{{"schema", schema},
                                  {"processor", processor},
                                  {"trials", entriesOf(Purpose::Trial)},
                                  {"contests", entriesOf(Purpose::Contest)}};
  OutputFiles files;
  if (Error error = files.write(path, [&](raw_ostream &out) {
        out << formatv("{0:2}", root) << '\n';
        return Error::success();
      }))
    return error;
  return files.commit();
}

Error Cache::record(Purpose purpose, const Entries &entries) {
  Lock lock(path + ".lock");
  if (Error error = merge())
    return error;
  for (const auto &[name, times] : entries)
    known[purpose].insert_or_assign(name, times);
  return write();
}

} // namespace ingot::tune
