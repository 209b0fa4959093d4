#include <gtest/gtest.h>

#include "connectors/http/address.h"
#include "connectors/http/endpoint.h"

namespace measured::connectors {
namespace {

TEST(HttpEndpoint, ReadsTheParts) {
  const auto plain = parse_endpoint("http://ops.example.com:8080/hooks/x?y=1");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "ops.example.com");
  EXPECT_EQ(plain->port, 8080);
  EXPECT_EQ(plain->target, "/hooks/x?y=1");

  EXPECT_EQ(parse_endpoint("https://ops.example.com")->port, 443);
  EXPECT_EQ(parse_endpoint("https://ops.example.com?x=1")->target, "/?x=1");
  EXPECT_EQ(parse_endpoint("https://[2001:db8::1]:444/")->host, "2001:db8::1");
}

TEST(HttpEndpoint, RefusesWhatItWouldHaveToGuess) {
  for (const char* url :
       {"", "ops.example.com", "ftp://ops.example.com", "https://", "https:///x",
        "https://user:pw@host/", "https://host:0/", "https://host:99999/", "https://host:80x/",
        "https://ho st/", "https://host/a b", "https://host/a\r\nX: y", "https://host/#part",
        "https://[::1", "https://[host]/", "https://h\xC3\xB6st/"}) {
    EXPECT_FALSE(parse_endpoint(url)) << url;
  }
}

TEST(HttpEndpoint, DoesNotShowThePathOfABadUrl) {
  const auto bad = parse_endpoint("https://host/s3cret token");

  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message.find("s3cret"), std::string::npos);
}

TEST(PublicAddress, IsOneOfTheInternet) {
  for (const char* ip : {"1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "192.167.255.255",
                         "100.63.255.255", "223.255.255.255", "2606:4700:4700::1111",
                         "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"}) {
    EXPECT_TRUE(is_public_address(ip)) << ip;
  }
}

TEST(PublicAddress, IsNoneOfTheInsideHoweverItIsWritten) {
  for (const char* ip : {"0.0.0.0",
                         "10.1.2.3",
                         "100.64.0.1",
                         "100.100.100.200",
                         "127.0.0.1",
                         "127.255.255.254",
                         "168.63.129.16",
                         "169.254.169.254",
                         "172.16.0.1",
                         "172.31.255.255",
                         "192.0.0.192",
                         "192.168.1.1",
                         "198.19.0.1",
                         "224.0.0.1",
                         "255.255.255.255",
                         "::",
                         "::1",
                         "::127.0.0.1",
                         "::ffff:127.0.0.1",
                         "::ffff:7f00:1",
                         "::ffff:10.0.0.1",
                         "64:ff9b::7f00:1",
                         "64:ff9b::a9fe:a9fe",
                         "64:ff9b:1::1",
                         "fe80::1",
                         "fe80::1%eth0",
                         "fc00::1",
                         "fd00:ec2::254",
                         "ff02::1",
                         "2001::1",
                         "2001:db8::1",
                         "2002:7f00:1::",
                         "3fff::1",
                         "not an address",
                         ""}) {
    EXPECT_FALSE(is_public_address(ip)) << ip;
  }
}

}  // namespace
}  // namespace measured::connectors
