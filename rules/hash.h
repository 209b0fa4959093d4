#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace measured::rules {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);

std::string hex(const Sha256& hash);                 // 64 lower-case digits
std::string base32(const Sha256& hash, int digits);  // digits 0-9a-v, most significant bits first; digits <= 51

}  // namespace measured::rules
