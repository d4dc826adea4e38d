package io.godev.plan.fleet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.godev.plan.PodHashes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * What a fleet wrote to an environment last, noted in an annotation of it: so nothing is lost in a
 * restart, and what somebody else put there is told from what the fleet did.
 *
 * @param template hash of the template
 * @param since when its spec was last changed by the fleet (RFC 3339)
 * @param failing whether it was failing before that
 * @param mode whether the fleet decides on its mode
 * @param labels keys of labels from the template
 * @param annotations keys of annotations from the template
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Written(
    String template,
    String since,
    boolean failing,
    boolean mode,
    List<String> labels,
    List<String> annotations) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Written {
    labels = labels == null ? List.of() : labels;
    annotations = annotations == null ? List.of() : annotations;
  }

  /** What the annotation says; nothing, since the creation, where there is none to be read. */
  static Written of(HasMetadata environment) {
    var nothing =
        new Written(
            "",
            environment.getMetadata().getCreationTimestamp(),
            false,
            false,
            List.of(),
            List.of());
    var text = FleetNames.annotations(environment).get(FleetNames.WRITTEN);
    if (text == null) {
      return nothing;
    }
    try {
      var written = JSON.readValue(text, Written.class);
      return written.template() == null || !isTime(written.since()) ? nothing : written;
    } catch (JsonProcessingException e) {
      // somebody changed it
      return nothing;
    }
  }

  String text() {
    return PodHashes.canonical(this);
  }

  Instant time() {
    return Instant.parse(since);
  }

  private static boolean isTime(String text) {
    try {
      return text != null && Instant.parse(text) != null;
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
