#include "journal/journal_record.hpp"

#include <cmath>
#include <string>

#include "check.hpp"
#include "support/journal_records.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST("every record that is made is one, and has what was put into it") {
  Random random(check::seed());
  for (int round = 0; round < check::scaled(20'000, 2'000); ++round) {
    const MadeRecord made = random_record(random, random.one_in(10) ? kMaxJournalTextBytes : 24);
    if (!CHECK(is_journal_record(made.bytes))) return;
    const JournalHead head = journal_head_of(made.bytes);
    CHECK(head.kind == made.head.kind);
    CHECK_EQ(head.flags, made.head.flags);
    CHECK_EQ(head.order_id, made.head.order_id);
    CHECK_EQ(head.arm_id, made.head.arm_id);
    CHECK_EQ(head.time_micros, made.head.time_micros);
    CHECK_EQ(head.perm_id, made.head.perm_id);
    for (std::size_t i = 0; i < made.numbers.size(); ++i)
      CHECK_EQ(journal_number(made.bytes, i), made.numbers[i]);
    for (std::size_t i = 0; i < made.texts.size(); ++i) CHECK_EQ(journal_text(made.bytes, i), made.texts[i]);
  }
}

TEST("a record of another length than it says, or with a text that does not fit, is none") {
  Random random(check::seed());
  JournalHead head;
  head.kind = JournalKind::Status;
  const std::string texts[] = {"Submitted", "locate"};
  const Bytes record = make_record(head, {}, texts);
  CHECK(is_journal_record(record));
  CHECK(!is_journal_record(std::span(record).first(record.size() - 8)));
  CHECK(!is_journal_record(std::span(record).first(7)));
  CHECK(!is_journal_record({}));
  Bytes wrong = record;
  const std::size_t first_text = sizeof(JournalHead) + kNumbersOf<StatusNumbers> * sizeof(double);
  wrong[first_text] = std::byte{200};
  CHECK(!is_journal_record(wrong));
  for (const std::uint16_t kind : {0, kLastJournalKind + 1}) {
    wrong = record;
    std::memcpy(wrong.data() + offsetof(JournalHead, kind), &kind, sizeof kind);
    CHECK(!is_journal_record(wrong));
  }
}

TEST("any bytes are judged without reading beyond them") {
  Random random(check::seed());
  for (int round = 0; round < check::scaled(200'000, 20'000); ++round) {
    Bytes bytes = random_record(random).bytes;
    for (int i = 0; i < 3; ++i) bytes[random.below(bytes.size())] = static_cast<std::byte>(random.bits());
    if (!is_journal_record(bytes)) continue;
    const JournalForm form = kJournalForms[static_cast<std::size_t>(journal_head_of(bytes).kind)];
    for (std::size_t i = 0; i < form.texts; ++i) {
      const std::string_view text = journal_text(bytes, i);
      const auto* const at = reinterpret_cast<const std::byte*>(text.data());
      if (!CHECK(at + text.size() <= bytes.data() + bytes.size())) return;
    }
  }
}

TEST("a text that is too long is cut between two characters") {
  std::string text(kMaxJournalTextBytes - 1, 'a');
  text += "\xC3\xA9";  // two bytes: the first one would fit
  JournalHead head;
  head.kind = JournalKind::Unknown;
  const Bytes record = make_record(head, {}, std::span(&text, 1));
  CHECK_EQ(journal_text(record, 0), std::string(kMaxJournalTextBytes - 1, 'a'));
}

TEST("memory that is too small makes no record") {
  JournalHead head;
  head.kind = JournalKind::Intent;
  std::array<std::byte, 64> memory;
  JournalRecordMaker maker(memory);
  maker.begin(head);
  maker.text("ref");
  CHECK(maker.finish().empty());
}

TEST("the longest record fits") {
  JournalHead head;
  head.kind = JournalKind::Intent;
  const std::vector<std::string> texts(static_cast<std::size_t>(IntentText::Count),
                                       std::string(kMaxJournalTextBytes, 'x'));
  const Bytes record = make_record(head, {}, texts);
  CHECK(is_journal_record(record));
  CHECK_EQ(journal_text(record, texts.size() - 1), texts.back());
}

}  // namespace
