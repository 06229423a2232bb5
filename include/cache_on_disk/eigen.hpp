// Lets cells hold Eigen matrices and arrays, and shows an `Array` as one.
//
//   #include <cache_on_disk/eigen.hpp>             // besides cache_on_disk.hpp, which does not need Eigen
//
//   Cached<Eigen::VectorXd> psd_;                  // "<f8" with one dimension
//   Cached<Eigen::MatrixXcf> response_;            // "<c8" with two, in Fortran order as Eigen lays it out
//   Cached<std::map<std::string, Eigen::MatrixXd>> fits_;
//   auto image = cache_on_disk::as_matrix(array);  // an Eigen::Map of an Array<double>, without a copy
//
// A type that is a vector at compile time has one dimension in the file, every other type two. The file is the one that
// `np.save` writes for an array of the same layout in memory. What is read is copied into the matrix; `Array` with `as_matrix`
// saves that copy. An expression, such as a sum or a block, does not compile as a value: it refers to what it is made of.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>

#include "cache_on_disk/array.hpp"
#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/cells/lossless.hpp"
#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/npy/encoding.hpp"
#include "cache_on_disk/detail/pickle/array_form.hpp"

namespace cache_on_disk {

/// What `as_matrix` gives: elements of any strides as a matrix that cannot be written to.
template <class T>
using MatrixMap = Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>, Eigen::Unaligned,
                             Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
/// What `as_vector` gives.
template <class T>
using VectorMap =
    Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, 1>, Eigen::Unaligned, Eigen::InnerStride<Eigen::Dynamic>>;

/// A view of an array of two dimensions, in which (i, j) is `array(i, j)`. Valid as long as an array on this buffer lives.
/// Throws `std::invalid_argument` for another rank.
template <ArrayElement T>
MatrixMap<T> as_matrix(const Array<T>& array) {
  if (array.rank() != 2) throw std::invalid_argument("as_matrix() of an array of shape " + to_text(array.shape()));
  using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  return MatrixMap<T>(array.data(), static_cast<Eigen::Index>(array.shape()[0]),
                      static_cast<Eigen::Index>(array.shape()[1]), Stride(array.strides()[1], array.strides()[0]));
}

/// A view of an array of one dimension, as a column. Valid as long as an array on this buffer lives. Throws
/// `std::invalid_argument` for another rank.
template <ArrayElement T>
VectorMap<T> as_vector(const Array<T>& array) {
  if (array.rank() != 1) throw std::invalid_argument("as_vector() of an array of shape " + to_text(array.shape()));
  return VectorMap<T>(array.data(), static_cast<Eigen::Index>(array.shape()[0]),
                      Eigen::InnerStride<Eigen::Dynamic>(array.strides()[0]));
}

namespace detail {

/// @cond
// Sums, products, blocks and the like refer to what they are made of.
template <class E>
  requires std::is_base_of_v<Eigen::EigenBase<E>, E> && (!std::is_base_of_v<Eigen::PlainObjectBase<E>, E>)
inline constexpr bool dangles<E> = true;
// Constants, zeros and identities hold what they are made of.
template <class Make, class Plain>
inline constexpr bool dangles<Eigen::CwiseNullaryOp<Make, Plain>> = false;
/// @endcond

template <class M>
struct EigenCodec {
  using T = typename M::Scalar;
  static constexpr bool is_vector = M::IsVectorAtCompileTime;
  static constexpr int rank = is_vector ? 1 : 2;

  static StoredType stored_type() { return {Format::npy, Dtype::of(ElementTraits<T>::type).text(), rank}; }

  static Result<Encoding> encode(const M& matrix) {
    return npy::encode_strided(Dtype::of(ElementTraits<T>::type), elements(matrix));
  }

  static Result<M> decode(const Payload& payload) {
    const auto array = AnyArray::from_payload(payload);
    if (!array) return array.error();
    return from_array(*array);
  }

  /// The elements where they lie.
  static npy::StridedBytes elements(const M& matrix) {
    const auto rows = static_cast<std::size_t>(matrix.rows());
    const auto columns = static_cast<std::size_t>(matrix.cols());
    const Shape shape = is_vector ? Shape{rows * columns} : Shape{rows, columns};
    const auto order = M::IsRowMajor ? MemoryOrder::row_major : MemoryOrder::column_major;
    return {shape, dense_strides(shape, order, static_cast<std::ptrdiff_t>(sizeof(T))),
            reinterpret_cast<const std::byte*>(matrix.data()), nullptr};
  }

  static Result<M> from_array(const AnyArray& any) {
    const auto array = array_of<T>(any, rank);
    if (!array) return array.error();
    const bool row_vector = is_vector && M::RowsAtCompileTime == 1;
    const std::size_t first = array->shape()[0];
    const std::size_t rows = row_vector ? 1 : first;
    const std::size_t columns = row_vector ? first : is_vector ? 1 : array->shape()[static_cast<std::size_t>(rank - 1)];
    if (!fits(rows, M::RowsAtCompileTime, M::MaxRowsAtCompileTime) ||
        !fits(columns, M::ColsAtCompileTime, M::MaxColsAtCompileTime)) {
      return Error{"the file holds an array of shape " + to_text(array->shape()) +
                   ", asked for a matrix of other extents"};
    }
    M matrix;
    if constexpr (M::SizeAtCompileTime != Eigen::Dynamic) matrix.setZero();  // GCC does not see that all is written
    matrix.resize(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
    if (array->empty()) return matrix;
    if constexpr (is_vector) {
      const VectorMap<T> source = as_vector(*array);
      for (Eigen::Index i = 0; i < source.size(); ++i) matrix.coeffRef(i) = source.coeff(i);
    } else {
      matrix.matrix() = as_matrix(*array);
    }
    return matrix;
  }

 private:
  static bool fits(std::size_t extent, int fixed, int most) {
    return (fixed == Eigen::Dynamic || extent == static_cast<std::size_t>(fixed)) &&
           (most == Eigen::Dynamic || extent <= static_cast<std::size_t>(most));
  }
};

}  // namespace detail

template <class T, int R, int C, int O, int MR, int MC>
  requires ArrayElement<T>
struct Codec<Eigen::Matrix<T, R, C, O, MR, MC>> : detail::EigenCodec<Eigen::Matrix<T, R, C, O, MR, MC>> {};

template <class T, int R, int C, int O, int MR, int MC>
  requires ArrayElement<T>
struct Codec<Eigen::Array<T, R, C, O, MR, MC>> : detail::EigenCodec<Eigen::Array<T, R, C, O, MR, MC>> {};

}  // namespace cache_on_disk

namespace cache_on_disk::pickle {

/// Inside of other values: a numpy.ndarray.
template <class M>
struct EigenForm {
  using Eigens = cache_on_disk::detail::EigenCodec<M>;
  static void write(Writer& writer, const M& matrix) {
    writer.array(Dtype::of(ElementTraits<typename M::Scalar>::type), Eigens::elements(matrix));
  }
  static std::optional<M> read(Reading& reading, const ValueView& value) {
    return read_array<M>(reading, value, &Eigens::from_array);
  }
};

template <class T, int R, int C, int O, int MR, int MC>
  requires ArrayElement<T>
struct Form<Eigen::Matrix<T, R, C, O, MR, MC>> : EigenForm<Eigen::Matrix<T, R, C, O, MR, MC>> {};

template <class T, int R, int C, int O, int MR, int MC>
  requires ArrayElement<T>
struct Form<Eigen::Array<T, R, C, O, MR, MC>> : EigenForm<Eigen::Array<T, R, C, O, MR, MC>> {};

}  // namespace cache_on_disk::pickle
