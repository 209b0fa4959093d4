#pragma once

#include <functional>
#include <optional>
#include <string>

namespace measured::daemon {

// The author of the newest commit that touched `path`, as git names her. None when the file is not
// in a git working tree, is not as it was committed (somebody at this machine changed it since), or
// git is not installed or does not answer in time. Blocking; runs git, and nothing that a
// repository's configuration could name.
std::optional<std::string> git_author(const std::string& path);

// Names the author of a file of `folder`: git's, else `otherwise`. Remembers what it found, so one
// is made for each time that rules come into force.
std::function<std::string(const std::string& file)> author_in(std::string folder,
                                                              std::string otherwise);

}  // namespace measured::daemon
