// Another layout of the page: what is refused of a template, and what one can do.

#include "rules/digest/layout.h"

#include <gmock/gmock.h>

#include "rules/digest/html.h"
#include "tests/rules/digest/told_weeks.h"
#include "tests/support/files.h"

namespace measured::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// "3:7 there is no 'titel' here; write 'title'".
std::vector<std::string> problems_of(std::string_view text) {
  std::vector<std::string> all;
  for (const LayoutProblem& problem : check_layout(text)) {
    all.push_back(std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " +
                  problem.message + "; " + problem.help);
  }
  return all;
}

constexpr std::string_view whole_page = R"(<!DOCTYPE html><title>{{subject}}</title>
<p>{{to}} {{date}} {{#period}}{{.}}{{/period}} {{as_of}} {{intro}}</p>
{{! the news }}{{#headline}}<p>{{.}}</p>{{/headline}}{{^headline}}none{{/headline}}
{{#drivers}}<h2>{{title}}</h2>
{{#measures}}<h3>{{title}}</h3>{{#rows}}<p class="{{verdict}}">{{mark}} {{team}} {{value}} {{counts}}
{{change}} {{before}} {{target}} {{word}}{{#notes}}<i>{{.}}</i>{{/notes}}
{{#picture}}<img src="cid:{{id}}" alt="{{alt}}" width="{{width}}" height="{{height}}">{{/picture}}
{{#act}}<a href="{{url}}">{{label}}</a>{{/act}}</p>{{/rows}}{{/measures}}
{{outcomes_heading}}{{#outcomes}}{{title}}{{#rows}}{{value}}{{/rows}}{{/outcomes}}{{/drivers}}
<h2>{{cases_heading}}</h2>{{#cases}}<h3>{{title}}</h3>{{#rows}}<p>{{#cells}}{{label}} {{value}} {{/cells}}
{{#link}}<a href="{{link}}">open</a>{{/link}}</p>{{/rows}}{{/cases}}
<h2>{{unknown_heading}}</h2>{{#unknown}}<p>{{.}}</p>{{/unknown}}
{{#changed}}{{.}}{{/changed}}{{#open}}{{.}}{{/open}}{{#expected}}{{.}}{{/expected}}
{{#footer}}<p>{{.}}</p>{{/footer}}{{#settings}}<a href="{{url}}">{{label}}</a>{{/settings}}
)";

DigestContent a_page() {
  const auto rules = two_hubs();
  for (Measure& measure : rules->measures) {
    measure.title = "<b>" + measure.title + "</b>";
    measure.rows = RowsSpec{"", {{"order", "id"}}, "", "https://shop.example.com/{order}", 5, {}};
  }
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(10, 100));
  DigestInput input = reading(board, "ben@example.com", 6);
  input.cases = {{"on_time", "hub-south", {"order"}, {{"\"'&<4711>"}}, 90, false}};
  return digest_content(input);
}

TEST(Layout, TakesATemplateThatUsesEveryName) {
  EXPECT_THAT(problems_of(whole_page), IsEmpty());
}

TEST(Layout, WritesThePageWithEveryValueEscaped) {
  const auto page = render_layout(std::string(whole_page), a_page());

  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(*page, HasSubstr("&lt;b&gt;On-time shipments&lt;/b&gt;"));
  EXPECT_THAT(*page, Not(HasSubstr("<b>On-time")));
  EXPECT_THAT(*page, HasSubstr("order &quot;&#39;&amp;&lt;4711&gt;"));
  EXPECT_THAT(*page,
              HasSubstr("<a href=\"https://shop.example.com/%22%27%26%3C4711%3E\">open</a>"));
  EXPECT_THAT(*page, HasSubstr("South hub 10.0 % 10/100"));
  EXPECT_THAT(*page, HasSubstr("<h2>What to look at</h2>"));
  EXPECT_THAT(*page, Not(HasSubstr("none")));
}

TEST(Layout, IsRefusedWhereATagWouldNotEscape) {
  EXPECT_THAT(problems_of("{{title}}\n {{{title}}}"),
              ElementsAre("2:2 this tag would not escape its value; "
                          "write '{{title}}': every value is escaped"));
  EXPECT_THAT(problems_of("{{&title}}"), ElementsAre(HasSubstr("would not escape")));
  EXPECT_THAT(problems_of("{{ & title}}"), Not(IsEmpty()));
  EXPECT_THAT(problems_of("{{=<% %>=}}<%& title %>"), ElementsAre(HasSubstr("delimiters")));
  EXPECT_THAT(problems_of("{{>part}}"), ElementsAre(HasSubstr("no partials")));
}

TEST(Layout, IsRefusedWithThePlaceOfANameThatThereIsNot) {
  EXPECT_THAT(problems_of("{{#drivers}}\n  {{titel}}\n{{/drivers}}{{team}}"),
              ElementsAre("2:3 there is no 'titel' here; write 'title'",
                          HasSubstr("3:13 there is no 'team' here")));
  EXPECT_THAT(problems_of("{{drivers}}"), ElementsAre(HasSubstr("'drivers' is no text")));
}

TEST(Layout, IsRefusedWhereSectionsDoNotClose) {
  EXPECT_THAT(problems_of("{{#drivers}}{{#measures}}{{/drivers}}{{/measures}}"),
              ElementsAre(HasSubstr("1:26 'drivers' is closed here, and 'measures' is open"),
                          HasSubstr("'measures' is closed here, and 'drivers' is open")));
  EXPECT_THAT(problems_of("{{#drivers}}"), ElementsAre(HasSubstr("never closed")));
  EXPECT_THAT(problems_of("a {{title"),
              ElementsAre("1:3 this tag is never closed; write '}}' at its end"));
  EXPECT_THAT(problems_of("{{/drivers}}"), ElementsAre(HasSubstr("no section 'drivers' is open")));
}

TEST(Layout, IsRefusedWithWhatAMailMustNotHave) {
  EXPECT_THAT(problems_of("<SCRIPT>alert(1)</SCRIPT>"), ElementsAre(HasSubstr("'<script'")));
  EXPECT_THAT(problems_of("<img src=\"https://t.example/x.gif\">"), ElementsAre(HasSubstr("src=")));
}

TEST(Layout, IsRefusedWhereItIsTooDeepOrTooLong) {
  std::string deep;
  for (int i = 0; i < 50'000 / 12; ++i) {
    deep += "{{#drivers}}";
  }
  EXPECT_THAT(problems_of(deep), Not(IsEmpty()));
  EXPECT_THAT(problems_of(std::string(layout_bytes_max + 1, 'x')), ElementsAre(HasSubstr("bytes")));
}

TEST(Layout, ThatFailsAfterAllGivesWayToOurs) {
  const DigestContent content = a_page();
  Digest digest;
  digest.layout = DigestTemplate{"monday.mustache", "{{#drivers}}"};

  const LaidOut page = lay_out(digest, content);

  EXPECT_EQ(page.html, render_html(content));
  EXPECT_NE(page.problem, "");
}

TEST(Layout, HasItsNamesInTheManual) {
  const std::string manual = tests::file_text(tests::repository_file("docs/rules.md"));
  const std::string page = manual.substr(manual.find("### Templates"));

  for (const std::string& name : layout_names()) {
    const std::string bare = name.substr(name.find(' ') + 1);
    EXPECT_THAT(page, HasSubstr("`" + bare + "`")) << name;
  }
}

}  // namespace
}  // namespace measured::rules
