//===-- Link.cpp - object file and runtime to shared library or executable -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Link.h"

#include "codegen/ModelSymbols.h"
#include "codegen/Toolchain.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace ingot {
namespace {

class Linker {
public:
  Linker(const LinkJob &job, const Target &target, OutputFiles &files) : job(job), target(target), files(files) {}
  Error run();

private:
  bool isShared() const { return !job.soname.empty(); }
  Error writeScripts();
  Error addInputs();
  Error checkSpace();
  void useCompiler(const std::string &compiler);
  Error useLld();
  void addOption(const std::string &option) { arguments.push_back(linkerPrefix + option); }
  Error execute();

  const LinkJob &job;
  const Target &target;
  OutputFiles &files;
  std::string linkerPrefix; // "-Wl," for a compiler
  std::string layoutScript, versionScript;
  std::vector<std::string> arguments, epilogue; // the program first
};

} // namespace

static Error writeText(OutputFiles &files, StringRef name, const Twine &text, std::string &path) {
  Expected<std::string> temporary = files.addTemporary(name);
  if (!temporary)
    return temporary.takeError();
  path = *temporary;
  std::error_code code;
  raw_fd_ostream out(path, code);
  if (!code) {
    out << text;
    out.close();
    code = out.error();
    out.clear_error();
  }
  return code ? createStringError(code, "cannot write '" + path + "': " + code.message()) : Error::success();
}

Error Linker::writeScripts() {
  // Behind all else, in a segment of their own: there the weights can grow to their size afterwards. GNU ld begins a
  // new segment only behind a gap.
  std::string page = job.hugeWeights ? std::to_string(hugePageBytes) : "CONSTANT(MAXPAGESIZE)";
  std::string layout = "SECTIONS { " + weightsSection.str() + " (ALIGN(" + page + ") + " + page + ") : { *(" +
                       weightsSection.str() + ") } } INSERT AFTER .bss;\n";
  if (Error error = writeText(files, "layout.ld", layout, layoutScript))
    return error;
  if (!isShared())
    return Error::success();
  std::string symbols;
  for (StringRef suffix : {"_model", "_run", "_infer", "_error"})
    symbols += job.prefix + suffix.str() + "; ";
  return writeText(files, "exports.map", "{ global: " + symbols + "local: *; };\n", versionScript);
}

Error Linker::addInputs() {
  std::string folder = job.runtimeDir;
  if (folder.empty()) {
    Expected<std::string> found = findRuntime(target);
    if (!found)
      return found.takeError();
    folder = *found;
  }
  arguments.insert(arguments.end(), {"-o", job.output, job.object});
  if (!isShared()) {
    arguments.push_back(folder + "/libingot_main.a");
    addOption("--defsym=ingot_main_model=" + job.prefix + "_model");
  }
  arguments.push_back(folder + "/libingot_rt.a");
  // The same input gives the same bytes, and nothing is loaded that is not used.
  for (const char *option : {"--gc-sections", "--as-needed", "--build-id=none", "--no-undefined"})
    addOption(option);
  arguments.push_back(linkerPrefix + "-z" + (linkerPrefix.empty() ? "" : ",") + "noexecstack");
  if (isShared()) {
    addOption("--version-script=" + versionScript);
    addOption("-soname=" + job.soname);
  }
  arguments.push_back(linkerPrefix + (linkerPrefix.empty() ? "-T" : "-T,") + layoutScript);
  arguments.insert(arguments.end(), {"-lm", "-lpthread"});
  return Error::success();
}

/// Linkers map the file they write, and a full disk then ends them by a signal: see to it before.
Error Linker::checkSpace() {
  uint64_t needed = 0, size = 0;
  for (StringRef argument : arguments)
    if (argument.ends_with(".o") || argument.ends_with(".a"))
      if (!sys::fs::file_size(argument, size))
        needed += size;
  ErrorOr<sys::fs::space_info> space = sys::fs::disk_space(job.output);
  if (!space || space->available >= needed)
    return Error::success();
  std::error_code code = std::make_error_code(std::errc::no_space_on_device);
  return createStringError(code, "cannot write '" + job.name + "': " + code.message());
}

void Linker::useCompiler(const std::string &compiler) {
  linkerPrefix = "-Wl,";
  arguments = {compiler, isShared() ? "-shared" : "-pie", "-static-libgcc"};
  if (auto lld = findLld())
    arguments.insert(arguments.end(), {"-fuse-ld=lld", "-B" + sys::path::parent_path(*lld).str()});
}

/// What a compiler would have passed to the linker.
Error Linker::useLld() {
  std::optional<std::string> lld = findLld(), system = findSystemLibraries(target);
  if (!lld)
    return createStringError("no linker found: expected a C compiler or ld.lld for " + target.triple.str());
  if (!system)
    return createStringError("no C library found to link with: expected crt1.o for " + target.triple.str());
  arguments = {*lld, "-L" + *system};
  if (isShared()) {
    arguments.push_back("-shared");
  } else {
    StringRef loader = target.triple.isAArch64() ? "/lib/ld-linux-aarch64.so.1" : "/lib64/ld-linux-x86-64.so.2";
    arguments.insert(arguments.end(), {"-pie", "-dynamic-linker", loader.str(), *system + "/Scrt1.o"});
  }
  arguments.push_back(*system + "/crti.o");
  epilogue = {"-lc"};
  if (auto libgcc = findLibgcc(target))
    epilogue.push_back(*libgcc);
  epilogue.push_back(*system + "/crtn.o");
  return Error::success();
}

Error Linker::execute() {
  Expected<std::string> log = files.addTemporary("link.log");
  if (!log)
    return log.takeError();
  arguments.insert(arguments.end(), epilogue.begin(), epilogue.end());
  SmallVector<StringRef> views(arguments.begin(), arguments.end());
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(*log), StringRef(*log)};
  std::string reason;
  int status = sys::ExecuteAndWait(arguments.front(), views, std::nullopt, redirects, 0, 0, &reason);
  if (status == 0)
    return Error::success();
  if (auto text = MemoryBuffer::getFile(*log))
    reason += (*text)->getBuffer().rtrim();
  return createStringError("linking '" + job.name + "' failed: " + reason);
}

Error Linker::run() {
  if (Error error = writeScripts())
    return error;
  if (auto compiler = findCompiler(target))
    useCompiler(*compiler);
  else if (Error error = useLld())
    return error;
  if (Error error = addInputs())
    return error;
  if (Error error = checkSpace())
    return error;
  return execute();
}

Error link(const LinkJob &job, const Target &target, OutputFiles &files) { return Linker(job, target, files).run(); }

} // namespace ingot
