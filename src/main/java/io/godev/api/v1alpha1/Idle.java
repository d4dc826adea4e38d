package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** What happens when nobody works in the environment. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Idle(
    @JsonPropertyDescription(
            "Minutes without Go work, from 1 to 10080 (a week), after which the pod is removed and the"
                + " volumes are kept, until godev resume or a change of the spec. Work is: a go command, a"
                + " build, an attached debugger, connections to the program, CPU of at least 5 % of a core,"
                + " a changed file, and keys in a terminal; an open terminal alone is none. Without it the"
                + " environment is never suspended for that. Change: live.")
        @Min(1)
        @Max(10_080)
        Integer suspendAfterMinutes) {}
