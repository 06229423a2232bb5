#include "store/reader.hpp"

#include "files/errors.hpp"
#include "files/memory.hpp"
#include "store/judge.hpp"
#include "store/survey.hpp"

namespace cache_on_disk::entry {
namespace {

/// Brings the file into memory: small ones read, large ones mapped if nobody else may change them under us.
Result<system::Bytes> bring_in(const TagDirectory& directory, const std::string& name, const OpenedFile& opened) {
  const system::FileStatus& status = opened.finding.status;
  if (status.size > largest_read && opened.own && directory.file_system().maps) {
    std::string path;
    path.reserve(directory.path().size() + 1 + name.size());
    path.append(directory.path()).append("/").append(name);
    if (auto mapped =
            system::map_file(opened.file.number(), status.size, {std::move(path), status.device, status.inode}))
      return mapped;
  }
  return read_whole(opened);
}

/// Checks the payload in full where that is due.
bool payload_is_whole(OpenedFile& opened, const Footer& footer, const TagDirectory& directory, const Options& options) {
  Finding& finding = opened.finding;
  judge_mark(opened, directory, footer);
  if (finding.durable && options.verify != Verify::always && !finding.metadata.foreign) return true;
  if (hash_128(finding.payload.bytes) != footer.payload_hash) return false;
  judge_markable(finding);
  return true;
}

void read_once(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
               const Options& options, Depth depth, Finding& finding) {
  OpenedFile opened = open_file(directory, name, finding);
  if (!opened.file) return;
  const auto bytes = bring_in(directory, name, opened);
  if (!bytes) {
    finding = refused(bytes.error());
    return;
  }

  Footer footer;
  const End end = judge_footer(bytes->view, footer, finding);
  if (end == End::trailerless) {
    judge_trailerless(opened, payload_length(bytes->view), options);
    if (finding.judgement == Judgement::sound) finding.payload = {bytes->view, bytes->owner};
  }
  if (end != End::entry) return;
  const MetadataPart part = depth == Depth::use ? MetadataPart::of_use : MetadataPart::all;
  if (!judge_end(opened, directory, name, identity, footer, bytes->view, part)) return;
  finding.payload = {bytes->view.first(static_cast<std::size_t>(footer.payload_size)), bytes->owner};
  if (payload_is_whole(opened, footer, directory, options))
    finding.judgement = Judgement::sound;
  else
    finding = rejected(Judgement::damaged, "the payload is damaged");
}

}  // namespace

Finding read_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                   const Options& options, Depth depth) {
  Finding finding;
  read_entry(directory, name, identity, options, depth, finding);
  return finding;
}

void read_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                const Options& options, Depth depth, Finding& finding) {
  if (depth == Depth::survey)
    finding = survey_entry(directory, name, identity, options);
  else
    read_again_if_exchanged(directory, finding, [&] { read_once(directory, name, identity, options, depth, finding); });
}

}  // namespace cache_on_disk::entry
