#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace measured::rules {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);

// 64 lower-case digits.
std::string hex(const Sha256& hash);

// The first `digits` (0 to 51) digits in lower-case base32hex (RFC 4648 section 7: 0-9a-v), most
// significant bits first, so that texts sort as the hashes do. Five bits a digit: 26 of them are
// what fits an event id.
std::string base32(const Sha256& hash, int digits);

}  // namespace measured::rules
