#include "journal/journal_folder.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include "journal/journal_record.hpp"

namespace ibkr {

namespace {
JournalProblem refused(std::string path, int error) { return {JournalFault::System, error, 0, path, {}}; }

constexpr std::string_view kSegmentEnding = ".journal";
constexpr std::string_view kBaseEnding = ".base";

std::string_view ending_of(JournalFileKind kind) {
  return kind == JournalFileKind::Base ? kBaseEnding : kSegmentEnding;
}

/// `NAME.NUMBER.journal` or `NAME.NUMBER.base`.
bool parse_name(std::string_view file, std::string_view name, JournalFileName& out) {
  if (!file.starts_with(name) || !file.substr(name.size()).starts_with('.')) return false;
  file.remove_prefix(name.size() + 1);
  for (const JournalFileKind kind : {JournalFileKind::Segment, JournalFileKind::Base}) {
    if (!file.ends_with(ending_of(kind))) continue;
    file.remove_suffix(ending_of(kind).size());
    out.kind = kind;
    const char* const end = file.data() + file.size();
    const auto [stop, error] = std::from_chars(file.data(), end, out.number);
    return stop == end && error == std::errc();
  }
  return false;
}
}  // namespace

JournalProblem JournalLock::take(const JournalName& name) {
  const std::string path = name.folder + "/" + name.file + ".lock";
  const FileLock::Refusal refusal = lock_.take(path);
  if (!refusal) return {};
  if (refusal.error != EWOULDBLOCK) return refused(path, refusal.error);
  return {JournalFault::Locked, 0, refusal.process_id, path, {}};
}

std::string JournalFolder::path_of(JournalFileName file) const {
  char number[16];
  std::snprintf(number, sizeof number, ".%06u", file.number);
  return name_.folder + "/" + name_.file + number + std::string(ending_of(file.kind));
}

JournalFileHead JournalFolder::head_of(JournalFileName file, double time_micros) const {
  JournalFileHead out;
  out.kind = file.kind;
  out.number = file.number;
  out.client_id = name_.client_id;
  out.created_micros = time_micros;
  out.endpoint_bytes = static_cast<std::uint32_t>(std::min(name_.endpoint.size(), kMaxEndpointBytes));
  std::memcpy(out.endpoint.data(), name_.endpoint.data(), out.endpoint_bytes);
  return out;
}

JournalProblem JournalFolder::list(std::vector<JournalFileName>& out) const {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(name_.folder.c_str()), &closedir);
  if (folder == nullptr) return refused(name_.folder, errno);
  for (;;) {
    errno = 0;
    const dirent* const entry = readdir(folder.get());
    if (entry == nullptr) {
      if (errno != 0) return refused(name_.folder, errno);
      break;
    }
    JournalFileName file;
    if (parse_name(entry->d_name, name_.file, file)) out.push_back(file);
  }
  std::sort(out.begin(), out.end(), [](JournalFileName a, JournalFileName b) {
    return a.number != b.number ? a.number < b.number : a.kind > b.kind;
  });
  return {};
}

std::vector<JournalFileName> JournalFolder::current(std::span<const JournalFileName> all) {
  const auto is_base = [](JournalFileName file) { return file.kind == JournalFileKind::Base; };
  const auto last = std::find_if(all.rbegin(), all.rend(), is_base);
  const auto from = last == all.rend() ? 0 : static_cast<std::size_t>(all.rend() - last) - 1;
  std::vector<JournalFileName> out;
  for (const JournalFileName file : all.subspan(from)) out.push_back(file);
  return out;
}

int JournalFolder::sync() const {
  const int fd = ::open(name_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int error = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  // Some file systems have nothing to do for a folder, and say so.
  return error == EINVAL || error == ENOTSUP ? 0 : error;
}

namespace {
/// Holds the longest record several times over, and stays in the cache: memory for a whole file costs more
/// than reading it.
constexpr std::size_t kScanBytes = 512u << 10;
static_assert(kScanBytes > 2 * kMaxJournalRecordBytes);

/// A file as a stream.
class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (!fd_.valid()) error_ = errno;
  }
  int error() const { return error_; }
  /// As many bytes as there are, or fit.
  std::size_t read(std::span<std::byte> into) {
    std::size_t used = 0;
    while (error_ == 0 && used < into.size()) {
      const ssize_t got = ::read(fd_.get(), into.data() + used, into.size() - used);
      if (got == 0) break;
      if (got > 0) used += static_cast<std::size_t>(got);
      if (got < 0 && errno != EINTR) error_ = errno;
    }
    return used;
  }
  /// All of them; nothing is read after it. (fstat would need a newer C library: glibc_floor.cpp.)
  std::size_t bytes() {
    const off_t end = error_ == 0 ? lseek(fd_.get(), 0, SEEK_END) : 0;
    if (end < 0) error_ = errno;
    return end < 0 ? 0 : static_cast<std::size_t>(end);
  }

 private:
  Fd fd_;
  int error_ = 0;
};

/// Whether the head is that of this file of this journal.
JournalProblem judge_head(const JournalReader& reader, const JournalFolder& folder, JournalFileName file,
                          const std::string& path) {
  if (reader.state() == JournalFileState::Foreign) return {JournalFault::Foreign, 0, 0, path, {}};
  if (reader.state() == JournalFileState::Newer)
    return {JournalFault::Newer, 0, 0, path, std::to_string(reader.head().version)};
  if (reader.state() != JournalFileState::Good) return {};
  const JournalFileHead& head = reader.head();
  const std::string_view endpoint(head.endpoint.data(), head.endpoint_bytes);
  if (endpoint != folder.name().endpoint || head.client_id != folder.name().client_id)
    return {JournalFault::OtherName, 0, 0, path,
            std::string(endpoint) + ", client id " + std::to_string(head.client_id)};
  if (head.kind != file.kind || head.number != file.number)
    return {JournalFault::Foreign, 0, 0, path, {}};  // renamed: its records would come in another order
  return {};
}
}  // namespace

JournalProblem scan_journal_file(const JournalFolder& folder, JournalFileName file,
                                 const TakeJournalRecord& take, std::vector<JournalDamage>& damage,
                                 std::size_t& good_bytes) {
  const std::string path = folder.path_of(file);
  good_bytes = 0;
  OpenFile from(path);
  const auto memory = std::make_unique_for_overwrite<std::byte[]>(kScanBytes);
  const std::span<std::byte> room(memory.get(), kScanBytes);
  std::size_t used = from.read(room);
  if (from.error() != 0) return refused(path, from.error());
  JournalReader reader(room.first(used));
  if (JournalProblem problem = judge_head(reader, folder, file, path)) return problem;
  if (reader.state() != JournalFileState::Good) {
    const bool torn = reader.state() == JournalFileState::Torn;
    if (used != 0) damage.push_back({path, torn ? JournalTail::Torn : JournalTail::Damaged, 0, from.bytes()});
    return {};
  }
  for (;;) {
    for (std::span<const std::byte> record; !(record = reader.next()).empty();) take(record);
    // More than a record's length is left: it is not the buffer's end that stopped it.
    if (reader.left() >= kMaxJournalRecordBytes) break;
    const std::size_t left = reader.left();
    std::copy(room.begin() + static_cast<std::ptrdiff_t>(used - left),
              room.begin() + static_cast<std::ptrdiff_t>(used), room.begin());
    const std::size_t more = from.read(room.subspan(left));
    used = left + more;
    reader.go_on(room.first(used));
    if (more == 0) break;
  }
  good_bytes = reader.offset();
  JournalTail tail = reader.tail();
  if (from.error() != 0) return refused(path, from.error());
  if (tail == JournalTail::Whole) return {};
  // How far it is from there to the zeros that are room for more.
  std::size_t at = good_bytes, end = good_bytes;
  std::span<const std::byte> rest = room.subspan(used - reader.left(), reader.left());
  while (!rest.empty()) {
    for (std::size_t i = rest.size(); i > 0; --i) {
      if (rest[i - 1] == std::byte{0}) continue;
      end = at + i;
      break;
    }
    at += rest.size();
    rest = room.first(from.read(room));
  }
  if (from.error() != 0) return refused(path, from.error());
  // A record's beginning may be zeros, too, as long as its length is not among them.
  if (end == good_bytes && (at - good_bytes) % kJournalAlignment == 0) return {};
  // A record may end with zeros, but none is that long.
  if (at - end < kMaxJournalRecordBytes) end = at;
  // Behind a record's beginning there is none.
  if (end - good_bytes > kMaxJournalRecordBytes) tail = JournalTail::Damaged;
  damage.push_back({path, tail, good_bytes, end - good_bytes});
  return {};
}

}  // namespace ibkr
