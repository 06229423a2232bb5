// import: the entries of an archive, each checked like one read from disk.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "archive.hpp"
#include "commands.hpp"
#include "files/errors.hpp"
#include "format/footer.hpp"
#include "format/names.hpp"
#include "json.hpp"
#include "progress.hpp"
#include "scan.hpp"
#include "seekable_input.hpp"
#include "store/copy.hpp"
#include "tar.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"
#include "units.hpp"
#include "upkeep/import.hpp"

namespace cache_on_disk::tool {
namespace {

struct ImportOptions {
  std::string file;
  std::string as;
  bool trust = false;
  bool replace = false;
};

class Importer {
 public:
  Importer(Session& session, const ImportOptions& options, const SeekableInput& input)
      : session_(session), options_(options), input_(input), tar_(input.read(), input.size()) {
    progress_.add_total(input.size());
  }

  Result<void> run();
  Result<Exit> report(const Result<void>& done) const;

 private:
  void take(const TarReader::Member& member);
  bool split(const TarReader::Member& member, std::string& name);
  void take_entry(const TarReader::Member& member, const std::string& name);
  void check_closing(const TarReader::Member& member);
  Result<entry::TagDirectoryPtr> directory();
  void refuse(const std::string& what, const std::string& why) {
    ++refused_;
    say("skipped: " + what + ": " + why);
  }
  entry::ReadAt content_of(const TarReader::Member& member) const {
    return [this, begin = member.offset](std::span<std::byte> bytes, std::uint64_t offset) {
      return input_.read()(bytes, begin + offset);
    };
  }

  Session& session_;
  const ImportOptions& options_;
  const SeekableInput& input_;
  TarReader tar_;
  ProgressBar progress_{"import"};
  std::string from_;  ///< the tag directory in the archive
  entry::TagDirectoryPtr directory_;
  ArchiveDigest digest_;
  bool closed_ = false;
  std::uint64_t stored_ = 0, there_ = 0, refused_ = 0;
};

/// The tag directory to import into, made when the first entry comes.
Result<entry::TagDirectoryPtr> Importer::directory() {
  if (directory_) return directory_;
  const auto root = tag_root(session_);
  if (!root) return root.error();
  const std::string component = options_.as.empty() ? from_ : entry::tag_path(session_.prefix, options_.as);
  // An archive could name any directory that lies beside the tags.
  if (!component.starts_with(session_.prefix) || component == session_.prefix)
    return Error{fmt::format("'{}' is not a tag directory of prefix '{}': import --as a tag, or with another --prefix",
                             component, session_.prefix)};
  auto opened = open_to_store(session_, {*root, component, {}}, entry::IfMissing::create);
  if (!opened) return opened;
  directory_ = *opened;
  entry::write_cachedir_tag(*directory_);
  return directory_;
}

/// A member is a file right in one tag directory, the same for all: nothing else is taken.
bool Importer::split(const TarReader::Member& member, std::string& name) {
  const std::string path = member.path.starts_with("./") ? member.path.substr(2) : member.path;
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return false;
  name = path.substr(slash + 1);
  const std::string directory = path.substr(0, slash);
  // The same rules for the name: one component, no control characters, no leading dot.
  if (!entry::is_tag_path(directory) || !entry::component_objection(name).empty()) return false;
  if (from_.empty()) from_ = directory;
  return directory == from_;
}

void Importer::take(const TarReader::Member& member) {
  std::string name;
  if (member.kind == "a directory") return;  // made here when needed
  if (!member.is_file) return refuse(member.path, "it is " + member.kind);
  if (!split(member, name)) return refuse(member.path, "it is not a file of the one tag directory in the archive");
  if (name == entry::cachedir_tag_name) return check_closing(member);
  if (entry::role_of(name) != entry::FileRole::entry) return refuse(member.path, "it is not an entry");
  take_entry(member, name);
}

void Importer::take_entry(const TarReader::Member& member, const std::string& name) {
  const entry::ReadAt read = content_of(member);
  entry::FooterBytes footer{};
  if (member.size >= footer.size())
    if (const auto done = read(footer, member.size - footer.size()); !done)
      return refuse(member.path, system::describe(done.error()));
  digest_.add(name, footer);
  const auto target = directory();
  if (!target) return refuse(member.path, system::describe(target.error()));
  const entry::ImportRules rules{.from_directory = from_, .foreign = !options_.trust, .replace = options_.replace};
  const auto imported = entry::import_entry(*target, name, read, member.size, rules, reading_options());
  progress_.advance(member.size);
  if (!imported) return refuse(from_ + "/" + name, system::describe(imported.error()));
  switch (*imported) {
    case entry::Imported::stored:
      ++stored_;
      return;
    case entry::Imported::already_there:
      ++there_;
      return;
    case entry::Imported::busy:
      return refuse(member.path, "it is being computed");
  }
}

void Importer::check_closing(const TarReader::Member& member) {
  const std::string expected = digest_.closing_text();
  std::string content(static_cast<std::size_t>(std::min<std::uint64_t>(member.size, 4096)), '\0');
  const auto done = content_of(member)(std::as_writable_bytes(std::span(content)), 0);
  closed_ = true;
  if (!done || content != expected)
    refuse(member.path, "entries were added to the archive or taken out of it since it was exported");
}

Result<void> Importer::run() {
  while (true) {
    const auto member = tar_.next();
    if (!member) return member.error();
    if (!*member) break;
    take(**member);
  }
  if (!closed_) refuse("the archive", "it has no closing member: it is not a whole export");
  return {};
}

/// What was done, also where reading the archive failed half way.
Result<Exit> Importer::report(const Result<void>& done) const {
  const std::string path = directory_ ? directory_->path() : "";
  const ProgressBar::Pause pause;
  if (session_.json()) {
    JsonWriter json(stdout);
    json.begin_object()
        .text_member("path", path)
        .member("stored", stored_)
        .member("already_there", there_)
        .member("refused", refused_)
        .member("foreign", !options_.trust);
    if (!done) json.member("error", system::describe(done.error()));
    json.end_object().finish();
  } else {
    fmt::print("imported {}{}", text::counted(stored_, "entry", "entries"),
               path.empty() ? "" : " into " + text::printable(path));
    if (there_ > 0) fmt::print(", {} were there already", there_);
    if (refused_ > 0) fmt::print(", {} skipped", refused_);
    fmt::print("\n");
  }
  if (done) return exit_of(refused_ == 0);
  say(system::describe(done.error()));
  return Exit::failed;
}

Result<Exit> import_archive(Session& session, const ImportOptions& options) {
  try {
    if (!options.as.empty()) (void)entry::tag_path(session.prefix, options.as);
  } catch (const std::invalid_argument& error) {
    return Error{error.what(), 0};
  }
  const auto root = tag_root(session);
  if (!root) return root.error();
  const auto input = SeekableInput::open(options.file, *root);
  if (!input) return input.error();
  Importer importer(session, options, *input);
  return importer.report(importer.run());
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  auto [command, options] = add_command<ImportOptions>(
      app, session, "import", "Take the entries of an archive, each checked; they give plain data only",
      import_archive);
  command->add_option("file", options->file, "Archive to read; - is standard input")->type_name("FILE")->required();
  command->add_option("--as", options->as, "Tag to import into, instead of the one in the archive")->type_name("TAG");
  command->add_flag("--trust", options->trust,
                    "Trust the entries like your own: Python then unpickles them fully, which may run code in them");
  command->add_flag("--replace", options->replace, "Replace entries that are there already");
}

}  // namespace cache_on_disk::tool
