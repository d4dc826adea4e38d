package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What the operator saw last of a profile. It is written only when it changes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record GoDevProfileStatus(
    @JsonPropertyDescription(
            "Whether an environment goes by the profile. While one does, the profile cannot be deleted.")
        Boolean inUse) {}
