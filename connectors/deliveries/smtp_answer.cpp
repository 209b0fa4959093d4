#include "connectors/deliveries/smtp_answer.h"

#include "rules/text/width.h"

namespace measured::connectors {
namespace {

constexpr int shown_columns_max = 200;

// Servers have been seen to repeat the command that they refuse.
std::string masked_words(std::string words, const std::vector<rules::Secret>& masked) {
  for (const rules::Secret& secret : masked) {
    if (secret.empty()) {
      continue;
    }
    for (std::size_t at = words.find(secret.reveal()); at != std::string::npos;
         at = words.find(secret.reveal(), at)) {
      words.replace(at, secret.reveal().size(), "***");
      at += 3;
    }
  }
  return rules::one_line(words, shown_columns_max);
}

Outcome::Kind kind_of(const SmtpResult& result) {
  using Kind = Outcome::Kind;
  switch (result.step) {
    case SmtpResult::Step::accepted: return Kind::delivered;
    case SmtpResult::Step::network:
    case SmtpResult::Step::stopped: return Kind::retry;
    case SmtpResult::Step::no_tls: return Kind::hold;
    case SmtpResult::Step::login:
      return result.status >= 400 && result.status < 500 ? Kind::retry : Kind::hold;
    case SmtpResult::Step::refused: break;
  }
  // 530: log in first. 534, 535, 538: not in this way. All are about us, not about the recipient.
  if (result.status == 530 || result.status == 534 || result.status == 535 ||
      result.status == 538) {
    return Kind::hold;
  }
  return result.status >= 500 && result.status < 600 ? Kind::dead : Kind::retry;
}

}  // namespace

Outcome smtp_outcome(const SmtpResult& result, const std::vector<rules::Secret>& masked) {
  const Outcome::Kind kind = kind_of(result);
  if (kind == Outcome::Kind::delivered) {
    return {kind, "", result.status, std::nullopt};
  }
  return {kind, masked_words(result.words, masked), result.status, std::nullopt};
}

}  // namespace measured::connectors
