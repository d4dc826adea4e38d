package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** When the environment's time is over. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.afterHours) != has(self.at)",
    message = "spec.expiry: give exactly one of afterHours and at")
@ValidationRule(
    value = "!has(self.at) || self.at.matches('" + Patterns.TIME + "')",
    message = "spec.expiry.at: must be a time in UTC, such as 2027-03-31T18:00:00Z")
public record Expiry(
    @JsonPropertyDescription(
            "Hours from the creation of the environment to its end, from 1 to 8760 (a year). Change:"
                + " live: a larger number gives it more time, also when it is over.")
        @Min(1)
        @Max(8_760)
        Integer afterHours,
    @JsonPropertyDescription(
            "The end itself, in UTC, such as 2027-03-31T18:00:00Z. Change: live: a later time gives it"
                + " more, also when it is over.")
        @Size(min = 20, max = 20)
        String at) {}
