// Reconstructor: from slopes to modes by least squares, for several ways of defining the modes.
#pragma once

#include <memory>
#include <string>

#include "analyzer/arrays.hpp"
#include "science/pseudo_inverse.hpp"
#include "science/shack_hartmann.hpp"

namespace telemetry {

class Covariance;

class Reconstructor {
 public:
  virtual ~Reconstructor() = default;

  /// Slopes that each mode gives: slopes x modes.
  CachedRef<Array<double>> interaction() const {
    return interaction_([this] { return array(calibrate()); });
  }
  /// Its pseudo-inverse: modes x slopes.
  CachedRef<Array<double>> matrix() const {
    return matrix_([this] { return array(pseudo_inverse(view(*interaction()), 1e-3)); });
  }
  /// Variance on each mode that slopes with unit noise give.
  CachedRef<Vector> noise_propagation() const {
    return noise_propagation_([this] { return telemetry::noise_propagation(view(*matrix())); });
  }
  CachedRef<double> condition() const {
    return condition_([this] { return condition_number(view(*matrix())); });
  }

  virtual int modes() const = 0;
  virtual std::string mode_name(int mode) const = 0;
  virtual std::string description() const = 0;
  /// Radial order of the last mode; zero where modes have no order.
  virtual int radial_orders() const { return 0; }

 protected:
  Reconstructor() = default;

 private:
  virtual Matrix calibrate() const = 0;

  Cached<Array<double>> interaction_;
  Cached<Array<double>> matrix_;
  Cached<Vector> noise_propagation_;
  Cached<double> condition_;
  CACHE_ON_DISK_VIRTUAL(Reconstructor, interaction_, matrix_, noise_propagation_, condition_)
};

/// Zernike modes [rad] of a known Shack-Hartmann sensor, piston left out.
class ZernikeReconstructor final : public Reconstructor {
 public:
  ZernikeReconstructor(ShackHartmann sensor, int radial_orders);
  int modes() const override;
  int radial_orders() const override { return radial_orders_; }
  std::string mode_name(int mode) const override;
  std::string description() const override;

 private:
  Matrix calibrate() const override;
  ShackHartmann sensor_;
  int radial_orders_;
  CACHE_ON_DISK(ZernikeReconstructor, bases(Reconstructor))
};

/// A few slopes of an unknown sensor: each is a mode by itself.
class DirectReconstructor final : public Reconstructor {
 public:
  explicit DirectReconstructor(int slopes) : slopes_(slopes) {}
  int modes() const override { return slopes_; }
  std::string mode_name(int mode) const override;
  std::string description() const override;

 private:
  Matrix calibrate() const override;
  int slopes_;
  CACHE_ON_DISK(DirectReconstructor, bases(Reconstructor))
};

/// Many slopes of an unknown sensor: the modes are their principal components.
class ComponentReconstructor final : public Reconstructor {
 public:
  ComponentReconstructor(std::shared_ptr<const Covariance> covariance, int modes)
      : covariance_(std::move(covariance)), modes_(modes) {}
  int modes() const override { return modes_; }
  std::string mode_name(int mode) const override;
  std::string description() const override;

 private:
  Matrix calibrate() const override;
  std::shared_ptr<const Covariance> covariance_;
  int modes_;
  CACHE_ON_DISK(ComponentReconstructor, bases(Reconstructor))
};

}  // namespace telemetry
