#include "cache_on_disk/detail/walk/walker.hpp"

#include <fmt/format.h>

#include "binding/binding.hpp"
#include "format/names.hpp"
#include "format/origin.hpp"

namespace cache_on_disk::core {

Walker::Walker(Visit visit, std::string_view root_name, Reach reach)
    : visit_(std::move(visit)),
      reach_(reach),
      root_name_(root_name),
      name_(std::make_shared<const NameNode>(NameNode{nullptr, std::string(root_name)})) {}

Walker::~Walker() = default;

bool Walker::enter(const void* object, const std::type_info& type) {
  if (depth_ > deepest) {
    skip_deep();
    return false;
  }
  return visited_.insert(object, &type);
}

void Walker::cell(const Cell& cell, std::string_view method, std::string_view class_name,
                  const std::type_info& object_type, const std::type_info& defining_class) {
  visit_({cell, name_, class_name, method, object_type, defining_class});
}

void Walker::cell(const Cell& cell, const Method& method, const Name& instance, const TagKeeper* keeper) {
  visit_({cell, instance, {}, {}, typeid(void), typeid(void), &method, keeper});
}

std::string FoundCell::function() const {
  return declared != nullptr ? declared->origin.function : fmt::format("{}.{}", class_name, method);
}

Name extended(const Name& name, std::string step) { return std::make_shared<const NameNode>(name, std::move(step)); }

void Walker::leave_out(LeftOut what) {
  constexpr std::size_t most = 100;  // of what is told once each: places and reasons are few
  for (const LeftOut& known : left_out_)
    if (known.place == what.place && known.reason == what.reason) return;
  if (left_out_.size() < most) left_out_.push_back(std::move(what));
}

void Walker::skip_unnamed(const std::type_info& type) {
  const std::string class_name = entry::readable_class(type.name());
  leave_out(
      {name_->full(), "no stable name",
       fmt::format("the objects in {}, a {}, have no stable name, so their methods are not cached: only keys that are "
                   "integers, text, enumerators, or tuples of these make one",
                   name_->full(), class_name),
       class_name});
}

void Walker::skip_deep() {
  leave_out({root_name_, "too deep",
             fmt::format("objects that lie more than {} steps below the root are not cached; set_tag one that lies "
                         "nearer to them, too",
                         deepest),
             root_name_});
}

bool Walker::take_name(std::string_view class_name, std::string_view name, const void* part) {
  for (std::size_t i = first_taken_; i < taken_.size(); ++i) {
    const TakenName& taken = taken_[i];
    if (taken.part == part) return false;
    if (taken.name != name || taken.class_name != class_name) continue;
    const std::string full = fmt::format("{}.{}{}{}", name_->full(), class_name, class_name.empty() ? "" : ".", name);
    leave_out(
        {full, "name taken",
         fmt::format("two parts of one object are called {}: the second is not cached; give it another name", full),
         full});
    return false;
  }
  taken_.push_back({class_name, name, part});
  return true;
}

Walker::Step::Step(Walker& walker, std::string text, int)
    : walker_(walker), outer_(std::move(walker.name_)), outer_first_taken_(walker.first_taken_) {
  ++walker.depth_;
  walker.first_taken_ = walker.taken_.size();
  walker.name_ = std::make_shared<const NameNode>(outer_, std::move(text));
}
Walker::Step::Step(Walker& walker, std::string_view member) : Step(walker, fmt::format(".{}", member), 0) {}
Walker::Step Walker::Step::index(Walker& walker, std::int64_t number) {
  // No general formatting: this runs once for each element of each container.
  const fmt::format_int digits(number);
  std::string text;
  text.reserve(digits.size() + 2);
  text.append(1, '[').append(digits.data(), digits.size()).append(1, ']');
  return {walker, std::move(text), 0};
}
Walker::Step Walker::Step::key(Walker& walker, std::string_view text) { return {walker, fmt::format("[{}]", text), 0}; }
Walker::Step::~Step() {
  --walker_.depth_;
  walker_.name_ = std::move(outer_);
  walker_.taken_.erase(walker_.taken_.begin() + static_cast<std::ptrdiff_t>(walker_.first_taken_),
                       walker_.taken_.end());
  walker_.first_taken_ = outer_first_taken_;
}

std::string key_text(std::string_view text) { return fmt::format("'{}'", entry::encode_text(text)); }

}  // namespace cache_on_disk::core
