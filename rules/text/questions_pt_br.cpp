#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"bunching.bunched",
            "{inside} casos ficaram pouco aquém do limite de {target}, {outside} pouco além; uma "
            "distribuição suave daria {expected_inside} e {expected_outside}. O que acontece pouco "
            "antes do limite?"},
    Message{"bunching.no_sign",
            "Nenhum sinal de acúmulo no limite de {target}: {inside} casos pouco aquém, {outside} "
            "pouco além."},
    Message{"bunching.too_little_data",
            "Poucos casos perto de {target} para dizer algo ({inside} pouco aquém e {outside} "
            "pouco além)."},
    Message{"digit_preference.heaped",
            "Os últimos dígitos 0 e 5 aparecem {times} vezes o esperado ({cases}): os valores "
            "parecem arredondados, grosseiros demais para julgar perto de um limite."},
    Message{"digit_preference.no_sign",
            "Nenhum sinal de arredondamento nos últimos dígitos ({cases})."},
    Message{"digit_preference.not_applicable",
            "Os valores ficam próximos demais para tirar algo dos últimos dígitos ({cases})."},
    Message{"digit_preference.too_little_data",
            "Poucos valores para tirar algo dos últimos dígitos ({cases}, mínimo {needed})."},
    Message{"discoveries.none", "De {tests} mudanças observadas, nenhuma se destaca do acaso."},
    Message{"discoveries.nothing", "Nenhuma mudança pôde ser observada: há poucos valores."},
    Message{
        "discoveries.some.one",
        "De {tests} mudanças observadas, uma se destaca; de cada dez assim, cerca de uma é acaso."},
    Message{"discoveries.some.other",
            "De {tests} mudanças observadas, {n} se destacam; de cada dez assim, cerca de uma é "
            "acaso."},
    Message{"divergence.both_improving", "{measure} e {outcome}: ambos em melhora."},
    Message{"divergence.both_worsening", "{measure} e {outcome}: ambos em piora."},
    Message{"divergence.diverging",
            "{measure}: em melhora; {outcome}: em piora. Um ainda serve ao outro?"},
    Message{"divergence.measure_only", "{measure}: em melhora; {outcome}: sem tendência clara."},
    Message{"divergence.measure_only_worsening",
            "{measure}: em piora; {outcome}: sem tendência clara."},
    Message{"divergence.no_sign", "{measure} e {outcome}: nenhuma tendência clara."},
    Message{"divergence.outcome_only_improving",
            "{measure}: sem tendência clara; {outcome}: em melhora."},
    Message{"divergence.outcome_only_worsening",
            "{measure}: sem tendência clara; {outcome}: em piora."},
    Message{"divergence.reverse", "{measure}: em piora; {outcome}: em melhora."},
    Message{"divergence.too_little_data",
            "{measure} e {outcome}: pouco para comparar as tendências; são precisos valores de "
            "{needed} em ambos."},
    Message{"exclusions.flips.one",
            "Com o único caso excluído contado como falha, {rate} seria {worst}: a meta não seria "
            "atingida."},
    Message{"exclusions.flips.other",
            "Com os {n} casos excluídos contados como falhas, {rate} seria {worst}: a meta não "
            "seria atingida."},
    Message{"exclusions.growing", "Mais casos ficam de fora: agora {now}, antes {before}."},
    Message{"exclusions.no_data", "Nada a comparar: um dos dois períodos não tem casos."},
    Message{"exclusions.shrinking", "Menos casos ficam de fora: agora {now}, antes {before}."},
    Message{"exclusions.stable",
            "Ficam de fora quase tantos casos quanto antes: agora {now}, antes {before}."},
    Message{"exclusions.too_little_data",
            "Poucos casos para dizer se mais ficam de fora: agora {now}, antes {before} (mínimo "
            "{needed} de cada vez)."},
    Message{"exclusions.worst.one",
            "Com o único caso excluído contado como falha, {rate} seria {worst}."},
    Message{"exclusions.worst.other",
            "Com os {n} casos excluídos contados como falhas, {rate} seria {worst}."},
    Message{"response_drop.no_sign",
            "Nenhum sinal de que menos respostas elevem a nota: antes responderam {rate_before} "
            "dos convidados, agora {rate_after}; NPS {before} e {after}."},
    Message{"response_drop.rate_drop",
            "As respostas caíram de {rate_before} para {rate_after} dos convidados; o NPS, antes "
            "{before}, agora {after}, não subiu com clareza."},
    Message{"response_drop.score_up",
            "O NPS subiu de {before} para {after}; as respostas, antes {rate_before} dos "
            "convidados, agora {rate_after}, não caíram com clareza."},
    Message{"response_drop.suspicious",
            "As respostas caíram de {rate_before} para {rate_after} dos convidados enquanto o NPS "
            "subiu de {before} para {after}: quem deixou de ser convidado ou de responder?"},
    Message{"response_drop.too_little_data",
            "Poucas respostas para comparar as duas pesquisas: antes {answers_before}, agora "
            "{answers_after} (mínimo {needed} de cada vez)."},
    Message{"revision_bias.few",
            "Corrigidos depois: {revised} de {span}, {better} para melhor e {worse} para pior; "
            "poucos para ver um padrão (mínimo {needed})."},
    Message{"revision_bias.flattering",
            "Corrigidos depois: {revised} de {span}, {better} para melhor e {worse} para pior: por "
            "que quase sempre para melhor?"},
    Message{"revision_bias.harsher",
            "Corrigidos depois: {revised} de {span}, {better} para melhor e {worse} para pior: por "
            "que quase sempre para pior?"},
    Message{"revision_bias.mixed",
            "Corrigidos depois: {revised} de {span}, {better} para melhor e {worse} para pior; sem "
            "padrão em um só sentido."},
    Message{"revision_bias.none", "Nenhuma correção posterior ({span})."},
    Message{"revision_bias.to_met", "De não atingida para atingida: {n}."},
    Message{"revision_bias.to_missed", "De atingida para não atingida: {n}."},
    Message{"selection_skew.complete", "Todos os que poderiam ser pesquisados foram ({eligible})."},
    Message{"selection_skew.invalid",
            "As contagens se contradizem: {surveyed} pesquisados, {eligible} possíveis."},
    Message{"selection_skew.ok",
            "Os pesquisados ({surveyed} de {eligible}) se distribuem como todos os que poderiam "
            "ter sido."},
    Message{"selection_skew.shifted",
            "Os pesquisados ({surveyed} de {eligible}) se distribuem de outro modo que todos os "
            "que poderiam ter sido: alguém é consultado menos?"},
    Message{"selection_skew.strongly_shifted",
            "Os pesquisados ({surveyed} de {eligible}) se distribuem de modo muito diferente de "
            "todos os que poderiam ter sido: alguém quase não é consultado?"},
    Message{"selection_skew.too_little_data",
            "Poucos casos para dizer quem é pesquisado ({surveyed} de {eligible})."},
    Message{"shrink.no_difference",
            "Só o acaso separa as equipes: na próxima vez, espere cerca de {mean} de cada uma."},
    Message{
        "shrink.ok",
        "{value} com {cases}: na próxima vez, espere cerca de {expected}, mesmo que nada mude."},
    Message{"shrink.too_little_data",
            "Poucas equipes para dizer o que esperar de cada uma (mínimo {needed})."},
    Message{"team_compare.above",
            "Acima do que o acaso explica, com {centre} para todas as equipes juntas: {teams}."},
    Message{"team_compare.all_alike.one", "A única equipe não se distingue de {centre}."},
    Message{"team_compare.all_alike.other",
            "Todas as {n} equipes com casos suficientes estão em linha com {centre}: o que as "
            "distingue pode ser acaso."},
    Message{"team_compare.below",
            "Abaixo do que o acaso explica, com {centre} para todas as equipes juntas: {teams}."},
    Message{"team_compare.no_variation",
            "Todas as equipes estão em {centre}; não há o que comparar."},
    Message{"team_compare.rest.one", "A outra equipe não se distingue das demais."},
    Message{"team_compare.rest.other", "As outras {n} equipes não se distinguem."},
    Message{"team_compare.spread", "No conjunto, as equipes diferem mais do que o acaso explica."},
    Message{"team_compare.thin.one",
            "Uma equipe tem poucos casos para comparar (mínimo {needed})."},
    Message{"team_compare.thin.other",
            "{n} equipes têm poucos casos para comparar (mínimo {needed})."},
    Message{"team_compare.too_little_data",
            "Poucas equipes com casos para compará-las (mínimo {needed})."},
};

}  // namespace

std::span<const Message> questions_pt_br() {
  return messages;
}

}  // namespace measured::rules
