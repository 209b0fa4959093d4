// The recipes of docs/sources.md, as they stand there, against servers that answer in the shape
// which the vendors' public documentation shows.

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "tests/support/fake_api.h"
#include "tests/support/files.h"
#include "tests/support/source_of.h"

namespace measured::connectors {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tests::ApiReply;
using tests::ApiRequest;
using tests::FakeApi;

using Row = std::vector<std::optional<std::string>>;

// The recipe with the server's address in place of the vendor's, and a token in place of the
// secret.
std::unique_ptr<Source> recipe(const std::string& name, const FakeApi& api) {
  const std::string page = tests::file_text(tests::repository_file("docs/sources.md"));
  const std::size_t begin = page.find("```yaml\n", page.find("<!-- recipe " + name + " -->")) + 8;
  std::string yaml = page.substr(begin, page.find("```", begin) - begin);
  yaml.erase(0, yaml.find('\n') + 1);  // the kind
  const std::size_t host = yaml.find("https://");
  yaml.replace(host, yaml.find_first_of("/\n", host + 8) - host, api.url());
  const std::size_t secret = yaml.find("${");
  yaml.replace(secret, yaml.find('}', secret) + 1 - secret, "t0ken");
  if (const std::size_t pace = yaml.find("max_per_minute"); pace != std::string::npos) {
    yaml.erase(pace, yaml.find('\n', pace) + 1 - pace);
  }
  std::string problems;
  auto source = tests::source_of("http", yaml + "allow_private: true\n", &problems);
  EXPECT_NE(source, nullptr) << problems;
  return source;
}

rules::Result<ScanResult> scan(Source& source, const std::string& from, const std::string& time) {
  Scan scan;
  scan.from = from;
  scan.time = time;
  scan.team = "team";
  scan.edges = {rules::parse_instant("2026-03-01").value(),
                rules::parse_instant("2026-04-01").value()};
  scan.measures = {{"x", rules::MeasureKind::count, "", "", "", {}}};
  return source.scan(scan, {});
}

// "team n, team n": what was counted.
std::string counts(const rules::Result<ScanResult>& result) {
  if (!result) {
    return result.error().message;
  }
  std::string text;
  for (const ScanCell& cell : result->cells) {
    text += (text.empty() ? "" : ", ") + cell.team.value_or("<null>") + " " +
            std::to_string(cell.tally.n);
  }
  return text;
}

TEST(Recipes, GithubListsIssuesAndPullRequestsByLinks) {
  const FakeApi api([](const ApiRequest& request) {
    if (request.query.contains("page")) {
      return ApiReply{200, R"([{"number":1349,"title":"Typo","state":"closed","comments":3,
        "milestone":{"title":"v1.0","number":1},"labels":[],"created_at":"2026-03-05T09:00:00Z",
        "updated_at":"2026-03-06T09:00:00Z","closed_at":"2026-03-06T09:00:00Z"}])"};
    }
    return ApiReply{200,
                    R"([{"number":1347,"title":"Found a bug","state":"open","comments":0,
        "milestone":{"title":"v1.0","number":1},"labels":[{"id":208045946,"name":"bug"}],
        "created_at":"2026-03-02T13:33:48Z","updated_at":"2026-03-03T13:33:48Z","closed_at":null},
        {"number":1348,"title":"Fix it","state":"open","comments":1,"milestone":null,"labels":[],
        "pull_request":{"url":"https://api.github.com/repos/octocat/hello-world/pulls/1348"},
        "created_at":"2026-03-04T13:33:48Z","updated_at":"2026-03-04T13:33:48Z","closed_at":null}])",
                    {{"Link",
                      "</repositories/1/issues?page=2>; rel=\"next\", "
                      "</repositories/1/issues?page=2>; rel=\"last\""},
                     {"X-RateLimit-Limit", "5000"},
                     {"X-RateLimit-Remaining", "4999"}}};
  });
  const auto github = recipe("github", api);

  EXPECT_EQ(
      counts(scan(*github, "(select * from issues where pull_request is null)", "created_at")),
      "v1.0 2");
  EXPECT_EQ(
      api.asked().front(),
      "GET "
      "/repos/octocat/hello-world/issues?state=all&since=2026-03-01T00%3A00%3A00Z&per_page=100");
  EXPECT_EQ(api.last().headers.at("authorization"), "Bearer t0ken");
  EXPECT_EQ(api.last().headers.at("x-github-api-version"), "2022-11-28");
}

TEST(Recipes, ZendeskExportsTicketsUntilTheEndOfTheStream) {
  const FakeApi api([](const ApiRequest& request) {
    const bool first = !request.query.contains("cursor");
    return ApiReply{200,
                    first ? R"({"after_cursor":"MTU3NjYxMzUzOS4wfHw0Njd8","after_url":"https://x",
        "before_cursor":null,"end_of_stream":false,"tickets":[
        {"id":35436,"group_id":98738,"status":"open","created_at":"2026-03-02T22:55:29Z",
         "updated_at":"2026-03-05T10:38:52Z","satisfaction_rating":{"score":"good"},"tags":["a","b"]},
        {"id":35437,"group_id":null,"status":"new","created_at":"2026-03-03T22:55:29Z",
         "updated_at":"2026-03-05T10:38:52Z","satisfaction_rating":null,"tags":[]}]})"
                          : R"({"after_cursor":"ZZZ","end_of_stream":true,"tickets":[
        {"id":35436,"group_id":98739,"status":"solved","created_at":"2026-03-02T22:55:29Z",
         "updated_at":"2026-03-06T10:38:52Z","tags":["a"]}]})"};
  });
  const auto zendesk = recipe("zendesk", api);

  EXPECT_EQ(counts(scan(*zendesk, "tickets", "created_at")), "<null> 1, 98739 1")
      << "a ticket that comes twice counts as it was last";
  EXPECT_THAT(
      api.asked(),
      ElementsAre("GET /api/v2/incremental/tickets/cursor.json?start_time=1772323200&per_page=1000",
                  HasSubstr("&cursor=MTU3NjYxMzUzOS4wfHw0Njd8")));
  EXPECT_EQ(api.last().headers.at("authorization"), "Basic b3BzQGV4YW1wbGUuY29tL3Rva2VuOnQwa2Vu");
}

TEST(Recipes, ZendeskAuditsShowHandOffs) {
  const FakeApi api([](const ApiRequest& request) {
    const bool first = !request.query.contains("page[after]");
    return ApiReply{200, first ? R"({"audits":[{"id":1,"ticket_id":47,"author_id":5,
        "created_at":"2026-03-02T08:00:00Z","events":[
          {"id":10,"type":"Create","field_name":"group_id","value":"98738"},
          {"id":11,"type":"Comment","body":"Thanks for your help!","public":true,"attachments":[]}]}],
        "meta":{"has_more":true,"after_cursor":"eyJvIjoibmV4dCJ9","before_cursor":"x"}})"
                               : R"({"audits":[{"id":2,"ticket_id":47,"author_id":5,
        "created_at":"2026-03-02T09:00:00Z","events":[
          {"id":12,"type":"Change","field_name":"group_id","value":"98739","previous_value":"98738"},
          {"id":13,"type":"Change","field_name":"status","value":"open","previous_value":"new"}]}],
        "meta":{"has_more":false,"after_cursor":"abc","before_cursor":"x"}})"};
  });
  const auto zendesk = recipe("zendesk", api);

  EXPECT_EQ(
      counts(scan(*zendesk,
                  "(select * from group_changes where field = 'group_id' and before is not null)",
                  "changed_at")),
      "98739 1");
  EXPECT_EQ(api.last().target,
            "/api/v2/ticket_audits.json?page%5Bsize%5D=100&page%5Bafter%5D=eyJvIjoibmV4dCJ9");
}

TEST(Recipes, JiraSearchesByJqlAndUnfoldsChangelogs) {
  const FakeApi api([](const ApiRequest& request) {
    if (request.query.contains("expand")) {
      return ApiReply{200,
                      R"({"issues":[{"id":"10001","key":"DESK-1","changelog":{"startAt":0,"total":1,
          "histories":[{"id":"1","author":{"displayName":"Ann"},"created":"2026-03-02T09:00:00.000+0100",
          "items":[{"field":"assignee","fieldtype":"jira","fromString":"Ann","toString":"Ben"},
                   {"field":"status","fromString":"Open","toString":"In Progress"}]}]}}],"isLast":true})"};
    }
    const bool first = !request.query.contains("nextPageToken");
    const std::string key = first ? "DESK-1" : "DESK-2";
    return ApiReply{
        200, R"({"issues":[{"id":"10001","key":")" + key +
                 R"(","fields":{"created":"2026-03-02T08:00:00.000+0100",
        "resolutiondate":null,"assignee":{"displayName":"Ben"},"status":{"name":"Open"}}}],)" +
                 (first ? R"("nextPageToken":"CAEaAggD","isLast":false})" : R"("isLast":true})")};
  });
  const auto jira = recipe("jira", api);

  EXPECT_EQ(counts(scan(*jira, "issues", "created_at")), "Ben 2");
  EXPECT_EQ(api.last().query.at("jql"),
            "project = DESK and updated >= \"2026/03/01 01:00\" order by updated");
  EXPECT_EQ(api.last().query.at("nextPageToken"), "CAEaAggD");
  EXPECT_EQ(
      counts(scan(*jira, "(select * from assignments where field = 'assignee')", "changed_at")),
      "Ben 1");
}

TEST(Recipes, HubspotSearchesWithACursorInTheBody) {
  const FakeApi api([](const ApiRequest& request) {
    const bool first = request.body.find("\"after\": \"0\"") != std::string::npos;
    return ApiReply{
        200, std::string(R"({"total":2,"results":[{"id":"512","properties":{
        "hs_timestamp":"2026-03-02T03:30:17.883Z","hs_call_direction":"OUTBOUND","hubspot_owner_id":"7"},
        "createdAt":"2026-03-02T03:30:17.883Z","updatedAt":"2026-03-02T16:50:06.678Z","archived":false}])") +
                 (first ? R"(,"paging":{"next":{"after":"100","link":"?after=100"}}})" : "}")};
  });
  const auto hubspot = recipe("hubspot", api);

  EXPECT_EQ(counts(scan(*hubspot, "calls", "called_at")), "7 1") << "one call that came twice";
  EXPECT_THAT(api.last().body, HasSubstr("\"value\": \"1772323200000\""));
  EXPECT_THAT(api.last().body, HasSubstr("\"after\": \"100\""));
  EXPECT_EQ(api.asked(), std::vector<std::string>(2, "POST /crm/v3/objects/calls/search"));
}

}  // namespace
}  // namespace measured::connectors
