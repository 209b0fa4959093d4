// A digest as one reader would get it at a time that may be long over, from what is stored now.
// Nothing is written, and no other digest knows of it.
#include <algorithm>

#include <fmt/format.h>

#include "connectors/base64.h"
#include "daemon/work/engine.h"
#include "daemon/work/round.h"
#include "rules/digest/layout.h"

namespace measured::daemon {
namespace {

// The page for a browser, which has no mail to take pictures from.
std::string with_pictures(std::string html, const std::vector<connectors::InlineImage>& images) {
  for (const connectors::InlineImage& image : images) {
    const std::string from = "cid:" + image.content_id;
    const std::string to =
        "data:" + image.content_type + ";base64," + connectors::base64(image.bytes);
    for (auto at = html.find(from); at != std::string::npos; at = html.find(from, at + to.size())) {
      html.replace(at, from.size(), to);
    }
  }
  return html;
}

}  // namespace

rules::Result<Engine::Preview> Engine::preview(const DigestRun& run, const rules::Reader& reader,
                                               const std::string& test_to) {
  const auto known = store_.ledger("", "");
  if (!known) {
    return tl::unexpected(known.error());
  }
  target_authors_ = target_authors(*known);
  redefined_ = redefined(*known);
  if (const auto loaded = load_baselines(); !loaded) {
    return tl::unexpected(loaded.error());
  }
  // What was pulled after that time is taken for known then; what began after it is not looked at.
  Round round;
  for (const rules::Measure& measure : rules_->measures) {
    rules::MeasureSeries& series = *board_->of(measure.id);
    if (series.pulled.good_at) {
      series.pulled.good_at = std::min(*series.pulled.good_at, run.now);
    }
    if (const auto charted = chart_measure(series, run.now, round); !charted) {
      return tl::unexpected(charted.error());
    }
  }
  const auto last = store_.last_told(run.digest->id, reader.id, run.nominal);
  if (!last) {
    return tl::unexpected(last.error());
  }
  const auto said_by_people = said();
  if (!said_by_people) {
    return tl::unexpected(said_by_people.error());
  }
  Looks looks;
  auto input = digest_input(run, reader, *last, looks.histories);
  if (!input) {
    return tl::unexpected(input.error());
  }
  input->acknowledgements = said_by_people->acknowledgements;
  input->annotations = said_by_people->annotations;
  if (test_to.empty()) {  // who gets a test must not act in the reader's name
    input->links = act_links(run, reader);
  }
  Preview preview;
  preview.content = rules::digest_content(*input);
  preview.wanted = rules::worth_sending(preview.content, run.digest->when);
  rules::Reader receiver = reader;
  rules::DigestContent content = preview.content;
  if (!test_to.empty()) {
    receiver.id = fmt::format("test\n{}\n{}\n{}", reader.id, test_to, rules::to_text(run.now));
    receiver.person = {"", test_to};
    content.subject = "[test] " + content.subject;
  }
  const auto images = add_pictures(content, run.digest->charts_max, looks);
  if (!images) {
    return tl::unexpected(images.error());
  }
  const auto previous = *last ? std::optional((*last)->nominal) : std::nullopt;
  rules::LaidOut page = rules::lay_out(*run.digest, content);
  auto rows = messages(run, receiver, content, page.html, *images,
                       test_to.empty() ? previous : std::nullopt);
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  preview.messages = std::move(*rows);
  preview.html = with_pictures(std::move(page.html), *images);
  preview.layout_problem = std::move(page.problem);
  return preview;
}

}  // namespace measured::daemon
