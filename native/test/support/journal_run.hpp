// A journal in a folder of its own, for tests.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "support/journal_records.hpp"

namespace ibkr::test {

inline JournalOptions options_in(const Folder& folder, JournalSync sync = JournalSync::Interval) {
  JournalOptions out;
  out.name = {folder.path(), "orders", "127.0.0.1:4002", 7};
  out.sync = sync;
  return out;
}

inline Bytes order_record(JournalKind kind, std::int32_t order_id, double time = 1e9) {
  JournalHead head;
  head.kind = kind;
  head.order_id = order_id;
  head.time_micros = time;
  const std::string texts[] = {"acme:01J9ZZ8Q4M6T2V3X5Y7W8A9B0C", "DU1234567", "AAPL", "STK"};
  return make_record(head, {}, texts);
}

/// The records of JournalRecovery::taken, one by one.
inline void each_record(std::span<const std::byte> records,
                        const std::function<void(std::span<const std::byte>)>& take) {
  while (!records.empty()) {
    const std::size_t bytes = journal_head_of(records).bytes;
    take(records.first(bytes));
    records = records.subspan(bytes);
  }
}

inline std::vector<std::int32_t> order_ids_in(std::span<const std::byte> records) {
  std::vector<std::int32_t> out;
  each_record(records, [&](std::span<const std::byte> record) {
    const JournalHead head = journal_head_of(record);
    if (head.kind == JournalKind::Intent) out.push_back(head.order_id);
  });
  return out;
}

}  // namespace ibkr::test
