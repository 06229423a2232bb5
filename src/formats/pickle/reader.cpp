#include "cache_on_disk/detail/pickle/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "pickle/machine.hpp"
#include "value/dedupe.hpp"

namespace cache_on_disk::pickle {
namespace {

using cache_on_disk::detail::Keys;

constexpr std::size_t most_likely_nodes = std::size_t{1} << 22;

// What can be told only at the end: arrays that got their kind after something referred to them, and keys
// that occur twice in what was filled in several goes.
void finish(BuildContext& context, Node& root) {
  Document& document = context.document;
  if (context.has_late_kinds) {
    const auto update = [&](Node& node) {
      if (may_change_kind(node.kind())) node.set_kind(document.record(node).kind);
    };
    // Room that nothing occupies yet has never been written.
    for (const Record& record : document.records) {
      if (record.kind == ValueKind::array || record.kind == ValueKind::masked_array) continue;
      for (Node& node : document.children(record)) update(node);
    }
    for (Node& node : document.attributes) update(node);
    update(root);
  }
  Keys keys;
  for (std::size_t i = 0; i < document.records.size(); ++i) {
    const Record& record = document.records[i];
    if (record.sorted_out) continue;
    if (is_mapping_kind(record.kind) || record.kind == ValueKind::set || record.kind == ValueKind::frozenset)
      cache_on_disk::detail::remove_repeated(document, static_cast<std::uint32_t>(i), keys);
  }
}

Result<Value> read_into(const std::shared_ptr<Document>& document, const Payload& payload, const Limits& limits) {
  const std::string_view input(reinterpret_cast<const char*>(payload.bytes.data()), payload.bytes.size());
  BuildContext context{*document, input, payload.owner, limits, {}};
  // Usual pickles have fewer nodes than this, so that these never move while they grow.
  const std::size_t likely = std::min(input.size() / 8, most_likely_nodes);
  document->pool.reserve(likely);
  document->records.reserve(likely / 4);
  Machine machine(context);
  machine.reserve_memo(likely / 2);
  Stepper stepper(payload.bytes);
  for (Step step; stepper.next(step);) {
    const bool stop = step.opcode->code == Opcode::STOP;
    if (stop && stepper.offset() != payload.bytes.size()) return error_at(stepper.offset(), "bytes after the STOP");
    auto root = stop ? machine.result() : std::nullopt;
    if (root) {
      finish(context, *root);
      document->source = payload.owner;
      return cache_on_disk::detail::ValueAccess::own(document, *root);
    }
    if (stop || !machine.execute(step))
      return error_at(step.offset, fmt::format("{} {}", step.opcode->name, context.why));
  }
  return stepper.error();
}

}  // namespace

Result<Value> read(const Payload& payload, const Limits& limits) try {
  Payload kept = payload;
  if (!kept.owner) {
    std::shared_ptr<std::byte[]> copy(new std::byte[payload.bytes.size()]);
    if (!payload.bytes.empty()) std::memcpy(copy.get(), payload.bytes.data(), payload.bytes.size());
    kept = {{copy.get(), payload.bytes.size()}, copy};
  }
  return read_into(std::make_shared<Document>(), kept, limits);
} catch (const std::bad_alloc&) {
  return Error{fmt::format("no memory for the values of a pickle of {} bytes", payload.bytes.size())};
} catch (const std::length_error& error) {
  return Error{error.what()};
}

}  // namespace cache_on_disk::pickle
