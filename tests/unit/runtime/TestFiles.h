//===-- TestFiles.h - temporary files and fixtures ------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef INGOT_TESTS_UNIT_RUNTIME_TESTFILES_H
#define INGOT_TESTS_UNIT_RUNTIME_TESTFILES_H

#include "ingot_io.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

namespace ingot::test {

/// A folder of its own that goes away with the test.
struct TempDir {
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ingot-test-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~TempDir() { std::filesystem::remove_all(path); }

  std::string operator/(const std::string &name) const { return (path / name).string(); }
  size_t countFiles() const {
    return std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator());
  }

  std::filesystem::path path;
};

inline std::string fixture(const std::string &name) { return std::string(INGOT_TEST_DATA) + "/" + name; }

inline std::string readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void writeFile(const std::string &path, const std::string &content) {
  std::ofstream(path, std::ios::binary) << content;
}

/// The tensors of a file, freed at the end.
struct Loaded {
  explicit Loaded(const std::string &path) : status(ingot_load(path.c_str(), &list)) {}
  ~Loaded() { ingot_tensor_list_free(&list); }
  Loaded(const Loaded &) = delete;

  const ingot_tensor &tensor(int index = 0) const { return list.tensors[index].tensor; }
  template <typename T> T at(int64_t element, int index = 0) const {
    return static_cast<const T *>(tensor(index).data)[element];
  }

  ingot_tensor_list list = {};
  ingot_status status;
};

/// Reads every truncation and many corruptions of a file: each fails with a message, or gives tensors whose memory
/// matches their shape.
inline void checkDamaged(const std::string &path,
                         ingot_status (*read)(const uint8_t *, uint64_t, ingot_tensor_list *)) {
  std::string good = readFile(path);
  auto check = [&](const std::string &content) {
    // Exactly as large as the content, for the address sanitizer to see reads beyond it.
    std::vector<uint8_t> bytes(content.begin(), content.end());
    ingot_tensor_list list = {};
    if (read(bytes.data(), bytes.size(), &list) == INGOT_OK)
      for (int i = 0; i < list.count; ++i) {
        uint64_t size = 0;
        EXPECT_EQ(ingot_tensor_size(&list.tensors[i].tensor, &size), INGOT_OK);
        EXPECT_EQ(size, list.tensors[i].tensor.bytes);
      }
    else
      EXPECT_STRNE(ingot_last_error(), "");
    ingot_tensor_list_free(&list);
  };
  size_t step = good.size() > 1000 ? 7 : 1;
  for (size_t size = 0; size < good.size(); size += step)
    check(good.substr(0, size));
  for (size_t at = 0; at < good.size(); at += step)
    for (int flip : {0x01, 0x80, 0xff}) {
      std::string content = good;
      content[at] = static_cast<char>(content[at] ^ flip);
      check(content);
    }
}

} // namespace ingot::test

#endif // INGOT_TESTS_UNIT_RUNTIME_TESTFILES_H
