#pragma once

#include <string>

#include "rules/digest/content.h"

// The digest as a message in a room: the same sentences and numbers as the mail, in the forms that
// chat services take. Names and notes come from outside and never become markup, mentions or links:
// both forms put them where the service reads plain text only. What the reader can do are links of
// ours: whoever is in the room can follow them in her name. What has no room is cut at a whole
// line, and the message says so.
namespace measured::rules {

// Slack: blocks for an incoming webhook. At most 50 blocks, 3,000 characters a block, 150 a
// heading.
inline constexpr std::size_t slack_blocks_max = 50;
inline constexpr std::size_t slack_text_bytes_max = 3000;
inline constexpr std::size_t slack_heading_bytes_max = 150;
std::string render_slack(const DigestContent& content);

// Microsoft Teams: an adaptive card for a workflow's webhook, which takes 28 kB.
inline constexpr std::size_t teams_bytes_max = 27'000;
std::string render_teams(const DigestContent& content);

}  // namespace measured::rules
