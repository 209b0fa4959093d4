#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"axis.billion", "{n}B"},
    Message{"axis.million", "{n}M"},
    Message{"axis.thousand", "{n}k"},
    Message{"axis.trillion", "{n}T"},
    Message{"chat.more", "There was more than this message may hold."},
    Message{"picture.alt", "{measure}, {team}, {from} to {to}. {finding}"},
    Message{"picture.alt_empty", "{measure}, {team}: no values yet."},
    Message{"picture.alt_newest", "{period}: {value}{counts}{what}."},
    Message{"picture.alt_no_value", "{period}: no value."},
    Message{"picture.alt_open", "The last point is not final yet."},
    Message{"picture.alt_revised.one", "One period was revised after it was final."},
    Message{"picture.alt_revised.other", "{n} periods were revised after they were final."},
    Message{"picture.alt_signals.one", "One period is marked as a signal."},
    Message{"picture.alt_signals.other", "{n} periods are marked as signals."},
    Message{"picture.alt_target", "Target: {target}."},
    Message{"picture.baseline", "new baseline"},
    Message{"picture.definition", "counted differently"},
    Message{"picture.empty", "no values yet"},
    Message{"picture.inside", "inside the usual {usual}"},
    Message{"picture.legend",
            "In the pictures: blue, the usual range and its middle; orange dashes, the target; a "
            "diamond, a signal; a ring, not final yet; a square, revised; a dotted upright, "
            "counted or run differently since."},
    Message{"picture.note", "note"},
    Message{"picture.open", "not final yet"},
    Message{"picture.revised", "revised"},
    Message{"picture.signal", "signal"},
    Message{"picture.title", "{measure}, {team}"},
    Message{"picture.usual", "usual range"},
};

}  // namespace

std::span<const Message> pictures_en() {
  return messages;
}

}  // namespace measured::rules
