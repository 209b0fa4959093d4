#include "daemon/work/ledger_entries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

using std::chrono::local_days;
using std::chrono::year;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string with_target(const std::string& target) {
  std::string text = rules_text;
  const std::string from = "{from: 2026-01-01, at_least: 90%}";
  return text.replace(text.find(from), from.size(), target);
}

std::vector<LedgerRow> changed_by(const std::string& author, const std::string& text,
                                  std::vector<LedgerRow>& known) {
  const auto rows = ledger_entries(*load_rules(text), known, monday, by(author));
  known.insert(known.end(), rows.begin(), rows.end());
  return rows;
}

TEST(LedgerEntries, HoldTheReasonAndAskTheFileForItsAuthor) {
  std::vector<LedgerRow> known;
  std::string asked;
  const auto rules = load_rules(
      with_target("{from: 2026-01-01, at_least: 90%, reason: 'a \"new\" carrier, \"after\":1'}"));

  const auto rows = ledger_entries(*rules, known, monday, [&](const std::string& file) {
    asked = file;
    return std::string("J. Weber");
  });

  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(asked, "rules.yaml");
  EXPECT_EQ(rows[1].author, "J. Weber");
  EXPECT_THAT(rows[1].body, HasSubstr(R"("reason":"a \"new\" carrier)"));
  EXPECT_THAT(ledger_entries(*rules, rows, monday, by("nobody")), IsEmpty());
}

TEST(LedgerEntries, KnowWhoMovedATargetButNotWhoWroteTheFirst) {
  std::vector<LedgerRow> known;
  changed_by("Ana", rules_text, known);
  EXPECT_THAT(target_authors(known), IsEmpty());

  changed_by("J. Weber", moved_target(), known);

  const auto authors = target_authors(known);
  ASSERT_THAT(authors, SizeIs(1));
  EXPECT_EQ(authors[0].measure, "on_time");
  EXPECT_EQ(authors[0].from, local_days{year{2026} / 11 / 9});
  EXPECT_EQ(authors[0].author, "J. Weber");
}

TEST(LedgerEntries, NameTheLastWhoTouchedATarget) {
  std::vector<LedgerRow> known;
  changed_by("Ana", rules_text, known);
  changed_by("J. Weber", with_target("{from: 2026-01-01, at_least: 95%}"), known);
  changed_by("Bea", with_target("{from: 2026-01-01, at_least: 93%}"), known);

  ASSERT_THAT(target_authors(known), SizeIs(1));
  EXPECT_EQ(target_authors(known)[0].author, "Bea");
}

}  // namespace
}  // namespace measured::daemon
