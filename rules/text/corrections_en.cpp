#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"changed.author", " ({author})"},
    Message{"changed.author_reason", " ({author}: \"{reason}\")"},
    Message{"changed.reason", " (\"{reason}\")"},
    Message{"changed.redefined",
            "{measure}: counted differently since {date}{why}; not compared with what was counted "
            "before."},
    Message{"changed.redefined_again",
            "{measure}: counted differently since {date}{why}. Earlier periods shown here were "
            "counted again in the new way; they are not what you were told then."},
    Message{"changed.review",
            "Target for {measure}: {target}, in force since {from}, was to be looked at again on "
            "{date}. Does it still fit?"},
    Message{"changed.review_own",
            "Targets for {measure}, in force since {from}, were to be looked at again on {date}. "
            "Do they still fit?"},
    Message{"changed.revision_more.one", "{measure}: one more period was revised."},
    Message{"changed.revision_more.other", "{measure}: {n} more periods were revised."},
    Message{"changed.verdict",
            "{measure}, {team}, {period}: we told you '{before}'; with the numbers as they are now "
            "it is '{after}'."},
    Message{"changed.verdict_too", "The verdict was '{before}' and is '{after}' now."},
    Message{"open.heading", "Still open"},
    Message{"open.in_danger",
            "{measure}, {period} so far: short of {target}, which may still be met: {teams}."},
    Message{"open.likely_missed",
            "{measure}, {team}, {period} so far: {value}{counts}: worse than {target} by more than "
            "chance explains, and not over yet."},
    Message{"open.on_course",
            "{measure}, {period} so far: better than {target} by more than chance explains for "
            "{teams}."},
    Message{"open.out_of_reach",
            "{measure}, {team}, {period} so far: {value}{counts}: {target} can no longer be met."},
    Message{"open.out_of_reach_at_best",
            "{measure}, {team}, {period} so far: {value}{counts}: {target} can no longer be met. "
            "Even the best rest ({left} cases) ends at {end}."},
    Message{"open.secured",
            "{measure}, {team}, {period} so far: {value}{counts}: {target} is met whatever the "
            "rest brings."},
    Message{"open.secured_at_worst",
            "{measure}, {team}, {period} so far: {value}{counts}: {target} is met whatever the "
            "rest brings. Even the worst rest ({left} cases) ends at {end}."},
    Message{"open.team", "{team} at {value}{counts}"},
    Message{"unknown.answers", "{measure} at {team}: {question}"},
    Message{"unknown.diverging",
            "{measure} gets better at {teams} while {other} gets worse there. Does the one still "
            "serve the other?"},
    Message{"unknown.revised_better",
            "{measure}: {revised} of {final} final numbers changed afterwards, and {better} of "
            "these became better. Who corrects them, and what for?"},
    Message{"unknown.revised_often",
            "{measure}: {revised} of {final} final numbers changed afterwards; take the newest as "
            "preliminary."},
    Message{"unknown.revised_worse",
            "{measure}: {revised} of {final} final numbers changed afterwards, and {worse} of "
            "these became worse: the first ones are too good. Do rows come later than we wait?"},
    Message{"unknown.straddles",
            "{measure}, {teams}: these cases stand for others, and chance could put the rest on "
            "either side of the target."},
};

}  // namespace

std::span<const Message> corrections_en() {
  return messages;
}

}  // namespace measured::rules
