#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "farm_app/run/printer.hpp"
#include "unit/run_folder.hpp"

/// A printer whose standard output and error are files.
class Printed {
 public:
  explicit Printed(app::PrinterOptions options = {})
      : out_(::open(folder_.file("out").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)),
        err_(::open(folder_.file("err").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)),
        printer_(with_files(options)) {}
  ~Printed() {
    ::close(out_);
    ::close(err_);
  }
  Printed(const Printed&) = delete;
  Printed& operator=(const Printed&) = delete;

  app::Printer* operator->() { return &printer_; }
  std::string out() {
    while (printer_.flush()) {
    }
    return folder_.text("out");
  }
  std::string err() {
    out();
    return folder_.text("err");
  }

 private:
  app::PrinterOptions with_files(app::PrinterOptions options) const {
    options.out = out_;
    options.err = err_;
    return options;
  }

  RunFolder folder_;
  int out_;
  int err_;
  app::Printer printer_;
};

inline app::PrinterOptions chosen(app::PrinterOptions::Mode mode, bool keep_order = false,
                                  bool tag = false) {
  app::PrinterOptions options;
  options.mode = mode;
  options.keep_order = keep_order;
  options.tag = tag;
  return options;
}
