#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"axis.billion", "{n} Mrd."},
    Message{"axis.million", "{n} Mio."},
    Message{"axis.thousand", "{n} Tsd."},
    Message{"axis.trillion", "{n} Bio."},
    Message{"chat.more", "Es gab mehr, als diese Nachricht fassen kann."},
    Message{"picture.alt", "{measure}, {team}, {from} bis {to}. {finding}"},
    Message{"picture.alt_empty", "{measure}, {team}: noch keine Werte."},
    Message{"picture.alt_newest", "{period}: {value}{counts}{what}."},
    Message{"picture.alt_no_value", "{period}: kein Wert."},
    Message{"picture.alt_open", "Der letzte Punkt ist noch nicht endgültig."},
    Message{"picture.alt_revised.one", "Ein Zeitraum wurde nachträglich geändert."},
    Message{"picture.alt_revised.other", "{n} Zeiträume wurden nachträglich geändert."},
    Message{"picture.alt_signals.one", "Ein Zeitraum ist als Signal markiert."},
    Message{"picture.alt_signals.other", "{n} Zeiträume sind als Signale markiert."},
    Message{"picture.alt_target", "Ziel: {target}."},
    Message{"picture.baseline", "neue Ausgangslage"},
    Message{"picture.definition", "anders gezählt"},
    Message{"picture.empty", "noch keine Werte"},
    Message{"picture.inside", "im üblichen Bereich {usual}"},
    Message{"picture.legend",
            "In den Bildern: blau der übliche Bereich und seine Mitte; orange gestrichelt das "
            "Ziel; Raute: ein Signal; Ring: noch nicht endgültig; Quadrat: nachträglich geändert; "
            "senkrecht gepunktet: seither anders gezählt oder gearbeitet."},
    Message{"picture.note", "Notiz"},
    Message{"picture.open", "noch nicht endgültig"},
    Message{"picture.revised", "geändert"},
    Message{"picture.signal", "Signal"},
    Message{"picture.title", "{measure}, {team}"},
    Message{"picture.usual", "üblicher Bereich"},
};

}  // namespace

std::span<const Message> pictures_de() {
  return messages;
}

}  // namespace measured::rules
