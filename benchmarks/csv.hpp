#pragma once
// What a benchmark prints: a line of names and a line of values, the same on both sides. run.sh
// finds a column by its name, so a question may have the columns that it needs.

#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace bench {

class Row {
 public:
  /// `side` is farm or floor; `np` counts every rank, rank 0 too.
  Row(const std::string& question, const std::string& side, int np) {
    add("question", question).add("side", side).add("np", np);
  }

  template <class T>
  Row& add(const std::string& name, const T& value) {
    std::ostringstream text;
    text.precision(9);
    text << value;
    cells_.emplace_back(name, text.str());
    return *this;
  }

  /// Both lines to standard output.
  void print() const {
    std::string names;
    std::string values;
    for (const auto& [name, value] : cells_) {
      names += (names.empty() ? "" : ",") + name;
      values += (values.empty() ? "" : ",") + value;
    }
    std::cout << names << '\n' << values << std::endl;
  }

 private:
  std::vector<std::pair<std::string, std::string>> cells_;
};

}  // namespace bench
