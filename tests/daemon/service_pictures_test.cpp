// Pictures in digests: from the same store and chart as every sentence.
#include <algorithm>

#include "rules/picture/chart.h"
#include "rules/text/json.h"
#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::chrono::days week{7};

class ServicePictures : public ServiceTest {
 protected:
  ServicePictures() {
    rules_with_history = rules_text;
    const std::string short_one = "history: 8w";
    rules_with_history.replace(rules_with_history.find(short_one), short_one.size(),
                               "history: 52w");
    for (int ago = 45; ago > 0; --ago) {
      const int hits = ago == 1 ? 60 : ago % 2 == 0 ? 93 : 95;
      deliveries(monday - ago * week + 12h, "north", hits, 100 - hits);
    }
  }
  // The body of the first digest after a week.
  std::string mail() {
    take(rules_with_history);
    pass(std::chrono::days{10});
    const auto mails = messages("mail");
    return mails.empty() ? "" : mails.front().body;
  }
  std::string rules_with_history;
};

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST_F(ServicePictures, StandBesideTheNumbersAndTravelWithTheMail) {
  const std::string body = mail();

  EXPECT_THAT(body, HasSubstr("multipart/related"));
  EXPECT_GE(count_of(body, "Content-Type: image/png"), 1U);
  EXPECT_EQ(count_of(body, "Content-ID: <chart-"), count_of(body, "Content-Type: image/png"));
  EXPECT_THAT(body, HasSubstr("cid:chart-"));
  EXPECT_THAT(body, Not(HasSubstr("http://")));
}

TEST_F(ServicePictures, AreTheSameEachTime) {
  const std::string first = mail();
  ASSERT_FALSE(first.empty());

  Engine another_process(*store, EngineOptions{"test", "", {}, {}});
  ASSERT_TRUE(another_process.look(load_rules(rules_with_history), now()));
  const auto course = another_process.course("on_time", "north", rules::Language::en, now());
  const auto again = another_process.course("on_time", "north", rules::Language::en, now());

  const auto here = engine->course("on_time", "north", rules::Language::en, now());
  ASSERT_TRUE(course);
  EXPECT_TRUE(course->points.back().limits);
  const std::string drawn = rules::to_svg(rules::draw_chart(*course, rules::page_chart));
  EXPECT_EQ(rules::to_svg(rules::draw_chart(*again, rules::page_chart)), drawn);
  EXPECT_EQ(rules::to_svg(rules::draw_chart(*here, rules::page_chart)), drawn);
}

TEST_F(ServicePictures, ShowTheWholeCourseWithTheSignalThatWasTold) {
  mail();
  const auto course = engine->course("on_time", "north", rules::Language::en, now());

  ASSERT_TRUE(course);
  EXPECT_GE(course->points.size(), 45U);
  const auto signal = std::find_if(course->points.begin(), course->points.end(),
                                   [](const rules::ChartPoint& point) { return point.signal; });
  ASSERT_NE(signal, course->points.end());
  EXPECT_EQ(signal->period.start, monday - week);
  EXPECT_EQ(signal->value, 0.6);
  EXPECT_TRUE(signal->target);
}

TEST_F(ServicePictures, MarkAPeriodThatWasRevised) {
  mail();
  deliveries(monday - 2 * week + 12h, "north", 1, 9);  // they come late
  pass(std::chrono::days{10});

  const auto course = engine->course("on_time", "north", rules::Language::en, now());

  ASSERT_TRUE(course);
  std::vector<Instant> revised;
  for (const rules::ChartPoint& point : course->points) {
    if (point.revised) {
      revised.push_back(point.period.start);
    }
  }
  EXPECT_EQ(revised, std::vector<Instant>{monday - 2 * week});
}

TEST_F(ServicePictures, MarkAPeriodThatSomebodyWroteANoteOn) {
  mail();
  AnnotationRow strike;
  strike.measure = "on_time";
  strike.team = "north";
  strike.period = {monday - 3 * week, monday - 2 * week};
  strike.note = "strike on Tuesday";
  LedgerRow entry;
  entry.kind = "annotation";
  entry.subject = "on_time";
  entry.body = "{}";
  ASSERT_TRUE(store->annotate(strike, entry));

  const auto course = engine->course("on_time", "north", rules::Language::en, now());

  ASSERT_TRUE(course);
  ASSERT_THAT(course->notes, SizeIs(1));
  EXPECT_EQ(course->points[course->notes[0]].period.start, strike.period.start);
}

TEST_F(ServicePictures, AChatChannelGetsTheDigestInItsOwnForm) {
  options.forms = {{"mail", connectors::Carries::slack}};
  start();

  take(rules_with_history);
  pass(std::chrono::days{10});

  const auto posts = messages("mail");
  ASSERT_FALSE(posts.empty());
  EXPECT_EQ(posts[0].content_type, "application/json");
  EXPECT_TRUE(rules::parse_json(posts[0].body));
  EXPECT_THAT(posts[0].body, HasSubstr("\"blocks\""));
  EXPECT_THAT(posts[0].body, HasSubstr("60/100"));
}

TEST_F(ServicePictures, ShowWhereSomethingElseBeganToBeCounted) {
  take(rules_with_history);
  pass(std::chrono::days{2});
  std::string redefined = rules_with_history;
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>("history: 52w", "history: 8w"),
        {"ratio: delivered_at <= promised_at", "ratio: delivered_at < promised_at"}}) {
    redefined.replace(redefined.find(from), from.size(), to);
  }
  take(redefined);
  pass(std::chrono::days{1});

  const auto course = engine->course("on_time", "north", rules::Language::en, now());

  ASSERT_TRUE(course);
  ASSERT_THAT(course->breaks, SizeIs(1));
  EXPECT_EQ(course->breaks[0].kind, rules::ChartBreak::Kind::definition);
  EXPECT_GT(course->breaks[0].at, 30U);
  EXPECT_GT(course->points.size(), 40U);
  EXPECT_FALSE(course->points.front().target);
}

}  // namespace
}  // namespace measured::daemon
