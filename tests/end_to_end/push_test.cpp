// A batch pushed to the real daemon, up to the numbers it makes.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/measured.h"

namespace measured::tests {
namespace {

using ::testing::HasSubstr;

constexpr const char* token = "0123456789abcdef0123456789abcdef";

class Push : public ::testing::Test {
 protected:
  Push() {
    write_file(folder_ / "measured.yaml",
               "store: sqlite:measured.db\nrules: [rules.yaml]\nhttp: {listen: '127.0.0.1:0'}\n"
               "sources:\n  intake:\n    kind: push\n    path: intake.db\n"
               "    tokens: {phone: {secret: '${env:PUSH_TOKEN}', measures: [calls_answered]}}\n"
               "    tables:\n      calls:\n        key: id\n        expected: 1d\n"
               "        columns: {id: {type: integer}, team: /team, at: {type: timestamp}}\n"
               "channels:\n  mail: {kind: maildir, path: mail, from: m@example.com}\n");
    write_file(folder_ / "rules.yaml",
               "teams: {hub: {title: Hub}}\nmeasures:\n  calls_answered:\n    source: intake\n"
               "    from: calls\n    time: at\n    team: team\n    count: true\n"
               "    pull: every 1s\n    history: 10y\n    period: quarter\n");
  }

  // Status and body of the answer.
  std::pair<std::string, std::string> push(Daemon& daemon, const std::string& body,
                                           const std::string& secret = token) const {
    const Ended curl =
        Program({"curl", "-sS", "-w", "%{stderr}%{http_code}", "-H",
                 "Authorization: Bearer " + secret, "-H", "Content-Type: application/json", "-d",
                 body, "http://" + daemon.address() + "/api/v1/push/calls_answered"})
            .wait();
    return {curl.err, curl.out};
  }

  std::string buckets() const {
    return Program({measured_program(), "export", "buckets"}, {folder_.path(), environment_})
        .wait()
        .out;
  }

  TempFolder folder_;
  std::map<std::string, std::string> environment_{{"PUSH_TOKEN", token}};
};

const char* const batch =
    R"({"batch":"b1","rows":[{"id":1,"team":"hub","at":"2026-02-03T10:00:00Z"},)"
    R"({"id":2,"team":"hub","at":"2026-02-04T10:00:00Z"}]})";

TEST_F(Push, CountsABatchOnceAlsoAfterAKill) {
  {
    Daemon daemon(folder_.path(), environment_);
    ASSERT_TRUE(daemon.says("event=started")) << daemon.err();
    EXPECT_EQ(push(daemon, batch).second, "{\"batch\":\"b1\",\"status\":\"stored\",\"rows\":2}\n");
    daemon.signal(SIGKILL);
    daemon.wait();
  }
  Daemon daemon(folder_.path(), environment_);
  ASSERT_TRUE(daemon.says("event=started")) << daemon.err();
  EXPECT_EQ(push(daemon, batch).second, "{\"batch\":\"b1\",\"status\":\"known\"}\n");

  EXPECT_TRUE(eventually([&] { return buckets().find("hub") != std::string::npos; }))
      << daemon.err();
  EXPECT_THAT(buckets(), HasSubstr("2026-01-01T00:00:00Z,2026-04-01T00:00:00Z"));
  EXPECT_TRUE(daemon.says("event=batch_pushed source=intake measure=calls_answered outcome=known"));
  EXPECT_THAT(daemon.get("/metrics").body,
              HasSubstr("measured_push_batches_total{source=\"intake\",outcome=\"known\"} 1"));
}

TEST_F(Push, KnowsNothingOfABatchWhoseSenderWasCutOff) {
  Daemon daemon(folder_.path(), environment_);
  ASSERT_TRUE(daemon.says("event=started")) << daemon.err();
  const std::string address = daemon.address();
  const std::size_t colon = address.rfind(':');
  const std::string half = "POST /api/v1/push/calls_answered HTTP/1.1\r\nHost: " + address +
                           "\r\nAuthorization: Bearer " + token +
                           "\r\nContent-Type: application/json\r\nContent-Length: " +
                           std::to_string(std::string(batch).size()) + "\r\n\r\n" +
                           std::string(batch).substr(0, 40);
  write_file(folder_ / "half", half);

  const Ended cut = Program({"/bin/bash", "-c",
                             "exec 3<>/dev/tcp/" + address.substr(0, colon) + "/" +
                                 address.substr(colon + 1) + "; cat half >&3"},
                            {folder_.path(), {}})
                        .wait();

  ASSERT_EQ(cut.exit, 0) << cut.err;
  EXPECT_EQ(push(daemon, batch).second, "{\"batch\":\"b1\",\"status\":\"stored\",\"rows\":2}\n");
}

TEST_F(Push, LetsNobodyInWithoutItsTokenAndNeverShowsIt) {
  Daemon daemon(folder_.path(), environment_);
  ASSERT_TRUE(daemon.says("event=started")) << daemon.err();

  EXPECT_EQ(push(daemon, batch, "wrong").first, "401");
  EXPECT_EQ(push(daemon, "{\"batch\":\"x\",\"rows\":[{\"at\":\"soon\"}]}").first, "422");

  EXPECT_EQ(daemon.err().find(token), std::string::npos);
  EXPECT_EQ(buckets().find("hub"), std::string::npos);
}

}  // namespace
}  // namespace measured::tests
