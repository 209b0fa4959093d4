#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"act.acknowledge", "Say what you do about it"},
    Message{"act.action_label", "What are you going to do? (may stay empty)"},
    Message{"act.annotate", "Say what happened"},
    Message{"act.annotate_done", "Noted. It is shown wherever the number of {period} is shown."},
    Message{"act.annotation", "{period}: {note} ({by})."},
    Message{"act.before",
            "This was noted already, by {by}; pressing again changes nothing. Your next message "
            "has a new link."},
    Message{"act.button_acknowledge", "Acknowledge"},
    Message{"act.button_annotate", "Note it"},
    Message{"act.button_save", "Save"},
    Message{"act.button_stop", "Unsubscribe"},
    Message{"act.change", "Change what was said"},
    Message{"act.done",
            "Noted. Until {until} your messages say that you know and what you do about it. It "
            "comes back when it gets worse."},
    Message{"act.error_busy", "Too much at once. Please try again in a minute."},
    Message{"act.error_day", "Please choose a day from {first} to {last}."},
    Message{"act.error_expired",
            "This link is too old to work. Please use the one in your newest message."},
    Message{"act.error_forged",
            "This link does not work: something in it is missing or was changed. Please copy it "
            "whole from your message."},
    Message{"act.error_form", "This could not be read. Please go back and try again."},
    Message{"act.error_gone", "The rules no longer have what this link is about."},
    Message{"act.error_long", "Please write at most {n} characters."},
    Message{"act.error_no_miss",
            "There is no miss to acknowledge any more: it says '{verdict}' now."},
    Message{"act.error_note", "Please write a few words: others will read them."},
    Message{"act.error_reader", "This link is for somebody who no longer gets this message."},
    Message{"act.error_store",
            "It could not be stored just now. Please try again in a few minutes."},
    Message{"act.expired", "{by} had acknowledged this until {until} ({note}); that time is over."},
    Message{"act.explain",
            "What you write is kept with your name and shown to everybody who gets this number."},
    Message{"act.heading", "Act on this"},
    Message{"act.holds", "Acknowledged by {by} until {until}: {note}."},
    Message{"act.link_annotate", "Something happened in one of the periods? Note it for the chart"},
    Message{"act.link_settings", "Get it after all, or less often"},
    Message{"act.moved",
            "{by} had acknowledged this against the target of {goal} ({note}); the target is "
            "another one now."},
    Message{"act.note_label", "What is the reason, as far as you know?"},
    Message{"act.period_label", "In which period?"},
    Message{"act.planned", "Planned: {action}."},
    Message{"act.settings", "Get this less often, pause or stop it"},
    Message{"act.settings_always", "every time it is sent"},
    Message{"act.settings_lead", "'{digest}' for {email}: how do you want it?"},
    Message{"act.settings_monthly", "once a month, the first one"},
    Message{"act.settings_on_change", "only when something changed"},
    Message{"act.settings_on_signal", "only when a target was missed or a change is real"},
    Message{"act.settings_pause", "not before this day:"},
    Message{"act.settings_stop", "not at all"},
    Message{"act.state_active", "You get it {how}."},
    Message{"act.state_paused", "You get none before {until}."},
    Message{"act.state_unsubscribed", "You get it no more."},
    Message{"act.stop_lead", "Stop '{digest}' for {email}?"},
    Message{"act.until_label", "Until when need it not be told as news?"},
    Message{"act.what_annotate", "What happened?"},
    Message{"act.word", "acknowledged"},
    Message{"act.worse",
            "{by} had acknowledged this on {at} at {value} ({note}); it is worse now."},
    Message{"headline.acknowledged.one", "One missed target is acknowledged: {list}."},
    Message{"headline.acknowledged.other", "{n} missed targets are acknowledged: {list}."},
    Message{"subject.acknowledged.one", "1 acknowledged"},
    Message{"subject.acknowledged.other", "{n} acknowledged"},
};

}  // namespace

std::span<const Message> acts_en() {
  return messages;
}

}  // namespace measured::rules
