#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/delivery.h"
#include "daemon/store/store.h"
#include "daemon/work/retry.h"

namespace measured::daemon {

// Where messages go: a declared channel and how to make a Delivery for it (one a worker thread).
struct Channel {
  std::string id;
  connectors::DeliveryKind::Factory make;
  int parallel_max = 8;  // attempts at a time
};

// What an operator must hear about.
struct Notice {
  enum class Kind {
    message_dead,      // `message` will not be sent any more
    channel_held,      // the channel's settings do not work: nothing is lost, nothing is sent
    channel_released,  // it works again
    channel_disabled,  // its receiver is gone for good (410)
  };
  Kind kind = Kind::message_dead;
  std::string channel;
  std::string reason;
  OutboxRow message;  // the message whose attempt showed it
  Instant at{};
};
std::string_view to_text(Notice::Kind kind);

// Turns notices into what is stored with the results that caused them, in one transaction. It must
// not send a notice through the channel that it is about, nor one about a notice that died. Called
// on the store's thread.
using NoticeWriter = std::function<Store::Judged(std::span<const Notice>)>;

struct OutboxOptions {
  RetryPolicy retry;
  std::int64_t claim_rows_max = 500;  // a commit each, so not few; in memory, so not many
  std::chrono::seconds claim_time{std::chrono::minutes{15}};
  // A held channel is tried with one message this long after it was held.
  std::chrono::seconds probe_after{std::chrono::minutes{5}};
};

// One attempt, made.
struct Sent {
  OutboxRow row;
  connectors::Outcome outcome;
  Instant at{};
};

// What a batch of claimed messages came to.
struct Batch {
  std::vector<Sent> sent;
  std::vector<OutboxRow> unsent;  // not tried: dead if they have expired, else pending again
};

// Records a batch, the states of channels that it changes, and the notices that follow.
rules::Result<void> settle(Store& store, const Batch& batch, Instant now,
                           const OutboxOptions& options, const NoticeWriter& notices);

// Claims messages of channels that are neither held, disabled nor in `skip`; when the probe of a
// held channel is due, one message of that channel instead.
rules::Result<std::vector<OutboxRow>> claim_open(Store& store, std::span<const Channel> channels,
                                                 std::span<const std::string> skip, Instant now,
                                                 const OutboxOptions& options);

// When there will be something for `claim_open` to claim; none while there is nothing to wait for.
rules::Result<std::optional<Instant>> next_work(Store& store, std::span<const std::string> skip,
                                                const OutboxOptions& options);

struct DeliveryReport {
  std::int64_t delivered = 0;
  std::int64_t retried = 0;
  std::int64_t dead = 0;
  std::int64_t kept = 0;  // handed back: their channel is held, disabled or not declared
};

// Sends everything that is due at `now`, one message after the other, and returns when nothing is
// due any more: the outbox under a virtual clock. Messages of channels that are not declared stay
// pending.
rules::Result<DeliveryReport> deliver_due(Store& store, std::span<const Channel> channels,
                                          Instant now, const OutboxOptions& options,
                                          const NoticeWriter& notices, std::stop_token stop);

// What an attempt hands over: the same for every attempt but for its number.
connectors::Parcel parcel_of(const OutboxRow& row);

// Whether nothing more may be sent through the channel after this.
bool closes_channel(const connectors::Outcome& outcome);

}  // namespace measured::daemon
