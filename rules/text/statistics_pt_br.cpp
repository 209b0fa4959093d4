#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"against.met",
            "{finding}; meta {target}: atingida, com folga maior do que o acaso explica."},
    Message{"against.missed",
            "{finding}; meta {target}: não atingida, por mais do que o acaso explica."},
    Message{"against.too_early",
            "{finding}; meta {target}: não dá para dizer, a faixa fica dos dois lados dela."},
    Message{"against.too_few",
            "{finding}; meta {target}: poucos casos para uma avaliação (mínimo {needed})."},
    Message{"against.too_few_answers",
            "{finding}; meta {target}: poucas respostas para uma avaliação (mínimo {needed})."},
    Message{"against.too_few_skewed",
            "{finding}; meta {target}: poucos casos para uma avaliação (mínimo {needed}, porque "
            "poucos valores altos decidem esta média)."},
    Message{"answers.one", "1 resposta"},
    Message{"answers.other", "{n} respostas"},
    Message{"cases.one", "1 caso"},
    Message{"cases.other", "{n} casos"},
    Message{
        "chart.alike",
        "Cada valor se parece muito com o anterior; por isso sequências não contam como sinal."},
    Message{"chart.changed", "Mudou: {value}; antes, sempre {centre} (valores de {span})."},
    Message{"chart.gaps",
            "Ainda sem faixa habitual: valores de {span}, mas com lacunas demais entre eles."},
    Message{"chart.invalid_log",
            "Sem faixa habitual: para isso, todos os valores teriam de ser maiores que 0."},
    Message{"chart.no_data", "O período mais recente não tem valor."},
    Message{"chart.no_limits", "Ainda sem faixa habitual: valores de {span}, mínimo {needed}."},
    Message{"chart.noise",
            "Ruído: {value} está na faixa habitual ({range}); não há causa a procurar."},
    Message{"chart.provisional",
            "A faixa ainda é provisória: baseia-se em {span} e fica fixa com {needed}."},
    Message{"chart.signal", "Sinal: {value}, {what}{since}."},
    Message{"chart.since", ", desde {since}"},
    Message{"chart.too_rare",
            "Sem faixa habitual: em média menos de um evento por {time}; é preciso um período mais "
            "longo."},
    Message{"chart.unchanged",
            "Sem alteração em {centre} (valores de {span}); sem variação não há faixa."},
    Message{"chart.under",
            "Os valores variam menos do que a simples contagem faria esperar: são suavizados ou "
            "editados?"},
    Message{"confidence", "faixa de {conf}%: {range}"},
    Message{"confidence.change", "faixa de {conf}% da mudança: {range}"},
    Message{"contradiction.answers", "As contagens das respostas se contradizem."},
    Message{"contradiction.share", "As contagens se contradizem: {hits} de {cases}."},
    Message{"mean.finding", "Média {value} ({range}; {cases})"},
    Message{"mean.no_variation", "Todos os casos têm o valor {value} ({cases})"},
    Message{"mean.one_value", "Um único caso, {value}: não dá para dizer o quanto pode se desviar"},
    Message{"nothing.answered", "Não há respostas e, portanto, não há nota."},
    Message{"nothing.counted", "Não há casos e, portanto, não há valor."},
    Message{"nps.finding", "NPS {score} ({range}; {answers})"},
    Message{"nps.finding_asked", "NPS {score} ({range}; {answers} de {asked} convidados, {rate})"},
    Message{"nps_change.down",
            "Mudança real: NPS caiu de {before} para {after} ({range}; antes {answers_before}, "
            "agora {answers_after})."},
    Message{"nps_change.no_clear_change",
            "Nenhuma mudança clara: NPS antes {before} ({answers_before}), agora {after} "
            "({answers_after}); a diferença pode ser acaso."},
    Message{"nps_change.no_data", "Nada a comparar: uma das duas pesquisas não tem respostas."},
    Message{"nps_change.too_little_data",
            "Poucas respostas para comparar: antes {answers_before}, agora {answers_after} (mínimo "
            "{needed} de cada vez)."},
    Message{"nps_change.up",
            "Mudança real: NPS subiu de {before} para {after} ({range}; antes {answers_before}, "
            "agora {answers_after})."},
    Message{"points", "{n} pontos"},
    Message{"points.share", "{n} pontos percentuais"},
    Message{"projection.not_moving", "O nível em si não mostra tendência clara."},
    Message{"projection.off_course",
            "No ritmo atual, o nível em {date} será de {value} ({range}), meta {target}: fora do "
            "rumo."},
    Message{"projection.on_course",
            "No ritmo atual, o nível em {date} será de {value} ({range}), meta {target}: no rumo."},
    Message{"projection.past", "{date} já passou; não há o que projetar."},
    Message{"projection.too_early",
            "No ritmo atual, o nível em {date} será de {value} ({range}), meta {target}: cedo "
            "demais para dizer."},
    Message{"projection.too_far",
            "{date} está longe demais: a projeção alcança no máximo metade do tempo que os valores "
            "cobrem."},
    Message{"projection.too_little_data",
            "Pouco para projetar até {date}: são precisos valores de {needed}."},
    Message{"quantile.half", "Metade dos casos fica em {value} ou menos ({range}; {cases})"},
    Message{"quantile.half_only", "Metade dos casos fica em {value} ou menos ({cases})"},
    Message{"quantile.no_bounds", "Para uma faixa são precisos {needed} casos."},
    Message{"quantile.no_high", "Para um limite superior são precisos {needed} casos."},
    Message{"quantile.no_low", "Para um limite inferior são precisos {needed} casos."},
    Message{"quantile.share", "{share} dos casos ficam em {value} ou menos ({range}; {cases})"},
    Message{"quantile.share_only", "{share} dos casos ficam em {value} ou menos ({cases})"},
    Message{"range.at_least", "no mínimo {value}"},
    Message{"range.at_most", "no máximo {value}"},
    Message{"range.open", "sem limites"},
    Message{"ratio_change.down", "Mudança real: caiu, antes {before}, agora {after}; {range}."},
    Message{"ratio_change.no_clear_change",
            "Nenhuma mudança clara: antes {before}, agora {after}; a diferença pode ser acaso."},
    Message{"ratio_change.no_data", "Nada a comparar: um dos dois períodos não tem casos."},
    Message{
        "ratio_change.too_little_data",
        "Poucos casos para comparar: antes {before}, agora {after} (mínimo {needed} de cada vez)."},
    Message{"ratio_change.too_small",
            "Nenhuma mudança claramente maior que {points}: antes {before}, agora {after}."},
    Message{"ratio_change.up", "Mudança real: subiu, antes {before}, agora {after}; {range}."},
    Message{"ratio_interval.ok", "{finding}; {range}."},
    Message{"ratio_target.all_in_met",
            "{finding}, meta {target}: atingida; nenhum outro caso é esperado neste período."},
    Message{"ratio_target.all_in_missed",
            "{finding}, meta {target}: não atingida; nenhum outro caso é esperado neste período."},
    Message{"ratio_target.cannot_tell",
            "Não dá para dizer: {finding}, meta {target}; o percentual real pode estar acima ou "
            "abaixo dela ({range})."},
    Message{"ratio_target.met_chance",
            "{finding}, meta {target}: atingida, mas pode ser acaso ({range})."},
    Message{"ratio_target.met_inferred", "{finding}, meta {target}: atingida ({range})."},
    Message{"ratio_target.met_sure",
            "{finding}, meta {target}: atingida, com folga maior do que o acaso explica."},
    Message{"ratio_target.missed_chance",
            "{finding}, meta {target}: não atingida, mas uma diferença deste tamanho pode ser "
            "acaso ({range})."},
    Message{"ratio_target.missed_inferred", "{finding}, meta {target}: não atingida ({range})."},
    Message{"ratio_target.missed_sure",
            "{finding}, meta {target}: não atingida, por mais do que o acaso explica."},
    Message{"ratio_target.needed_at_least",
            "Cedo demais para dizer: {finding}; só {needed} casos sem nenhuma falha mostrariam que "
            "{target} foi atingida."},
    Message{"ratio_target.needed_at_most",
            "Cedo demais para dizer: {finding}; só {needed} casos sem nenhuma ocorrência "
            "mostrariam que {target} foi cumprida."},
    Message{"ratio_target.never_shown",
            "Não dá para dizer: {finding}; um único caso pode derrubar uma meta de {target}, mas "
            "nenhum número de casos a comprova."},
    Message{"ratio_target.no_data", "Sem casos, nada se pode dizer sobre a meta {target}."},
    Message{"ratio_target.out_of_reach.one",
            "Não pode mais ser atingida neste período: mesmo que o único caso restante dê certo, o "
            "percentual termina em {end}, meta {target}."},
    Message{"ratio_target.out_of_reach.other",
            "Não pode mais ser atingida neste período: mesmo que os {n} casos restantes deem "
            "certo, o percentual termina em {end}, meta {target}."},
    Message{"ratio_target.secured.one",
            "Já atingida no período inteiro: mesmo que o único caso restante dê errado, o "
            "percentual termina em {end}, meta {target}."},
    Message{"ratio_target.secured.other",
            "Já atingida no período inteiro: mesmo que os {n} casos restantes deem errado, o "
            "percentual termina em {end}, meta {target}."},
    Message{"ratio_target.small_sample",
            "{finding}, meta {target}: poucos casos para uma avaliação (mínimo {needed})."},
    Message{"ratio_target.too_early",
            "Cedo demais para dizer: {finding}, meta {target}; o percentual real pode estar acima "
            "ou abaixo dela ({range})."},
    Message{"response.complete", "Todos os {delivered} alcançados responderam."},
    Message{"response.could_overturn",
            "Os {silent} que não responderam teriam de ter média {needed} para a nota real cair "
            "exatamente na meta."},
    Message{"response.nobody",
            "Nenhum dos {delivered} alcançados respondeu; portanto, não há nota."},
    Message{"response.nobody_reached", "Ninguém foi alcançado; portanto, ninguém pôde responder."},
    Message{"response.range",
            "Dependendo dos {silent} que não responderam, a nota real fica em algum ponto da faixa "
            "{range}."},
    Message{"response.rate", "Respostas de {responded} dos {delivered} alcançados ({rate})."},
    Message{"response.row", "{answers} de {asked} consultados responderam ({rate})."},
    Message{"response.safe",
            "Seja qual for a opinião dos {silent} que não responderam, a nota real fica deste lado "
            "da meta."},
    Message{"scale_score.ok",
            "{top} de {answers} ({share}) são {from} ou mais, em uma escala de {lowest} a "
            "{highest} ({range}); média {mean} ({mean_range})."},
    Message{
        "scale_score.one_value",
        "Uma única resposta ({mean} em uma escala de {lowest} a {highest}): pouco para uma nota."},
    Message{"share.finding", "{hits} de {cases} ({value})"},
    Message{"sketch.error", "Os valores têm precisão de {error}."},
    Message{"span.day.one", "1 dia"},
    Message{"span.day.other", "{n} dias"},
    Message{"span.hour.one", "1 hora"},
    Message{"span.hour.other", "{n} horas"},
    Message{"span.month.one", "1 mês"},
    Message{"span.month.other", "{n} meses"},
    Message{"span.period.one", "1 período"},
    Message{"span.period.other", "{n} períodos"},
    Message{"span.quarter.one", "1 trimestre"},
    Message{"span.quarter.other", "{n} trimestres"},
    Message{"span.week.one", "1 semana"},
    Message{"span.week.other", "{n} semanas"},
    Message{"span.year.one", "1 ano"},
    Message{"span.year.other", "{n} anos"},
    Message{"time.day", "dia"},
    Message{"time.hour", "hora"},
    Message{"time.month", "mês"},
    Message{"time.period", "período"},
    Message{"time.quarter", "trimestre"},
    Message{"time.week", "semana"},
    Message{"time.year", "ano"},
    Message{"trend.falling", "Em queda de {slope} por {time} ({range}; valores de {span})."},
    Message{"trend.no_clear_trend", "Sem movimento: nenhuma tendência clara (valores de {span})."},
    Message{"trend.rising", "Em alta de {slope} por {time} ({range}; valores de {span})."},
    Message{"trend.too_little_data",
            "Pouco para uma tendência: valores de {span}, mínimo {needed}."},
    Message{"weekday.adjusted",
            "Os dias da semana diferem mais do que o acaso explica; isso é descontado antes de "
            "comparar os dias."},
    Message{"weekday.alike", "Os dias da semana não diferem com clareza; nada é descontado."},
    Message{"weekday.invalid",
            "Aqui os dias da semana não podem ser descontados por um fator: nem todos ficam em "
            "média acima de 0."},
    Message{"weekday.no_variation", "Todos os dias têm o mesmo valor; não há nada a descontar."},
    Message{"weekday.not_applicable",
            "Menos de dois dias da semana têm valores; não há o que comparar."},
    Message{"weekday.too_little_data",
            "Poucas semanas para dizer se os dias da semana diferem (mínimo {needed} valores de "
            "cada dia)."},
};

}  // namespace

std::span<const Message> statistics_pt_br() {
  return messages;
}

}  // namespace measured::rules
