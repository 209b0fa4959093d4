#include "tests/end_to_end/shop.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "rules/time/instant.h"

namespace measured::tests {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr int days_of_orders = 30;
constexpr int orders_a_day = 12;

constexpr const char* config_text = R"(instance: shop
store: sqlite:out/shop.db
rules: [rules/*.yaml]
http: {{listen: "127.0.0.1:0"}}
sources:
  files: {{kind: csv, path: data, time_zone: UTC}}
channels:
  mail: {{kind: maildir, path: out/mail, from: Shop <shop@example.org>}}
  hooks: {{kind: jsonl, path: out/hooks.jsonl}}
defaults: {{time_zone: {}}}
)";

constexpr const char* rules_text = R"(measures:
  on_time:
    source: files
    from: orders.csv
    time: promised_at
    team: team
    ratio: delivered_at <= promised_at
    settle: 1h
    pull: daily at 03:00
    target: {at_least: 80%}
alerts:
  misses: {on: [target.missed, target.met, source.failed, source.recovered], send: [hooks]}
)";

// How far east of UTC it is noon now.
hours noon_at(std::chrono::sys_seconds now) {
  return hours{12} - std::chrono::floor<hours>(now - std::chrono::floor<days>(now));
}

// The zones of that family are named by what must be added to reach UTC.
std::string zone_name(hours east) {
  return fmt::format("Etc/GMT{:+}", -east.count());
}

std::string orders_of(int teams, std::chrono::sys_seconds today) {
  std::string csv = "promised_at,delivered_at,team\n";
  for (int day = days_of_orders; day > 0; --day) {
    for (int team = 0; team < teams; ++team) {
      // Three bad days and three good ones: fewer in a row would be noise, or flapping.
      const bool good_day = (day + team) % 6 < 3;
      for (int order = 0; order < orders_a_day; ++order) {
        const auto promised = today - days{day} + hours{1 + order};
        const bool late = !good_day && order % 2 == 0;
        csv += fmt::format("{},{},team-{}\n", rules::to_text(promised),
                           rules::to_text(promised + (late ? hours{1} : hours{-1})), team);
      }
    }
  }
  return csv;
}

}  // namespace

Shop::Shop(int teams) {
  const auto now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  zone_ = noon_at(now);
  today_ = std::chrono::floor<hours>(now) - hours{12};
  std::filesystem::create_directories(file("rules"));
  std::filesystem::create_directories(file("data"));
  write_file(config(), fmt::format(config_text, zone_name(zone_)));
  write_file(rules(), rules_text);
  std::string list = "teams:\n";
  for (int team = 0; team < teams; ++team) {
    list += fmt::format("  team-{0}: {{manager: manager-{0}@example.org}}\n", team);
  }
  write_file(file("rules/teams.yaml"), list);
  write_file(orders(), orders_of(teams, today_));
}

std::string Shop::hour(int days_before, int hour_of_day) const {
  return rules::to_text(today_ - days{days_before} + hours{hour_of_day});
}

std::string Shop::weekday(int days_before) const {
  constexpr std::array names{"sunday",   "monday", "tuesday", "wednesday",
                             "thursday", "friday", "saturday"};
  const auto day = std::chrono::floor<days>(today_ + zone_ - days{days_before});
  return names.at(std::chrono::weekday{day}.c_encoding());
}

void Shop::pull_every_second() const {
  edit_file(rules(), "pull: daily at 03:00", "pull: every 1s");
}

void Shop::add(const std::string& path, const std::string& text) const {
  write_file(path, file_text(path) + text);
}

}  // namespace measured::tests
