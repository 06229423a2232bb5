#include "science/fourier.hpp"

#include <fftw3.h>

#include <mutex>
#include <new>

namespace telemetry {
namespace {

// FFTW's planner keeps global state; only execution is thread-safe.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

struct Free {
  void operator()(void* memory) const { fftw_free(memory); }
};

template <class T>
std::unique_ptr<T[], Free> allocate(int count) {
  void* memory = fftw_malloc(sizeof(T) * static_cast<std::size_t>(count));
  if (memory == nullptr) throw std::bad_alloc();
  return std::unique_ptr<T[], Free>(static_cast<T*>(memory));
}

fftw_complex* as_fftw(std::complex<double>* values) { return reinterpret_cast<fftw_complex*>(values); }

}  // namespace

struct RealTransform::State {
  int length;
  std::unique_ptr<double[], Free> input;
  std::unique_ptr<std::complex<double>[], Free> output;
  fftw_plan plan;

  explicit State(int n) : length(n), input(allocate<double>(n)), output(allocate<std::complex<double>>(n / 2 + 1)) {
    std::scoped_lock lock(planner());
    plan = fftw_plan_dft_r2c_1d(n, input.get(), as_fftw(output.get()), FFTW_ESTIMATE);
  }
  ~State() {
    std::scoped_lock lock(planner());
    fftw_destroy_plan(plan);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

RealTransform::RealTransform(int length) : state_(std::make_unique<State>(length)) {}
RealTransform::~RealTransform() = default;
RealTransform::RealTransform(RealTransform&&) noexcept = default;
RealTransform& RealTransform::operator=(RealTransform&&) noexcept = default;

std::span<double> RealTransform::input() { return {state_->input.get(), static_cast<std::size_t>(state_->length)}; }

std::span<const std::complex<double>> RealTransform::run() {
  fftw_execute(state_->plan);
  return {state_->output.get(), static_cast<std::size_t>(state_->length / 2 + 1)};
}

struct PlaneTransform::State {
  int size;
  std::unique_ptr<std::complex<double>[], Free> plane;
  fftw_plan forward, backward;

  explicit State(int n) : size(n), plane(allocate<std::complex<double>>(n * n)) {
    std::scoped_lock lock(planner());
    fftw_complex* data = as_fftw(plane.get());
    forward = fftw_plan_dft_2d(n, n, data, data, FFTW_FORWARD, FFTW_ESTIMATE);
    backward = fftw_plan_dft_2d(n, n, data, data, FFTW_BACKWARD, FFTW_ESTIMATE);
  }
  ~State() {
    std::scoped_lock lock(planner());
    fftw_destroy_plan(forward);
    fftw_destroy_plan(backward);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

PlaneTransform::PlaneTransform(int size) : state_(std::make_unique<State>(size)) {}
PlaneTransform::~PlaneTransform() = default;
PlaneTransform::PlaneTransform(PlaneTransform&&) noexcept = default;
PlaneTransform& PlaneTransform::operator=(PlaneTransform&&) noexcept = default;

Eigen::Map<ComplexMatrix> PlaneTransform::plane() { return {state_->plane.get(), state_->size, state_->size}; }
void PlaneTransform::forward() { fftw_execute(state_->forward); }
void PlaneTransform::backward() {
  fftw_execute(state_->backward);
  plane() /= static_cast<double>(state_->size) * state_->size;
}

Matrix inverse_transform(ComplexMatrix& spectrum, Eigen::Index columns) {
  Matrix values(spectrum.rows(), columns);
  fftw_plan plan;
  {
    std::scoped_lock lock(planner());
    plan = fftw_plan_dft_c2r_2d(static_cast<int>(values.rows()), static_cast<int>(columns), as_fftw(spectrum.data()),
                                values.data(), FFTW_ESTIMATE);
  }
  fftw_execute(plan);
  std::scoped_lock lock(planner());
  fftw_destroy_plan(plan);
  return values;
}

}  // namespace telemetry
