#pragma once

#include <boost/serialization/nvp.hpp>
#include <boost/serialization/serialization.hpp>
#include <boost/serialization/split_free.hpp>
#include <boost/serialization/split_member.hpp>
#include <boost/serialization/version.hpp>

#include "farm/detail/stream.hpp"

namespace farm::detail {

template <class T>
void put(Writer& writer, const T& value);
template <class T>
void take_into(Reader& reader, T& value);

/// The archive that a user's `serialize` sees when it packs: the "trivial archive" of the
/// Boost.Serialization documentation over our byte buffer. It has no header, no type registry and
/// no pointer tracking, so constructing one costs nothing (a stock binary archive: a microsecond).
class OutArchive {
 public:
  using is_saving = boost::mpl::bool_<true>;
  using is_loading = boost::mpl::bool_<false>;

  explicit OutArchive(Writer& writer) : writer_(&writer) {}

  template <class T>
  OutArchive& operator<<(const T& value) {
    put(*writer_, value);
    return *this;
  }
  template <class T>
  OutArchive& operator&(const T& value) {
    return *this << value;
  }
  void save_binary(const void* from, std::size_t size) { writer_->bytes(from, size); }

  unsigned int get_library_version() const { return 0; }
  template <class T>
  void register_type(const T* = nullptr) const {}

 private:
  Writer* writer_;
};

/// The archive that a user's `serialize` sees when it unpacks.
class InArchive {
 public:
  using is_saving = boost::mpl::bool_<false>;
  using is_loading = boost::mpl::bool_<true>;

  explicit InArchive(Reader& reader) : reader_(&reader) {}

  template <class T>
  InArchive& operator>>(T&& value) {
    // Wrappers such as nvp arrive as temporaries and refer to what shall be filled.
    take_into(*reader_, const_cast<std::remove_cvref_t<T>&>(value));
    return *this;
  }
  template <class T>
  InArchive& operator&(T&& value) {
    return *this >> std::forward<T>(value);
  }
  void load_binary(void* to, std::size_t size) { reader_->bytes(to, size); }

  unsigned int get_library_version() const { return 0; }
  template <class T>
  void register_type(const T* = nullptr) const {}
  void reset_object_address(const void*, const void*) const {}

 private:
  Reader* reader_;
};

template <class T>
void serialize_out(Writer& writer, const T& value) {
  OutArchive archive(writer);
  // serialize is one function for both directions, therefore not const; it only reads here.
  boost::serialization::serialize_adl(archive, const_cast<T&>(value),
                                      boost::serialization::version<T>::value);
}

template <class T>
void serialize_in(Reader& reader, T& value) {
  InArchive archive(reader);
  boost::serialization::serialize_adl(archive, value, boost::serialization::version<T>::value);
}

}  // namespace farm::detail
