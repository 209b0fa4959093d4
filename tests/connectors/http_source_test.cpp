// What the http source promises beyond the contract of all: pages, times, columns, going on.

#include "tests/connectors/http_world.h"

namespace measured::connectors {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(HttpSource, FollowsTheLinkHeader) {
  const FakeApi api([](const ApiRequest& request) {
    const int page = number(request, "page", 1);
    ApiReply reply{200, tickets(page * 10, 2)};
    if (page < 3) {
      reply.headers = {{"Link", "</tickets?page=1>; rel=\"first\", </tickets?a=1,2&page=" +
                                    std::to_string(page + 1) + ">; rel=\"next\""}};
    }
    return reply;
  });
  const auto made = source(api, "    path: /tickets\n    pages: {by: link}\n");

  EXPECT_EQ(total(made->scan(count_of(), {})), 6);
  EXPECT_THAT(api.asked(), ElementsAre("GET /tickets", "GET /tickets?a=1,2&page=2",
                                       "GET /tickets?a=1,2&page=3"));
}

TEST(HttpSource, FollowsTheNextFieldOfTheBodyOnItsOwnServerOnly) {
  std::string next;
  const FakeApi api([&next](const ApiRequest& request) {
    const bool first = request.query.empty();
    return ApiReply{200, R"({"list":)" + tickets(first ? 1 : 5, 2) + R"(,"next_page":)" +
                             (first ? "\"" + next + "\"" : "null") + "}"};
  });
  const std::string table =
      "    path: /v2/tickets.json\n    rows: /list\n    pages: {by: next, at: /next_page}\n";
  next = api.url() + "/v2/tickets.json?after=9";

  EXPECT_EQ(total(source(api, table)->scan(count_of(), {})), 4);
  EXPECT_EQ(api.asked().back(), "GET /v2/tickets.json?after=9");

  next = "http://169.254.169.254/latest";
  EXPECT_EQ(message(source(api, table)->scan(count_of(), {})),
            "table 'tickets', page 1: the link to the next page leads to another server, "
            "'169.254.169.254': credentials go to '127.0.0.1' alone");
}

TEST(HttpSource, FollowsACursorUntilTheAnswerSaysTheEnd) {
  const FakeApi api([](const ApiRequest& request) {
    const int page = number(request, "cursor", 0);
    return ApiReply{200, R"({"rows":)" + tickets(page * 10, 3) + R"(,"meta":{"cursor":")" +
                             std::to_string(page + 1) + R"(","end":)" +
                             (page == 2 ? "true" : "false") + "}}"};
  });
  const auto made =
      source(api,
             "    path: /tickets\n    rows: /rows\n"
             "    pages: {by: cursor, at: /meta/cursor, parameter: cursor, last: /meta/end}\n");

  EXPECT_EQ(total(made->scan(count_of(), {})), 9);
  EXPECT_THAT(api.asked(),
              ElementsAre("GET /tickets", "GET /tickets?cursor=1", "GET /tickets?cursor=2"));
}

TEST(HttpSource, CountsPagesAndOffsetsUntilOneIsShort) {
  const FakeApi pages([](const ApiRequest& request) {
    return ApiReply{
        200, tickets(number(request, "page", 0) * 10, number(request, "page", 0) < 3 ? 4 : 1)};
  });
  EXPECT_EQ(total(source(pages,
                         "    path: /t\n    query: {per_page: 4}\n    pages: {by: page, parameter: "
                         "page, size: 4}\n")
                      ->scan(count_of(), {})),
            9);
  EXPECT_THAT(pages.asked(), ElementsAre("GET /t?per_page=4&page=1", "GET /t?per_page=4&page=2",
                                         "GET /t?per_page=4&page=3"));

  const FakeApi offsets([](const ApiRequest& request) {
    return ApiReply{200,
                    R"({"total":6,"issues":)" + tickets(number(request, "startAt", 0), 3) + "}"};
  });
  EXPECT_EQ(total(source(offsets,
                         "    path: /t\n    rows: /issues\n"
                         "    pages: {by: offset, parameter: startAt, total: /total}\n")
                      ->scan(count_of(), {})),
            6);
  EXPECT_THAT(offsets.asked(), ElementsAre("GET /t?startAt=0", "GET /t?startAt=3"));
}

TEST(HttpSource, AsksOnlyForTheTimeOfTheScan) {
  const FakeApi api([](const ApiRequest&) { return ApiReply{200, tickets(1, 2)}; });
  const auto made = source(api,
                           "    path: /tickets\n    query: {since: '{from}', until: '{to:unix}', "
                           "jql: 'updated >= \"{from:%Y/%m/%d %H:%M}\"'}\n");

  made->scan(count_of(), {}).value();

  const ApiRequest asked = api.last();
  EXPECT_EQ(asked.query.at("since"), "2026-03-01T00:00:00Z");
  EXPECT_EQ(asked.query.at("until"), "1775001600");
  EXPECT_EQ(asked.query.at("jql"), "updated >= \"2026/03/01 00:00\"");
  EXPECT_THAT(made->statement(count_of()),
              HasSubstr("-- tickets: GET /tickets?since=2026-03-01T00%3A00%3A00Z"));
}

TEST(HttpSource, PostsASearchWithTheCursorInItsBody) {
  const FakeApi api([](const ApiRequest& request) {
    const bool first = request.body.find("\"after\":\"0\"") != std::string::npos;
    return ApiReply{200, R"({"results":)" + tickets(first ? 1 : 4, 2) +
                             (first ? R"(,"paging":{"next":{"after":"2\"00"}}})" : "}")};
  });
  const auto made = source(api,
                           "    path: /search\n    rows: /results\n"
                           "    body: '{\"since\":\"{from:unix_ms}\",\"after\":\"{cursor}\"}'\n"
                           "    pages: {by: cursor, at: /paging/next/after, first: \"0\"}\n");

  EXPECT_EQ(total(made->scan(count_of(), {})), 4);
  EXPECT_EQ(api.last().method, "POST");
  EXPECT_EQ(api.last().body, "{\"since\":\"1772323200000\",\"after\":\"2\\\"00\"}");
  EXPECT_EQ(api.last().headers.at("content-type"), "application/json");
}

TEST(HttpSource, CountsAndExplodesArrays) {
  const FakeApi api([](const ApiRequest&) {
    return ApiReply{
        200,
        R"([{"id":1,"events":[{"at":1772409600,"who":["x","y"]},{"at":"1772409601","who":[]}]},)"
        R"({"id":2},{"id":3,"events":[{"at":1772409602.5,"who":null}]}])"};
  });
  const auto made = tests::source_of(
      "http",
      "base_url: " + api.url() +
          "\nallow_private: true\ntables:\n  events:\n    path: /e\n    explode: /events\n"
          "    columns: {ticket: {at: /id, type: integer, up: 1}, at: {at: /at, type: unix}, "
          "who: {count: /who}}\n");

  const auto table = made->read("select * from events", 10, {});

  ASSERT_TRUE(table) << table.error().message;
  using Row = std::vector<std::optional<std::string>>;
  EXPECT_THAT(table->rows, ElementsAre(Row{"1", "2026-03-02 00:00:00Z", "2"},
                                       Row{"1", "2026-03-02 00:00:01Z", "0"},
                                       Row{"3", "2026-03-02 00:00:02Z", std::nullopt}));
}

TEST(HttpSource, NamesPageRowColumnAndPointerOfABadValue) {
  const FakeApi api([](const ApiRequest& request) {
    const bool first = request.query.at("page") == "1";
    return ApiReply{200,
                    first ? tickets(1, 2) : "[" + ticket(3) + R"(,{"id":4,"created_at":"soon"}])"};
  });
  const std::string table = "    path: /t\n    pages: {by: page, parameter: page, size: 2}\n";

  const auto result = source(api, table)->scan(count_of(), {});
  EXPECT_EQ(message(result),
            "table 'tickets', page 2: row 2: column 'created_at' (/created_at): 'soon' is not a "
            "timestamp ('on_bad_row: skip' leaves such rows out)");

  const FakeApi again([](const ApiRequest&) {
    return ApiReply{200, "[" + ticket(3) + R"(,{"id":{"deep":1},"created_at":"2026-03-02"}])"};
  });
  const auto skipping = source(again, "    path: /t\n    on_bad_row: skip\n")->scan(count_of(), {});
  ASSERT_TRUE(skipping) << message(skipping);
  EXPECT_EQ(skipping->rows_skipped, 1);
  EXPECT_THAT(
      skipping->notes.at(0),
      HasSubstr("page 1, row 2: column 'id' (/id): an object where an integer is expected"));
}

TEST(HttpSource, GoesOnFromThePageThatFailed) {
  int broken = 1;
  const FakeApi api([&broken](const ApiRequest& request) {
    const int page = number(request, "page", 1);
    if (page == 3 && broken-- > 0) {
      return ApiReply{500, "oops"};
    }
    return ApiReply{200, tickets(page * 10, page < 4 ? 2 : 1)};
  });
  const auto made = source(api, "    path: /t\n    pages: {by: page, parameter: page, size: 2}\n",
                           "attempts: 1\n");

  const auto first = made->scan(count_of(), {});
  EXPECT_EQ(message(first),
            "table 'tickets', page 3: HTTP 500; the next pull goes on from this page");
  EXPECT_EQ(first.error().retry, rules::Failure::Retry::later);
  EXPECT_EQ(total(made->scan(count_of(), {})), 7);
  EXPECT_THAT(api.asked(), ElementsAre("GET /t?page=1", "GET /t?page=2", "GET /t?page=3",
                                       "GET /t?page=3", "GET /t?page=4"));
}

TEST(HttpSource, BeginsAnewWhenACursorHasEndedMeanwhile) {
  int step = 0;
  const FakeApi api([&step](const ApiRequest& request) {
    ++step;
    if (step == 2) {
      return ApiReply{503, ""};
    }
    if (step == 3) {
      return ApiReply{400, R"({"error":"cursor expired"})"};
    }
    const bool first = !request.query.contains("cursor");
    return ApiReply{
        200, R"({"rows":)" + tickets(first ? 1 : 5, 2) + (first ? R"(,"cursor":"x"})" : "}")};
  });
  const auto made = source(
      api,
      "    path: /t\n    rows: /rows\n    pages: {by: cursor, at: /cursor, parameter: cursor}\n",
      "attempts: 1\n");

  EXPECT_FALSE(made->scan(count_of(), {}));
  EXPECT_EQ(total(made->scan(count_of(), {})), 4);
}

TEST(HttpSource, ReplacesARowThatComesTwice) {
  const FakeApi api([](const ApiRequest&) {
    return ApiReply{200, "[" + ticket(1, "old") + "," + ticket(2) + "," + ticket(1, "new") + "]"};
  });
  const auto made = source(api, "    path: /t\n    key: id\n");

  const auto table = made->read("select team from tickets order by id", 10, {});
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_EQ(table->rows[0][0], "new");
}

TEST(HttpSource, AsksOnceForAllMeasuresOfARound) {
  const FakeApi api([](const ApiRequest&) { return ApiReply{200, tickets(1, 2)}; });
  const auto made = source(api, "    path: /t\n    query: {since: '{from}'}\n");

  made->scan(count_of(), {}).value();
  Scan later = count_of("(select * from tickets)");
  later.edges = {at("2026-03-02"), at("2026-03-03")};
  made->scan(later, {}).value();
  EXPECT_EQ(api.asked().size(), 1U);

  Scan earlier = count_of();
  earlier.edges.front() = at("2026-02-01");
  made->scan(earlier, {}).value();
  EXPECT_EQ(api.asked().back(), "GET /t?since=2026-02-01T00%3A00%3A00Z");
}

}  // namespace
}  // namespace measured::connectors
