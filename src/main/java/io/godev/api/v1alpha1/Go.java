package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The Go toolchain and its modules. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.version) || self.version.matches('^1[.][0-9]{1,3}([.][0-9]{1,3})?$')",
    message = "spec.go.version must be a Go release such as \"1.26\" or \"1.26.8\", in quotes")
@ValidationRule(
    value = "!has(self.image) || self.image.matches('^[A-Za-z0-9][A-Za-z0-9._:/@-]*$')",
    message = "spec.go.image must be the name of a container image, such as golang:1.26-bookworm")
@ValidationRule(
    value =
        "!has(self.flags) || self.flags.all(f, f.matches('^--?[A-Za-z][^\\\\s[:cntrl:]\\'\\\"]*$'))",
    message =
        "spec.go.flags: each entry must be one flag such as -tags=integration, without spaces or quotes,"
            + " as GOFLAGS takes it")
public record Go(
    @JsonPropertyDescription(
            "Go release, which picks the image golang:<version>-bookworm. Default: 1.26."
                + " Change: restart.")
        @Size(min = 3, max = 16)
        String version,
    @JsonPropertyDescription(
            "Image with the Go toolchain, instead of the one that version picks. Change: restart.")
        @Size(min = 1, max = 255)
        String image,
    @JsonPropertyDescription("Where modules come from and how they are checked. Change: restart.")
        Modules modules,
    @JsonPropertyDescription(
            "Flags for every go command, added to GOFLAGS, such as -tags=integration."
                + " Change: restart.")
        @Size(max = 32)
        List<@Size(min = 2, max = 256) String> flags,
    @JsonPropertyDescription(
            "Environment variables of the go command, such as CGO_ENABLED, in every step."
                + " Change: restart.")
        @Size(max = 64)
        List<Variable> env) {

  /** What the go command does when go.sum or go.mod lacks something. */
  public enum Lock {
    ReadOnly,
    Update
  }

  /** Where modules come from and how they are checked. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "!has(self.proxy) || self.proxy.all(p, p.matches('^(direct|off|(https?|file)://[^\\\\s[:cntrl:],|]+)$'))",
      message =
          "spec.go.modules.proxy: each entry must be a URL with https://, http:// or file://, or direct, or off")
  @ValidationRule(
      value =
          "!has(self.sumDatabase) || self.sumDatabase.matches('^[A-Za-z0-9][^\\\\s[:cntrl:],]*( https?://[^\\\\s[:cntrl:],]+)?$')",
      message =
          "spec.go.modules.sumDatabase must be \"off\" (in quotes) or a checksum database as GOSUMDB takes it")
  @ValidationRule(
      value = "!has(self.private) || self.private.all(p, p.matches('^[^\\\\s[:cntrl:],]+$'))",
      message =
          "spec.go.modules.private: each entry must be a pattern of module paths such as git.example.com/*")
  public record Modules(
      @JsonPropertyDescription(
              "Module proxies, asked in this order (GOPROXY); the next is asked when one does not know"
                  + " a module. Default: the Go toolchain's own. Change: restart.")
          @Size(min = 1, max = 8)
          List<@Size(min = 3, max = 512) String> proxy,
      @JsonPropertyDescription(
              "Checksum database (GOSUMDB), or off. Default: the Go toolchain's own. Change: restart.")
          @Size(min = 1, max = 512)
          String sumDatabase,
      @JsonPropertyDescription(
              "Patterns of module paths that are fetched from their repositories and not asked of the"
                  + " proxy or the checksum database (GOPRIVATE). Change: restart.")
          @Size(max = 32)
          @JsonProperty("private")
          List<@Size(min = 1, max = 256) String> privatePatterns,
      @JsonPropertyDescription(
              "Secret of this namespace with a key netrc: logins for private modules (NETRC)."
                  + " Change: restart.")
          Credentials credentials,
      @JsonPropertyDescription(
              "ReadOnly: go.mod and go.sum are used as they are, and what go.sum lacks is an error."
                  + " Update: the go command may add to them. Default: ReadOnly. Change: restart.")
          Lock lock) {}

  /** A Secret by name. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.name.matches('" + Patterns.OBJECT_NAME + "')",
      message = "spec.go.modules.credentials.name must be the name of a Secret in this namespace")
  public record Credentials(
      @JsonPropertyDescription("Name of the Secret; its key netrc holds the file.")
          @Required
          @Size(min = 1, max = 253)
          String name) {}

  /** An environment variable with a value. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.name.matches('^[A-Za-z_][A-Za-z0-9_]*$')",
      message =
          "spec.go.env: a name must consist of letters, digits and '_', and not start with a digit")
  // environments and arguments of a process end at one
  @ValidationRule(
      value = "!self.value.contains('\\x00')",
      message = "spec.go.env: a value cannot hold a zero byte")
  public record Variable(
      @JsonPropertyDescription("Name of the variable, such as CGO_ENABLED.")
          @Required
          @Size(min = 1, max = 128)
          String name,
      @JsonPropertyDescription("Its value.") @Required @Size(max = 4096) String value) {}
}
