package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** The profiler in the program: {@code net/http/pprof}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Profiling(
    @JsonPropertyDescription(
            "Port on which the program itself serves net/http/pprof; status.endpoints then has the"
                + " commands for it. Change: live.")
        @Required
        @Min(1)
        @Max(65_535)
        Integer port) {}
