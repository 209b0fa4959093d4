#include "rules/digest/chat.h"

#include <gtest/gtest.h>

#include "rules/text/json.h"
#include "rules/utf8.h"
#include "tests/support/golden.h"

namespace measured::rules {
namespace {

DigestContent a_digest() {
  DigestContent content;
  content.subject = "Monday: On-time shipments missed at North hub";
  content.to = "To Ana · North hub";
  content.date = "Monday 23 November 2026";
  content.as_of = "data as of Mon 23 Nov 06:55";
  content.headline = {"On-time shipments missed its target: 91.3 % (842 of 922).",
                      "All else is noise."};
  DigestRow row;
  row.team = "North hub";
  row.value = "91.3 %";
  row.counts = "842/922";
  row.before = "▼ 96.7 %";
  row.change = "▼ real";
  row.target = "≥ 95 % since Oct";
  row.verdict = Verdict::missed;
  row.mark = "✗";
  row.word = "missed";
  row.notes = {"Below the usual 92.8 to 97.8 %."};
  DigestMeasure measure;
  measure.title = "On-time shipments";
  measure.period = "week 47 (16–22 Nov)";
  measure.rows = {row};
  DigestDriver driver;
  driver.title = "Customers trust the date we promise";
  driver.measures = {measure};
  content.drivers = {driver};
  content.changed = {"Target for On-time shipments: ≥ 95 % since 1 Oct; before, ≥ 92 %."};
  content.unknown = {"First response, North hub: 7 cases, too few for a verdict (10 needed)."};
  content.footer = {"You get this because you manage North hub."};
  return content;
}

// What would be markup, a mention, a link or the end of a string, if anything let it.
const std::string hostile =
    "<!channel> <@U1|x> <https://evil.example|pay> *b* _i_ [a](https://evil.example) :boom: "
    "<at>all</at> \"}],\"x\":[{\" \\ \xff \x01 & end";

DigestContent hostile_digest() {
  DigestContent content = a_digest();
  content.subject = content.to = hostile;
  content.headline = content.changed = content.footer = {hostile};
  content.drivers[0].title = content.drivers[0].measures[0].title = hostile;
  content.drivers[0].measures[0].rows[0].team = hostile;
  content.drivers[0].measures[0].rows[0].notes = {hostile};
  return content;
}

// Every object in `json`, wherever it is.
void collect(const JsonValue& json, std::vector<const JsonValue*>& objects) {
  if (json.kind == JsonValue::Kind::object) {
    objects.push_back(&json);
  }
  for (const JsonValue& item : json.items) {
    collect(item, objects);
  }
  for (const auto& [name, value] : json.members) {
    collect(value, objects);
  }
}

std::vector<std::string> types_of_texts(const std::string& text) {
  const JsonValue json = parse_json(text).value();
  std::vector<const JsonValue*> objects;
  collect(json, objects);
  std::vector<std::string> types;
  for (const JsonValue* object : objects) {
    const JsonValue* type = object->find("type");
    const JsonValue* said = object->find("text");
    if (type != nullptr && said != nullptr && said->kind == JsonValue::Kind::string) {
      types.push_back(type->text);
    }
  }
  return types;
}

TEST(Chat, SaysWhatTheMailSays) {
  tests::expect_golden("digest/chat.slack.json", render_slack(a_digest()) + "\n");
  tests::expect_golden("digest/chat.teams.json", render_teams(a_digest()) + "\n");
}

TEST(Chat, LetsNoNameBecomeMarkup) {
  const std::string slack = render_slack(hostile_digest());
  const std::string teams = render_teams(hostile_digest());

  for (const std::string& type : types_of_texts(slack)) {
    EXPECT_EQ(type, "plain_text");
  }
  for (const std::string& type : types_of_texts(teams)) {
    EXPECT_EQ(type, "TextRun");
  }
  const std::string shown_in_notifications = parse_json(slack)->find("text")->text;
  EXPECT_EQ(shown_in_notifications.find_first_of("<>"), std::string::npos);
  EXPECT_EQ(utf8_error(slack + teams), std::string::npos);
}

TEST(Chat, KeepsToWhatSlackTakes) {
  DigestContent content = a_digest();
  for (int i = 0; i < 200; ++i) {
    content.drivers[0].measures.push_back(content.drivers[0].measures[0]);
  }
  content.drivers[0].title = std::string(400, 'x');
  content.drivers[0].measures[0].rows.resize(300, content.drivers[0].measures[0].rows[0]);

  const auto json = parse_json(render_slack(content));

  ASSERT_TRUE(json);
  const std::vector<JsonValue>& blocks = json->find("blocks")->items;
  EXPECT_EQ(blocks.size(), slack_blocks_max);
  for (const JsonValue& block : blocks) {
    const JsonValue* text = block.find("text");
    if (text != nullptr) {
      EXPECT_LE(text->find("text")->text.size(), block.find("type")->text == "header"
                                                     ? slack_heading_bytes_max
                                                     : slack_text_bytes_max);
    }
  }
  EXPECT_EQ(blocks.back().find("elements")->items[0].find("text")->text,
            "There was more than this message may hold.");
}

TEST(Chat, KeepsToWhatTeamsTakes) {
  DigestContent content = a_digest();
  content.unknown.resize(900, "Größe, São Paulo: 7 Fälle, zu wenige für ein Urteil.");

  const std::string card = render_teams(content);

  EXPECT_LE(card.size(), teams_bytes_max);
  EXPECT_GT(card.size(), teams_bytes_max / 2);
  EXPECT_NE(card.find("There was more than this message may hold."), std::string::npos);
}

}  // namespace
}  // namespace measured::rules
