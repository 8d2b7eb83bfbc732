"""Filters that several lists have."""

from unfold.contrib.filters.admin import RangeDateTimeFilter


class TimeFilter(RangeDateTimeFilter):
    """From one moment to another, both in UTC; a day alone is meant as a whole.

    Nothing passes a range that makes no sense: who asked for a part must not take all
    for it.
    """

    def queryset(self, request, queryset):
        """The rows in the range."""
        name = self.parameter_name
        for end, time in (("from", "00:00:00"), ("to", "23:59:59")):
            if self.used_parameters.get(f"{name}_{end}_0"):
                asked = self.used_parameters.get(f"{name}_{end}_1")
                self.used_parameters[f"{name}_{end}_1"] = asked or time
        found = super().queryset(request, queryset)
        return queryset.none() if found is None else found
