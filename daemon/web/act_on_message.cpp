// What a link about the message itself shows and does: less often, not for a while, not at all.

#include "daemon/web/answering.h"
#include "daemon/work/ledger_entries.h"
#include "daemon/work/subscriptions.h"

namespace measured::daemon {
namespace {

using rules::say;

constexpr std::chrono::days paused_max{366};

class OnMessage : Answering {
 public:
  OnMessage(Engine& engine, Store& store, const Links& links, const ActRequest& asked)
      : Answering(engine, store, links, asked) {}

  WebResponse answer() {
    const auto rows = store_.subscriptions(asked_.link.digest);
    if (!rows) {
      return not_stored();
    }
    SubscriptionRow wanted = subscription_of(*rows, asked_.link.digest, asked_.link.reader);
    const bool titled = digest_ != nullptr && !digest_->title.empty();
    page_.heading = titled ? digest_->title : asked_.link.digest;
    if (asked_.link.act == Link::Act::unsubscribe) {
      return unsubscribing(std::move(wanted));
    }
    if (asked_.form) {
      if (!choose(wanted)) {
        offer_choices(wanted);
        return page(422);
      }
      return keep(std::move(wanted));
    }
    offer_choices(wanted);
    return page(200);
  }

 private:
  WebResponse keep(SubscriptionRow wanted) {
    wanted.author = asked_.link.reader;
    wanted.at = asked_.now;
    if (!store_.subscribe(wanted)) {
      return not_stored();
    }
    page_.lines.push_back(state_text(wanted));
    page_.link = {
        another(Link::Act::settings),
        say(page_.language, wanted.state == "active" ? "act.settings" : "act.link_settings")};
    return page(200);
  }

  // RFC 8058: the one pair that a mail program posts; our own page posts the same.
  WebResponse unsubscribing(SubscriptionRow wanted) {
    const bool pressed = asked_.form && field("List-Unsubscribe") == "One-Click";
    if (asked_.form && !pressed) {
      return told(400, "act.error_form");
    }
    if (pressed) {
      wanted.state = "unsubscribed";
      wanted.until = std::nullopt;
      return keep(std::move(wanted));
    }
    page_.lines.push_back(say(page_.language, "act.stop_lead",
                              {{"digest", page_.heading}, {"email", asked_.link.reader}}));
    page_.hidden = {"List-Unsubscribe", "One-Click"};
    page_.button = say(page_.language, "act.button_stop");
    page_.link = {another(Link::Act::settings), say(page_.language, "act.settings")};
    return page(200);
  }

  const rules::Zone& zone() const { return reader_ ? reader_->zone : rules_.defaults.time_zone; }

  std::string frequency_words(const std::string& frequency) const {
    return say(page_.language,
               "act.settings_" + (frequency.empty() ? std::string("always") : frequency));
  }

  std::string state_text(const SubscriptionRow& wanted) const {
    if (wanted.state == "unsubscribed") {
      return say(page_.language, "act.state_unsubscribed");
    }
    if (wanted.state == "paused" && wanted.until && asked_.now < *wanted.until) {
      return say(page_.language, "act.state_paused", {{"until", day_text(zone(), *wanted.until)}});
    }
    return say(page_.language, "act.state_active", {{"how", frequency_words(wanted.frequency)}});
  }

  bool choose(SubscriptionRow& wanted) {
    const std::string send = field("send");
    wanted.until = std::nullopt;
    if (send == "pause") {
      wanted.until = day_of_form("until", zone(), paused_max);
      wanted.state = "paused";
      return wanted.until.has_value();
    }
    if (send == "stop") {
      wanted.state = "unsubscribed";
      return true;
    }
    const bool known =
        send == "always" || send == "on_change" || send == "on_signal" || send == "monthly";
    wanted.state = "active";
    wanted.frequency = send == "always" ? "" : send;
    page_.error = known ? "" : say(page_.language, "act.error_form");
    return known;
  }

  void offer_choices(const SubscriptionRow& wanted) {
    page_.lines.push_back(say(page_.language, "act.settings_lead",
                              {{"digest", page_.heading}, {"email", asked_.link.reader}}));
    page_.lines.push_back(state_text(wanted));
    const bool active = wanted.state == "active";
    for (const char* frequency : {"always", "on_change", "on_signal", "monthly"}) {
      const std::string held = wanted.frequency.empty() ? "always" : wanted.frequency;
      page_.choices.push_back({frequency, frequency_words(frequency), active && held == frequency});
    }
    const std::chrono::local_days today = day_in(zone(), asked_.now);
    ActPage::Choice pause{"pause", say(page_.language, "act.settings_pause"),
                          wanted.state == "paused"};
    pause.day_field = "until";
    pause.day = date_text(wanted.until ? day_in(zone(), *wanted.until) : today + act_lasts_usually);
    pause.first = date_text(today + std::chrono::days{1});
    pause.last = date_text(today + paused_max);
    page_.choices.push_back(std::move(pause));
    page_.choices.push_back(
        {"stop", say(page_.language, "act.settings_stop"), wanted.state == "unsubscribed"});
    page_.button = say(page_.language, "act.button_save");
  }
};

}  // namespace

WebResponse act_on_message(Engine& engine, Store& store, const Links& links,
                           const ActRequest& request) {
  return OnMessage(engine, store, links, request).answer();
}

}  // namespace measured::daemon
