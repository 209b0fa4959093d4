// Whether other people's libraries accept what we sign: npm's `standardwebhooks` and `svix`, in
// node.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/channel.h"
#include "tests/support/files.h"

namespace measured::connectors {
namespace {

using tests::make_channel;
using Kind = Outcome::Kind;

const std::string folder = tests::repository_file("tests/support/webhook-receiver");
const std::string key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string other_key = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

// tests/support/webhook-receiver/server.mjs, which trusts `key` only; ended with the test.
class Receiver {
 public:
  Receiver() {
    int ends[2] = {};
    if (::pipe(ends) != 0 || (child_ = ::fork()) < 0) {
      throw std::runtime_error("no receiver");
    }
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      const std::string program = folder + "/server.mjs";
      ::execlp("node", "node", program.c_str(), key.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::FILE* const said = ::fdopen(ends[0], "r");
    const bool started = std::fscanf(said, "%d", &port_) == 1;
    said_ = said;
    if (!started) {
      throw std::runtime_error("the receiver did not start: is node installed?");
    }
  }
  ~Receiver() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    std::fclose(said_);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  Outcome take(const std::string& secrets) const {
    const auto webhook = make_channel("webhook", "url: 'http://127.0.0.1:" + std::to_string(port_) +
                                                     "/', allow_private: true, " + secrets)
                             .open();
    // The libraries refuse timestamps that are five minutes off their own clock.
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return webhook->deliver({"msg_06ey2v9q4kz8rj3m1ntc5wdh7b", "", "application/cloudevents+json",
                             R"({"n":0.913,"s":"é"})", 1},
                            now, {});
  }

 private:
  std::FILE* said_ = nullptr;
  ::pid_t child_ = -1;
  int port_ = 0;
};

class WebhookSignatureContract : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(std::filesystem::exists(folder + "/node_modules/svix"))
        << "run 'npm install' in tests/support/webhook-receiver, as tests/run does";
  }
};

TEST_F(WebhookSignatureContract, IsAcceptedByThePublicLibraries) {
  const Receiver receiver;

  const Outcome outcome = receiver.take("secret: " + key);

  EXPECT_EQ(outcome.kind, Kind::delivered) << outcome.detail;
}

TEST_F(WebhookSignatureContract, IsAcceptedWhileOneKeyReplacesTheOther) {
  const Receiver receiver;

  EXPECT_EQ(receiver.take("secret: " + other_key + ", previous_secret: " + key).kind,
            Kind::delivered);
  EXPECT_EQ(receiver.take("secret: " + key + ", previous_secret: " + other_key).kind,
            Kind::delivered);
}

TEST_F(WebhookSignatureContract, IsRefusedWithAnotherKey) {
  const Receiver receiver;

  const Outcome outcome = receiver.take("secret: " + other_key);

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_EQ(outcome.status, 401);
}

}  // namespace
}  // namespace measured::connectors
