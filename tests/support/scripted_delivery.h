#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "connectors/delivery.h"

namespace measured::tests {

// A receiver that answers as its script says and remembers what it was handed. Used by many
// threads.
class Receiver {
 public:
  using Script = std::function<connectors::Outcome(const connectors::Parcel&, std::stop_token)>;
  explicit Receiver(Script script) : script_(std::move(script)) {}
  Receiver() : Receiver([](const auto&, auto) { return connectors::Outcome{}; }) {}

  connectors::DeliveryKind::Factory factory() {
    return [this] { return std::make_unique<Delivery>(*this); };
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return parcels_.size();
  }
  std::vector<connectors::Parcel> parcels() const {
    const std::lock_guard lock(mutex_);
    return parcels_;
  }

 private:
  class Delivery final : public connectors::Delivery {
   public:
    explicit Delivery(Receiver& receiver) : receiver_(receiver) {}
    connectors::Outcome deliver(const connectors::Parcel& parcel, rules::Instant,
                                std::stop_token stop) override {
      {
        const std::lock_guard lock(receiver_.mutex_);
        receiver_.parcels_.push_back(parcel);
      }
      return receiver_.script_(parcel, stop);
    }

   private:
    Receiver& receiver_;
  };

  Script script_;
  mutable std::mutex mutex_;
  std::vector<connectors::Parcel> parcels_;
};

}  // namespace measured::tests
