#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"act.acknowledge", "Sagen, was Sie dagegen tun"},
    Message{"act.action_label", "Was werden Sie tun? (darf leer bleiben)"},
    Message{"act.annotate", "Sagen, was passiert ist"},
    Message{"act.annotate_done",
            "Notiert. Es wird überall gezeigt, wo die Zahl von {period} steht."},
    Message{"act.annotation", "{period}: {note} ({by})."},
    Message{"act.before",
            "Das ist schon notiert, von {by}; noch einmal zu drücken ändert nichts. Ihre nächste "
            "Nachricht hat einen neuen Link."},
    Message{"act.button_acknowledge", "Zur Kenntnis nehmen"},
    Message{"act.button_annotate", "Notieren"},
    Message{"act.button_save", "Speichern"},
    Message{"act.button_stop", "Abbestellen"},
    Message{"act.change", "Ändern, was gesagt wurde"},
    Message{"act.done",
            "Notiert. Bis {until} sagen Ihre Nachrichten, dass Sie es wissen und was Sie tun. Wird "
            "es schlimmer, kommt es wieder."},
    Message{"act.error_busy",
            "Gerade ist zu viel los. Bitte versuchen Sie es in einer Minute noch einmal."},
    Message{"act.error_day", "Bitte wählen Sie einen Tag vom {first} bis zum {last}."},
    Message{"act.error_expired",
            "Dieser Link ist zu alt. Bitte nehmen Sie den aus Ihrer neuesten Nachricht."},
    Message{"act.error_forged",
            "Dieser Link geht nicht: Etwas darin fehlt oder wurde verändert. Bitte kopieren Sie "
            "ihn ganz aus Ihrer Nachricht."},
    Message{"act.error_form",
            "Das war nicht zu lesen. Bitte gehen Sie zurück und versuchen Sie es noch einmal."},
    Message{"act.error_gone", "Was dieser Link meint, steht nicht mehr in den Regeln."},
    Message{"act.error_long", "Bitte schreiben Sie höchstens {n} Zeichen."},
    Message{"act.error_no_miss",
            "Hier gibt es nichts mehr zur Kenntnis zu nehmen: Es heißt jetzt „{verdict}“."},
    Message{"act.error_note", "Bitte schreiben Sie ein paar Worte; andere werden sie lesen."},
    Message{"act.error_reader",
            "Dieser Link gehört jemandem, der diese Nachricht nicht mehr bekommt."},
    Message{"act.error_store",
            "Es konnte gerade nicht gespeichert werden. Bitte versuchen Sie es in ein paar Minuten "
            "noch einmal."},
    Message{"act.expired",
            "{by} hatte das bis {until} zur Kenntnis genommen ({note}); die Zeit ist um."},
    Message{"act.explain",
            "Was Sie schreiben, wird mit Ihrem Namen aufbewahrt und allen gezeigt, die diese Zahl "
            "bekommen."},
    Message{"act.heading", "Handeln"},
    Message{"act.holds", "Zur Kenntnis genommen von {by} bis {until}: {note}."},
    Message{"act.link_annotate",
            "Ist in einem der Zeiträume etwas passiert? Für das Diagramm notieren"},
    Message{"act.link_settings", "Doch bekommen, oder seltener"},
    Message{"act.moved",
            "{by} hatte das beim Ziel von {goal} zur Kenntnis genommen ({note}); das Ziel ist "
            "jetzt ein anderes."},
    Message{"act.note_label", "Was ist der Grund, soweit Sie wissen?"},
    Message{"act.period_label", "In welchem Zeitraum?"},
    Message{"act.planned", "Geplant: {action}."},
    Message{"act.settings", "Das hier seltener bekommen, pausieren oder abbestellen"},
    Message{"act.settings_always", "jedes Mal, wenn sie verschickt wird"},
    Message{"act.settings_lead", "„{digest}“ für {email}: Wie möchten Sie die Nachricht?"},
    Message{"act.settings_monthly", "einmal im Monat, die erste"},
    Message{"act.settings_on_change", "nur wenn sich etwas geändert hat"},
    Message{"act.settings_on_signal", "nur wenn ein Ziel verfehlt oder eine Änderung echt ist"},
    Message{"act.settings_pause", "nicht vor diesem Tag:"},
    Message{"act.settings_stop", "gar nicht"},
    Message{"act.state_active", "Sie bekommen sie {how}."},
    Message{"act.state_paused", "Vor dem {until} bekommen Sie keine."},
    Message{"act.state_unsubscribed", "Sie bekommen sie nicht mehr."},
    Message{"act.stop_lead", "„{digest}“ für {email} abbestellen?"},
    Message{"act.until_label", "Bis wann muss es nicht als Neues gesagt werden?"},
    Message{"act.what_annotate", "Was ist passiert?"},
    Message{"act.word", "zur Kenntnis genommen"},
    Message{"act.worse",
            "{by} hatte das am {at} bei {value} zur Kenntnis genommen ({note}); jetzt ist es "
            "schlimmer."},
    Message{"headline.acknowledged.one", "Ein verfehltes Ziel ist zur Kenntnis genommen: {list}."},
    Message{"headline.acknowledged.other",
            "{n} verfehlte Ziele sind zur Kenntnis genommen: {list}."},
    Message{"subject.acknowledged.one", "1 zur Kenntnis genommen"},
    Message{"subject.acknowledged.other", "{n} zur Kenntnis genommen"},
};

}  // namespace

std::span<const Message> acts_de() {
  return messages;
}

}  // namespace measured::rules
