// Zones stand on Abseil's time library: unlike date-tz it reads the "slim" zone files that
// distributions ship and stays right beyond 2037, and its answer to "which instants show this wall
// clock" (unique, skipped, repeated) is what resolve() needs. Nothing outside this file names it.

#include "rules/time/zone.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <bit>
#include <optional>
#include <type_traits>

#include <fmt/format.h>

#include "rules/ascii.h"

namespace measured::rules {
namespace {

// An absl::TimeZone is one pointer into a table that lives as long as the process, null for UTC.
// Keeping that pointer itself keeps Abseil out of the header.
static_assert(sizeof(absl::TimeZone) == sizeof(void*));
static_assert(std::is_trivially_copyable_v<absl::TimeZone>);

absl::TimeZone absl_zone(const void* rep) {
  return std::bit_cast<absl::TimeZone>(rep);
}

constexpr absl::CivilSecond civil_epoch(1970, 1, 1);

absl::CivilSecond civil(LocalTime local) {
  return civil_epoch + local.time_since_epoch().count();
}
LocalTime local_time(absl::CivilSecond civil) {
  return LocalTime{std::chrono::seconds{civil - civil_epoch}};
}
absl::Time absl_time(Instant t) {
  return absl::FromUnixSeconds(t.time_since_epoch().count());
}
Instant instant(absl::Time t) {
  return Instant{std::chrono::seconds{absl::ToUnixSeconds(t)}};
}

// Abseil opens whatever file a name leads to, so only what can be a name of the tz database passes:
// parts of letters, digits, '_', '-' and '+', each beginning with an upper-case letter. That leaves
// out paths, and "posix/…", "right/…", "localtime" and "posixrules", which are not zones but
// copies.
bool is_zone_name(std::string_view name) {
  bool part_begins = true;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool other = is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '+';
    if (part_begins ? !upper : !upper && !other && c != '/') {
      return false;
    }
    part_begins = c == '/';
  }
  return !part_begins && name != "Factory";
}

std::optional<absl::TimeZone> find_zone(std::string_view name) {
  absl::TimeZone zone;
  if (is_zone_name(name) && absl::LoadTimeZone(std::string(name), &zone)) {
    return zone;
  }
  return std::nullopt;
}

// Every word with one capital, as nearly all zones are spelt: "america/new_york" and
// "America/New_york" become "America/New_York".
std::string capitalised(std::string_view name) {
  std::string text{name};
  bool word_begins = true;
  for (char& c : text) {
    if (is_lower(c) && word_begins) {
      c = static_cast<char>(c - 'a' + 'A');
    } else if (c >= 'A' && c <= 'Z' && !word_begins) {
      c = static_cast<char>(c - 'A' + 'a');
    }
    word_begins = c == '/' || c == '_' || c == '-';
  }
  return text;
}

std::string what_to_write(std::string_view name) {
  if (const std::string guess = capitalised(name); guess != name && find_zone(guess)) {
    return fmt::format("write '{}'", guess);
  }
  if (name.find_first_of("+-0123456789") != std::string_view::npos) {
    return "a fixed offset has no daylight saving time; write a place such as 'Europe/Berlin', or "
           "'Etc/GMT-2' for two hours ahead of UTC";
  }
  return "write a name of the IANA time zone database such as 'Europe/Berlin'";
}

}  // namespace

Zone::Zone() : name_("UTC") {}

Result<Zone> Zone::load(std::string_view name) {
  const std::optional<absl::TimeZone> found = find_zone(name);
  if (!found) {
    return give_up(fmt::format("unknown time zone '{}'; {}", name, what_to_write(name)));
  }
  Zone zone;
  zone.name_ = name;
  zone.rep_ = std::bit_cast<void*>(*found);
  return zone;
}

Instant Zone::resolve(LocalTime local) const {
  const absl::TimeZone::TimeInfo info = absl_zone(rep_).At(civil(local));
  return instant(info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre);
}

LocalTime Zone::local(Instant t) const {
  return local_time(absl::ToCivilSecond(absl_time(t), absl_zone(rep_)));
}

std::chrono::seconds Zone::offset(Instant t) const {
  return local(t).time_since_epoch() - t.time_since_epoch();
}

Instant Zone::next_transition(Instant t) const {
  const absl::TimeZone zone = absl_zone(rep_);
  absl::TimeZone::CivilTransition change;
  for (absl::Time at = absl_time(t); zone.NextTransition(at, &change);) {
    // The earlier of the two wall clocks is the one that a gap skips or an overlap repeats.
    at = zone.At(std::min(change.from, change.to)).trans;
    // A change of abbreviation or of the daylight flag alone moves no clock.
    if (change.from != change.to) {
      return instant(at);
    }
  }
  return Instant::max();
}

}  // namespace measured::rules
