#include "daemon/work/notices.h"

namespace measured::daemon {

NoticeWriter notice_writer(Log& log, MetricsSet& metrics) {
  return [&log, &metrics](std::span<const Notice> notices) {
    for (const Notice& notice : notices) {
      const bool good = notice.kind == Notice::Kind::channel_released;
      if (notice.kind != Notice::Kind::message_dead) {
        metrics.channel_up.with({notice.channel})->set(good ? 1 : 0);
      }
      const std::initializer_list<Field> fields = {{"channel", notice.channel},
                                                   {"reason", notice.reason},
                                                   {"message", notice.message.number},
                                                   {"id", notice.message.id}};
      if (good) {
        log.info(to_text(notice.kind), fields);
      } else {
        log.error(to_text(notice.kind), fields);
      }
    }
    return Store::Judged{};
  };
}

}  // namespace measured::daemon
