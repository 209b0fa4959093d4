#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"changed.author", " ({author})"},
    Message{"changed.author_reason", " ({author}: “{reason}”)"},
    Message{"changed.reason", " (“{reason}”)"},
    Message{"changed.redefined",
            "{measure}: contagem diferente desde {date}{why}; sem comparação com o que se contava "
            "antes."},
    Message{"changed.redefined_again",
            "{measure}: contagem diferente desde {date}{why}. Os períodos anteriores mostrados "
            "aqui foram recontados do novo modo; não são o que foi informado então."},
    Message{"changed.review",
            "Meta de {measure}: {target}, em vigor desde {from}, deveria ser revista em {date}. "
            "Ainda serve?"},
    Message{"changed.review_own",
            "As metas de {measure}, em vigor desde {from}, deveriam ser revistas em {date}. Ainda "
            "servem?"},
    Message{"changed.revision_more.one", "{measure}: mais um período foi revisado."},
    Message{"changed.revision_more.other", "{measure}: mais {n} períodos foram revisados."},
    Message{
        "changed.verdict",
        "{measure}, {team}, {period}: informamos “{before}”; com os números de agora é “{after}”."},
    Message{"changed.verdict_too", "A avaliação era “{before}” e agora é “{after}”."},
    Message{"open.heading", "Ainda em aberto"},
    Message{"open.in_danger",
            "{measure}, {period} até agora: {target} ainda não atingida, mas possível: {teams}."},
    Message{"open.likely_missed",
            "{measure}, {team}, {period} até agora: {value}{counts}: pior que {target} além do que "
            "o acaso explica, e ainda não terminou."},
    Message{"open.on_course",
            "{measure}, {period} até agora: melhor que {target}, além do que o acaso explica, para "
            "{teams}."},
    Message{"open.out_of_reach",
            "{measure}, {team}, {period} até agora: {value}{counts}: {target} já não pode ser "
            "atingida."},
    Message{"open.out_of_reach_at_best",
            "{measure}, {team}, {period} até agora: {value}{counts}: {target} já não pode ser "
            "atingida. Mesmo o melhor restante ({left} casos) termina em {end}."},
    Message{"open.secured",
            "{measure}, {team}, {period} até agora: {value}{counts}: {target} está atingida, venha "
            "o que vier."},
    Message{"open.secured_at_worst",
            "{measure}, {team}, {period} até agora: {value}{counts}: {target} está atingida, venha "
            "o que vier. Mesmo o pior restante ({left} casos) termina em {end}."},
    Message{"open.team", "{team} com {value}{counts}"},
    Message{"unknown.answers", "{measure} em {team}: {question}"},
    Message{"unknown.diverging",
            "{measure} melhora em {teams} enquanto {other} piora ali. Um ainda serve ao outro?"},
    Message{"unknown.revised_better",
            "{measure}: {revised} de {final} números fechados mudaram depois, e {better} deles "
            "melhoraram. Quem os corrige, e para quê?"},
    Message{"unknown.revised_often",
            "{measure}: {revised} de {final} números fechados mudaram depois; tome os mais novos "
            "como provisórios."},
    Message{"unknown.revised_worse",
            "{measure}: {revised} de {final} números fechados mudaram depois, e {worse} deles "
            "pioraram: os primeiros são bons demais. As linhas chegam depois do que esperamos?"},
    Message{"unknown.straddles",
            "{measure}, {teams}: estes casos representam outros, e o acaso poderia pôr os demais "
            "de qualquer lado da meta."},
};

}  // namespace

std::span<const Message> corrections_pt_br() {
  return messages;
}

}  // namespace measured::rules
