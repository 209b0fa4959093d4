#include "connectors/deliveries/signature.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "connectors/base64.h"

namespace measured::connectors {
namespace {

// The specification asks for 24 to 64 bytes; shorter keys can be guessed.
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;
constexpr std::string_view key_prefix = "whsec_";

}  // namespace

std::string hmac_sha256(const std::string& key, const std::string& message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, message.size(),
             digest.data(), &size) == nullptr) {
    throw std::runtime_error("HMAC-SHA256 is not available");
  }
  return {reinterpret_cast<const char*>(digest.data()), size};
}

rules::Result<rules::Secret> signing_key(const rules::Secret& text) {
  std::string_view digits = text.reveal();
  if (digits.starts_with(key_prefix)) {
    digits.remove_prefix(key_prefix.size());
  }
  const std::optional<std::string> key = from_base64(digits);
  if (!key) {
    return rules::give_up("the secret is not base64");
  }
  if (key->size() < key_bytes_min || key->size() > key_bytes_max) {
    return rules::give_up(fmt::format("the secret has {} bytes instead of {} to {}", key->size(),
                                      key_bytes_min, key_bytes_max));
  }
  return rules::Secret(*key);
}

std::string webhook_signature(std::span<const rules::Secret> keys, std::string_view id,
                              rules::Instant timestamp, std::string_view body) {
  const std::string signed_text =
      fmt::format("{}.{}.{}", id, timestamp.time_since_epoch().count(), body);
  std::string out;
  for (const rules::Secret& key : keys) {
    out += out.empty() ? "v1," : " v1,";
    out += base64(hmac_sha256(key.reveal(), signed_text));
  }
  return out;
}

}  // namespace measured::connectors
