package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;

/** What is run, and how it is reached. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.__package__) || self.__package__.matches('^[.](/[A-Za-z0-9_.~-]+)*$') && !self.__package__.contains('..')",
    message =
        "spec.run.package must be a folder inside the module, starting with ./, such as ./cmd/shop, or . for its root")
@ValidationRule(
    value = "!has(self.args) || self.args.all(a, !a.contains('\\x00'))",
    message = "spec.run.args: an argument cannot hold a zero byte")
@ValidationRule(
    value =
        "!has(self.ports) || self.ports.all(p, self.ports.exists_one(q, q.containerPort == p.containerPort"
            + " && (has(q.protocol) ? q.protocol : 'TCP') == (has(p.protocol) ? p.protocol : 'TCP')))",
    message = "spec.run.ports: two entries have the same containerPort and protocol")
@ValidationRule(
    value =
        "!has(self.ports) || self.ports.all(p, self.ports.exists_one(q,"
            + " (has(q.port) ? q.port : q.containerPort) == (has(p.port) ? p.port : p.containerPort)"
            + " && (has(q.protocol) ? q.protocol : 'TCP') == (has(p.protocol) ? p.protocol : 'TCP')))",
    message =
        "spec.run.ports: two entries are reached by the same port and protocol; give one of them another port")
@ValidationRule(
    value =
        "!has(self.readiness) || !has(self.readiness.httpGet) || type(self.readiness.httpGet.port) == int"
            + " || has(self.ports) && self.ports.exists(p, p.name == string(self.readiness.httpGet.port))",
    message =
        "spec.run.readiness.httpGet.port must be a number or the name of a port in spec.run.ports")
@ValidationRule(
    value =
        "!has(self.readiness) || !has(self.readiness.tcpSocket) || type(self.readiness.tcpSocket.port) == int"
            + " || has(self.ports) && self.ports.exists(p, p.name == string(self.readiness.tcpSocket.port))",
    message =
        "spec.run.readiness.tcpSocket.port must be a number or the name of a port in spec.run.ports")
public record Run(
    @JsonPropertyDescription(
            "Folder of the main package, relative to the module's root, such as ./cmd/shop. Default:"
                + " the only main package there is. Change: restart.")
        @JsonProperty("package")
        @Size(min = 1, max = 512)
        String mainPackage,
    @JsonPropertyDescription("Arguments of the program. Change: restart.") @Size(max = 128)
        List<@Size(max = 4096) String> args,
    @JsonPropertyDescription("Environment variables of the program. Change: restart.")
        @Size(max = 128)
        List<EnvironmentVariable> env,
    @JsonPropertyDescription(
            "Ports the program listens on. Change: restart, but for port and expose.")
        @Size(max = 16)
        List<Port> ports,
    @JsonPropertyDescription(
            "When the program counts as ready. Default: when its first TCP port is open; without a"
                + " port, when it runs. Change: restart.")
        Readiness readiness,
    @JsonPropertyDescription(
            "Race builds with the race detector, which needs a C compiler in the image. Coverage builds"
                + " with coverage counters, whose data are in /cache/coverage after the program ended by itself."
                + " Default: None. Change: restart.")
        Instrument instrument) {

  /** What is built into the program. */
  public enum Instrument {
    None,
    Race,
    Coverage
  }

  /** Transport of a port. */
  public enum Protocol {
    TCP,
    UDP
  }

  /** Who reaches a port. */
  public enum Expose {
    None,
    Cluster,
    LoadBalancer
  }

  /** A port the program listens on. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  // https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports:
  // IANA_SVC_NAME
  @ValidationRule(
      value = "self.name.matches('^[a-z0-9]+(-[a-z0-9]+)*$') && self.name.matches('[a-z]')",
      message =
          "spec.run.ports: a name must have at most 15 lower-case letters, digits and single '-' between them, at"
              + " least one letter")
  public record Port(
      @JsonPropertyDescription("Name of the port, unique in the environment, such as http.")
          @Required
          @Size(min = 1, max = 15)
          String name,
      @JsonPropertyDescription(
              "Number of the port, 1 to 65535; below 1024 NET_BIND_SERVICE is needed.")
          @Required
          @Min(1)
          @Max(65_535)
          Integer containerPort,
      @JsonPropertyDescription(
              "Number by which others reach it: of its Services, and of localhost where it is forwarded."
                  + " Default: containerPort. Change: live.")
          @Min(1)
          @Max(65_535)
          Integer port,
      @JsonPropertyDescription("TCP or UDP. Default: TCP.") Protocol protocol,
      @JsonPropertyDescription(
              "None: by kubectl port-forward only. Cluster: also by a Service with the environment's"
                  + " name. LoadBalancer: also from outside the cluster (on Docker Desktop, localhost)."
                  + " Default: Cluster. Change: live.")
          Expose expose) {}

  /** When the program counts as ready: one member is set. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.httpGet) != has(self.tcpSocket)",
      message = "spec.run.readiness must have exactly one of httpGet and tcpSocket")
  public record Readiness(
      @JsonPropertyDescription("Ready when a GET is answered with a status from 200 to 399.")
          HttpGet httpGet,
      @JsonPropertyDescription("Ready when the port accepts a connection.") TcpSocket tcpSocket) {}

  /** A GET request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "type(self.port) != int || self.port >= 1 && self.port <= 65535",
      message = "spec.run.readiness.httpGet.port must be from 1 to 65535 if it is a number")
  @ValidationRule(
      value = "!has(self.path) || self.path.matches('^/[^[:cntrl:]]*$')",
      message =
          "spec.run.readiness.httpGet.path must start with /, and cannot hold control characters")
  public record HttpGet(
      @JsonPropertyDescription("Path of the request. Default: /.") @Size(max = 1024) String path,
      @JsonPropertyDescription("Name of a port of spec.run.ports, or its number.") @Required
          IntOrString port) {}

  /** A TCP connection. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "type(self.port) != int || self.port >= 1 && self.port <= 65535",
      message = "spec.run.readiness.tcpSocket.port must be from 1 to 65535 if it is a number")
  public record TcpSocket(
      @JsonPropertyDescription("Name of a port of spec.run.ports, or its number.") @Required
          IntOrString port) {}

  /** An environment variable of the program: a value, or where it is read from. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.name.matches('^[A-Za-z_][A-Za-z0-9_.-]*$')",
      message =
          "spec.run.env: a name must consist of letters, digits, '_', '.' and '-', and start with a letter")
  @ValidationRule(
      value = "!(has(self.value) && has(self.valueFrom))",
      message = "spec.run.env: an entry has value or valueFrom, not both")
  // environments and arguments of a process end at one
  @ValidationRule(
      value = "!has(self.value) || !self.value.contains('\\x00')",
      message = "spec.run.env: a value cannot hold a zero byte")
  public record EnvironmentVariable(
      @JsonPropertyDescription("Name of the variable.") @Required @Size(min = 1, max = 128)
          String name,
      @JsonPropertyDescription("Its value. Default: empty.") @Size(max = 8192) String value,
      @JsonPropertyDescription("Where its value is read from.") ValueFrom valueFrom) {}

  /** Where a value is read from: one member is set. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.secretKeyRef) != has(self.configMapKeyRef)",
      message = "spec.run.env: valueFrom must have exactly one of secretKeyRef and configMapKeyRef")
  public record ValueFrom(
      @JsonPropertyDescription("A key of a Secret of this namespace.") KeyReference secretKeyRef,
      @JsonPropertyDescription("A key of a ConfigMap of this namespace.")
          KeyReference configMapKeyRef) {}

  /** A key of a Secret or ConfigMap. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "self.name.matches('"
              + Patterns.OBJECT_NAME
              + "') && self.key.matches('^[-._a-zA-Z0-9]+$')"
              + " && self.key != '.' && !self.key.startsWith('..')",
      message =
          "spec.run.env: valueFrom needs the name of a Secret or ConfigMap and one of its keys")
  public record KeyReference(
      @JsonPropertyDescription("Name of the Secret or ConfigMap.")
          @Required
          @Size(min = 1, max = 253)
          String name,
      @JsonPropertyDescription("Key whose value is taken.") @Required @Size(min = 1, max = 253)
          String key) {}
}
