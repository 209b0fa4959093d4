#pragma once

#include <string>
#include <string_view>

namespace measured::connectors {

// Whether an IP address, as numbers ("192.0.2.1", "2001:db8::1"), belongs to the public internet.
// Not public: private, shared, loopback, link-local, documentation, multicast and reserved ranges
// (IANA's special-purpose registries, RFC 6890), the addresses of cloud metadata services, and IPv6
// forms that carry such an IPv4 address inside. What is not an address is not public.
bool is_public_address(const std::string& ip);

}  // namespace measured::connectors
