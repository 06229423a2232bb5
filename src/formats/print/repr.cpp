#include "cache_on_disk/repr.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "print/pending.hpp"
#include "print/repr_parts.hpp"
#include "text/python_text.hpp"
#include "value/document.hpp"
#include "value/qualified_name.hpp"
#include "value/units.hpp"

namespace cache_on_disk {
namespace {

class Printer : private detail::Pending {
 public:
  explicit Printer(std::size_t max_size) : max_size_(max_size) {}

  std::string print(const ValueView& root) {
    add(root);
    for (Item item; take(item);) {
      if (item.is_value)
        print_value(item.value);
      else
        out_ += item.text;
      if (out_.size() > max_size_) {
        out_.resize(max_size_);
        return out_ + "...";
      }
    }
    return std::move(out_);
  }

 private:
  void add_unless_none(const char* before, const ValueView& value) {
    if (value.is_none()) return;
    add(before);
    add(value);
  }
  void add_entries(const ValueView& mapping, const std::vector<std::size_t>& order) {
    bool first = true;
    for (const std::size_t i : order) {
      const auto [key, value] = mapping.entry(i);
      if (!first) add(", ");
      first = false;
      add(key);
      add(": ");
      add(value);
    }
  }

  void print_value(const ValueView& value) {
    if (!detail::has_record(value.kind()) || value.kind() == ValueKind::array)
      out_ += detail::repr_leaf(value);
    else if (open(value))
      print_container(value);
    else
      out_ += cycle(value);
  }

  static std::string cycle(const ValueView& value) {
    switch (value.kind()) {
      case ValueKind::list:
      case ValueKind::deque:
        return "[...]";
      case ValueKind::tuple:
        return "(...)";
      case ValueKind::dict:
        return "{...}";
      case ValueKind::set:
      case ValueKind::frozenset:
        return std::string(type_name(value.kind())) + "(...)";
      default:
        return "...";
    }
  }

  static std::vector<std::size_t> order_of(const ValueView& mapping) {
    std::vector<std::size_t> order(mapping.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (mapping.kind() != ValueKind::counter) return order;
    // Counters print the most common first.
    std::vector<double> counts;
    for (const std::size_t i : order) {
      const ValueView count = mapping.entry(i).second;
      if (const auto number = count.as_int64())
        counts.push_back(static_cast<double>(*number));
      else if (const auto floating = count.as_double(); floating && *floating == *floating)
        counts.push_back(*floating);
      else
        return order;
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return counts[a] != counts[b] ? counts[a] > counts[b] : a < b; });
    return order;
  }

  void print_container(const ValueView& value) {
    switch (value.kind()) {
      case ValueKind::list:
        add("[");
        add_items(value.items());
        return close(value, "]");
      case ValueKind::tuple:
        add("(");
        add_items(value.items());
        return close(value, value.size() == 1 ? ",)" : ")");
      case ValueKind::set:
      case ValueKind::frozenset:
        return print_set(value);
      case ValueKind::deque:
        add("deque([");
        add_items(value.items());
        add("]");
        add_unless_none(", maxlen=", value.attribute());
        return close(value, ")");
      case ValueKind::dict:
        add("{");
        add_entries(value, order_of(value));
        return close(value, "}");
      case ValueKind::ordered_dict:
      case ValueKind::counter:
        add(std::string(type_name(value.kind())) + (value.empty() ? "(" : "({"));
        add_entries(value, order_of(value));
        return close(value, value.empty() ? ")" : "})");
      case ValueKind::default_dict:
        add("defaultdict(");
        add(value.attribute());
        add(", {");
        add_entries(value, order_of(value));
        return close(value, "})");
      case ValueKind::range: {
        const ValueItems parts = value.items();
        add("range(");
        add(parts[0]);
        add(", ");
        add(parts[1]);
        add_unless_none(", ", parts[2].as_int64() == 1 ? ValueView() : parts[2]);
        return close(value, ")");
      }
      case ValueKind::slice:
        add("slice(");
        add_items(value.items());
        return close(value, ")");
      case ValueKind::time:
        return print_clock(value, detail::repr_time(*value.as_time()), value.as_time()->fold);
      case ValueKind::datetime:
        return print_clock(value, detail::repr_datetime(*value.as_datetime()), value.as_datetime()->time.fold);
      case ValueKind::timezone: {
        const bool utc = *value.as_timedelta() == PythonTimedelta{} && value.attribute().is_none();
        if (utc) return close(value, "datetime.timezone.utc");
        add("datetime.timezone(" + detail::repr_timedelta(*value.as_timedelta()));
        add_unless_none(", ", value.attribute());
        return close(value, ")");
      }
      case ValueKind::object_array:
        add("array(");
        add_array(value.shape(), [&](std::size_t i) { add(value.items()[i]); });
        if (value.empty() && value.shape().size() != 1) add(", shape=" + to_text(value.shape()));
        return close(value, ", dtype=object)");
      case ValueKind::masked_array:
        add("masked_array(data=" + detail::repr_array(value.as_masked_array()->data) +
            ", mask=" + detail::repr_array(value.as_masked_array()->mask) + ", fill_value=");
        add(value.attribute());
        return close(value, ")");
      default:
        return print_object(value);
    }
  }

  void print_set(const ValueView& value) {
    const bool frozen = value.kind() == ValueKind::frozenset;
    if (value.empty()) return close(value, frozen ? "frozenset()" : "set()");
    add(frozen ? "frozenset({" : "{");
    add_items(value.items());
    close(value, frozen ? "})" : "}");
  }

  // CPython prints the fold of a time behind its tzinfo, and that of a datetime before it.
  void print_clock(const ValueView& value, std::string text, bool fold) {
    const bool before = fold && value.kind() == ValueKind::datetime;
    add(std::move(text) + (before ? ", fold=1" : ""));
    add_unless_none(", tzinfo=", value.attribute());
    close(value, fold && !before ? ", fold=1)" : ")");
  }

  // module.Class(1, 2, key=3), and in angle brackets with what else it holds; module.Class.name for what
  // getattr() finds in a class.
  void print_object(const ValueView& value) {
    if (const auto name = detail::qualified_name(value)) return close(value, name->text());
    const bool more = !value.state().is_none() || !value.list_items().is_none() || !value.dict_items().is_none();
    if (more) add("<");
    if (const auto name = detail::qualified_name(value.callable()))
      add(name->text());
    else
      add(value.callable());
    add("(");
    add_items(value.arguments().items());
    bool first = value.arguments().empty();
    for (std::size_t i = 0; value.keywords().is_mapping() && i < value.keywords().size(); ++i) {
      const auto [key, mapped] = value.keywords().entry(i);
      if (!first) add(", ");
      first = false;
      add(std::string(key.as_text().value_or("?")) + "=");
      add(mapped);
    }
    add(")");
    const auto unit = value.state().size() == 1 ? value.field("_unit") : std::nullopt;
    if (const auto text = unit ? detail::unit_text(*unit) : std::nullopt)
      add(" unit=" + text::python_repr(*text));
    else
      add_unless_none(" state=", value.state());
    add_unless_none(" items=", value.list_items());
    add_unless_none(" entries=", value.dict_items());
    close(value, more ? ">" : "");
  }

  std::size_t max_size_;
  std::string out_;
};

}  // namespace

std::string repr(const ValueView& value, const ReprOptions& options) { return Printer(options.max_size).print(value); }

}  // namespace cache_on_disk
