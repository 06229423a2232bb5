#include "analyzer/reconstructor.hpp"

#include <fmt/format.h>

#include <utility>

#include "analyzer/covariance.hpp"
#include "science/modal_basis.hpp"
#include "science/zernike.hpp"

namespace telemetry {

ZernikeReconstructor::ZernikeReconstructor(ShackHartmann sensor, int radial_orders)
    : sensor_(std::move(sensor)), radial_orders_(radial_orders) {}

int ZernikeReconstructor::modes() const { return zernikes_up_to(radial_orders_) - 1; }
std::string ZernikeReconstructor::mode_name(int mode) const { return zernike_name(mode + 2); }
std::string ZernikeReconstructor::description() const {
  return fmt::format("{} Zernike modes, up to radial order {}", modes(), radial_orders_);
}
Matrix ZernikeReconstructor::calibrate() const { return zernike_interaction(sensor_, modes()); }

std::string DirectReconstructor::mode_name(int mode) const {
  if (slopes_ == 2) return zernike_name(mode + 2);  // a tip-tilt sensor
  return fmt::format("slope {}", mode);
}
std::string DirectReconstructor::description() const { return fmt::format("the {} slopes themselves", slopes_); }
Matrix DirectReconstructor::calibrate() const { return Matrix::Identity(slopes_, slopes_); }

std::string ComponentReconstructor::mode_name(int mode) const { return fmt::format("component {}", mode + 1); }
std::string ComponentReconstructor::description() const {
  return fmt::format("{} principal components of the slopes", modes_);
}
Matrix ComponentReconstructor::calibrate() const { return principal_components(view(*covariance_->matrix()), modes_); }

}  // namespace telemetry
