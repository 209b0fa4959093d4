// How the http source behaves towards a server: retries, limits, credentials; and its settings.

#include "tests/connectors/http_world.h"

namespace measured::connectors {
namespace {

using ::testing::HasSubstr;

TEST(HttpSource, TriesAgainWhatIsSafeAndHeedsWhatTheServerAsksFor) {
  int number = 0;
  const FakeApi api([&number](const ApiRequest&) {
    switch (++number) {
      case 1: return ApiReply{502, ""};
      case 2: return ApiReply{429, "", {{"Retry-After", "0"}}};
      default: return ApiReply{200, tickets(1, 2)};
    }
  });
  EXPECT_EQ(total(source(api, "    path: /t\n")->scan(count_of(), {})), 2);
  EXPECT_EQ(number, 3);

  const FakeApi search([](const ApiRequest&) { return ApiReply{502, ""}; });
  EXPECT_EQ(message(source(search, "    path: /t\n    body: '{}'\n")->scan(count_of(), {})),
            "table 'tickets', page 1: HTTP 502");
  EXPECT_EQ(search.asked().size(), 1U) << "a POST may have done something";

  const FakeApi slow([](const ApiRequest&) {
    return ApiReply{429, "", {{"Retry-After", "3600"}}};
  });
  const auto made = source(slow, "    path: /t\n");
  EXPECT_THAT(message(made->scan(count_of(), {})),
              HasSubstr("the server asked to wait another 3600 s, longer than 'wait_max' allows"));
  EXPECT_THAT(message(made->scan(count_of(), {})), HasSubstr("asked to wait"));
  EXPECT_EQ(slow.asked().size(), 1U) << "not asked before its time";
}

TEST(HttpSource, StopsAtABudgetThatIsUsedUp) {
  const FakeApi api([](const ApiRequest& request) {
    return ApiReply{200,
                    tickets(number(request, "page", 1) * 10, 2),
                    {{"X-RateLimit-Remaining", "0"},
                     {"X-RateLimit-Reset", "1774000600"},
                     {"Date", "Fri, 20 Mar 2026 09:46:40 GMT"}}};  // 1774000000
  });
  const auto made = source(api, "    path: /t\n    pages: {by: page, parameter: page, size: 2}\n");

  EXPECT_THAT(message(made->scan(count_of(), {})),
              HasSubstr("page 2: the server asked to wait another 600 s"));
}

TEST(HttpSource, SaysWhoAsksAndNeverShowsIt) {
  const FakeApi api([](const ApiRequest& request) {
    const auto auth = request.headers.find("authorization");
    return auth != request.headers.end() ? ApiReply{200, tickets(1, 1)} : ApiReply{401, ""};
  });
  const std::string table = "    path: /t\n";

  EXPECT_EQ(total(source(api, table, "auth: {bearer: s3cret}\n")->scan(count_of(), {})), 1);
  EXPECT_EQ(api.last().headers.at("authorization"), "Bearer s3cret");
  EXPECT_EQ(total(source(api, table, "auth: {basic: {user: ann/token, password: pw}}\n")
                      ->scan(count_of(), {})),
            1);
  EXPECT_EQ(api.last().headers.at("authorization"), "Basic YW5uL3Rva2VuOnB3");
  const auto refused =
      source(api, table, "auth: {header: {name: X-Key, value: s3cret}}\n")->scan(count_of(), {});
  EXPECT_EQ(api.last().headers.at("x-key"), "s3cret");
  EXPECT_EQ(message(refused), "table 'tickets', page 1: HTTP 401: look at 'auth'");
}

TEST(HttpSource, KeepsATokenAndFetchesAnotherWhenItIsRefused) {
  int tokens = 0;
  const FakeApi api([&tokens](const ApiRequest& request) {
    if (request.path == "/token") {
      EXPECT_EQ(request.body, "grant_type=client_credentials&scope=read%3Aall");
      EXPECT_EQ(request.headers.at("authorization"), "Basic aWQ6c2VjcmV0");
      return ApiReply{
          200, R"({"access_token":"t)" + std::to_string(++tokens) + R"(","expires_in":3600})"};
    }
    const bool good = request.headers.at("authorization") == "Bearer t2";
    return good ? ApiReply{200, tickets(1, 1)} : ApiReply{401, ""};
  });
  const auto made =
      source(api, "    path: /t\n",
             "reuse: 0s\nauth: {oauth2: {token_url: '" + api.url() +
                 "/token', client_id: id, client_secret: secret, scope: 'read:all'}}\n");

  EXPECT_EQ(total(made->scan(count_of(), {})), 1);
  EXPECT_EQ(total(made->scan(count_of(), {})), 1);
  EXPECT_EQ(tokens, 2) << "one that was refused, and one that is kept";
}

TEST(HttpSource, RefusesPrivateAddressesUnlessToldOtherwise) {
  const FakeApi api([](const ApiRequest&) { return ApiReply{200, "[]"}; });
  const auto made = tests::source_of(
      "http",
      "base_url: " + api.url() + "\nretry_wait: 0s\ntables:\n  tickets:\n    path: /t\n" + columns);

  EXPECT_THAT(message(made->scan(count_of(), {})), HasSubstr("'allow_private: true'"));
  EXPECT_TRUE(api.asked().empty());
}

TEST(HttpSource, EndsAListThatNeverEnds) {
  const FakeApi api([](const ApiRequest&) {
    return ApiReply{200, R"({"rows":)" + tickets(1, 1) + R"(,"next":"/t?x=1"})"};
  });
  const std::string table = "    path: /t\n    rows: /rows\n    pages: {by: next, at: /next}\n";
  EXPECT_THAT(message(source(api, table)->scan(count_of(), {})),
              HasSubstr("page 2: the next page is the same again"));

  const FakeApi growing([](const ApiRequest& request) {
    return ApiReply{200, tickets(number(request, "page", 0), 1)};
  });
  const std::string pages = "    path: /t\n    pages: {by: page, parameter: page}\n";
  EXPECT_THAT(message(source(growing, pages, "pages_max: 5\n")->scan(count_of(), {})),
              HasSubstr("the cap is 'pages_max'"));
  EXPECT_THAT(message(source(growing, pages, "rows_max: 3\n")->scan(count_of(), {})),
              HasSubstr("the cap is 'rows_max'"));
}

std::string problems_of(const std::string& yaml) {
  std::string problems;
  tests::source_of("http", yaml, &problems);
  return problems;
}

TEST(HttpSource, SaysWhatIsWrongInItsSettings) {
  const std::string base = "base_url: https://x.example.com\ntables:\n  t:\n    path: /t\n";

  EXPECT_THAT(problems_of("base_url: https://x.example.com\n"), HasSubstr("'tables' is missing"));
  EXPECT_THAT(problems_of(base), HasSubstr("'columns' is missing"));
  EXPECT_THAT(problems_of(base + "    columns: {id: id}\n"),
              HasSubstr("'id' is not a JSON Pointer"));
  EXPECT_THAT(problems_of(base + "    columns: {id: /id}\n    query: {a: '{from:soon}'}\n"),
              HasSubstr("unknown form 'soon'"));
  EXPECT_THAT(problems_of(base + "    columns: {id: /id}\n    pages: {by: page}\n"),
              HasSubstr("nothing in the request says which page"));
  EXPECT_THAT(problems_of(base + "    columns: {id: /id}\n    key: [no]\n"),
              HasSubstr("there is no column 'no'"));
  EXPECT_THAT(problems_of(base + "    columns: {id: /id}\nauth: {}\n"),
              HasSubstr("'auth' says no ways"));
  EXPECT_THAT(problems_of("base_url: https://u:p@x.example.com\n"),
              HasSubstr("the url holds a user name"));
}

}  // namespace
}  // namespace measured::connectors
