"""Which headers have a page, in which order, and what of `detail/` programs name, on whose page it is."""

GROUPS = {
    "Cached methods": ["cache_on_disk", "cached", "cached_by_arguments", "cached_ref", "walk", "disk_cacher"],
    "The dataset, and what is cached of it": ["manage", "cached_method", "statistics", "options", "log"],
    "Types of values": ["array", "any_array", "eigen", "quantity", "fields", "conversion", "codec"],
    "What Python stored": ["value", "value_types", "value_as", "repr", "json"],
    "Elements, shapes, errors": ["dtype", "element", "float16", "shape", "result"],
}

BESIDE = {
    "cached_method": ["detail/arguments/arguments"],
    "walk": ["detail/walk/walk_macro"],
    "value": ["detail/pickle/value_codec", "detail/value/value_node"],
    "dtype": ["detail/npy/datetime_unit"],
}

# Where the names for programs lie; those in other namespaces are for the library.
NAMESPACES = ("cache_on_disk", "cache_on_disk::npy")


def sources(page: str) -> list[str]:
    """The headers on a page, as they are included, without their ending."""
    return [page, *BESIDE.get(page, [])]
