// What people have said, for digests, and where a digest lets them say more.
#include <map>
#include <utility>

#include "daemon/work/engine.h"

namespace measured::daemon {

rules::Result<Engine::Said> Engine::said() const {
  const auto misses = store_.open_misses("", "");
  const auto acknowledgements = store_.acknowledgements("");
  const auto annotations = store_.annotations("", "");
  if (!misses) {
    return tl::unexpected(misses.error());
  }
  if (!acknowledgements || !annotations) {
    return tl::unexpected(acknowledgements ? annotations.error() : acknowledgements.error());
  }
  Said out;
  for (const MissRow& miss : *misses) {
    const AcknowledgementRow* newest = nullptr;
    for (const AcknowledgementRow& row : *acknowledgements) {
      newest = row.miss == miss.number && !row.withdrawn_at ? &row : newest;
    }
    const auto verdict = rules::parse_verdict(miss.verdict);
    if (newest != nullptr && verdict) {
      out.acknowledgements.push_back({miss.measure, miss.team, *verdict, newest->author,
                                      newest->note, newest->action, newest->at, newest->until,
                                      newest->value, newest->goal, newest->sure});
    }
  }
  for (const AnnotationRow& row : *annotations) {
    out.annotations.push_back({row.measure, row.team, row.period, row.author, row.note});
  }
  return out;
}

rules::ActLinks Engine::act_links(const DigestRun& run, const rules::Reader& reader) const {
  rules::ActLinks links;
  if (options_.links == nullptr) {
    return links;
  }
  Link link;
  link.digest = run.digest->id;
  link.reader = reader.id;
  link.expires_at = run.nominal + options_.links->lifetime();
  const auto of_row = [link, maker = options_.links](Link::Act act) {
    return [link, maker, act](std::string_view measure, std::string_view team,
                              const Interval& window) {
      Link made = link;
      made.act = act;
      made.measure = measure;
      made.team = team;
      made.window = window;
      return maker->url(made);
    };
  };
  links.acknowledge = of_row(Link::Act::acknowledge);
  links.annotate = of_row(Link::Act::annotate);
  link.act = Link::Act::settings;
  links.settings = options_.links->url(link);
  return links;
}

std::string Engine::unsubscribe_url(const DigestRun& run, const rules::Reader& reader) const {
  if (options_.links == nullptr) {
    return "";
  }
  Link link;
  link.act = Link::Act::unsubscribe;
  link.digest = run.digest->id;
  link.reader = reader.id;
  link.expires_at = run.nominal + options_.links->lifetime();
  return options_.links->url(link);
}

}  // namespace measured::daemon
