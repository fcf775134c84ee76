//===-- EmbedWeights.cpp - fills the weights' section of an ELF file -----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/ModelSymbols.h"
#include "codegen/WeightsObject.h"

#include "llvm/Object/ELF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using Elf = object::ELF64LE;

namespace ingot {
namespace {

/// Where in the file the headers are that say where the weights are. In a linked file the section has a segment of its
/// own behind all others, so that it can grow without moving anything.
struct Headers {
  uint64_t section;                 // offset of the section's header in the file
  std::optional<uint64_t> segment;  // of the segment's, in a linked file
  uint64_t address = 0, align = 1;  // of the section in memory and of what maps it
};

} // namespace

static Error findSegment(const object::ELFFile<Elf> &file, const Elf::Shdr &section, Headers &headers) {
  auto segments = file.program_headers();
  if (!segments)
    return segments.takeError();
  for (const Elf::Phdr &segment : *segments) {
    if (segment.p_type != ELF::PT_LOAD)
      continue;
    if (segment.p_vaddr == section.sh_addr) {
      headers.segment = reinterpret_cast<const uint8_t *>(&segment) - file.base();
      headers.align = segment.p_align;
    } else if (segment.p_vaddr > section.sh_addr || segment.p_vaddr + segment.p_memsz > section.sh_addr) {
      return createStringError("the linker put something behind the weights, they cannot grow");
    }
  }
  if (!headers.segment)
    return createStringError("the linker gave the weights no segment of their own");
  return Error::success();
}

static Expected<Headers> findHeaders(StringRef contents) {
  auto file = object::ELFFile<Elf>::create(contents);
  if (!file)
    return file.takeError();
  auto sections = file->sections();
  if (!sections)
    return sections.takeError();
  for (const Elf::Shdr &section : *sections) {
    auto name = file->getSectionName(section);
    if (!name)
      return name.takeError();
    if (*name != weightsSection)
      continue;
    Headers headers{static_cast<uint64_t>(reinterpret_cast<const uint8_t *>(&section) - file->base()), std::nullopt,
                    section.sh_addr, section.sh_addralign};
    if (file->getHeader().e_type != ELF::ET_REL)
      if (Error error = findSegment(*file, section, headers))
        return error;
    return headers;
  }
  return createStringError("expected a section " + weightsSection);
}

/// The first offset from `end` on that the address can be mapped from.
static uint64_t placeAtEnd(uint64_t end, const Headers &headers) {
  uint64_t base = alignDown(end, headers.align) + headers.address % headers.align;
  return base < end ? base + headers.align : base;
}

static void patch(raw_fd_ostream &out, uint64_t at, uint64_t value) {
  support::ulittle64_t bytes(value);
  out.pwrite(reinterpret_cast<const char *>(&bytes), sizeof bytes, at);
}

Error WeightsObject::writeIntoElf(StringRef path) const {
  auto contents = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!contents)
    return errorCodeToError(contents.getError());
  Expected<Headers> headers = findHeaders((*contents)->getBuffer());
  if (!headers)
    return headers.takeError();
  uint64_t end = (*contents)->getBufferSize();
  if (headers->segment && isHuge() && headers->address % hugePageBytes == 0)
    headers->align = std::max(headers->align, hugePageBytes);
  uint64_t offset = placeAtEnd(end, *headers);
  contents->reset();

  std::error_code code;
  raw_fd_ostream out(path, code, sys::fs::CD_OpenExisting, sys::fs::FA_Write, sys::fs::OF_None);
  if (code)
    return errorCodeToError(code);
  out.seek(end);
  out.write_zeros(offset - end);
  out.flush(); // the buffer is empty at the weights' beginning
  out.SetBufferSize(hugePageBytes);
  if (Error error = write(out))
    return error;
  patch(out, headers->section + offsetof(Elf::Shdr, sh_offset), offset);
  patch(out, headers->section + offsetof(Elf::Shdr, sh_size), bytes);
  if (headers->segment) {
    patch(out, *headers->segment + offsetof(Elf::Phdr, p_offset), offset);
    patch(out, *headers->segment + offsetof(Elf::Phdr, p_filesz), bytes);
    patch(out, *headers->segment + offsetof(Elf::Phdr, p_memsz), bytes);
    patch(out, *headers->segment + offsetof(Elf::Phdr, p_align), headers->align);
  }
  out.close();
  code = out.error();
  out.clear_error();
  return errorCodeToError(code);
}

} // namespace ingot
