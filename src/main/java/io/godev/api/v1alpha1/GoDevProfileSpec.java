package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** What environments get, and what they may ask for. Every member may be left out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GoDevProfileSpec(
    @JsonPropertyDescription(
            "Whether environments that name no profile go by this one, in the namespaces it is for."
                + " Where several are, the first by name counts. Default: false.")
        @JsonProperty("default")
        Boolean isDefault,
    @JsonPropertyDescription("The namespaces it is for, by their labels. Default: all.")
        Selector namespaces,
    @JsonPropertyDescription(
            "What holds where an environment leaves a field out. Objects are joined member by member, go.env and"
                + " run.env by name; any other list of the environment takes the place of the one here.")
        Defaults defaults,
    @JsonPropertyDescription("What environments may ask for. Default: anything.") Limits limits,
    @JsonPropertyDescription(
            "When a change that nobody made in the environment's spec, but in this profile or the operator,"
                + " restarts it. Manual: when somebody restarts it. WhenIdle: once nobody has worked in it"
                + " for 15 minutes, or for half of the time of spec.idle if that is less, and not while"
                + " godev.io/keep-awake holds. Immediately: at once. Never while a debugger is attached."
                + " Default: Manual.")
        RestartPolicy restart,
    @JsonPropertyDescription("What the pods of environments may reach. Default: anything.")
        Network network) {

  /** The same for all namespaces. */
  public GoDevProfileSpec forEveryNamespace() {
    return new GoDevProfileSpec(isDefault, null, defaults, limits, restart, network);
  }

  /** When what waits for a restart is brought about. */
  public enum RestartPolicy {
    Manual,
    WhenIdle,
    Immediately
  }

  /** What is done about a wish beyond a limit. */
  public enum LimitPolicy {
    Default,
    Clamp,
    Reject
  }

  /** Namespaces by labels, as Kubernetes' LabelSelector; all requirements hold together. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Selector(
      @JsonPropertyDescription("Labels with the values they must have.")
          Map<String, @Size(max = 63) String> matchLabels,
      @JsonPropertyDescription("Labels with conditions on their values.") @Size(max = 16)
          List<Requirement> matchExpressions) {}

  /** How a label is compared. */
  public enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }

  /** A condition on a label. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "(self.operator == 'In' || self.operator == 'NotIn') == (has(self.values) && size(self.values) > 0)",
      message =
          "spec.namespaces.matchExpressions: In and NotIn need values, and Exists and DoesNotExist have none")
  public record Requirement(
      @JsonPropertyDescription("Name of the label.") @Required @Size(min = 1, max = 317) String key,
      @JsonPropertyDescription("In, NotIn, Exists or DoesNotExist.") @Required Operator operator,
      @JsonPropertyDescription("The values, for In and NotIn.") @Size(max = 32)
          List<@Size(max = 63) String> values) {}

  /** Values for fields that an environment leaves out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Defaults(
      @JsonPropertyDescription("As spec.go of an environment.") Go go,
      @JsonPropertyDescription("As spec.run of an environment.") Run run,
      @JsonPropertyDescription("As spec.reload of an environment.") Reload reload,
      @JsonPropertyDescription("As spec.debug of an environment.") Debug debug,
      @JsonPropertyDescription("As spec.profiling of an environment.") Profiling profiling,
      @JsonPropertyDescription(
              "As spec.proxy of an environment. A caBundle is a ConfigMap of each environment's namespace.")
          Proxy proxy,
      @JsonPropertyDescription("As spec.resources of an environment.") Resources resources,
      @JsonPropertyDescription("As spec.securityContext of an environment.")
          SecurityContext securityContext,
      @JsonPropertyDescription(
              "As spec.storage of an environment. A storage class counts when a volume is made.")
          Storage storage,
      @JsonPropertyDescription("As spec.idle of an environment.") Idle idle,
      @JsonPropertyDescription("As spec.expiry of an environment.") Expiry expiry) {}

  /** What the pods may reach. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Network(
      @JsonPropertyDescription(
              "Open: anything. Restricted: DNS, the operator, the environments of the namespace, and what allow"
                  + " names; it takes a cluster whose network enforces NetworkPolicies. Default: Open."
                  + " Change: live.")
          Egress egress,
      @JsonPropertyDescription(
              "What else may be reached if egress is Restricted, such as the proxy and the module proxy, by address:"
                  + " a NetworkPolicy knows no names of hosts.")
          @Size(max = 32)
          List<Destination> allow) {}

  /** How free the pods are. */
  public enum Egress {
    Open,
    Restricted
  }

  /** Addresses that may be reached. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "isCIDR(self.cidr)",
      message =
          "spec.network.allow: cidr must be a range of addresses such as 10.0.0.0/8, or 10.1.2.3/32 for a single one")
  public record Destination(
      @JsonPropertyDescription("Range of addresses, such as 10.0.0.0/8.")
          @Required
          @Size(min = 1, max = 64)
          String cidr,
      @JsonPropertyDescription("TCP ports there, 1 to 65535. Default: all, and UDP too.")
          @Size(max = 32)
          List<Integer> ports) {}
}
