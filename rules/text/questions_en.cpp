#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{
        "bunching.bunched",
        "{inside} cases ended just inside {target}, {outside} just outside; a smooth spread would "
        "give {expected_inside} and {expected_outside}. What happens just before the limit?"},
    Message{"bunching.no_sign",
            "No sign of crowding at the limit: {inside} cases just inside {target}, {outside} just "
            "outside."},
    Message{
        "bunching.too_little_data",
        "Too few cases near {target} to tell ({inside} just inside and {outside} just outside)."},
    Message{"digit_preference.heaped",
            "Last digits 0 and 5 are {times} times as frequent as they should be ({cases}): the "
            "values look rounded, too coarse to judge near a limit."},
    Message{"digit_preference.no_sign", "No sign of rounding in the last digits ({cases})."},
    Message{"digit_preference.not_applicable",
            "The values lie too close together to read anything from their last digits ({cases})."},
    Message{"digit_preference.too_little_data",
            "Too few values to read anything from their last digits ({cases}, {needed} needed)."},
    Message{"discoveries.none", "Of {tests} changes looked at, none stands out from chance."},
    Message{"discoveries.nothing", "No change could be looked at: there are too few values."},
    Message{"discoveries.some.one",
            "Of {tests} changes looked at, one stands out; of ten that do, about one is chance."},
    Message{"discoveries.some.other",
            "Of {tests} changes looked at, {n} stand out; of ten that do, about one is chance."},
    Message{"divergence.both_improving", "{measure} and {outcome}: both getting better."},
    Message{"divergence.both_worsening", "{measure} and {outcome}: both getting worse."},
    Message{
        "divergence.diverging",
        "{measure}: getting better; {outcome}: getting worse. Does the one still serve the other?"},
    Message{"divergence.measure_only", "{measure}: getting better; {outcome}: no clear trend."},
    Message{"divergence.measure_only_worsening",
            "{measure}: getting worse; {outcome}: no clear trend."},
    Message{"divergence.no_sign", "{measure} and {outcome}: no clear trend in either."},
    Message{"divergence.outcome_only_improving",
            "{measure}: no clear trend; {outcome}: getting better."},
    Message{"divergence.outcome_only_worsening",
            "{measure}: no clear trend; {outcome}: getting worse."},
    Message{"divergence.reverse", "{measure}: getting worse; {outcome}: getting better."},
    Message{"divergence.too_little_data",
            "{measure} and {outcome}: too little to compare their trends; values for {needed} "
            "needed in both."},
    Message{"exclusions.flips.one",
            "With the one excluded case counted as a miss, {rate} would be {worst}: the target "
            "would be missed."},
    Message{"exclusions.flips.other",
            "With the {n} excluded cases counted as misses, {rate} would be {worst}: the target "
            "would be missed."},
    Message{"exclusions.growing", "More cases are left out: {now} now, {before} before."},
    Message{"exclusions.no_data", "Nothing to compare: one of the two periods has no cases."},
    Message{"exclusions.shrinking", "Fewer cases are left out: {now} now, {before} before."},
    Message{"exclusions.stable",
            "About as many cases are left out as before: {now} now, {before} before."},
    Message{"exclusions.too_little_data",
            "Too few cases to tell whether more are left out: {now} now, {before} before ({needed} "
            "needed each time)."},
    Message{"exclusions.worst.one",
            "With the one excluded case counted as a miss, {rate} would be {worst}."},
    Message{"exclusions.worst.other",
            "With the {n} excluded cases counted as misses, {rate} would be {worst}."},
    Message{"response_drop.no_sign",
            "No sign that fewer answers lift the score: {rate_before} of those asked answered "
            "before, {rate_after} now; NPS {before} and {after}."},
    Message{"response_drop.rate_drop",
            "Answers fell from {rate_before} to {rate_after} of those asked; NPS {before} before, "
            "{after} now, did not clearly rise."},
    Message{"response_drop.score_up",
            "NPS rose from {before} to {after}; answers, {rate_before} of those asked before, "
            "{rate_after} now, did not clearly fall."},
    Message{"response_drop.suspicious",
            "Answers fell from {rate_before} to {rate_after} of those asked while NPS rose from "
            "{before} to {after}: who is no longer asked or answering?"},
    Message{"response_drop.too_little_data",
            "Too few answers to compare the two rounds: {answers_before} before, {answers_after} "
            "now ({needed} needed each time)."},
    Message{"revision_bias.few",
            "Corrected afterwards: {revised} of {span}, {better} for the better and {worse} for "
            "the worse; too few to see a pattern ({needed} needed)."},
    Message{"revision_bias.flattering",
            "Corrected afterwards: {revised} of {span}, {better} for the better and {worse} for "
            "the worse: why mostly for the better?"},
    Message{"revision_bias.harsher",
            "Corrected afterwards: {revised} of {span}, {better} for the better and {worse} for "
            "the worse: why mostly for the worse?"},
    Message{"revision_bias.mixed",
            "Corrected afterwards: {revised} of {span}, {better} for the better and {worse} for "
            "the worse; no one-sided pattern."},
    Message{"revision_bias.none", "None of {span} was corrected afterwards."},
    Message{"revision_bias.to_met", "Turned from missed to met: {n}."},
    Message{"revision_bias.to_missed", "Turned from met to missed: {n}."},
    Message{"selection_skew.complete", "All who could be surveyed were ({eligible})."},
    Message{
        "selection_skew.invalid",
        "The counts contradict each other: {surveyed} surveyed, {eligible} who could have been."},
    Message{"selection_skew.ok",
            "Those surveyed ({surveyed} of {eligible}) are spread like all who could have been."},
    Message{"selection_skew.shifted",
            "Those surveyed ({surveyed} of {eligible}) are spread differently from all who could "
            "have been: is somebody asked less often?"},
    Message{"selection_skew.strongly_shifted",
            "Those surveyed ({surveyed} of {eligible}) are spread very differently from all who "
            "could have been: is somebody hardly asked?"},
    Message{"selection_skew.too_little_data",
            "Too few cases to tell who is surveyed ({surveyed} of {eligible})."},
    Message{"shrink.no_difference",
            "Nothing but chance separates the teams: expect about {mean} of each next time."},
    Message{"shrink.ok",
            "{value} on {cases}: expect about {expected} next time even if nothing changes."},
    Message{"shrink.too_little_data",
            "Too few teams to say what to expect of each ({needed} needed)."},
    Message{"team_compare.above",
            "Above what chance explains, with {centre} for all teams together: {teams}."},
    Message{"team_compare.all_alike.one", "The one team cannot be told apart from {centre}."},
    Message{
        "team_compare.all_alike.other",
        "All {n} teams with enough cases are in line with {centre}: what differs may be chance."},
    Message{"team_compare.below",
            "Below what chance explains, with {centre} for all teams together: {teams}."},
    Message{"team_compare.no_variation", "All teams are at {centre}; there is nothing to compare."},
    Message{"team_compare.rest.one", "The one other team cannot be told apart from the rest."},
    Message{"team_compare.rest.other", "The other {n} teams cannot be told apart."},
    Message{"team_compare.spread", "As a whole, teams differ by more than chance."},
    Message{"team_compare.thin.one", "One team has too few cases to compare ({needed} needed)."},
    Message{"team_compare.thin.other",
            "{n} teams have too few cases to compare ({needed} needed)."},
    Message{"team_compare.too_little_data",
            "Too few teams with cases to compare them ({needed} needed)."},
};

}  // namespace

std::span<const Message> questions_en() {
  return messages;
}

}  // namespace measured::rules
