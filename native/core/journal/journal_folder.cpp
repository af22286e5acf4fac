#include "journal/journal_folder.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

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
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return refused(path, errno);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    char text[32] = {};
    const ssize_t size = error == EWOULDBLOCK ? pread(fd, text, sizeof text - 1, 0) : -1;
    close(fd);
    if (error != EWOULDBLOCK) return refused(path, error);
    return {JournalFault::Locked, 0, size > 0 ? std::strtoll(text, nullptr, 10) : 0, path, {}};
  }
  fd_ = fd;
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%lld\n", static_cast<long long>(getpid()));
  // For a message only; a full disk is found out where it matters, when the first file is made.
  if (ftruncate(fd, 0) != 0 || pwrite(fd, text, static_cast<std::size_t>(size), 0) != size) return {};
  return {};
}

void JournalLock::release() {
  // The file stays: who removed it might remove one that another process has locked in the meantime.
  if (fd_ >= 0) close(std::exchange(fd_, -1));
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

JournalProblem LoadedJournalFile::load(const JournalFolder& folder, JournalFileName file,
                                       std::vector<JournalDamage>& damage) {
  const std::string path = folder.path_of(file);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused(path, errno);
  struct stat facts {};
  int error = fstat(fd, &facts) == 0 ? 0 : errno;
  const auto size = static_cast<std::size_t>(facts.st_size);
  std::size_t used = 0;
  if (error == 0) memory_ = std::make_unique_for_overwrite<std::byte[]>(size);
  while (error == 0 && used < size) {
    const ssize_t got = read(fd, memory_.get() + used, size - used);
    if (got == 0) break;
    if (got > 0) used += static_cast<std::size_t>(got);
    if (got < 0 && errno != EINTR) error = errno;
  }
  close(fd);
  if (error != 0) return refused(path, error);

  JournalReader reader(std::span<const std::byte>(memory_.get(), used));
  switch (reader.state()) {
    case JournalFileState::Foreign:
      return {JournalFault::Foreign, 0, 0, path, {}};
    case JournalFileState::Newer:
      return {JournalFault::Newer, 0, 0, path, std::to_string(reader.head().version)};
    case JournalFileState::Torn:
      if (used != 0) damage.push_back({path, JournalTail::Torn, 0, used});
      return {};
    case JournalFileState::Damaged:
      damage.push_back({path, JournalTail::Damaged, 0, used});
      return {};
    case JournalFileState::Good:
      break;
  }
  const JournalFileHead& head = reader.head();
  const std::string_view endpoint(head.endpoint.data(), head.endpoint_bytes);
  if (endpoint != folder.name().endpoint || head.client_id != folder.name().client_id)
    return {JournalFault::OtherName, 0, 0, path,
            std::string(endpoint) + ", client id " + std::to_string(head.client_id)};
  if (head.kind != file.kind || head.number != file.number)
    return {JournalFault::Foreign, 0, 0, path, {}};  // renamed: its records would come in another order
  while (!reader.next().empty()) {
  }
  good_ = reader.offset();
  if (reader.tail() != JournalTail::Whole)
    damage.push_back({path, reader.tail(), reader.offset(), used - reader.offset()});
  return {};
}

void LoadedJournalFile::each(const std::function<void(std::span<const std::byte>)>& take) const {
  for (std::size_t at = kJournalRecordsOffset; at < good_;) {
    const JournalHead head = journal_head_of({memory_.get() + at, good_ - at});
    take({memory_.get() + at, head.bytes});
    at += head.bytes;
  }
}

}  // namespace ibkr
