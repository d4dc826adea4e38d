package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Who the program runs as. Root cannot be asked for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SecurityContext(
    @JsonPropertyDescription("User id of every process. Default: 1000. Change: restart.")
        @Min(1)
        @Max(2_147_483_647)
        Long runAsUser,
    @JsonPropertyDescription("Group id of every process. Default: 3000. Change: restart.")
        @Min(1)
        @Max(2_147_483_647)
        Long runAsGroup,
    @JsonPropertyDescription("Group that owns the volumes. Default: 2000. Change: restart.")
        @Min(1)
        @Max(2_147_483_647)
        Long fsGroup,
    @JsonPropertyDescription("Linux capabilities. Change: restart.") Capabilities capabilities) {

  /** The capabilities Pod Security restricted allows to add. */
  public enum Capability {
    NET_BIND_SERVICE
  }

  /** Linux capabilities; all that are not added are dropped. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Capabilities(
      @JsonPropertyDescription("NET_BIND_SERVICE lets the program listen on ports below 1024.")
          @Size(max = 1)
          List<Capability> add) {}
}
