#include "tests/end_to_end/shop.h"

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
    pull: every 1s
    target: {at_least: 80%}
alerts:
  misses: {on: [target.missed, target.met, source.failed, source.recovered], send: [hooks]}
)";

// Behind UTC by so much that it is noon now.
std::string zone_with_noon_at(std::chrono::sys_seconds now) {
  const auto hour = std::chrono::floor<hours>(now - std::chrono::floor<days>(now)).count();
  return fmt::format("Etc/GMT{:+}", hour - 12);
}

std::string orders_of(int teams, std::chrono::sys_seconds today) {
  std::string csv = "promised_at,delivered_at,team\n";
  for (int day = days_of_orders; day > 0; --day) {
    for (int team = 0; team < teams; ++team) {
      const bool good_day = (day + team) % 3 != 0;
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
  today_ = std::chrono::floor<hours>(now) - hours{12};
  std::filesystem::create_directories(file("rules"));
  std::filesystem::create_directories(file("data"));
  write_file(config(), fmt::format(config_text, zone_with_noon_at(now)));
  write_file(rules(), rules_text);
  std::string list = "teams:\n";
  for (int team = 0; team < teams; ++team) {
    list += fmt::format("  team-{0}: {{manager: manager-{0}@example.org}}\n", team);
  }
  write_file(file("rules/teams.yaml"), list);
  write_file(orders(), orders_of(teams, today_));
}

std::string Shop::day(int days_before) const {
  return rules::to_text(today_ - days{days_before});
}

void Shop::add(const std::string& path, const std::string& text) const {
  write_file(path, file_text(path) + text);
}

}  // namespace measured::tests
