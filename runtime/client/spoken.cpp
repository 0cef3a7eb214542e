// What handles tell of what their tasks have printed and published.

#include <algorithm>
#include <set>
#include <stdexcept>

#include "farm/error.hpp"
#include "farm/result_handle.hpp"

namespace farm {

namespace {

struct Shown {
  std::size_t item = 0;
  TaskOutput output;
};

void show(std::ostream& to, const Shown& one, const char* stream, const std::string& text) {
  if (text.empty()) return;
  to << "[" << stream << ": item " << one.item << ", engine " << one.output.engine << "]\n" << text;
  if (text.back() != '\n') to << '\n';
}

void show_out(std::ostream& to, const Shown& one) { show(to, one, "stdout", one.output.out); }
void show_err(std::ostream& to, const Shown& one) { show(to, one, "stderr", one.output.err); }

}  // namespace

void ResultHandle::check_index(std::size_t i) const {
  if (i < size()) return;
  throw std::out_of_range("item " + std::to_string(i) + " of " + std::to_string(size()));
}

TaskOutput ResultHandle::output(std::size_t i) const {
  check_index(i);
  session().poll();
  detail::Spoken* spoken = session().spoken();
  return spoken == nullptr ? TaskOutput() : spoken->output(*batch_, i);
}

void ResultHandle::display_outputs(std::ostream& to, GroupBy by) const {
  detail::Spoken* spoken = session().spoken();
  if (spoken == nullptr) return;
  std::vector<Shown> all;
  for (const std::uint64_t i : spoken->items_with_output(*batch_)) {
    all.push_back({i, spoken->output(*batch_, i)});
  }
  if (by == GroupBy::engine) {
    std::ranges::stable_sort(all, std::less<>(),
                             [](const Shown& one) { return one.output.engine; });
  }
  for (const Shown& one : all) {
    show_out(to, one);
    if (by != GroupBy::type) show_err(to, one);
  }
  if (by != GroupBy::type) return;
  for (const Shown& one : all) show_err(to, one);
}

detail::PublishedValue ResultHandle::published_bytes(std::string_view name, std::size_t i) const {
  check_index(i);
  detail::Spoken* spoken = session().spoken();
  if (spoken == nullptr) return {};
  session().poll();
  return spoken->published(*batch_, i, name);
}

std::uint64_t ResultHandle::published_count(std::size_t i) const {
  check_index(i);
  return wait_published(0, i, Seconds{0});
}

std::uint64_t ResultHandle::wait_published(std::uint64_t seen, std::size_t i, Limit limit) const {
  check_index(i);
  detail::Spoken* spoken = session().spoken();
  if (spoken == nullptr) return 0;
  std::uint64_t count = 0;
  session().await(
      [&] {
        count = spoken->peek_version(*batch_, i);
        return count > seen || spoken->peek_ended(*batch_, i);
      },
      deadline(limit));
  return count;
}

TaskProgress ResultHandle::task_progress(std::size_t i) const {
  check_index(i);
  session().poll();
  detail::Spoken* spoken = session().spoken();
  return spoken == nullptr ? TaskProgress() : spoken->task_progress(*batch_, i);
}

double ResultHandle::fraction() const {
  session().poll();
  detail::Spoken* spoken = session().spoken();
  if (spoken != nullptr) return spoken->fraction(*batch_);
  return size() == 0 ? 1.0 : static_cast<double>(progress()) / static_cast<double>(size());
}

}  // namespace farm
