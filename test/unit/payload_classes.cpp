// Classes that travel through Boost.Serialization, in every way that its documentation shows.

#include <boost/serialization/access.hpp>
#include <boost/serialization/base_object.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/split_member.hpp>
#include <boost/serialization/version.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>
#include <string>

#include "payload_round_trip.hpp"

using unit::through;

namespace payloads {

struct Person {
  std::string name;
  int age = 0;
  friend bool operator==(const Person&, const Person&) = default;

  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    archive& name& age;
  }
};

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string word) : word_(std::move(word)) {}
  const std::string& word() const { return word_; }

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    archive& BOOST_SERIALIZATION_NVP(word_);
  }

  std::string word_;
};

// What is written is not what is kept.
class Halves {
 public:
  Halves() = default;
  explicit Halves(double value) : value_(value) {}
  double value() const { return value_; }

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void save(Archive& archive, const unsigned int) const {
    const double half = value_ / 2;
    archive << half;
  }
  template <class Archive>
  void load(Archive& archive, const unsigned int) {
    archive >> value_;
    value_ *= 2;
  }
  BOOST_SERIALIZATION_SPLIT_MEMBER()

  double value_ = 0;
};

struct Matrix {
  std::vector<double> cells;
  int rows = 0;
};
template <class Archive>
void serialize(Archive& archive, Matrix& matrix, const unsigned int) {
  archive& boost::serialization::make_nvp("rows", matrix.rows);
  archive& boost::serialization::make_nvp("cells", matrix.cells);
}

struct Employee : Person {
  double salary = 0;
  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    archive& boost::serialization::base_object<Person>(*this);
    archive& salary;
  }
};

struct Grid {
  int cells[2][3] = {};
  char name[8] = {};
  std::string labels[2];
  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    archive& cells& name& labels;
  }
};

struct Tree {
  int value = 0;
  std::vector<Tree> children;
  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    archive& value& children;
  }
};

struct Sealed final {
  std::string text;
  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    archive& text;
  }
};

struct Versioned {
  unsigned int seen = 0;
  template <class Archive>
  void serialize(Archive&, const unsigned int version) {
    seen = version;
  }
};

struct Refuses {
  int value = 0;
  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    if (value < 0) throw std::domain_error("negative values stay here");
    archive& value;
  }
};

struct Blob {
  std::uint64_t words[4] = {};
  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    if constexpr (Archive::is_saving::value) {
      archive.save_binary(words, sizeof words);
    } else {
      archive.load_binary(words, sizeof words);
    }
  }
};

struct Animal {
  virtual ~Animal() = default;
  int legs = 4;
  template <class Archive>
  void serialize(Archive& archive, const unsigned int) {
    archive& legs;
  }
};
struct Insect : Animal {
  Insect() { legs = 6; }
};

}  // namespace payloads

BOOST_CLASS_VERSION(payloads::Versioned, 3)

using namespace payloads;

TEST_CASE("a class with a serialize member travels", "[unit][payload]") {
  CHECK(through(Person{"Ada", 36}) == Person{"Ada", 36});
  CHECK(farm::packed_size<Person>() == farm::variable_size);
}

TEST_CASE("a class whose serialize is private travels", "[unit][payload]") {
  CHECK(through(Secret("hidden")).word() == "hidden");
}

TEST_CASE("a class with save and load travels", "[unit][payload]") {
  CHECK(through(Halves(5)).value() == 5);
  CHECK(unit::packed(Halves(5)).size() == sizeof(double));
}

TEST_CASE("a class with a free serialize travels", "[unit][payload]") {
  const Matrix read = through(Matrix{{1, 2, 3, 4}, 2});
  CHECK(read.cells == std::vector<double>{1, 2, 3, 4});
  CHECK(read.rows == 2);
}

TEST_CASE("a base class travels as part of its derived class", "[unit][payload]") {
  Employee employee;
  employee.name = "Grace";
  employee.age = 37;
  employee.salary = 1.5;
  const Employee read = through(employee);
  CHECK(static_cast<const Person&>(read) == static_cast<const Person&>(employee));
  CHECK(read.salary == 1.5);
}

TEST_CASE("arrays that are members travel", "[unit][payload]") {
  Grid grid;
  grid.cells[1][2] = 6;
  grid.labels[1] = "second";
  std::copy_n("farm", 5, grid.name);
  const Grid read = through(grid);
  CHECK(read.cells[1][2] == 6);
  CHECK(read.cells[0][0] == 0);
  CHECK(std::string(read.name) == "farm");
  CHECK(read.labels[1] == "second");
}

TEST_CASE("a class that contains itself travels", "[unit][payload]") {
  const Tree tree{1, {{2, {{4, {}}}}, {3, {}}}};
  const Tree read = through(tree);
  REQUIRE(read.children.size() == 2);
  CHECK(read.children[0].children.at(0).value == 4);
}

TEST_CASE("a final class with a serialize member travels", "[unit][payload]") {
  CHECK(through(Sealed{"shut"}).text == "shut");
}

TEST_CASE("serialize is given the class version", "[unit][payload]") {
  CHECK(through(Versioned()).seen == 3);
}

TEST_CASE("raw bytes go through save_binary", "[unit][payload]") {
  CHECK(through(Blob{{1, 2, 3, 4}}).words[3] == 4);
}

TEST_CASE("what serialize throws comes through", "[unit][payload]") {
  farm::Buffer buffer;
  farm::Writer writer(buffer);
  CHECK_THROWS_AS(farm::pack(writer, Refuses{-1}), std::domain_error);
  CHECK(through(Refuses{1}).value == 1);
}

TEST_CASE("classes travel inside of containers", "[unit][payload]") {
  const std::map<std::string, std::vector<Person>> people{{"a", {{"Ada", 1}}}, {"b", {}}};
  CHECK(through(people) == people);
  CHECK(through(std::make_shared<Person>(Person{"Ada", 2}))->age == 2);
  CHECK(std::get<Person>(through(std::variant<int, Person>(Person{"Eve", 3}))).name == "Eve");
}

TEST_CASE("an object of a derived class is not cut down to its base", "[unit][payload]") {
  const std::unique_ptr<Animal> base = std::make_unique<Animal>();
  CHECK(through(base)->legs == 4);
  const std::unique_ptr<Animal> derived = std::make_unique<Insect>();
  farm::Buffer buffer;
  farm::Writer writer(buffer);
  CHECK_THROWS_AS(farm::pack(writer, derived), farm::PayloadError);
}
