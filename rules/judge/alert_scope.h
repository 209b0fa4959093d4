#pragma once

#include <string_view>

#include "rules/judge/transition.h"

// Whom an alert is about, and the news it begins with: the same for news of verdicts, of charts and
// of data.
namespace measured::rules {

// Whether the alert wants to be told of this kind of event.
bool hears_of(const Alert& alert, EventKind kind);

// Whether the alert is about the measure at the team. News about a measure's data has no team ("")
// and is about all of them.
bool concerns(const Alert& alert, std::string_view measure, std::string_view team);

// What every change of this alert about the measure says.
Change change_of(const Alert& alert, EventKind kind, const Measure& measure);

}  // namespace measured::rules
