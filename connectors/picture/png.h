#pragma once

#include <string>

#include "rules/picture/picture.h"
#include "rules/result.h"

namespace measured::connectors {

// The picture as a PNG of 16 colours, `density` pixels to each of its own (2 for screens of phones
// and for print). The same picture gives the same bytes with the same libraries and fonts. Letters
// are DejaVu Sans, which must be installed. Fails when there is no memory, or a size is not one.
rules::Result<std::string> to_png(const rules::Picture& picture, double density = 2);

}  // namespace measured::connectors
