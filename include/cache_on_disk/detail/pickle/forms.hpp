// All forms: what C++ types are in a pickle.
#pragma once

#include "cache_on_disk/detail/pickle/array_form.hpp"
#include "cache_on_disk/detail/pickle/choice_form.hpp"
#include "cache_on_disk/detail/pickle/container_form.hpp"
#include "cache_on_disk/detail/pickle/own_form.hpp"
#include "cache_on_disk/detail/pickle/quantity_form.hpp"
#include "cache_on_disk/detail/pickle/scalar_form.hpp"
#include "cache_on_disk/detail/pickle/value_form.hpp"
