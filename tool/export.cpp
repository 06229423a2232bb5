// export: a tag as one archive.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "archive.hpp"
#include "commands.hpp"
#include "files/errors.hpp"
#include "format/footer.hpp"
#include "format/trailer.hpp"
#include "json.hpp"
#include "output_file.hpp"
#include "progress.hpp"
#include "scan.hpp"
#include "store/copy.hpp"
#include "store/judge.hpp"
#include "tag_summary.hpp"
#include "tar.hpp"
#include "text/amounts.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

struct ExportOptions {
  std::string tag;
  std::string file;
  bool force = false;
};

constexpr std::size_t piece_size = std::size_t{256} << 10;

class Exporter {
 public:
  Exporter(const entry::TagDirectoryPtr& directory, OutputFile& output) : directory_(directory), output_(output) {}

  /// Adds an entry that is sound. False: the archive could not be written.
  Result<void> add(const std::string& name);
  Result<void> finish();

  std::uint64_t entries() const { return digest_.entries(); }
  std::uint64_t bytes = 0;
  std::uint64_t left_out = 0;

 private:
  Result<std::string> trailer_of(const std::string& name, const entry::Finding& finding,
                                 const entry::ReadAt& read) const;
  Result<entry::Hash128> copy(const entry::ReadAt& read, std::uint64_t size, bool write);
  void leave_out(const std::string& name, const std::string& why) {
    ++left_out;
    say("left out: " + directory_->path() + "/" + name + ": " + why);
  }

  const entry::TagDirectoryPtr& directory_;
  OutputFile& output_;
  ArchiveDigest digest_;
  ProgressBar progress_{"export"};
};

/// Reads a payload, and writes it if told so.
Result<entry::Hash128> Exporter::copy(const entry::ReadAt& read, std::uint64_t size, bool write) {
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(piece_size);
  entry::Hasher hasher;
  for (std::uint64_t offset = 0; offset < size;) {
    const std::span<std::byte> piece(buffer.get(),
                                     static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, size - offset)));
    if (auto done = read(piece, offset); !done) return done.error();
    hasher.update(piece);
    if (write)
      if (auto done = output_.write(piece); !done) return done.error();
    offset += piece.size();
    progress_.advance(piece.size());
  }
  return hasher.digest();
}

/// As it is on disk, without durable mark; a file without trailer gets one in the archive, for nothing there
/// is unchecked.
Result<std::string> Exporter::trailer_of(const std::string& name, const entry::Finding& finding,
                                         const entry::ReadAt& read) const {
  if (finding.trailerless) {
    auto metadata = entry::metadata_of_trailerless(*directory_, name, finding, read);
    if (!metadata) return metadata.error();
    return entry::format_trailer(entry::format_metadata(*metadata, entry::footer_size), finding.payload_size,
                                 finding.payload_hash, entry::identity(metadata->directory, metadata->stem));
  }
  std::string trailer(static_cast<std::size_t>(finding.status.size - finding.payload_size), '\0');
  if (auto done = read(std::as_writable_bytes(std::span(trailer)), finding.payload_size); !done) return done.error();
  std::fill_n(trailer.end() - static_cast<std::ptrdiff_t>(entry::footer_size), 8, '\0');
  return trailer;
}

Result<void> Exporter::add(const std::string& name) {
  entry::Finding finding = look_at(*directory_, name);
  if (finding.judgement == entry::Judgement::missing) return {};
  if (finding.judgement != entry::Judgement::sound) return leave_out(name, finding.reason), Result<void>();
  entry::Finding now;
  const entry::OpenedFile opened = entry::open_file(*directory_, name, now);
  if (!opened.file || !now.status.same_file(finding.status))
    return leave_out(name, "it changed meanwhile"), Result<void>();
  const entry::ReadAt read = entry::reader_of(opened.file.number());
  progress_.add_total(2 * finding.payload_size);
  const auto hash = copy(read, finding.payload_size, false);
  if (!hash) return leave_out(name, system::describe(hash.error())), Result<void>();
  if (finding.trailerless) finding.payload_hash = *hash;
  if (*hash != finding.payload_hash) return leave_out(name, "the payload is damaged"), Result<void>();
  const auto trailer = trailer_of(name, finding, read);
  if (!trailer) return leave_out(name, system::describe(trailer.error())), Result<void>();

  const std::uint64_t size = finding.payload_size + trailer->size();
  if (auto done =
          output_.write(tar_header(directory_->place().component + "/" + name, size, created(finding) / 1'000'000'000));
      !done)
    return done;
  const auto written = copy(read, finding.payload_size, true);
  if (!written) return Error{name + ": " + written.error().message, written.error().code};
  if (*written != finding.payload_hash) return Error{name + " changed while it was exported", 0};
  digest_.add(name, std::as_bytes(std::span(*trailer)).last(entry::footer_size));
  bytes += size;
  return output_.write(*trailer + tar_padding(size));
}

Result<void> Exporter::finish() {
  const std::string closing = digest_.closing_text();
  return output_.write(tar_header(directory_->place().component + "/CACHEDIR.TAG", closing.size(), 0) + closing +
                       tar_padding(closing.size()) + tar_end());
}

/// The names that may be entries, in order, so that equal tags give equal archives.
Result<std::vector<std::string>> names_in(const entry::TagDirectory& directory) {
  auto names = system::list_directory(directory.descriptor());
  if (!names) return names;
  std::erase_if(*names, [](const std::string& name) { return entry::role_of(name) != entry::FileRole::entry; });
  std::ranges::sort(*names);
  return names;
}

Result<Exit> export_tag(Session& session, const ExportOptions& options) {
  // Where the archive itself goes to standard output, nothing else may.
  if (options.file == "-") session.report = stderr;
  const auto target = find_tag(session, options.tag);
  if (!target) return target.error();
  const auto directory = open_to_look(*target);
  if (!directory) return directory.error();
  const auto names = names_in(**directory);
  if (!names) return names.error();
  auto output = OutputFile::create(options.file, options.force);
  if (!output) return output.error();
  Exporter exporter(*directory, *output);
  for (const std::string& name : *names)
    if (const auto added = exporter.add(name); !added) return added.error();
  if (const auto finished = exporter.finish(); !finished) return finished.error();
  if (const auto committed = output->commit(); !committed) return committed.error();
  const ProgressBar::Pause pause;
  if (session.json())
    JsonWriter(session.report)
        .begin_object()
        .member("path", (*directory)->path())
        .member("file", options.file)
        .member("entries", exporter.entries())
        .member("bytes", exporter.bytes)
        .member("left_out", exporter.left_out)
        .end_object()
        .finish();
  else
    fmt::print(session.report, "exported {} ({})\n", text::counted(exporter.entries(), "entry", "entries"),
               text::size_text(exporter.bytes));
  return exit_of(exporter.left_out == 0);
}

}  // namespace

void add_export(CLI::App& app, Session& session) {
  auto [command, options] = add_command<ExportOptions>(
      app, session, "export", "Write a tag into one tar archive that checks itself", export_tag);
  command->add_option("tag", options->tag, "Tag, or path of its directory")->type_name("TAG")->required();
  command->add_option("file", options->file, "Archive to write; - is standard output")->type_name("FILE")->required();
  command->add_flag("-f,--force", options->force, "Replace the file if there is one");
}

}  // namespace cache_on_disk::tool
