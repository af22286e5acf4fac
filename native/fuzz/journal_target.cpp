// Any bytes as a file of a journal: cut, flipped, or put together from good records; and any bytes as a
// record.
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz_target.hpp"
#include "journal/journal_index.hpp"
#include "journal/journal_reader.hpp"
#include "journal/journal_record.hpp"
#include "support/input.hpp"
#include "support/journal_records.hpp"

namespace ibkr::test {

namespace {

/// What a reader makes of the first `ours` bytes of the file has to be a beginning of `records`; what follows
/// are the input's, among them good records that nobody has written.
std::string judge_file(std::span<const std::byte> file, std::span<const Bytes> records, std::size_t ours) {
  JournalReader reader(file);
  JournalIndex index;
  std::size_t count = 0;
  for (std::span<const std::byte> record; !(record = reader.next()).empty(); ++count) {
    index.add(record);
    static_cast<void>(index.is_needed(record, 0));
    if (static_cast<std::size_t>(record.data() - file.data()) >= ours) continue;
    if (count >= records.size() || !same_record(record, records[count]))
      return "a wrong record was given back";
  }
  if (reader.offset() > file.size()) return "the good bytes are more than all";
  static_cast<void>(reader.tail());
  return index.records() == count ? "" : "the index has lost a record";
}

}  // namespace

std::string judge(std::string_view input) {
  Input in{input};
  const std::uint8_t how = in.byte();
  // The input itself as a file behind a good head: a checksum of four bytes is hit now and then.
  JournalFileHead head;
  head.number = how;
  const auto heads = sealed_journal_heads(head);
  const auto head_bytes = std::as_bytes(std::span(heads));
  Bytes file(head_bytes.begin(), head_bytes.end());
  std::vector<Bytes> records;
  for (int count = in.byte() % 8; count > 0; --count) {
    JournalHead of;
    of.kind = static_cast<JournalKind>(in.byte() % kLastJournalKind + 1);
    of.order_id = in.byte();
    of.arm_id = in.byte() % 4;
    const std::string text(in.rest.substr(0, in.byte() % 40));
    Bytes record = make_record(of, {}, std::span(&text, 1));
    seal_journal_record(record, checksum_seed(head.kind, head.number),
                        static_cast<std::uint32_t>(records.size()));
    file.insert(file.end(), record.begin(), record.end());
    records.push_back(std::move(record));
  }
  if (std::string problem = judge_file(file, records, file.size()); !problem.empty()) return problem;
  if (JournalReader(file).state() != JournalFileState::Good) return "a good file is none";
  // Damages: some bytes are flipped, the file is cut, something stands behind it.
  for (int flips = in.byte() % 4; flips > 0; --flips) {
    const std::size_t at = in.byte() << 8 | in.byte();
    file[at % file.size()] ^= static_cast<std::byte>(in.byte());
  }
  if ((how & 1) != 0) file.resize((in.byte() << 8 | in.byte()) % (file.size() + 1));
  const std::size_t ours = file.size();
  const auto rest = std::as_bytes(std::span(in.rest));
  file.insert(file.end(), rest.begin(), rest.end());
  if (std::string problem = judge_file(file, records, ours); !problem.empty()) return problem;

  // Any bytes as a file, and as a record whose length is right.
  JournalReader any(rest);
  while (!any.next().empty()) {
  }
  static_cast<void>(any.tail());
  Bytes record(rest.begin(), rest.end());
  record.resize(record.size() / kJournalAlignment * kJournalAlignment);
  if (record.size() < sizeof(JournalHead)) return "";
  const auto size = static_cast<std::uint32_t>(record.size());
  std::memcpy(record.data() + offsetof(JournalHead, bytes), &size, sizeof size);
  if (!is_journal_record(record)) return "";
  const JournalForm form = kJournalForms[static_cast<std::size_t>(journal_head_of(record).kind)];
  for (std::size_t i = 0; i < form.texts; ++i) {
    const std::string_view text = journal_text(record, i);
    if (reinterpret_cast<const std::byte*>(text.data()) + text.size() > record.data() + record.size())
      return "a text goes beyond its record";
  }
  JournalIndex index;
  index.add(record);
  return "";
}

}  // namespace ibkr::test
