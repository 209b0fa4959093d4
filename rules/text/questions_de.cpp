#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"bunching.bunched",
            "{inside} Fälle lagen knapp innerhalb von {target}, {outside} knapp außerhalb; "
            "gleichmäßig verteilt wären es {expected_inside} und {expected_outside}. Was geschieht "
            "kurz vor der Grenze?"},
    Message{"bunching.no_sign",
            "Kein Anzeichen von Gedränge an der Grenze: {inside} Fälle knapp innerhalb von "
            "{target}, {outside} knapp außerhalb."},
    Message{"bunching.too_little_data",
            "Zu wenige Fälle nahe {target}, um etwas zu sagen ({inside} knapp innerhalb und "
            "{outside} knapp außerhalb)."},
    Message{"digit_preference.heaped",
            "Die letzten Ziffern 0 und 5 kommen {times}-mal so oft vor wie zu erwarten ({cases}): "
            "Die Werte sehen gerundet aus, zu grob für ein Urteil nahe einer Grenze."},
    Message{"digit_preference.no_sign",
            "Kein Anzeichen von Rundung in den letzten Ziffern ({cases})."},
    Message{"digit_preference.not_applicable",
            "Die Werte liegen zu dicht beieinander, um aus den letzten Ziffern etwas zu lesen "
            "({cases})."},
    Message{
        "digit_preference.too_little_data",
        "Zu wenige Werte, um aus den letzten Ziffern etwas zu lesen ({cases}, {needed} nötig)."},
    Message{"discoveries.none",
            "Von {tests} betrachteten Veränderungen hebt sich keine vom Zufall ab."},
    Message{"discoveries.nothing",
            "Keine Veränderung ließ sich betrachten: Es gibt zu wenige Werte."},
    Message{"discoveries.some.one",
            "Von {tests} betrachteten Veränderungen hebt sich eine ab; von zehn solchen ist etwa "
            "eine Zufall."},
    Message{"discoveries.some.other",
            "Von {tests} betrachteten Veränderungen heben sich {n} ab; von zehn solchen ist etwa "
            "eine Zufall."},
    Message{"divergence.both_improving", "{measure} und {outcome}: beide werden besser."},
    Message{"divergence.both_worsening", "{measure} und {outcome}: beide werden schlechter."},
    Message{"divergence.diverging",
            "{measure}: wird besser; {outcome}: wird schlechter. Dient das eine noch dem anderen?"},
    Message{"divergence.measure_only", "{measure}: wird besser; {outcome}: kein klarer Trend."},
    Message{"divergence.measure_only_worsening",
            "{measure}: wird schlechter; {outcome}: kein klarer Trend."},
    Message{"divergence.no_sign", "{measure} und {outcome}: bei keinem ein klarer Trend."},
    Message{"divergence.outcome_only_improving",
            "{measure}: kein klarer Trend; {outcome}: wird besser."},
    Message{"divergence.outcome_only_worsening",
            "{measure}: kein klarer Trend; {outcome}: wird schlechter."},
    Message{"divergence.reverse", "{measure}: wird schlechter; {outcome}: wird besser."},
    Message{"divergence.too_little_data",
            "{measure} und {outcome}: zu wenig, um die Trends zu vergleichen; Werte für {needed} "
            "in beiden nötig."},
    Message{"exclusions.flips.one",
            "Zählte der eine ausgenommene Fall als Fehlschlag, wären {rate} nur {worst}: Das Ziel "
            "wäre verfehlt."},
    Message{"exclusions.flips.other",
            "Zählten die {n} ausgenommenen Fälle als Fehlschläge, wären {rate} nur {worst}: Das "
            "Ziel wäre verfehlt."},
    Message{"exclusions.growing",
            "Es werden mehr Fälle ausgenommen: jetzt {now}, vorher {before}."},
    Message{"exclusions.no_data",
            "Nichts zu vergleichen: Einer der beiden Zeiträume hat keine Fälle."},
    Message{"exclusions.shrinking",
            "Es werden weniger Fälle ausgenommen: jetzt {now}, vorher {before}."},
    Message{"exclusions.stable",
            "Es werden etwa so viele Fälle ausgenommen wie vorher: jetzt {now}, vorher {before}."},
    Message{"exclusions.too_little_data",
            "Zu wenige Fälle, um zu sagen, ob mehr ausgenommen werden: jetzt {now}, vorher "
            "{before} (je {needed} nötig)."},
    Message{"exclusions.worst.one",
            "Zählte der eine ausgenommene Fall als Fehlschlag, wären {rate} nur {worst}."},
    Message{"exclusions.worst.other",
            "Zählten die {n} ausgenommenen Fälle als Fehlschläge, wären {rate} nur {worst}."},
    Message{"response_drop.no_sign",
            "Kein Anzeichen, dass weniger Antworten das Ergebnis heben: vorher antworteten "
            "{rate_before}, jetzt {rate_after}; NPS {before} und {after}."},
    Message{"response_drop.rate_drop",
            "Der Anteil der Antworten sank von {rate_before} auf {rate_after}; der NPS, vorher "
            "{before}, jetzt {after}, stieg nicht klar."},
    Message{"response_drop.score_up",
            "Der NPS stieg von {before} auf {after}; der Anteil der Antworten, vorher "
            "{rate_before}, jetzt {rate_after}, sank nicht klar."},
    Message{"response_drop.suspicious",
            "Der Anteil der Antworten sank von {rate_before} auf {rate_after}, während der NPS von "
            "{before} auf {after} stieg: Wer wird nicht mehr gefragt oder antwortet nicht mehr?"},
    Message{"response_drop.too_little_data",
            "Zu wenige Antworten, um die beiden Befragungen zu vergleichen: vorher "
            "{answers_before}, jetzt {answers_after} (je {needed} nötig)."},
    Message{"revision_bias.few",
            "Nachträglich korrigiert: {revised} (insgesamt {span}), davon {better} zum Besseren "
            "und {worse} zum Schlechteren; zu wenige für ein Muster ({needed} nötig)."},
    Message{"revision_bias.flattering",
            "Nachträglich korrigiert: {revised} (insgesamt {span}), davon {better} zum Besseren "
            "und {worse} zum Schlechteren: Warum meist zum Besseren?"},
    Message{"revision_bias.harsher",
            "Nachträglich korrigiert: {revised} (insgesamt {span}), davon {better} zum Besseren "
            "und {worse} zum Schlechteren: Warum meist zum Schlechteren?"},
    Message{"revision_bias.mixed",
            "Nachträglich korrigiert: {revised} (insgesamt {span}), davon {better} zum Besseren "
            "und {worse} zum Schlechteren; kein einseitiges Muster."},
    Message{"revision_bias.none", "Keine nachträgliche Korrektur ({span})."},
    Message{"revision_bias.to_met", "Von verfehlt zu erreicht gewechselt: {n}."},
    Message{"revision_bias.to_missed", "Von erreicht zu verfehlt gewechselt: {n}."},
    Message{"selection_skew.complete", "Alle, die infrage kamen, wurden befragt ({eligible})."},
    Message{"selection_skew.invalid",
            "Die Zahlen widersprechen sich: {surveyed} Befragte, {eligible} infrage gekommen."},
    Message{
        "selection_skew.ok",
        "Die Befragten ({surveyed} von {eligible}) verteilen sich wie alle, die infrage kamen."},
    Message{"selection_skew.shifted",
            "Die Befragten ({surveyed} von {eligible}) verteilen sich anders als alle, die infrage "
            "kamen: Wird jemand seltener gefragt?"},
    Message{"selection_skew.strongly_shifted",
            "Die Befragten ({surveyed} von {eligible}) verteilen sich ganz anders als alle, die "
            "infrage kamen: Wird jemand kaum gefragt?"},
    Message{"selection_skew.too_little_data",
            "Zu wenige Fälle, um zu sagen, wer befragt wird ({surveyed} von {eligible})."},
    Message{"shrink.no_difference",
            "Nichts als Zufall unterscheidet die Teams: Nächstes Mal ist von jedem etwa {mean} zu "
            "erwarten."},
    Message{"shrink.ok",
            "{value} ({cases}): Nächstes Mal ist etwa {expected} zu erwarten, auch wenn sich "
            "nichts ändert."},
    Message{"shrink.too_little_data",
            "Zu wenige Teams, um zu sagen, was von jedem zu erwarten ist ({needed} nötig)."},
    Message{"team_compare.above",
            "Über dem, was Zufall erklärt, bei {centre} für alle Teams zusammen: {teams}."},
    Message{"team_compare.all_alike.one",
            "Das eine Team lässt sich nicht von {centre} unterscheiden."},
    Message{"team_compare.all_alike.other",
            "Alle {n} Teams mit genügend Fällen liegen im Rahmen von {centre}: Was sie "
            "unterscheidet, kann Zufall sein."},
    Message{"team_compare.below",
            "Unter dem, was Zufall erklärt, bei {centre} für alle Teams zusammen: {teams}."},
    Message{"team_compare.no_variation",
            "Alle Teams liegen bei {centre}; es gibt nichts zu vergleichen."},
    Message{"team_compare.rest.one",
            "Das eine übrige Team lässt sich vom Rest nicht unterscheiden."},
    Message{"team_compare.rest.other", "Die übrigen {n} Teams lassen sich nicht unterscheiden."},
    Message{"team_compare.spread",
            "Im Ganzen unterscheiden sich die Teams um mehr, als Zufall erklärt."},
    Message{"team_compare.thin.one",
            "Ein Team hat zu wenige Fälle für einen Vergleich ({needed} nötig)."},
    Message{"team_compare.thin.other",
            "{n} Teams haben zu wenige Fälle für einen Vergleich ({needed} nötig)."},
    Message{"team_compare.too_little_data",
            "Zu wenige Teams mit Fällen für einen Vergleich ({needed} nötig)."},
};

}  // namespace

std::span<const Message> questions_de() {
  return messages;
}

}  // namespace measured::rules
