#pragma once

#include <gtest/gtest.h>

#include "rules/digest/content.h"
#include "tests/support/reading.h"

// Weeks of the two hubs that a digest has something, or nothing, to tell of.
namespace measured::rules {

using tests::board_after;
using tests::hits;
using tests::reading;
using tests::two_hubs;
using tests::week_of;
using tests::week_start;

inline Tally days(std::int64_t n, double mean) {
  return {n, 0, 0, mean * static_cast<double>(n), mean * mean * static_cast<double>(n) + 10};
}

inline void put(Board& board, std::string_view measure, std::string_view team, int week,
                const Tally& tally) {
  ASSERT_TRUE(board.of(measure)->put(team, week_start(week), tally));
}

// A week with one of everything: a miss, a broken guardrail, too few cases, no data.
inline Board eventful() {
  Board board = board_after(two_hubs(), 7);
  put(board, "on_time", "hub-north", 5, hits(880, 910));
  put(board, "on_time", "hub-north", 6, hits(842, 922));
  put(board, "on_time", "hub-west", 5, hits(500, 520));
  put(board, "on_time", "hub-west", 6, hits(512, 534));
  put(board, "expedited", "hub-north", 5, hits(52, 910));
  put(board, "expedited", "hub-north", 6, hits(56, 922));
  put(board, "expedited", "hub-west", 5, hits(30, 520));
  put(board, "expedited", "hub-west", 6, hits(61, 534));
  put(board, "first_response", "hub-north", 6, hits(6, 7));
  put(board, "delay", "hub-north", 6, days(80, 1.25));
  put(board, "on_time", "hub-south", 6, hits(1, 100));
  return board;
}

inline Board quiet(const std::shared_ptr<RuleSet>& rules = two_hubs()) {
  Board board = board_after(rules, 7);
  for (const char* measure : {"on_time", "first_response", "expedited"}) {
    for (int week = 5; week < 7; ++week) {
      const bool lower = std::string_view(measure) == "expedited";
      put(board, measure, "hub-south", week, lower ? hits(1, 100) : hits(99, 100));
    }
  }
  for (int week = 5; week < 7; ++week) {
    put(board, "delay", "hub-south", week, days(80, 1));
  }
  return board;
}

inline DigestInput full_input(const Board& board) {
  DigestInput input = reading(board, "ana@example.com", 6);
  input.revisions.push_back(
      {"on_time", "hub-west", week_of(5), hits(490, 510), hits(500, 520), week_start(7)});
  input.revisions.push_back(
      {"on_time", "hub-south", week_of(5), hits(1, 2), hits(2, 2), week_start(7)});
  input.unknown_teams = {{"on_time", "XX", 20}, {"on_time", std::nullopt, 17}};
  input.failing_measures = {"delay"};
  return input;
}

}  // namespace measured::rules
