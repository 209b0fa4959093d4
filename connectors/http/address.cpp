// Someone who may write a webhook's URL must not be able to make this process speak to the services
// beside it: the database's admin port on loopback, or a cloud's metadata address that hands out
// credentials. Names and odd spellings (0x7f.1, 2130706433) are not looked at here at all: what is
// judged is the address that the resolver gives and that is then connected.
#include "connectors/http/address.h"

#include <arpa/inet.h>
#include <array>
#include <cstdint>

namespace measured::connectors {
namespace {

struct Range {
  std::uint32_t first;
  int bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) {
  return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

constexpr Range special_v4[] = {
    {v4(0, 0, 0, 0), 8},         // this network
    {v4(10, 0, 0, 0), 8},        // private
    {v4(100, 64, 0, 0), 10},     // shared by carriers; one cloud's metadata
    {v4(127, 0, 0, 0), 8},       // loopback
    {v4(168, 63, 129, 16), 32},  // one cloud's metadata, in a public range
    {v4(169, 254, 0, 0), 16},    // link-local; most clouds' metadata
    {v4(172, 16, 0, 0), 12},     // private
    {v4(192, 0, 0, 0), 24},      // protocol assignments; one cloud's metadata
    {v4(192, 0, 2, 0), 24},      // documentation
    {v4(192, 88, 99, 0), 24},    // 6to4 relays
    {v4(192, 168, 0, 0), 16},    // private
    {v4(198, 18, 0, 0), 15},     // benchmarks
    {v4(198, 51, 100, 0), 24},   // documentation
    {v4(203, 0, 113, 0), 24},    // documentation
    {v4(224, 0, 0, 0), 4},       // multicast
    {v4(240, 0, 0, 0), 4},       // reserved, broadcast
};

bool is_public_v4(std::uint32_t address) {
  for (const Range& range : special_v4) {
    const auto shift = static_cast<unsigned>(32 - range.bits);
    if (address >> shift == range.first >> shift) {
      return false;
    }
  }
  return true;
}

bool is_public_v6(const std::array<std::uint8_t, 16>& bytes) {
  const auto group = [&](std::size_t i) {
    return static_cast<std::uint32_t>(bytes.at(2 * i) << 8U | bytes.at(2 * i + 1));
  };
  const auto zero_until = [&](std::size_t end) {
    for (std::size_t i = 0; i < end; ++i) {
      if (group(i) != 0) {
        return false;
      }
    }
    return true;
  };
  const std::uint32_t inner = group(6) << 16U | group(7);
  if (zero_until(5) && group(5) == 0xFFFF) {  // ::ffff:a.b.c.d is that IPv4 address
    return is_public_v4(inner);
  }
  if (group(0) == 0x64 && group(1) == 0xFF9B && group(2) == 0 && group(3) == 0 && group(4) == 0 &&
      group(5) == 0) {
    return is_public_v4(inner);  // NAT64 (RFC 6052), as networks without IPv4 use it
  }
  if (group(0) >> 13U != 1) {  // outside 2000::/3: loopback, unique local, link-local, multicast, …
    return false;
  }
  const bool assignments = group(0) == 0x2001 && group(1) < 0x200;  // Teredo and others
  const bool documentation =
      (group(0) == 0x2001 && group(1) == 0xDB8) || (group(0) == 0x3FFF && group(1) < 0x1000);
  const bool six_to_four = group(0) == 0x2002;
  return !assignments && !documentation && !six_to_four;
}

}  // namespace

bool is_public_address(const std::string& ip) {
  ::in_addr four{};
  if (::inet_pton(AF_INET, ip.c_str(), &four) == 1) {
    return is_public_v4(ntohl(four.s_addr));
  }
  std::array<std::uint8_t, 16> six{};
  return ::inet_pton(AF_INET6, ip.c_str(), six.data()) == 1 && is_public_v6(six);
}

}  // namespace measured::connectors
