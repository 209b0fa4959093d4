#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"changed.author", " ({author})"},
    Message{"changed.author_reason", " ({author}: „{reason}“)"},
    Message{"changed.reason", " („{reason}“)"},
    Message{"changed.redefined",
            "{measure}: seit {date} anders gezählt{why}; nicht verglichen mit dem, was vorher "
            "gezählt wurde."},
    Message{"changed.redefined_again",
            "{measure}: seit {date} anders gezählt{why}. Frühere Zeiträume sind hier auf die neue "
            "Weise nachgezählt; sie sind nicht, was damals gemeldet wurde."},
    Message{"changed.review",
            "Ziel für {measure}: {target}, in Kraft seit {from}, sollte am {date} überprüft "
            "werden. Passt es noch?"},
    Message{"changed.review_own",
            "Die Ziele für {measure}, in Kraft seit {from}, sollten am {date} überprüft werden. "
            "Passen sie noch?"},
    Message{"changed.revision_more.one", "{measure}: ein weiterer Zeitraum wurde berichtigt."},
    Message{"changed.revision_more.other", "{measure}: {n} weitere Zeiträume wurden berichtigt."},
    Message{"changed.verdict",
            "{measure}, {team}, {period}: gemeldet hatten wir „{before}“; mit den heutigen Zahlen "
            "ist es „{after}“."},
    Message{"changed.verdict_too", "Das Urteil war „{before}“ und ist jetzt „{after}“."},
    Message{"open.heading", "Noch offen"},
    Message{
        "open.in_danger",
        "{measure}, {period} bisher: {target} noch nicht erreicht, aber noch möglich: {teams}."},
    Message{"open.likely_missed",
            "{measure}, {team}, {period} bisher: {value}{counts}: schlechter als {target}, mehr "
            "als Zufall erklärt, und noch nicht vorbei."},
    Message{
        "open.on_course",
        "{measure}, {period} bisher: besser als {target}, mehr als Zufall erklärt, für {teams}."},
    Message{"open.out_of_reach",
            "{measure}, {team}, {period} bisher: {value}{counts}: {target} ist nicht mehr zu "
            "erreichen."},
    Message{"open.out_of_reach_at_best",
            "{measure}, {team}, {period} bisher: {value}{counts}: {target} ist nicht mehr zu "
            "erreichen. Auch der beste Rest ({left} Fälle) endet bei {end}."},
    Message{"open.secured",
            "{measure}, {team}, {period} bisher: {value}{counts}: {target} ist erreicht, was auch "
            "noch kommt."},
    Message{"open.secured_at_worst",
            "{measure}, {team}, {period} bisher: {value}{counts}: {target} ist erreicht, was auch "
            "noch kommt. Auch der schlechteste Rest ({left} Fälle) endet bei {end}."},
    Message{"open.team", "{team} mit {value}{counts}"},
    Message{"unknown.answers", "{measure} bei {team}: {question}"},
    Message{"unknown.diverging",
            "{measure} wird bei {teams} besser, während {other} dort schlechter wird. Dient das "
            "eine noch dem anderen?"},
    Message{"unknown.revised_better",
            "{measure}: {revised} von {final} endgültigen Zahlen änderten sich danach, und "
            "{better} davon wurden besser. Wer berichtigt sie, und wozu?"},
    Message{"unknown.revised_often",
            "{measure}: {revised} von {final} endgültigen Zahlen änderten sich danach; die "
            "neuesten sind vorläufig zu nehmen."},
    Message{
        "unknown.revised_worse",
        "{measure}: {revised} von {final} endgültigen Zahlen änderten sich danach, und {worse} "
        "davon wurden schlechter: Die ersten sind zu gut. Kommen Zeilen später, als wir warten?"},
    Message{"unknown.straddles",
            "{measure}, {teams}: diese Fälle stehen für andere, und der Zufall könnte die übrigen "
            "auf beide Seiten des Ziels legen."},
};

}  // namespace

std::span<const Message> corrections_de() {
  return messages;
}

}  // namespace measured::rules
