#include "rules/hash.h"

#include <algorithm>
#include <openssl/evp.h>
#include <stdexcept>

namespace measured::rules {

Sha256 sha256(std::string_view bytes) {
  Sha256 hash{};
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    // Only a broken OpenSSL installation gets here; no caller could go on without the hash.
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  return hash;
}

std::string hex(const Sha256& hash) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    text += alphabet[byte >> 4];
    text += alphabet[byte & 0xF];
  }
  return text;
}

std::string base32(const Sha256& hash, int digits) {
  constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuv";
  constexpr std::size_t digits_max = 8 * std::tuple_size_v<Sha256> / 5;
  const std::size_t count = std::min(static_cast<std::size_t>(std::max(digits, 0)), digits_max);
  std::string text;
  text.reserve(count);
  for (std::size_t bit = 0; text.size() < count; bit += 5) {
    // A digit lies in at most two bytes; the last whole digit ends at bit 255, inside the hash.
    const std::size_t byte = bit / 8;
    const unsigned low = byte + 1 < hash.size() ? hash[byte + 1] : 0U;
    const unsigned pair = (unsigned{hash[byte]} << 8) | low;
    text += alphabet[(pair >> (11 - bit % 8)) & 0x1F];
  }
  return text;
}

}  // namespace measured::rules
