package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** Where the source comes from: exactly one member is set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "[has(self.module), has(self.files), has(self.claim)].filter(x, x).size() == 1",
    message = "spec.source must have exactly one of module, files and claim")
@ValidationRule(
    value =
        "has(self.module) == has(oldSelf.module) && has(self.files) == has(oldSelf.files)"
            + " && has(self.claim) == has(oldSelf.claim)",
    message =
        "spec.source: the kind of source cannot be changed, because the workspace already holds the other;"
            + " create another GoDevEnvironment")
@ValidationRule(
    value = "!has(self.files) || size(self.files) > 0",
    message = "spec.source.files must hold at least one file, such as main.go")
@ValidationRule(
    value =
        "!has(self.files) || self.files.all(p, size(p) <= 253 &&"
            + " p.matches('^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$'))",
    message =
        "spec.source.files: a name must be a relative path of letters, digits, '_', '.' and '-', with '/'"
            + " between folders, of at most 253 characters")
public record Source(
    @JsonPropertyDescription(
            "A module, fetched as it was published through the module proxy of spec.go.modules."
                + " Change: restart.")
        Module module,
    @JsonPropertyDescription(
            "Small programs in the spec itself: file name to content, 900 KiB together. Files edited"
                + " in the workspace are kept until the spec changes them. Change: restart.")
        Map<String, @Size(max = 262_144) String> files,
    @JsonPropertyDescription(
            "A PersistentVolumeClaim of the same namespace that holds the source, with go.mod at its"
                + " root. Change: restart.")
        Claim claim) {

  /** A published module version. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  // https://go.dev/ref/mod#module-path
  @ValidationRule(
      value =
          "self.path.matches('^[A-Za-z0-9_][A-Za-z0-9_.~-]*(/[A-Za-z0-9_.~-]+)*$') && !self.path.contains('..')",
      message =
          "spec.source.module.path must be a module path such as github.com/mccutchen/go-httpbin/v2, without"
              + " https:// and without a version")
  // https://go.dev/ref/mod#versions
  @ValidationRule(
      value = "self.version.matches('^v[0-9]+[.][0-9]+[.][0-9]+([-+][0-9A-Za-z.+-]+)?$')",
      message =
          "spec.source.module.version must be an exact version such as v2.18.3: latest and names of branches"
              + " give another program tomorrow")
  public record Module(
      @JsonPropertyDescription("Path of the module, such as github.com/mccutchen/go-httpbin/v2.")
          @Required
          @Size(min = 1, max = 255)
          String path,
      @JsonPropertyDescription("Exact version of the module, such as v2.18.3.")
          @Required
          @Size(min = 1, max = 128)
          String version) {}

  /** A PersistentVolumeClaim by name. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.name.matches('" + Patterns.OBJECT_NAME + "')",
      message =
          "spec.source.claim.name must be the name of a PersistentVolumeClaim in this namespace")
  public record Claim(
      @JsonPropertyDescription("Name of the PersistentVolumeClaim.")
          @Required
          @Size(min = 1, max = 253)
          String name) {}
}
