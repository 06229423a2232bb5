// where: the paths of the files that hold a method's values.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "commands.hpp"
#include "files/errors.hpp"
#include "format/names.hpp"
#include "json.hpp"
#include "scan.hpp"

namespace cache_on_disk::tool {
namespace {

struct WhereOptions {
  std::string tag;
  std::string method;
};

Result<Exit> where(Session& session, const WhereOptions& options) {
  const auto target = find_tag(session, options.tag);
  if (!target) return target.error();
  std::vector<std::string> paths;
  std::optional<Error> trouble;
  std::mutex mutex;
  scan(
      {&*target, 1},
      [&](const Batch& batch) {
        for (const File& file : batch.files) {
          if (!file.may_be_entry()) continue;
          const entry::Finding finding = look_at(*batch.directory, file.name);
          if (finding.judgement == entry::Judgement::missing) continue;
          if (!names_method(stem_of(file.name, finding), options.method)) continue;
          const std::lock_guard lock(mutex);
          paths.push_back(batch.directory->path() + "/" + file.name);
        }
      },
      [&](std::size_t, const Error& error) { trouble = error; });
  if (trouble) return *trouble;
  if (paths.empty())
    return Error{fmt::format("'{}' is not stored in {}; a method of that whole name would be stored at {}/{}",
                             options.method, target->tag_path(), target->tag_path(),
                             entry::plain_file(options.method))};
  std::ranges::sort(paths);
  if (session.json()) {
    JsonWriter(stdout).begin_object().list_member("paths", paths).end_object().finish();
  } else {
    // As they are: a shell takes them from here.
    for (const std::string& path : paths) fmt::print("{}\n", path);
  }
  return Exit::good;
}

}  // namespace

void add_where(CLI::App& app, Session& session) {
  auto [command, options] =
      add_command<WhereOptions>(app, session, "where", "Print the paths of the stored values of a method", where);
  command->add_option("tag", options->tag, "Tag, or path of its directory")->type_name("TAG")->required();
  command->add_option("method", options->method, "Name of the entry, or the end of it, such as Residuals.modes")
      ->type_name("METHOD")
      ->required();
}

}  // namespace cache_on_disk::tool
