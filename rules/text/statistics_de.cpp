#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"against.met",
            "{finding}; Ziel {target}: erreicht, mit mehr Abstand, als Zufall erklärt."},
    Message{"against.missed", "{finding}; Ziel {target}: verfehlt, um mehr, als Zufall erklärt."},
    Message{"against.too_early",
            "{finding}; Ziel {target}: nicht zu sagen, der Bereich reicht über das Ziel hinweg."},
    Message{"against.too_few",
            "{finding}; Ziel {target}: zu wenige Fälle für ein Urteil ({needed} nötig)."},
    Message{"against.too_few_answers",
            "{finding}; Ziel {target}: zu wenige Antworten für ein Urteil ({needed} nötig)."},
    Message{"against.too_few_skewed",
            "{finding}; Ziel {target}: zu wenige Fälle für ein Urteil ({needed} nötig, weil wenige "
            "große Werte diesen Mittelwert bestimmen)."},
    Message{"answers.one", "1 Antwort"},
    Message{"answers.other", "{n} Antworten"},
    Message{"cases.one", "1 Fall"},
    Message{"cases.other", "{n} Fälle"},
    Message{"chart.alike",
            "Ein Wert gleicht stark dem vorigen; Serien zählen deshalb nicht als Signal."},
    Message{"chart.changed", "Verändert: {value}; vorher immer {centre} (Werte für {span})."},
    Message{"chart.gaps",
            "Noch kein üblicher Bereich: Werte für {span}, aber mit zu vielen Lücken dazwischen."},
    Message{"chart.invalid_log", "Kein üblicher Bereich: Dafür müssten alle Werte über 0 liegen."},
    Message{"chart.no_data", "Der neueste Zeitraum hat keinen Wert."},
    Message{"chart.no_limits", "Noch kein üblicher Bereich: Werte für {span}, {needed} nötig."},
    Message{"chart.noise",
            "Rauschen: {value} liegt im üblichen Bereich ({range}); nach einer Ursache zu suchen "
            "lohnt nicht."},
    Message{"chart.provisional",
            "Der Bereich ist noch vorläufig: Er beruht auf Werten für {span} und steht ab {needed} "
            "fest."},
    Message{"chart.signal", "Signal: {value}, {what}{since}."},
    Message{"chart.since", ", seit {since}"},
    Message{"chart.too_rare",
            "Kein üblicher Bereich: im Mittel weniger als ein Ereignis pro {time}; ein längerer "
            "Zeitraum ist nötig."},
    Message{"chart.unchanged",
            "Unverändert bei {centre} (Werte für {span}); ohne Schwankung gibt es keinen Bereich."},
    Message{"chart.under",
            "Die Werte schwanken weniger, als es beim bloßen Zählen zu erwarten ist: Werden sie "
            "geglättet oder bearbeitet?"},
    Message{"confidence", "{conf}-%-Bereich {range}"},
    Message{"confidence.change", "{conf}-%-Bereich der Veränderung: {range}"},
    Message{"contradiction.answers", "Die Zahlen der Antworten widersprechen sich."},
    Message{"contradiction.share", "Die Zahlen widersprechen sich: {hits} von {cases}."},
    Message{"mean.finding", "Mittelwert {value} ({range}; {cases})"},
    Message{"mean.no_variation", "Jeder Fall hat den Wert {value} ({cases})"},
    Message{"mean.one_value",
            "Ein einziger Fall, {value}: zu wenig, um zu sagen, wie weit er abweichen kann"},
    Message{"nothing.answered", "Es gibt keine Antworten und also kein Ergebnis."},
    Message{"nothing.counted", "Es gibt keine Fälle und also keinen Wert."},
    Message{"nps.finding", "NPS {score} ({range}; {answers})"},
    Message{"nps.finding_asked",
            "NPS {score} ({range}; {answers} von {asked} Angefragten, {rate})"},
    Message{"nps_change.down",
            "Eine echte Veränderung: NPS gesunken von {before} auf {after} ({range}; vorher "
            "{answers_before}, jetzt {answers_after})."},
    Message{"nps_change.no_clear_change",
            "Keine klare Veränderung: NPS vorher {before} ({answers_before}), jetzt {after} "
            "({answers_after}); der Unterschied kann Zufall sein."},
    Message{"nps_change.no_data",
            "Nichts zu vergleichen: Eine der beiden Befragungen hat keine Antworten."},
    Message{"nps_change.too_little_data",
            "Zu wenige Antworten für einen Vergleich: vorher {answers_before}, jetzt "
            "{answers_after} (je {needed} nötig)."},
    Message{"nps_change.up",
            "Eine echte Veränderung: NPS gestiegen von {before} auf {after} ({range}; vorher "
            "{answers_before}, jetzt {answers_after})."},
    Message{"points", "{n} Punkte"},
    Message{"points.share", "{n} Prozentpunkte"},
    Message{"projection.not_moving", "Das Niveau selbst zeigt keinen klaren Trend."},
    Message{"projection.off_course",
            "Beim jetzigen Tempo liegt das Niveau am {date} bei {value} ({range}), Ziel {target}: "
            "nicht auf Kurs."},
    Message{"projection.on_course",
            "Beim jetzigen Tempo liegt das Niveau am {date} bei {value} ({range}), Ziel {target}: "
            "auf Kurs."},
    Message{"projection.past", "Der {date} ist vorbei; es gibt keinen Ausblick."},
    Message{"projection.too_early",
            "Beim jetzigen Tempo liegt das Niveau am {date} bei {value} ({range}), Ziel {target}: "
            "noch nicht zu sagen."},
    Message{"projection.too_far",
            "Der {date} liegt zu weit voraus: Ein Ausblick reicht höchstens halb so weit, wie die "
            "Werte zurückreichen."},
    Message{"projection.too_little_data",
            "Zu wenig für einen Ausblick auf den {date}: Werte für {needed} nötig."},
    Message{"quantile.half",
            "Die Hälfte der Fälle liegt bei {value} oder darunter ({range}; {cases})"},
    Message{"quantile.half_only", "Die Hälfte der Fälle liegt bei {value} oder darunter ({cases})"},
    Message{"quantile.no_bounds", "Für einen Bereich sind {needed} Fälle nötig."},
    Message{"quantile.no_high", "Für eine obere Grenze sind {needed} Fälle nötig."},
    Message{"quantile.no_low", "Für eine untere Grenze sind {needed} Fälle nötig."},
    Message{"quantile.share",
            "{share} der Fälle liegen bei {value} oder darunter ({range}; {cases})"},
    Message{"quantile.share_only", "{share} der Fälle liegen bei {value} oder darunter ({cases})"},
    Message{"range.at_least", "mindestens {value}"},
    Message{"range.at_most", "höchstens {value}"},
    Message{"range.open", "ohne Grenzen"},
    Message{"ratio_change.down",
            "Eine echte Veränderung: gesunken, vorher {before}, jetzt {after}; {range}."},
    Message{"ratio_change.no_clear_change",
            "Keine klare Veränderung: vorher {before}, jetzt {after}; der Unterschied kann Zufall "
            "sein."},
    Message{"ratio_change.no_data",
            "Nichts zu vergleichen: Einer der beiden Zeiträume hat keine Fälle."},
    Message{
        "ratio_change.too_little_data",
        "Zu wenige Fälle für einen Vergleich: vorher {before}, jetzt {after} (je {needed} nötig)."},
    Message{"ratio_change.too_small",
            "Keine Veränderung, die klar über {points} liegt: vorher {before}, jetzt {after}."},
    Message{"ratio_change.up",
            "Eine echte Veränderung: gestiegen, vorher {before}, jetzt {after}; {range}."},
    Message{"ratio_interval.ok", "{finding}; {range}."},
    Message{
        "ratio_target.all_in_met",
        "{finding}, Ziel {target}: erreicht; in diesem Zeitraum wird kein weiterer Fall erwartet."},
    Message{
        "ratio_target.all_in_missed",
        "{finding}, Ziel {target}: verfehlt; in diesem Zeitraum wird kein weiterer Fall erwartet."},
    Message{"ratio_target.cannot_tell",
            "Nicht zu sagen: {finding}, Ziel {target}; der wahre Anteil kann darüber oder darunter "
            "liegen ({range})."},
    Message{"ratio_target.met_chance",
            "{finding}, Ziel {target}: erreicht, aber das kann Zufall sein ({range})."},
    Message{"ratio_target.met_inferred", "{finding}, Ziel {target}: erreicht ({range})."},
    Message{"ratio_target.met_sure",
            "{finding}, Ziel {target}: erreicht, mit mehr Abstand, als Zufall erklärt."},
    Message{"ratio_target.missed_chance",
            "{finding}, Ziel {target}: verfehlt, aber ein Abstand dieser Größe kann Zufall sein "
            "({range})."},
    Message{"ratio_target.missed_inferred", "{finding}, Ziel {target}: verfehlt ({range})."},
    Message{"ratio_target.missed_sure",
            "{finding}, Ziel {target}: verfehlt, um mehr, als Zufall erklärt."},
    Message{"ratio_target.needed_at_least",
            "Noch nicht zu sagen: {finding}; erst {needed} Fälle ohne einen Fehlschlag würden "
            "zeigen, dass {target} erreicht ist."},
    Message{"ratio_target.needed_at_most",
            "Noch nicht zu sagen: {finding}; erst {needed} Fälle ohne einen einzigen gezählten "
            "würden zeigen, dass {target} eingehalten ist."},
    Message{"ratio_target.never_shown",
            "Nicht zu sagen: {finding}; ein Ziel von {target} kann ein einzelner Fall verfehlen, "
            "aber keine Zahl von Fällen beweisen."},
    Message{"ratio_target.no_data",
            "Keine Fälle, also lässt sich über das Ziel {target} nichts sagen."},
    Message{"ratio_target.out_of_reach.one",
            "In diesem Zeitraum nicht mehr zu erreichen: Selbst wenn der eine noch ausstehende "
            "Fall gelingt, endet der Anteil bei {end}, Ziel {target}."},
    Message{"ratio_target.out_of_reach.other",
            "In diesem Zeitraum nicht mehr zu erreichen: Selbst wenn alle {n} noch ausstehenden "
            "Fälle gelingen, endet der Anteil bei {end}, Ziel {target}."},
    Message{"ratio_target.secured.one",
            "Für den ganzen Zeitraum schon erreicht: Selbst wenn der eine noch ausstehende Fall "
            "misslingt, endet der Anteil bei {end}, Ziel {target}."},
    Message{"ratio_target.secured.other",
            "Für den ganzen Zeitraum schon erreicht: Selbst wenn alle {n} noch ausstehenden Fälle "
            "misslingen, endet der Anteil bei {end}, Ziel {target}."},
    Message{"ratio_target.small_sample",
            "{finding}, Ziel {target}: zu wenige Fälle für ein Urteil ({needed} nötig)."},
    Message{"ratio_target.too_early",
            "Noch nicht zu sagen: {finding}, Ziel {target}; der wahre Anteil kann darüber oder "
            "darunter liegen ({range})."},
    Message{"response.complete", "Alle {delivered} Erreichten haben geantwortet."},
    Message{"response.could_overturn",
            "Die {silent}, die nicht geantwortet haben, müssten im Mittel bei {needed} liegen, "
            "damit das wahre Ergebnis genau auf das Ziel fällt."},
    Message{"response.nobody",
            "Keiner der {delivered} Erreichten hat geantwortet, also gibt es kein Ergebnis."},
    Message{"response.nobody_reached", "Niemand wurde erreicht, also konnte niemand antworten."},
    Message{"response.range",
            "Je nachdem, was die {silent} denken, die nicht geantwortet haben, liegt das wahre "
            "Ergebnis irgendwo im Bereich {range}."},
    Message{"response.rate", "Antworten von {responded} der {delivered} Erreichten ({rate})."},
    Message{"response.row", "{answers} von {asked} Befragten haben geantwortet ({rate})."},
    Message{"response.safe",
            "Was auch immer die {silent} denken, die nicht geantwortet haben: Das wahre Ergebnis "
            "bleibt auf dieser Seite des Ziels."},
    Message{"scale_score.ok",
            "{top} von {answers} ({share}) lauten {from} oder höher auf einer Skala von {lowest} "
            "bis {highest} ({range}); Mittelwert {mean} ({mean_range})."},
    Message{"scale_score.one_value",
            "Eine einzige Antwort ({mean} auf einer Skala von {lowest} bis {highest}): zu wenig "
            "für ein Ergebnis."},
    Message{"share.finding", "{hits} von {cases} ({value})"},
    Message{"sketch.error", "Die Werte sind auf {error} genau."},
    Message{"span.day.one", "1 Tag"},
    Message{"span.day.other", "{n} Tage"},
    Message{"span.hour.one", "1 Stunde"},
    Message{"span.hour.other", "{n} Stunden"},
    Message{"span.month.one", "1 Monat"},
    Message{"span.month.other", "{n} Monate"},
    Message{"span.period.one", "1 Zeitraum"},
    Message{"span.period.other", "{n} Zeiträume"},
    Message{"span.quarter.one", "1 Quartal"},
    Message{"span.quarter.other", "{n} Quartale"},
    Message{"span.week.one", "1 Woche"},
    Message{"span.week.other", "{n} Wochen"},
    Message{"span.year.one", "1 Jahr"},
    Message{"span.year.other", "{n} Jahre"},
    Message{"time.day", "Tag"},
    Message{"time.hour", "Stunde"},
    Message{"time.month", "Monat"},
    Message{"time.period", "Zeitraum"},
    Message{"time.quarter", "Quartal"},
    Message{"time.week", "Woche"},
    Message{"time.year", "Jahr"},
    Message{"trend.falling", "Sinkt um {slope} pro {time} ({range}; Werte für {span})."},
    Message{"trend.no_clear_trend", "Keine Bewegung: kein klarer Trend (Werte für {span})."},
    Message{"trend.rising", "Steigt um {slope} pro {time} ({range}; Werte für {span})."},
    Message{"trend.too_little_data", "Zu wenig für einen Trend: Werte für {span}, {needed} nötig."},
    Message{"weekday.adjusted",
            "Die Wochentage unterscheiden sich um mehr, als Zufall erklärt; das wird "
            "herausgerechnet, bevor Tage verglichen werden."},
    Message{"weekday.alike",
            "Die Wochentage unterscheiden sich nicht klar; es wird nichts herausgerechnet."},
    Message{"weekday.invalid",
            "Wochentage lassen sich hier nicht durch einen Faktor herausrechnen: Nicht jeder Tag "
            "liegt im Mittel über 0."},
    Message{"weekday.no_variation",
            "Alle Tage haben denselben Wert; es gibt nichts herauszurechnen."},
    Message{"weekday.not_applicable",
            "Weniger als zwei Wochentage haben Werte; es gibt nichts zu vergleichen."},
    Message{"weekday.too_little_data",
            "Zu wenige Wochen, um zu sagen, ob sich die Wochentage unterscheiden (je Tag {needed} "
            "Werte nötig)."},
};

}  // namespace

std::span<const Message> statistics_de() {
  return messages;
}

}  // namespace measured::rules
