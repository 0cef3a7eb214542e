#include "hub/causes.hpp"

#include <algorithm>
#include <utility>

#include "farm/detail/fault.hpp"

namespace farm::hub {

namespace {

constexpr std::size_t most_engines_named = 8;

std::string ending_of(const detail::Settled& settled) {
  switch (settled.status) {
    case detail::Status::done:
      return "succeeded";
    case detail::Status::failed:
      return detail::describe_failure(settled.bytes);
    default:
      return "was cancelled";
  }
}

std::string it(const Link& link, const char* one, const char* many) {
  return link.count <= 1 ? one : many;
}

Cause root(std::string text) {
  return {{}, 0, std::make_shared<const std::string>(std::move(text))};
}

}  // namespace

std::string Cause::text() const {
  std::string text;
  for (const Link& link : links) {
    text += name_of(link) + ", which cannot run: " + it(link, "it needs ", "they need ");
  }
  if (omitted != 0) {
    text += "(through " + std::to_string(omitted) + " more that cannot run for the same reason) ";
  }
  return text + *root;
}

Cause Cause::behind(const Link& link) const {
  Cause cause{{link}, omitted, root};
  const std::size_t kept = std::min(links.size(), most_links - 1);
  cause.links.reserve(kept + 1);
  cause.links.insert(cause.links.end(), links.begin(),
                     links.begin() + static_cast<std::ptrdiff_t>(kept));
  cause.omitted += links.size() - kept;
  return cause;
}

Link link_of(const Batch& batch) { return {batch.first, batch.count, batch.kernel}; }

Link link_of(const Batch& batch, std::uint64_t item) {
  return {TaskId{number(batch.first) + item}, 1, batch.kernel};
}

std::string name_of(const Link& link) {
  if (link.kernel == nullptr) return "a continuation";
  const std::string first = std::to_string(number(link.first));
  const std::string kernel = " (" + detail::readable_name(*link.kernel) + ")";
  if (link.count <= 1) return "task " + first + kernel;
  return "tasks " + first + " to " + std::to_string(number(link.first) + link.count - 1) + kernel;
}

Cause cause_of(Batch& batch, std::uint64_t item) {
  return root(name_of(link_of(batch, item)) + ", which " +
              ending_of(batch.made_results().read(item)));
}

Cause cause_of_closed(TaskId task, bool failed) {
  return root("task " + std::to_string(number(task)) + ", which " +
              (failed ? "failed" : "succeeded"));
}

std::string list_of(const std::vector<EngineId>& engines) {
  std::string text = engines.size() == 1 ? "engine" : "engines";
  for (std::size_t i = 0; i < std::min(engines.size(), most_engines_named); ++i) {
    text += (i == 0 ? " " : ", ") + std::to_string(engines[i].rank());
  }
  return engines.size() > most_engines_named ? text + " ..." : text;
}

std::string reason(const Link& waiter, const policy::Ruling& ruling, const Cause& cause) {
  switch (ruling.miss) {
    case policy::Miss::ended_badly:
      if (!ruling.any) return it(waiter, "it needs ", "they need ") + cause.text();
      return it(waiter, "it needs ", "they need ") +
             "one of several, none of which succeeded; the last was " + cause.text();
    case policy::Miss::ended_well:
      if (!ruling.any) {
        return it(waiter, "it waits ", "they wait ") + "for the failure of " + cause.text();
      }
      return it(waiter, "it waits ", "they wait ") +
             "for one of several to fail, and none did; the last was " + cause.text();
    case policy::Miss::apart:
      return it(waiter, "it", "they") +
             " must run on an engine where all ran that is to be followed, and there is none" +
             (ruling.places.empty() ? "" : ": that was on " + list_of(ruling.places));
    case policy::Miss::nowhere:
      return "what is to be followed ran on no engine";
    case policy::Miss::none:
      break;
  }
  return "what is to be followed ran on " + list_of(ruling.places) + ", which may not run " +
         it(waiter, "it", "them");
}

}  // namespace farm::hub
