#include "farm_app/records/report.hpp"

#include <ctime>
#include <iomanip>
#include <ostream>
#include <sstream>

#include "farm_app/numbers/format.hpp"

namespace app {

namespace {

// The first line of what may be many, short enough for a table.
std::string in_one_line(const std::string& text, std::size_t most) {
  std::string line = text.substr(0, text.find('\n'));
  if (line.size() > most) line = line.substr(0, most - 3) + "...";
  return line;
}

std::string run_time(const farm::TaskRecord& record) {
  if (!record.started || !record.completed) return "";
  return format_seconds(std::chrono::duration<double>(*record.completed - *record.started).count());
}

template <class T>
std::string unless(bool empty, const T& value) {
  if (empty) return "";
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

std::string format_time(const std::optional<farm::Time>& time, int digits) {
  if (!time) return "";
  const std::int64_t ns = time->time_since_epoch().count();
  const std::time_t seconds = ns / 1'000'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::ostringstream text;
  text << std::put_time(&parts, "%Y-%m-%d %H:%M:%S");
  std::ostringstream fraction;
  fraction << std::setw(9) << std::setfill('0') << ns % 1'000'000'000;
  return text.str() + '.' + fraction.str().substr(0, static_cast<std::size_t>(digits));
}

RecordsReport::RecordsReport(std::ostream& out, bool csv) : out_(&out), csv_(csv) {
  if (csv_) {
    *out_ << "task,call,kernel,label,kind,status,run,engine,host,attempt,submitted,started,"
             "completed,received,error,stdout,stderr,again\n";
  } else {
    *out_ << "    task  status   engine  tries  submitted (UTC)          run time  kernel\n";
  }
}

void RecordsReport::add(const farm::TaskRecord& record) {
  ++shown_;
  ++by_status_.at(static_cast<std::size_t>(record.status));
  csv_ ? add_csv(record) : add_row(record);
}

void RecordsReport::add_row(const farm::TaskRecord& record) {
  *out_ << pad_left(std::to_string(number(record.id)), 8) << "  "
        << pad_right(name(record.status), 7) << "  "
        << pad_left(unless(record.engine.rank() < 0, record.engine), 6) << "  "
        << pad_left(unless(record.attempt == 0, record.attempt), 5) << "  "
        << pad_right(format_time(record.submitted, 3), 23) << "  " << pad_left(run_time(record), 8)
        << "  " << record.kernel;
  if (!record.label.empty()) *out_ << " [" << record.label << ']';
  if (!record.error.empty()) *out_ << ": " << in_one_line(record.error, 200);
  *out_ << '\n';
}

void RecordsReport::add_csv(const farm::TaskRecord& record) {
  *out_ << number(record.id) << ',' << number(record.call) << ',' << csv_field(record.kernel) << ','
        << csv_field(record.label) << ',' << record.kind << ',' << name(record.status) << ','
        << record.run << ',' << unless(record.engine.rank() < 0, record.engine) << ','
        << csv_field(record.host) << ',' << unless(record.attempt == 0, record.attempt) << ','
        << format_time(record.submitted, 9) << ',' << format_time(record.started, 9) << ','
        << format_time(record.completed, 9) << ',' << format_time(record.received, 9) << ','
        << csv_field(record.error) << ',' << csv_field(record.out) << ',' << csv_field(record.err)
        << ',' << (record.again ? std::to_string(number(*record.again)) : "") << '\n';
}

void RecordsReport::end() {
  if (csv_) return;
  *out_ << shown_ << (shown_ == 1 ? " task" : " tasks");
  const char* before = ": ";
  for (std::size_t status = 0; status < by_status_.size(); ++status) {
    if (by_status_[status] == 0) continue;
    *out_ << before << by_status_[status] << ' ' << name(static_cast<farm::TaskStatus>(status));
    before = ", ";
  }
  *out_ << '\n';
}

}  // namespace app
