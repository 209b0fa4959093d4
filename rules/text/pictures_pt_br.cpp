#include <array>

#include "rules/text/catalogue.h"

namespace measured::rules {
namespace {

constexpr std::array messages = {
    Message{"axis.billion", "{n} bi"},
    Message{"axis.million", "{n} mi"},
    Message{"axis.thousand", "{n} mil"},
    Message{"axis.trillion", "{n} tri"},
    Message{"chat.more", "Havia mais do que cabe nesta mensagem."},
    Message{"picture.alt", "{measure}, {team}, {from} a {to}. {finding}"},
    Message{"picture.alt_empty", "{measure}, {team}: ainda sem valores."},
    Message{"picture.alt_newest", "{period}: {value}{counts}{what}."},
    Message{"picture.alt_no_value", "{period}: sem valor."},
    Message{"picture.alt_open", "O último ponto ainda não é definitivo."},
    Message{"picture.alt_revised.one", "Um período foi revisado depois de definitivo."},
    Message{"picture.alt_revised.other", "{n} períodos foram revisados depois de definitivos."},
    Message{"picture.alt_signals.one", "Um período está marcado como sinal."},
    Message{"picture.alt_signals.other", "{n} períodos estão marcados como sinais."},
    Message{"picture.alt_target", "Meta: {target}."},
    Message{"picture.baseline", "nova linha de base"},
    Message{"picture.definition", "contado de outro modo"},
    Message{"picture.empty", "ainda sem valores"},
    Message{"picture.inside", "dentro do habitual {usual}"},
    Message{"picture.legend",
            "Nas figuras: em azul, a faixa habitual e seu meio; tracejado laranja, a meta; "
            "losango, um sinal; anel, ainda não definitivo; quadrado, revisado; pontilhado "
            "vertical, desde então contado ou feito de outro modo."},
    Message{"picture.note", "nota"},
    Message{"picture.open", "ainda não definitivo"},
    Message{"picture.revised", "revisado"},
    Message{"picture.signal", "sinal"},
    Message{"picture.title", "{measure}, {team}"},
    Message{"picture.usual", "faixa habitual"},
};

}  // namespace

std::span<const Message> pictures_pt_br() {
  return messages;
}

}  // namespace measured::rules
