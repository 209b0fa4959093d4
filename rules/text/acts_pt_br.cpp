#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"act.acknowledge", "Dizer o que você vai fazer"},
    Message{"act.action_label", "O que você vai fazer? (pode ficar em branco)"},
    Message{"act.annotate", "Dizer o que aconteceu"},
    Message{"act.annotate_done", "Anotado. Aparece onde quer que o número de {period} apareça."},
    Message{"act.annotation", "{period}: {note} ({by})."},
    Message{"act.before",
            "Isto já foi anotado, por {by}; clicar de novo não muda nada. A sua próxima mensagem "
            "tem um link novo."},
    Message{"act.button_acknowledge", "Estou ciente"},
    Message{"act.button_annotate", "Anotar"},
    Message{"act.button_save", "Salvar"},
    Message{"act.button_stop", "Cancelar o envio"},
    Message{"act.change", "Mudar o que foi dito"},
    Message{"act.done",
            "Anotado. Até {until} as suas mensagens dizem que você sabe e o que está fazendo. Se "
            "piorar, volta a aparecer."},
    Message{"act.error_busy", "Há pedidos demais agora. Tente de novo em um minuto."},
    Message{"act.error_day", "Escolha um dia de {first} a {last}."},
    Message{"act.error_expired", "Este link é antigo demais. Use o da sua mensagem mais recente."},
    Message{"act.error_forged",
            "Este link não funciona: falta algo nele ou algo foi mudado. Copie-o inteiro da sua "
            "mensagem."},
    Message{"act.error_form", "Não foi possível ler isto. Volte e tente de novo."},
    Message{"act.error_gone", "As regras já não têm aquilo de que este link trata."},
    Message{"act.error_long", "Escreva no máximo {n} caracteres."},
    Message{"act.error_no_miss", "Já não há nada de que estar ciente: agora diz “{verdict}”."},
    Message{"act.error_note", "Escreva algumas palavras: outras pessoas vão ler."},
    Message{"act.error_reader", "Este link é de alguém que já não recebe esta mensagem."},
    Message{"act.error_store", "Não foi possível guardar agora. Tente de novo em alguns minutos."},
    Message{"act.expired", "{by} estava ciente, até {until} ({note}); esse prazo acabou."},
    Message{"act.explain",
            "O que você escreve fica guardado com o seu nome e é mostrado a todos que recebem este "
            "número."},
    Message{"act.heading", "Agir"},
    Message{"act.holds", "{by} está ciente, até {until}: {note}."},
    Message{"act.link_annotate", "Aconteceu algo em um dos períodos? Anotar para o gráfico"},
    Message{"act.link_settings", "Receber mesmo assim, ou com menos frequência"},
    Message{"act.moved",
            "{by} estava ciente quando a meta era {goal} ({note}); agora a meta é outra."},
    Message{"act.note_label", "Qual é o motivo, até onde você sabe?"},
    Message{"act.period_label", "Em que período?"},
    Message{"act.planned", "Planejado: {action}."},
    Message{"act.settings", "Receber com menos frequência, pausar ou cancelar"},
    Message{"act.settings_always", "todas as vezes em que é enviada"},
    Message{"act.settings_lead", "“{digest}” para {email}: como você quer receber?"},
    Message{"act.settings_monthly", "uma vez por mês, a primeira"},
    Message{"act.settings_on_change", "só quando algo mudou"},
    Message{"act.settings_on_signal", "só quando uma meta não foi atingida ou uma mudança é real"},
    Message{"act.settings_pause", "não antes deste dia:"},
    Message{"act.settings_stop", "não receber"},
    Message{"act.state_active", "Você recebe {how}."},
    Message{"act.state_paused", "Você não recebe nenhuma antes de {until}."},
    Message{"act.state_unsubscribed", "Você não recebe mais."},
    Message{"act.stop_lead", "Cancelar “{digest}” para {email}?"},
    Message{"act.until_label", "Até quando não precisa ser dito como novidade?"},
    Message{"act.what_annotate", "O que aconteceu?"},
    Message{"act.word", "com ciência"},
    Message{"act.worse", "{by} estava ciente em {at}, com {value} ({note}); agora está pior."},
    Message{"headline.acknowledged.one", "De uma meta não atingida já se está ciente: {list}."},
    Message{"headline.acknowledged.other", "De {n} metas não atingidas já se está ciente: {list}."},
    Message{"subject.acknowledged.one", "1 com ciência"},
    Message{"subject.acknowledged.other", "{n} com ciência"},
};

}  // namespace

std::span<const Message> acts_pt_br() {
  return messages;
}

}  // namespace measured::rules
