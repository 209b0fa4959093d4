// From the mail to the page, the form, and what the next mail says of it: the whole way but for the
// sockets, under a clock that the test moves.
#include "daemon/web/acts.h"

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>

#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr std::string_view base = "https://m.example.org";

// The text of a quoted-printable mail, as far as these tests read it.
std::string plain(std::string mail) {
  for (const auto& [from, to] : {std::pair("=\r\n", ""), std::pair("=3D", "=")}) {
    for (auto at = mail.find(from); at != std::string::npos; at = mail.find(from, at)) {
      mail.replace(at, std::string_view(from).size(), to);
    }
  }
  return mail;
}

class ActsTest : public ServiceTest {
 protected:
  ActsTest() {
    links = std::make_shared<const Links>(std::string(base), rules::Secret(std::string(32, 'k')),
                                          rules::Secret(), std::chrono::days{60});
    options.links = links;
    start();
    acts = std::make_unique<Acts>(ActsParts{loop.get_executor(), *engine, *store, clock, log, links,
                                            [this] { return ready; }});
    take(rules_text);
    miss(0, 80);
    pass(9 * 24h + 9h);
  }

  // A week of 100 deliveries to the north, so many of them on time.
  void miss(int week, int hits) {
    deliveries(monday + std::chrono::days{7 * week + 1}, "north", hits, 100 - hits);
    deliveries(monday + std::chrono::days{7 * week + 1}, "south", 99, 1);
  }

  std::string mail_to(const std::string& reader) {
    std::string newest;
    for (const OutboxRow& row : messages("mail")) {
      newest = row.recipient == reader ? row.body : newest;
    }
    return plain(newest);
  }

  // The token of the link that stands behind these words in the text of her newest mail.
  std::string token_behind(const std::string& reader, const std::string& words) {
    const std::string mail = mail_to(reader);
    const std::string start = std::string(base) + "/act/";
    const auto at = mail.find(start, mail.find(words));
    EXPECT_NE(at, std::string::npos) << words << " in\n" << mail;
    const auto end = mail.find_first_of(" \r\n>\"", at);
    return mail.substr(at + start.size(), end - at - start.size());
  }

  WebResponse ask(WebRequest request) {
    request.path = request.path.empty() ? "/" : request.path;
    std::optional<WebResponse> response;
    asio::co_spawn(loop, acts->answer(request), [&](std::exception_ptr failed, WebResponse got) {
      if (failed) {
        std::rethrow_exception(failed);
      }
      response = std::move(got);
    });
    settle();
    return response.value_or(WebResponse{.status = 0});
  }
  WebResponse get(const std::string& token) {
    return ask({.method = "GET", .path = "/act/" + token, .remote = "10.0.0.1"});
  }
  WebResponse post(const std::string& token, const std::string& form,
                   const std::string& type = "application/x-www-form-urlencoded",
                   const std::string& origin = std::string(base)) {
    WebRequest request{
        .method = "POST", .path = "/act/" + token, .body = form, .remote = "10.0.0.1"};
    request.headers = {{"content-type", type}, {"origin", origin}};
    return ask(request);
  }

  std::string acknowledge_token() {
    return token_behind("ana@example.com", "Say what you do about it");
  }
  static std::string good_form() {
    return "note=strike+at+the+carrier&action=second+carrier&until=2026-12-01";
  }

  bool ready = true;
  std::shared_ptr<const Links> links;
  std::unique_ptr<Acts> acts;
};

TEST_F(ActsTest, AMissIsAcknowledgedFromTheMailAndTheNextMailSaysSo) {
  const std::string token = acknowledge_token();
  const WebResponse page = get(token);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<h1>On time, North hub</h1>"));
  EXPECT_THAT(page.body, HasSubstr("80.0 % (80 of 100), ≥ 90 %: missed"));
  EXPECT_THAT(page.body, HasSubstr("<form method=\"post\""));

  const WebResponse done = post(token, good_form());
  EXPECT_EQ(done.status, 200);
  EXPECT_THAT(done.body, HasSubstr("Noted. Until 1 Dec 2026"));

  miss(1, 79);
  pass(7 * 24h);
  EXPECT_THAT(mail_to("ana@example.com"),
              HasSubstr("Acknowledged by Ana until 1 Dec 2026: strike at the carrier."));
  EXPECT_THAT(store->ledger("acknowledgement", "on_time").value(), SizeIs(1));
  EXPECT_TRUE(store->verify_ledger());
}

TEST_F(ActsTest, ItComesBackWhenItGetsWorse) {
  post(acknowledge_token(), good_form());
  miss(1, 60);
  pass(7 * 24h);

  EXPECT_THAT(mail_to("ana@example.com"), HasSubstr("it is worse now"));
}

TEST_F(ActsTest, ItIsOverWithThePeriodThatMeetsTheTarget) {
  post(acknowledge_token(), good_form());
  miss(1, 99);
  pass(7 * 24h);
  miss(2, 80);
  pass(7 * 24h);

  const std::string mail = mail_to("ana@example.com");
  EXPECT_THAT(mail, HasSubstr("missed"));
  EXPECT_THAT(mail, Not(HasSubstr("strike at the carrier")));
}

// Programs that look for bad links follow every one of them.
TEST_F(ActsTest, LookingChangesNothing) {
  for (const char* words :
       {"Say what you do about it", "Get this less often", "List-Unsubscribe"}) {
    const std::string token = token_behind("ana@example.com", words);
    EXPECT_EQ(get(token).status, 200) << words;
    EXPECT_EQ(ask({.method = "HEAD", .path = "/act/" + token}).status, 200) << words;
    EXPECT_EQ(ask({.method = "DELETE", .path = "/act/" + token}).status, 405) << words;
  }
  EXPECT_THAT(store->acknowledgements("").value(), SizeIs(0));
  EXPECT_THAT(store->subscriptions("").value(), SizeIs(0));
}

TEST_F(ActsTest, PressingTwiceActsOnce) {
  const std::string token = acknowledge_token();
  post(token, good_form());

  const WebResponse again = post(token, "note=another&until=2026-12-02");

  EXPECT_EQ(again.status, 200);
  EXPECT_THAT(again.body, HasSubstr("This was noted already, by Ana"));
  EXPECT_THAT(get(token).body, HasSubstr("strike at the carrier"));
  EXPECT_THAT(store->acknowledgements("").value(), SizeIs(1));
}

TEST_F(ActsTest, AFormWithAMistakeComesBackWithWhatWasWritten) {
  const std::string token = acknowledge_token();

  const WebResponse no_note = post(token, "note=+&action=call+%3Cthem%3E&until=2026-12-01");
  const WebResponse past = post(token, "note=strike&until=2026-11-01");
  const WebResponse no_day = post(token, "note=strike&until=soon");
  const WebResponse too_long = post(token, "until=2026-12-01&note=" + std::string(501, 'x'));

  EXPECT_EQ(no_note.status, 422);
  EXPECT_THAT(no_note.body, HasSubstr("Please write a few words"));
  EXPECT_THAT(no_note.body, HasSubstr("call &lt;them&gt;"));
  EXPECT_THAT(past.body, HasSubstr("Please choose a day from"));
  EXPECT_THAT(no_day.body, HasSubstr("Please choose a day from"));
  EXPECT_THAT(too_long.body, HasSubstr("at most 500 characters"));
  EXPECT_THAT(store->acknowledgements("").value(), SizeIs(0));
}

TEST_F(ActsTest, APeriodIsAnnotatedAndTheNextMailSaysSo) {
  const std::string page = get(acknowledge_token()).body;
  const auto from = page.rfind("<a href=\"") + 9;
  const std::string token = page.substr(from, page.find('"', from) - from);
  EXPECT_THAT(get(token).body, HasSubstr("<option value=\"2026-11-02T00:00:00Z\" selected>"));

  EXPECT_EQ(post(token, "period=2026-11-09T00:00:00Z&note=strike+on+Tuesday").status, 200);
  EXPECT_EQ(post(token, "period=2026-11-02T00:00:00Z&note=again").status, 200);

  miss(1, 79);
  pass(7 * 24h);
  const std::string mail = mail_to("ana@example.com");
  EXPECT_THAT(mail, HasSubstr("strike on Tuesday (Ana)."));
  EXPECT_THAT(mail, Not(HasSubstr("again (Ana)")));
}

// As RFC 8058 has it: the pair of header fields, and the one pair that is posted to the address in
// them, by a program that sends no cookies, follows no redirect and names no origin.
TEST_F(ActsTest, OneClickUnsubscribes) {
  EXPECT_THAT(mail_to("ana@example.com"),
              HasSubstr("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
  const std::string token = token_behind("ana@example.com", "List-Unsubscribe:");

  EXPECT_EQ(post(token, "", "application/x-www-form-urlencoded", "").status, 400);
  const WebResponse done =
      post(token, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded", "");
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(store->subscriptions("monday").value().at(0).state, "unsubscribed");
  EXPECT_EQ(post(token, "List-Unsubscribe=One-Click").status, 200);

  const std::size_t sent = messages("mail").size();
  pass(7 * 24h);
  EXPECT_EQ(messages("mail").size(), sent + 1) << "the other reader's";
  EXPECT_THAT(store->slots("digest/monday/UTC", 1).value().at(0).detail,
              HasSubstr("not sent to ana@example.com (unsubscribed)"));
}

TEST_F(ActsTest, OneClickMayComeInParts) {
  const std::string token = token_behind("ana@example.com", "List-Unsubscribe:");

  const WebResponse done =
      post(token,
           "--b1\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
           "One-Click\r\n--b1--\r\n",
           "multipart/form-data; boundary=b1", "");

  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(store->subscriptions("monday").value().at(0).state, "unsubscribed");
}

TEST_F(ActsTest, AReaderPausesAndComesBack) {
  const std::string token = token_behind("ana@example.com", "Get this less often");

  EXPECT_EQ(post(token, "send=pause&until=2026-11-20").status, 200);
  const std::size_t sent = messages("mail").size();
  pass(7 * 24h);
  EXPECT_EQ(messages("mail").size(), sent + 1);
  EXPECT_THAT(get(token).body, HasSubstr("You get none before 20 Nov 2026."));
  pass(7 * 24h);
  EXPECT_EQ(messages("mail").size(), sent + 3);

  EXPECT_EQ(post(token, "send=monthly").status, 200);
  EXPECT_THAT(get(token).body, HasSubstr("value=\"monthly\" checked"));
  EXPECT_EQ(post(token, "send=sometimes").status, 422);
  EXPECT_EQ(post(token, "send=pause&until=2020-01-01").status, 422);
}

TEST_F(ActsTest, ALinkThatIsNoneOrTooOldGetsAPageThatSaysWhatToDo) {
  const std::string token = acknowledge_token();

  const WebResponse forged = get(token.substr(0, token.size() - 1));
  EXPECT_EQ(forged.status, 404);
  EXPECT_THAT(forged.body, HasSubstr("Please copy it whole"));
  pass(61 * 24h);
  const WebResponse old = post(token, good_form());
  EXPECT_EQ(old.status, 410);
  EXPECT_THAT(old.body, HasSubstr("Please use the one in your newest message"));
  EXPECT_THAT(store->acknowledgements("").value(), SizeIs(0));
}

TEST_F(ActsTest, WhoGuessesIsSlowedDownAndWhoHasALinkIsNot) {
  const std::string token = acknowledge_token();
  for (std::size_t i = 0; i < Acts::bad_tokens_max; ++i) {
    EXPECT_EQ(get("guess." + std::to_string(i)).status, 404);
  }

  EXPECT_EQ(get("guess.x").status, 429);
  EXPECT_EQ(get(token).status, 200);
  pass(61s);
  EXPECT_EQ(get("guess.x").status, 404);
}

TEST_F(ActsTest, APageElsewhereCannotPost) {
  const std::string token = acknowledge_token();

  EXPECT_EQ(
      post(token, good_form(), "application/x-www-form-urlencoded", "https://evil.example").status,
      400);
  EXPECT_EQ(post(token, good_form(), "text/plain").status, 400);
  EXPECT_EQ(post(token, good_form() + "&x=" + std::string(Acts::form_bytes_max, 'x')).status, 400);
  EXPECT_THAT(store->acknowledgements("").value(), SizeIs(0));
}

TEST_F(ActsTest, WhoNoLongerManagesTheTeamCanNoLongerActForIt) {
  const std::string token = acknowledge_token();
  std::string moved = rules_text;
  moved.replace(moved.find("{name: Ana, email: ana@"), 23, "{name: Eva, email: eva@");
  take(moved);

  EXPECT_EQ(post(token, good_form()).status, 403);
  EXPECT_THAT(store->acknowledgements("").value(), SizeIs(0));
}

TEST_F(ActsTest, ATokenStandsInNoLogLine) {
  const std::string token = acknowledge_token();
  post(token, good_form());
  get(token + "x");

  EXPECT_THAT(logged, HasSubstr("event=act"));
  EXPECT_THAT(logged, Not(HasSubstr(token.substr(token.rfind('.') + 1))));
  EXPECT_THAT(logged, Not(HasSubstr("/act/")));
}

TEST_F(ActsTest, WithoutRulesInForceItAsksToComeBack) {
  ready = false;

  EXPECT_EQ(get(acknowledge_token()).status, 503);
}

TEST_F(ActsTest, SpeaksTheBrowsersLanguageWhereTheLinkTellsNothing) {
  const auto told_in = [this](const std::string& languages) {
    WebRequest request{.method = "GET", .path = "/act/forged", .remote = "10.0.0.2"};
    request.headers = {{"accept-language", languages}};
    return ask(request).body;
  };

  EXPECT_THAT(told_in("de-DE,de;q=0.9,en;q=0.8"), HasSubstr("<html lang=\"de\""));
  EXPECT_THAT(told_in("fr, en;q=0.3, pt-BR;q=0.7"), HasSubstr("<html lang=\"pt-BR\""));
  EXPECT_THAT(told_in("fr"), HasSubstr("<html lang=\"en\""));
  EXPECT_THAT(told_in(";;q=,=0,,"), HasSubstr("<html lang=\"en\""));
}

}  // namespace
}  // namespace measured::daemon
