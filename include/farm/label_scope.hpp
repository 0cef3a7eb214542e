#pragma once

#include <string>
#include <utility>

#include "farm/detail/records_port.hpp"

namespace farm {

/// While it lives, what its thread submits is recorded under its label, unless the view has one of
/// its own. Scopes may stand within each other: the inner one counts. See Client::label.
class LabelScope {
 public:
  LabelScope(detail::RecordsPort& records, std::string label) : records_(&records) {
    records_->label(std::move(label));
  }
  ~LabelScope() { records_->unlabel(); }
  LabelScope(const LabelScope&) = delete;
  LabelScope& operator=(const LabelScope&) = delete;

 private:
  detail::RecordsPort* records_;
};

}  // namespace farm
