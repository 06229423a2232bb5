#include "analyzer/arrays.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

namespace telemetry {

Array<double> array(Matrix values) {
  const auto owner = std::make_shared<const Matrix>(std::move(values));
  return {{static_cast<std::size_t>(owner->rows()), static_cast<std::size_t>(owner->cols())},
          {owner->outerStride(), 1},
          owner->data(),
          owner};
}

MatrixView view(const Array<double>& array) {
  if (array.rank() != 2) throw std::invalid_argument("the array is not a matrix");
  const auto rows = static_cast<Eigen::Index>(array.shape()[0]);
  const auto columns = static_cast<Eigen::Index>(array.shape()[1]);
  if (array.is_contiguous()) return Eigen::Map<const Matrix>(array.data(), rows, columns);
  using AnyStride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  return Eigen::Map<const Matrix, Eigen::Unaligned, AnyStride>(array.data(), rows, columns,
                                                               {array.strides()[0], array.strides()[1]});
}

}  // namespace telemetry
