#include "daemon/cli/progress.h"

#include <algorithm>
#include <unistd.h>

#include <fmt/format.h>

namespace measured::daemon {

Progress::Progress(std::FILE* stream, std::string title)
    : stream_(stream != nullptr && isatty(fileno(stream)) == 1 ? stream : nullptr),
      title_(std::move(title)) {}

void Progress::show(std::chrono::milliseconds done, std::chrono::milliseconds whole) {
  draw(whole.count() > 0 ? static_cast<double>(done.count()) / static_cast<double>(whole.count())
                         : 1);
}

void Progress::show(std::size_t done, std::size_t whole) {
  draw(whole > 0 ? static_cast<double>(done) / static_cast<double>(whole) : 1);
}

void Progress::draw(double share) {
  constexpr int width = 40;
  constexpr int all = 100;
  const int percent = static_cast<int>(std::clamp(share, 0.0, 1.0) * all);
  if (stream_ == nullptr || percent == percent_) {
    return;
  }
  percent_ = percent;
  const auto filled = static_cast<std::size_t>(percent * width / all);
  fmt::print(stream_, "\r{} [{}{}] {:3} %", title_, std::string(filled, '#'),
             std::string(width - filled, '.'), percent);
  std::fflush(stream_);
}

void Progress::done() {
  if (stream_ != nullptr && percent_ >= 0) {
    fmt::print(stream_, "\r\033[K");
    std::fflush(stream_);
    percent_ = -1;
  }
}

}  // namespace measured::daemon
