#include "rules/picture/chart.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "tests/rules/picture/chart_world.h"
#include "tests/support/golden.h"

namespace measured::tests {
namespace {

using namespace rules;

constexpr std::array forms = {page_chart, mail_chart};

std::string problem_of_labels(const Picture& picture) {
  const std::vector<Label> labels = all_of<Label>(picture);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Box box = box_of(labels[i]);
    if (box.left < -0.01 || box.right > picture.width + 0.01 || box.top < 0 ||
        box.bottom > picture.height) {
      return "'" + labels[i].text + "' leaves the picture";
    }
    for (std::size_t k = i + 1; k < labels.size(); ++k) {
      if (box.meets(box_of(labels[k]))) {
        return "'" + labels[i].text + "' meets '" + labels[k].text + "'";
      }
    }
  }
  return "";
}

int count_of(const Picture& picture, Mark::Form form) {
  const std::vector<Mark> marks = all_of<Mark>(picture);
  return static_cast<int>(std::count_if(marks.begin(), marks.end(),
                                        [&](const Mark& mark) { return mark.form == form; }));
}

std::vector<Stroke> strokes_of(const Picture& picture, Ink ink) {
  std::vector<Stroke> strokes = all_of<Stroke>(picture);
  std::erase_if(strokes, [&](const Stroke& stroke) { return stroke.ink != ink; });
  return strokes;
}

TEST(Chart, LetsNoLabelMeetAnotherOrLeaveThePicture) {
  using Kind = Grain::Kind;
  for (const Kind kind :
       {Kind::hour, Kind::day, Kind::week, Kind::month, Kind::quarter, Kind::year}) {
    for (const int count : {1, 2, 3, 7, 12, 31, 53, 120, 400, 2000}) {
      for (const double scale : {1e-12, 0.004, 1.0, 37.0, 1e4, 1e9, 3e21}) {
        for (const Language language : all_languages) {
          if (count >= 400 && language != Language::de) {
            continue;  // German has the longest labels, and large charts take long
          }
          ChartData data = chart_of(kind, count, [&](int i) {
            return std::optional(scale * (1 + 0.3 * std::sin(i * 0.9)));
          });
          data.language = language;
          for (ChartPoint& point : data.points) {
            point.limits = true;
            point.low = 0.69 * scale;
            point.centre = 1.0 * scale;
            point.high = 1.02 * scale;
            point.target = TargetValue{Direction::at_most, 1.01 * scale, {}};
          }
          data.points.back().open = true;
          for (const ChartForm& form : forms) {
            ASSERT_EQ(problem_of_labels(draw_chart(data, form)), "")
                << count << " periods of kind " << static_cast<int>(kind) << ", values near "
                << scale << ", " << to_text(language) << ", " << form.width << " wide";
          }
        }
      }
    }
  }
}

TEST(Chart, NamesAtLeastTwoValues) {
  for (int low = 1; low < 60; ++low) {
    for (int high = low + 1; high < 100; ++high) {
      ChartData data = chart_of(Grain::Kind::week, 12, [&](int i) {
        return std::optional((i % 2 == 0 ? low : high) / 100.0);
      });
      data.percent = true;
      data.lowest = 0;
      data.highest = 1;
      int values = 0;
      for (const Label& label : all_of<Label>(draw_chart(data, mail_chart))) {
        values += label.anchor == Label::Anchor::end ? 1 : 0;
      }
      ASSERT_GE(values, 2) << low << " to " << high << " %";
    }
  }
}

TEST(Chart, NamesTheCalendarAndTheValues) {
  const Picture picture = draw_chart(eventful_weeks(), page_chart);

  std::vector<std::string> texts;
  for (const Label& label : all_of<Label>(picture)) {
    texts.push_back(label.text);
  }
  for (const char* text : {"Feb", "Mar", "Jun", "96 %", "≥ 95 %", "94.2 %"}) {
    EXPECT_TRUE(std::find(texts.begin(), texts.end(), text) != texts.end()) << text;
  }
}

TEST(Chart, LeavesAGapWherePeriodsAreMissingAndAtABreak) {
  const Picture picture = draw_chart(eventful_weeks(), page_chart);

  std::vector<std::size_t> pieces;
  for (const Stroke& stroke : strokes_of(picture, Ink::line)) {
    if (stroke.dash == Dash::none) {
      pieces.push_back(stroke.spots.size());
    }
  }
  // Four periods before the new baseline, ten up to the gap of two, nine more that are final.
  EXPECT_EQ(pieces, (std::vector<std::size_t>{4, 10, 9}));
}

TEST(Chart, TellsByShapeWhatIsSpecialAboutAPeriod) {
  ChartForm form = page_chart;
  form.words = false;  // a legend has the same shapes
  const Picture picture = draw_chart(eventful_weeks(), form);

  EXPECT_EQ(count_of(picture, Mark::Form::diamond), 1);
  EXPECT_EQ(count_of(picture, Mark::Form::square), 1);
  EXPECT_EQ(count_of(picture, Mark::Form::ring), 1);
  EXPECT_EQ(count_of(picture, Mark::Form::triangle), 1);
}

TEST(Chart, DrawsEachKindOfLineInADashOfItsOwn) {
  const Picture picture = draw_chart(eventful_weeks(), mail_chart);

  std::set<Dash> target, limits;
  for (const Stroke& stroke : strokes_of(picture, Ink::target)) {
    target.insert(stroke.dash);
  }
  for (const Stroke& stroke : strokes_of(picture, Ink::limit)) {
    limits.insert(stroke.dash);
  }
  EXPECT_EQ(target, std::set{Dash::long_});
  EXPECT_EQ(limits, (std::set{Dash::none, Dash::fine}));  // the middle, and the ends
}

TEST(Chart, DrawsATargetAsStepsFromTheDayItHolds) {
  const Picture picture = draw_chart(eventful_weeks(), page_chart);

  const std::vector<Stroke> target = strokes_of(picture, Ink::target);
  ASSERT_GE(target.size(), 1U);
  ASSERT_EQ(target[0].spots.size(), 4U);  // 92 %, up, 95 %
  EXPECT_EQ(target[0].spots[1].x, target[0].spots[2].x);
  EXPECT_GT(target[0].spots[1].y, target[0].spots[2].y);
}

TEST(Chart, KeepsTheExtremesOfMorePointsThanPixels) {
  ChartData data = chart_of(Grain::Kind::day, 2000, [](int i) {
    return std::optional(i == 777 ? 500.0 : i == 1234 ? -300.0 : 100.0 + i % 7);
  });
  ChartForm form = page_chart;
  form.points_max = 2000;

  const Picture picture = draw_chart(data, form);

  const std::vector<Stroke> line = strokes_of(picture, Ink::line);
  ASSERT_EQ(line.size(), 1U);
  EXPECT_LT(line[0].spots.size(), 4U * 640U);
  const auto [high, low] =
      std::minmax_element(line[0].spots.begin(), line[0].spots.end(),
                          [](const Spot& a, const Spot& b) { return a.y < b.y; });
  EXPECT_NEAR(high->x, 640 * 778.0 / 2000, 30);
  EXPECT_NEAR(low->x, 640 * 1235.0 / 2000, 30);
}

TEST(Chart, DrawsWhateverComes) {
  const auto value = [](double v) { return [v](int) { return std::optional(v); }; };
  const double huge = std::numeric_limits<double>::max() / 4;
  for (const ChartData& data :
       {ChartData{}, chart_of(Grain::Kind::month, 1, value(0.5)),
        chart_of(Grain::Kind::month, 24, value(0)), chart_of(Grain::Kind::month, 24, value(1e9)),
        chart_of(Grain::Kind::month, 3, value(huge)), chart_of(Grain::Kind::month, 3, value(-huge)),
        chart_of(Grain::Kind::day, 5, value(5e-324)),
        chart_of(Grain::Kind::day, 9, [](int) { return std::optional<double>(); })}) {
    for (const ChartForm& form : forms) {
      const Picture picture = draw_chart(data, form);
      EXPECT_EQ(problem_of_labels(picture), "");
      const std::string svg = to_svg(picture) + to_svg(draw_spark(data));
      EXPECT_EQ(svg.find("nan"), std::string::npos);
      EXPECT_EQ(svg.find("inf"), std::string::npos);
    }
  }
}

TEST(Chart, DrawsNothingBeyondThePicture) {
  const Picture picture = draw_chart(eventful_weeks(), page_chart);

  std::vector<Spot> spots;
  for (const Area& area : all_of<Area>(picture)) {
    spots.insert(spots.end(), area.spots.begin(), area.spots.end());
  }
  for (const Stroke& stroke : all_of<Stroke>(picture)) {
    spots.insert(spots.end(), stroke.spots.begin(), stroke.spots.end());
  }
  for (const Spot& spot : spots) {
    EXPECT_TRUE(spot.x >= 0 && spot.x <= picture.width && spot.y >= 0 && spot.y <= picture.height)
        << spot.x << ", " << spot.y;
  }
}

TEST(Chart, SaysThatThereAreNoValues) {
  const std::vector<Label> labels = all_of<Label>(draw_chart(ChartData{}, mail_chart));

  ASSERT_EQ(labels.size(), 1U);
  EXPECT_EQ(labels[0].text, "no values yet");
}

TEST(Chart, DrawsTheNewestWhereThereAreMoreThanItsFormTakes) {
  ChartData data = eventful_weeks();
  data.breaks.push_back({20, ChartBreak::Kind::definition});
  ChartForm form = mail_chart;
  form.points_max = 10;

  const Picture picture = draw_chart(data, form);

  EXPECT_EQ(count_of(picture, Mark::Form::square), 0);  // the revised period is older
  EXPECT_EQ(count_of(picture, Mark::Form::triangle), 1);
  EXPECT_EQ(strokes_of(picture, Ink::muted).back().dash, Dash::dots);  // the younger break
}

TEST(Chart, ExplainsItsMarksInTheReadersLanguage) {
  std::string words;
  for (const Label& label : all_of<Label>(draw_chart(eventful_weeks(Language::de), page_chart))) {
    words += label.text + "\n";
  }
  for (const char* word : {"üblicher Bereich", "Signal", "noch nicht endgültig", "96 %", "März"}) {
    EXPECT_NE(words.find(word), std::string::npos) << word;
  }
}

TEST(Chart, IsTheSameTextEachTime) {
  const std::string first = to_svg(draw_chart(eventful_weeks(), page_chart));

  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(to_svg(draw_chart(eventful_weeks(), page_chart)), first);
  }
  expect_golden("picture/weeks.svg", first);
  expect_golden("picture/spark.svg", to_svg(draw_spark(eventful_weeks())));
}

TEST(Svg, EscapesEveryTextFromOutside) {
  ChartData data = eventful_weeks();
  data.title = "</text><script>alert('&')</script>\x01";
  data.unit = "\"><script>";
  data.percent = false;
  data.alt = "\"/><script>";

  const std::string svg = to_svg(draw_chart(data, page_chart));

  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find("'&'"), std::string::npos);
}

}  // namespace
}  // namespace measured::tests
