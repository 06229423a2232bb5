#include "value/dates.hpp"

#include <cstring>

#include "cache_on_disk/value.hpp"
#include "value/document.hpp"

namespace cache_on_disk {
namespace detail {
namespace {

constexpr int days_in_month[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

int byte_at(std::string_view state, std::size_t i) { return static_cast<unsigned char>(state[i]); }

char byte_of(int value) { return static_cast<char>(static_cast<unsigned char>(value)); }

}  // namespace

bool is_leap_year(int year) noexcept { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

bool is_valid(const PythonDate& date) noexcept {
  if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1) return false;
  const bool leap_day = date.month == 2 && is_leap_year(date.year);
  return date.day <= days_in_month[date.month - 1] + (leap_day ? 1 : 0);
}

bool is_valid(const PythonTime& time) noexcept {
  return time.hour >= 0 && time.hour < 24 && time.minute >= 0 && time.minute < 60 && time.second >= 0 &&
         time.second < 60 && time.microsecond >= 0 && time.microsecond < 1000000;
}

bool is_less_than_a_day(const PythonTimedelta& offset) noexcept {
  return offset.days == 0 || (offset.days == -1 && (offset.seconds != 0 || offset.microseconds != 0));
}

std::optional<PythonDate> unpack_date(std::string_view state) noexcept {
  if (state.size() != date_size) return std::nullopt;
  const PythonDate date{byte_at(state, 0) << 8 | byte_at(state, 1), byte_at(state, 2), byte_at(state, 3)};
  return is_valid(date) ? std::optional(date) : std::nullopt;
}

std::optional<PythonTime> unpack_time(std::string_view state) noexcept {
  if (state.size() != time_size) return std::nullopt;
  const PythonTime time{byte_at(state, 0) & 0x7f, byte_at(state, 1), byte_at(state, 2),
                        byte_at(state, 3) << 16 | byte_at(state, 4) << 8 | byte_at(state, 5), byte_at(state, 0) > 0x7f};
  return is_valid(time) ? std::optional(time) : std::nullopt;
}

std::optional<PythonDatetime> unpack_datetime(std::string_view state) noexcept {
  if (state.size() != datetime_size) return std::nullopt;
  // The mark of a fold is in the month, not in the hour as it is where there is no date.
  std::string day(state.substr(0, date_size));
  day[2] = static_cast<char>(day[2] & 0x7f);
  const auto date = unpack_date(day);
  auto time = unpack_time(state.substr(date_size));
  if (!date || !time || time->fold) return std::nullopt;
  time->fold = byte_at(state, 2) > 0x7f;
  return PythonDatetime{*date, *time};
}

std::string pack(const PythonDate& date) {
  return {byte_of(date.year >> 8), byte_of(date.year & 0xff), byte_of(date.month), byte_of(date.day)};
}

std::string pack(const PythonTime& time) {
  return {byte_of(time.hour | (time.fold ? 0x80 : 0)),
          byte_of(time.minute),
          byte_of(time.second),
          byte_of(time.microsecond >> 16),
          byte_of(time.microsecond >> 8 & 0xff),
          byte_of(time.microsecond & 0xff)};
}

std::string pack(const PythonDatetime& datetime) {
  std::string state = pack(datetime.date);
  if (datetime.time.fold) state[2] = static_cast<char>(state[2] | '\x80');
  PythonTime time = datetime.time;
  time.fold = false;
  return state + pack(time);
}

}  // namespace detail

std::optional<PythonDate> ValueView::as_date() const noexcept {
  if (kind() != ValueKind::date) return std::nullopt;
  return detail::unpack_date({node_.data(), node_.size()});
}

std::optional<PythonTime> ValueView::as_time() const noexcept {
  if (kind() != ValueKind::time) return std::nullopt;
  const detail::Node& state = document_->children(node_)[0];
  return detail::unpack_time({state.data(), state.size()});
}

std::optional<PythonDatetime> ValueView::as_datetime() const noexcept {
  if (kind() != ValueKind::datetime) return std::nullopt;
  const detail::Node& state = document_->children(node_)[0];
  return detail::unpack_datetime({state.data(), state.size()});
}

std::optional<PythonTimedelta> ValueView::as_timedelta() const noexcept {
  const detail::Node* node = &node_;
  if (kind() == ValueKind::timezone) node = &document_->children(node_)[0];
  if (node->kind() != ValueKind::timedelta) return std::nullopt;
  PythonTimedelta value;
  std::memcpy(&value, node->data(), sizeof(value));
  return value;
}

}  // namespace cache_on_disk
