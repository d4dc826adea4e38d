package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** The debugger. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Debug(
    @JsonPropertyDescription(
            "Delve builds the program without optimisations and starts it under the debugger delve,"
                + " which listens inside the pod alone and is reached by kubectl port-forward. Default:"
                + " Off. Change: restart.")
        Mode mode,
    @JsonPropertyDescription(
            "Port of the debugger inside the pod, from 1024 to 65535. Default: 40000. Change: restart.")
        @Min(1024)
        @Max(65_535)
        Integer port) {

  /** Whether the program is started under a debugger. */
  public enum Mode {
    Off,
    Delve
  }
}
