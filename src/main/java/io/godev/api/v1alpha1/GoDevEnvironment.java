package io.godev.api.v1alpha1;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Objects;

/** A place to build and run one Go program in: a pod, its volumes, and the way to its ports. */
@Group(GoDevEnvironment.GROUP)
@Version(GoDevEnvironment.VERSION)
@ShortNames("gde")
@Categories("godev")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = Type.STRING)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    type = Type.STRING)
@AdditionalPrinterColumn(name = "Go", jsonPath = ".status.goVersion", type = Type.STRING)
@AdditionalPrinterColumn(name = "Source", jsonPath = ".status.source", type = Type.STRING)
@AdditionalPrinterColumn(
    name = "Image",
    jsonPath = ".status.image",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "URL",
    jsonPath = ".status.endpoints[0].url",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
// A Service of this name and one with "-external" behind it have to be DNS labels (RFC 1035).
@ValidationRule(
    value =
        "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') && size(self.metadata.name) <= 50",
    message =
        "metadata.name must start with a letter, consist of lower-case letters, digits and '-', and have at"
            + " most 50 characters: it becomes the name of a pod and of a Service")
@ValidationRule(
    value =
        "!has(self.spec.source.claim) || self.spec.source.claim.name != self.metadata.name + '-cache'",
    message =
        "spec.source.claim.name: the claim with the environment's name and -cache is the volume of Go's caches;"
            + " name another")
public class GoDevEnvironment extends CustomResource<GoDevEnvironmentSpec, GoDevEnvironmentStatus>
    implements Namespaced {
  public static final String GROUP = "godev.io";
  public static final String VERSION = "v1alpha1";

  /** Takes what is read for what it says: the definition's default is no status. */
  @Override
  @JsonDeserialize(converter = DefaultIsNoStatus.class)
  public void setStatus(GoDevEnvironmentStatus status) {
    super.setStatus(status);
  }

  private static final class DefaultIsNoStatus
      extends StdConverter<GoDevEnvironmentStatus, GoDevEnvironmentStatus> {
    @Override
    public GoDevEnvironmentStatus convert(GoDevEnvironmentStatus read) {
      if (!Objects.equals(read.observedGeneration(), GoDevEnvironmentStatus.NOT_OBSERVED)) {
        return read;
      }
      return read.runtime() == null ? null : GoDevEnvironmentStatus.NONE.with(read.runtime());
    }
  }
}
