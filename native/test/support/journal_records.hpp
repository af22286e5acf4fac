// Random records of a journal, and folders for its files.
#pragma once

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "journal/journal_folder.hpp"
#include "journal/journal_record.hpp"
#include "support/random.hpp"

namespace ibkr::test {

using Bytes = std::vector<std::byte>;

/// A record as the maker makes it, with its parts beside it.
struct MadeRecord {
  JournalHead head;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  Bytes bytes;
};

inline Bytes make_record(const JournalHead& head, std::span<const double> numbers = {},
                         std::span<const std::string> texts = {}) {
  std::array<std::byte, kMaxJournalRecordBytes> memory;
  JournalRecordMaker maker(memory);
  maker.begin(head, numbers);
  for (const std::string& text : texts) maker.text(text);
  const std::span<std::byte> made = maker.finish();
  return {made.begin(), made.end()};
}

inline MadeRecord random_record(Random& random, std::size_t longest_text = 24) {
  MadeRecord out;
  out.head.kind = static_cast<JournalKind>(random.between(1, kLastJournalKind));
  out.head.flags = static_cast<std::uint16_t>(random.below(16));
  out.head.order_id = static_cast<std::int32_t>(random.below(50));
  out.head.arm_id = static_cast<std::int32_t>(random.below(4));
  out.head.time_micros = 1.7e15 + static_cast<double>(random.below(1'000'000'000));
  out.head.perm_id = static_cast<double>(random.below(1u << 31));
  const JournalForm form = kJournalForms[static_cast<std::size_t>(out.head.kind)];
  for (int i = 0; i < form.numbers; ++i)
    out.numbers.push_back(random.one_in(4) ? std::numeric_limits<double>::quiet_NaN()
                                           : static_cast<double>(random.between(-1000, 1'000'000)) / 64);
  for (int i = 0; i < form.texts; ++i) out.texts.push_back(random.bytes(random.below(longest_text + 1)));
  out.bytes = make_record(out.head, out.numbers, out.texts);
  return out;
}

/// A whole file in memory.
inline Bytes make_file(std::span<const MadeRecord> records, JournalFileHead head = {}) {
  const auto heads = sealed_journal_heads(head);
  const auto head_bytes = std::as_bytes(std::span(heads));
  Bytes out(head_bytes.begin(), head_bytes.end());
  std::uint32_t sequence = 0;
  for (const MadeRecord& record : records) {
    Bytes sealed = record.bytes;
    seal_journal_record(sealed, checksum_seed(head.kind, head.number), sequence++);
    out.insert(out.end(), sealed.begin(), sealed.end());
  }
  return out;
}

/// Two records but for what seals them.
inline bool same_record(std::span<const std::byte> a, std::span<const std::byte> b) {
  constexpr std::size_t kind = offsetof(JournalHead, kind);
  return a.size() == b.size() && std::equal(a.begin() + kind, a.end(), b.begin() + kind);
}

/// A folder of its own, empty at first, gone at the end.
class Folder {
 public:
  Folder() {
    char path[] = "/tmp/ibkr-journal-XXXXXX";
    path_ = mkdtemp(path);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    for (const std::string& file : files()) unlink((path_ + "/" + file).c_str());
    rmdir(path_.c_str());
  }
  const std::string& path() const { return path_; }
  std::vector<std::string> files() const {
    std::vector<std::string> out;
    DIR* const folder = opendir(path_.c_str());
    while (const dirent* const entry = readdir(folder))
      if (entry->d_name[0] != '.') out.emplace_back(entry->d_name);
    closedir(folder);
    std::sort(out.begin(), out.end());
    return out;
  }
  Bytes read(const std::string& file) const {
    Bytes out;
    std::FILE* const from = std::fopen((path_ + "/" + file).c_str(), "rb");
    if (from == nullptr) return out;
    for (int byte; (byte = std::fgetc(from)) != EOF;) out.push_back(static_cast<std::byte>(byte));
    std::fclose(from);
    return out;
  }
  void write(const std::string& file, std::span<const std::byte> bytes) const {
    std::FILE* const to = std::fopen((path_ + "/" + file).c_str(), "wb");
    if (!bytes.empty()) std::fwrite(bytes.data(), 1, bytes.size(), to);
    std::fclose(to);
  }

 private:
  std::string path_;
};

}  // namespace ibkr::test
