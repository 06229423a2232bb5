// All forms: what C++ types are in a pickle.
#pragma once

#include "cache_on_disk/pickle/array_form.hpp"
#include "cache_on_disk/pickle/choice_form.hpp"
#include "cache_on_disk/pickle/container_form.hpp"
#include "cache_on_disk/pickle/own_form.hpp"
#include "cache_on_disk/pickle/quantity_form.hpp"
#include "cache_on_disk/pickle/scalar_form.hpp"
#include "cache_on_disk/pickle/value_form.hpp"
