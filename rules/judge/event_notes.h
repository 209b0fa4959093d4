#pragma once

#include <span>

#include "rules/judge/transition.h"
#include "rules/model/rule_set.h"
#include "rules/text/json.h"

// The parts of an event's data that only some events have.
namespace measured::rules {

// What a chart says: the first rule that fired is the test, and all of them are listed.
void write_signal(JsonWriter& json, const ChartReading& reading);

// What an event asks about: the answers of two windows, or what became of final numbers.
void write_question(JsonWriter& json, const Change& change);

// That an alert flaps, with what would be calmer, or that it has settled.
void write_flapping(JsonWriter& json, const Change& change);

// Whose message tells this change, and what this message tells besides.
void write_folding(JsonWriter& json, const Change& change);

// Which silence kept it from being sent, until when and why.
void write_silence(JsonWriter& json, std::span<const Silence> silences, const Change& change);

}  // namespace measured::rules
