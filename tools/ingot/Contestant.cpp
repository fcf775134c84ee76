//===-- Contestant.cpp - a compiled executable that is measured ---------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Contestant.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include <algorithm>
#include <map>
#include <numeric>
#include <sched.h>

using namespace llvm;

namespace ingot::tool {

void pin(int64_t threads) {
  cpu_set_t allowed, chosen;
  CPU_ZERO(&chosen);
  if (sched_getaffinity(0, sizeof allowed, &allowed))
    return;
  for (int cpu = CPU_SETSIZE - 1; cpu >= 0 && CPU_COUNT(&chosen) < threads; --cpu)
    if (CPU_ISSET(cpu, &allowed))
      CPU_SET(cpu, &chosen);
  (void)sched_setaffinity(0, sizeof chosen, &chosen);
}

std::string InputInfo::text() const {
  std::vector<std::string> texts;
  for (const Dim &dim : dims)
    texts.push_back(dim.extent >= 0 ? std::to_string(dim.extent) : dim.name.empty() ? "?" : dim.name);
  return name + " " + type + " [" + join(texts, ", ") + "]";
}

Expected<std::string> Contestant::call(ArrayRef<std::string> arguments) const {
  std::string out = folder + "/" + label + ".out", err = folder + "/" + label + ".err", reason;
  for (StringRef file : {out, err}) // a redirection overwrites, but does not truncate
    (void)sys::fs::remove(file);
  std::vector<StringRef> words = {path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(out), StringRef(err)};
  int status = sys::ExecuteAndWait(path, words, std::nullopt, redirects, 0, 0, &reason);
  auto text = MemoryBuffer::getFile(status == 0 ? out : err);
  if (status == 0 && text)
    return (*text)->getBuffer().str();
  StringRef complaint = text ? (*text)->getBuffer().split('\n').first : "";
  return createStringError(path + ": " + (complaint.empty() ? StringRef(reason) : complaint));
}

Expected<json::Object> Contestant::callForJson(ArrayRef<std::string> arguments) const {
  Expected<std::string> text = call(arguments);
  if (!text)
    return text.takeError();
  Expected<json::Value> value = json::parse(*text);
  if (value && value->getAsObject())
    return std::move(*value->getAsObject());
  if (!value)
    consumeError(value.takeError());
  return createStringError(path + ": expected an executable that ingot compiled, of this version");
}

static InputInfo readInfo(const json::Object &object) {
  InputInfo info{object.getString("name").value_or("").str(), object.getString("type").value_or("").str(), {}};
  if (const json::Array *dims = object.getArray("dims"))
    for (const json::Value &dim : *dims)
      info.dims.push_back({dim.getAsInteger().value_or(-1), dim.getAsString().value_or("").str()});
  return info;
}

Expected<Contestant> Contestant::open(StringRef path, StringRef label, StringRef folder) {
  SmallString<256> absolute(path);
  if (std::error_code code = sys::fs::make_absolute(absolute))
    return createStringError(path + ": " + code.message());
  if (!sys::fs::exists(absolute))
    return createStringError(path + ": no such file");
  if (!sys::fs::can_execute(absolute))
    return createStringError(path + ": expected an executable that ingot compiled, or a .onnx file");
  Contestant contestant;
  contestant.path = std::string(absolute);
  contestant.label = label.str();
  contestant.folder = folder.str();
  Expected<json::Object> description = contestant.callForJson({"--help", "--json"});
  if (!description)
    return description.takeError();
  if (const json::Array *inputs = description->getArray("inputs"))
    for (const json::Value &input : *inputs)
      if (const json::Object *object = input.getAsObject())
        contestant.infos.push_back(readInfo(*object));
  return contestant;
}

Expected<TensorList> Contestant::run() {
  std::string file = folder + "/" + label + ".npz";
  std::vector<std::string> arguments = common;
  arguments.insert(arguments.end(), {"--output", file});
  Expected<std::string> done = call(arguments);
  if (!done)
    return done.takeError();
  TensorList list(new ingot_tensor_list(), [](ingot_tensor_list *list) {
    ingot_tensor_list_free(list);
    delete list;
  });
  if (ingot_load(file.c_str(), list.get()) != INGOT_OK)
    return createStringError(ingot_last_error());
  return list;
}

std::vector<std::string> Contestant::benchArguments(int64_t runs) const {
  std::vector<std::string> arguments = common;
  arguments.insert(arguments.end(), {"--bench", "--json", "--runs", std::to_string(runs)});
  return arguments;
}

Expected<Latency> Contestant::measure(double seconds) {
  // The first one only finds out how long a run takes.
  double fit = lastMedian > 0 ? seconds * 1e6 / lastMedian : 0;
  Expected<json::Object> times = callForJson(benchArguments(static_cast<int64_t>(std::clamp(fit, 5.0, 200000.0))));
  if (!times)
    return times.takeError();
  Latency latency{times->getNumber("median_us").value_or(0), times->getNumber("p90_us").value_or(0)};
  lastMedian = latency.median;
  return latency;
}

/// The mean of the fastest quarter: other programs slow the others down, and a clock's ticks average out.
static double quietTime(std::vector<double> times) {
  auto quarter = times.begin() + static_cast<ptrdiff_t>((times.size() + 3) / 4);
  std::nth_element(times.begin(), quarter - 1, times.end());
  return std::accumulate(times.begin(), quarter, 0.0) / static_cast<double>(quarter - times.begin());
}

/// Of each kernel the time of one run. A name is the kernel's function, then the nodes of the call.
static Error readTrace(const std::string &path, double runs, Profile &profile) {
  auto text = MemoryBuffer::getFile(path);
  if (!text)
    return createStringError(path + ": " + text.getError().message());
  Expected<json::Value> trace = json::parse((*text)->getBuffer());
  if (!trace)
    return trace.takeError();
  const json::Object *root = trace->getAsObject();
  const json::Array *events = root ? root->getArray("traceEvents") : nullptr;
  if (!events)
    return createStringError(path + ": expected traceEvents");
  std::map<StringRef, std::vector<double>> calls;
  for (const json::Value &value : *events)
    if (const json::Object *event = value.getAsObject())
      calls[event->getString("name").value_or("")].push_back(event->getNumber("dur").value_or(0));
  for (auto &[name, times] : calls) {
    double perRun = static_cast<double>(times.size()) / runs;
    profile.calls += perRun;
    profile.kernels[name.split(':').first] += perRun * quietTime(std::move(times));
  }
  return Error::success();
}

Expected<Profile> Contestant::profile(int64_t runs) {
  std::string trace = folder + "/" + label + ".trace";
  std::vector<std::string> arguments = benchArguments(runs);
  // Nobody asks for shares of the limit, so none is probed.
  arguments.insert(arguments.end(), {"--profile", trace, "--limits", "1,1"});
  Expected<json::Object> times = callForJson(arguments);
  if (!times)
    return times.takeError();
  Profile profile{times->getNumber("median_us").value_or(0), {}, 0};
  if (Error error = readTrace(trace, static_cast<double>(runs), profile))
    return error;
  return profile;
}

} // namespace ingot::tool
