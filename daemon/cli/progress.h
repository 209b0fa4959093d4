#pragma once

#include <chrono>
#include <cstdio>
#include <string>

namespace measured::daemon {

// One line on a terminal that says how far long work has come; nothing at all where `stream` is no
// terminal, so that logs and pipes stay clean.
class Progress {
 public:
  Progress(std::FILE* stream, std::string title);  // null: silent
  ~Progress() { done(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::chrono::milliseconds done, std::chrono::milliseconds whole);
  void show(std::size_t done, std::size_t whole);
  void done();  // takes the line away

 private:
  void draw(double share);

  std::FILE* stream_;
  std::string title_;
  int percent_ = -1;
};

}  // namespace measured::daemon
