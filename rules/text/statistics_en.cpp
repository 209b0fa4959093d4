#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

// What a statistic says, in one plain sentence: no probabilities, no blame, the number of cases
// always.
constexpr std::array messages = {
    Message{"against.met", "{finding}; target {target}: met, by more than chance explains."},
    Message{"against.missed", "{finding}; target {target}: missed, by more than chance explains."},
    Message{"against.too_early",
            "{finding}; target {target}: cannot tell, the range reaches across it."},
    Message{"against.too_few",
            "{finding}; target {target}: too few cases for a verdict ({needed} needed)."},
    Message{"against.too_few_answers",
            "{finding}; target {target}: too few answers for a verdict ({needed} needed)."},
    Message{"against.too_few_skewed",
            "{finding}; target {target}: too few cases for a verdict ({needed} needed, because a "
            "few large values decide this mean)."},
    Message{"answers.one", "1 answer"},
    Message{"answers.other", "{n} answers"},
    Message{"cases.one", "1 case"},
    Message{"cases.other", "{n} cases"},
    Message{"chart.alike",
            "One value is much like the one before, so runs are not read as signals."},
    Message{"chart.changed",
            "Changed: {value}; before, it was always {centre} (values for {span})."},
    Message{"chart.gaps",
            "No usual range yet: values for {span}, but with too many gaps between them."},
    Message{"chart.invalid_log", "No usual range: for that, all values would have to be above 0."},
    Message{"chart.no_data", "The newest period has no value."},
    Message{"chart.no_limits", "No usual range yet: values for {span}, {needed} needed."},
    Message{"chart.noise",
            "Noise: {value} is within its usual range ({range}); no cause to look for."},
    Message{"chart.provisional",
            "The range is still provisional: it rests on {span} and is fixed at {needed}."},
    Message{"chart.signal", "Signal: {value}, {what}{since}."},
    Message{"chart.since", ", since {since}"},
    Message{
        "chart.too_rare",
        "No usual range: less than one event per {time} on average; a longer period is needed."},
    Message{"chart.unchanged",
            "Unchanged at {centre} (values for {span}); without any variation there is no range."},
    Message{
        "chart.under",
        "The values differ less than counting alone would make them: are they smoothed or edited?"},
    Message{"confidence", "{conf} % range {range}"},
    Message{"confidence.change", "{conf} % range of the change: {range}"},
    Message{"contradiction.answers", "The counts of the answers contradict each other."},
    Message{"contradiction.share", "The counts contradict each other: {hits} of {cases}."},
    Message{"mean.finding", "Mean {value} ({range}; {cases})"},
    Message{"mean.no_variation", "Every case has the value {value} ({cases})"},
    Message{"mean.one_value", "A single case, {value}: too little to say how far it may be off"},
    Message{"nothing.answered", "There are no answers, so there is no score."},
    Message{"nothing.counted", "There are no cases, so there is no value."},
    Message{"nps.finding", "NPS {score} ({range}; {answers})"},
    Message{"nps.finding_asked", "NPS {score} ({range}; {answers} from {asked} asked, {rate})"},
    Message{"nps_change.down",
            "A real change: NPS down from {before} to {after} ({range}; {answers_before} before, "
            "{answers_after} now)."},
    Message{"nps_change.no_clear_change",
            "No clear change: NPS {before} before ({answers_before}), {after} now "
            "({answers_after}); the difference could be chance."},
    Message{"nps_change.no_data", "Nothing to compare: one of the two rounds has no answers."},
    Message{"nps_change.too_little_data",
            "Too few answers to compare: {answers_before} before, {answers_after} now ({needed} "
            "needed each time)."},
    Message{"nps_change.up",
            "A real change: NPS up from {before} to {after} ({range}; {answers_before} before, "
            "{answers_after} now)."},
    Message{"points", "{n} points"},
    Message{"points.share", "{n} points"},
    Message{"projection.not_moving", "The level itself shows no clear trend."},
    Message{"projection.off_course",
            "At the present pace the level is {value} by {date} ({range}), target {target}: off "
            "course."},
    Message{"projection.on_course",
            "At the present pace the level is {value} by {date} ({range}), target {target}: on "
            "course."},
    Message{"projection.past", "{date} is past; there is nothing to look ahead to."},
    Message{"projection.too_early",
            "At the present pace the level is {value} by {date} ({range}), target {target}: too "
            "early to tell."},
    Message{
        "projection.too_far",
        "{date} is too far ahead: a view ahead reaches at most half as far as the values go back."},
    Message{"projection.too_little_data",
            "Too little to look ahead to {date}: values for {needed} needed."},
    Message{"quantile.half", "Half the cases are at {value} or less ({range}; {cases})"},
    Message{"quantile.half_only", "Half the cases are at {value} or less ({cases})"},
    Message{"quantile.no_bounds", "A range needs {needed} cases."},
    Message{"quantile.no_high", "An upper bound needs {needed} cases."},
    Message{"quantile.no_low", "A lower bound needs {needed} cases."},
    Message{"quantile.share", "{share} of the cases are at {value} or less ({range}; {cases})"},
    Message{"quantile.share_only", "{share} of the cases are at {value} or less ({cases})"},
    Message{"range.at_least", "at least {value}"},
    Message{"range.at_most", "at most {value}"},
    Message{"range.open", "without bounds"},
    Message{"ratio_change.down", "A real change: down from {before} to {after}; {range}."},
    Message{"ratio_change.no_clear_change",
            "No clear change: {before} before, {after} now; the difference could be chance."},
    Message{"ratio_change.no_data", "Nothing to compare: one of the two periods has no cases."},
    Message{"ratio_change.too_little_data",
            "Too few cases to compare: {before} before, {after} now ({needed} needed each time)."},
    Message{"ratio_change.too_small",
            "No change that is clearly larger than {points}: {before} before, {after} now."},
    Message{"ratio_change.up", "A real change: up from {before} to {after}; {range}."},
    Message{"ratio_interval.ok", "{finding}; {range}."},
    Message{"ratio_target.all_in_met",
            "{finding}, target {target}: met; no further case is expected in this period."},
    Message{"ratio_target.all_in_missed",
            "{finding}, target {target}: missed; no further case is expected in this period."},
    Message{"ratio_target.cannot_tell",
            "Cannot tell: {finding}, target {target}; the true share may lie on either side of it "
            "({range})."},
    Message{"ratio_target.met_chance",
            "{finding}, target {target}: met, but this could be chance ({range})."},
    Message{"ratio_target.met_inferred", "{finding}, target {target}: met ({range})."},
    Message{"ratio_target.met_sure",
            "{finding}, target {target}: met, by more than chance explains."},
    Message{
        "ratio_target.missed_chance",
        "{finding}, target {target}: missed, but a miss of this size could be chance ({range})."},
    Message{"ratio_target.missed_inferred", "{finding}, target {target}: missed ({range})."},
    Message{"ratio_target.missed_sure",
            "{finding}, target {target}: missed, by more than chance explains."},
    Message{"ratio_target.needed_at_least",
            "Too early to tell: {finding}; at least {needed} cases without a miss would be needed "
            "before {target} could be called met."},
    Message{"ratio_target.needed_at_most",
            "Too early to tell: {finding}; at least {needed} cases, none of them counted, would be "
            "needed before {target} could be called met."},
    Message{"ratio_target.never_shown",
            "Cannot tell: {finding}; cases still to come can miss a target of {target}, but no "
            "number of them can show it."},
    Message{"ratio_target.no_data", "No cases, so nothing can be said about the target {target}."},
    Message{"ratio_target.out_of_reach.one",
            "Can no longer be met in this period: even if the one remaining case goes well, the "
            "share ends at {end}, target {target}."},
    Message{"ratio_target.out_of_reach.other",
            "Can no longer be met in this period: even if all {n} remaining cases go well, the "
            "share ends at {end}, target {target}."},
    Message{"ratio_target.secured.one",
            "Already met for the whole period: even if the one remaining case goes wrong, the "
            "share ends at {end}, target {target}."},
    Message{"ratio_target.secured.other",
            "Already met for the whole period: even if all {n} remaining cases go wrong, the share "
            "ends at {end}, target {target}."},
    Message{"ratio_target.small_sample",
            "{finding}, target {target}: too few cases for a verdict ({needed} needed)."},
    Message{"ratio_target.too_early",
            "Too early to tell: {finding}, target {target}; the true share may lie on either side "
            "of it ({range})."},
    Message{"response.complete", "All {delivered} reached have answered."},
    Message{"response.could_overturn",
            "The {silent} who did not answer would have to average {needed} for the true score to "
            "land on the target."},
    Message{"response.nobody",
            "None of the {delivered} reached has answered, so there is no score."},
    Message{"response.nobody_reached", "Nobody was reached, so nobody could answer."},
    Message{
        "response.range",
        "Depending on the {silent} who did not answer, the true score lies anywhere from {range}."},
    Message{"response.rate", "{responded} of the {delivered} reached answered ({rate})."},
    Message{"response.row", "{answers} of {asked} asked have answered ({rate})."},
    Message{"response.safe",
            "Whatever the {silent} who did not answer think, the true score stays on this side of "
            "the target."},
    Message{"scale_score.ok",
            "{top} of {answers} ({share}) are {from} or higher on a scale from {lowest} to "
            "{highest} ({range}); mean {mean} ({mean_range})."},
    Message{
        "scale_score.one_value",
        "A single answer ({mean} on a scale from {lowest} to {highest}): too little for a score."},
    Message{"share.finding", "{hits} of {cases} ({value})"},
    Message{"sketch.error", "The values are exact to within {error}."},
    Message{"span.day.one", "1 day"},
    Message{"span.day.other", "{n} days"},
    Message{"span.hour.one", "1 hour"},
    Message{"span.hour.other", "{n} hours"},
    Message{"span.month.one", "1 month"},
    Message{"span.month.other", "{n} months"},
    Message{"span.period.one", "1 period"},
    Message{"span.period.other", "{n} periods"},
    Message{"span.quarter.one", "1 quarter"},
    Message{"span.quarter.other", "{n} quarters"},
    Message{"span.week.one", "1 week"},
    Message{"span.week.other", "{n} weeks"},
    Message{"span.year.one", "1 year"},
    Message{"span.year.other", "{n} years"},
    Message{"time.day", "day"},
    Message{"time.hour", "hour"},
    Message{"time.month", "month"},
    Message{"time.period", "period"},
    Message{"time.quarter", "quarter"},
    Message{"time.week", "week"},
    Message{"time.year", "year"},
    Message{"trend.falling", "Falling by {slope} per {time} ({range}; values for {span})."},
    Message{"trend.no_clear_trend", "Not moving: no clear trend (values for {span})."},
    Message{"trend.rising", "Rising by {slope} per {time} ({range}; values for {span})."},
    Message{"trend.too_little_data", "Too little for a trend: values for {span}, {needed} needed."},
    Message{"weekday.adjusted",
            "The days of the week differ by more than chance; that is taken out before days are "
            "compared."},
    Message{"weekday.alike", "The days of the week do not clearly differ; nothing is taken out."},
    Message{"weekday.invalid",
            "Days of the week cannot be taken out by a factor here: not every day is above 0 on "
            "average."},
    Message{"weekday.no_variation", "All days have the same value; there is nothing to take out."},
    Message{"weekday.not_applicable",
            "Fewer than two days of the week have values; there is nothing to compare."},
    Message{"weekday.too_little_data",
            "Too few weeks to tell whether the days of the week differ ({needed} values of each "
            "day needed)."},
};

}  // namespace

std::span<const Message> statistics_en() {
  return messages;
}

}  // namespace measured::rules
